"""Pictures of a model: does it foresee, do its predictions come true, what drives it."""

from math import isfinite

from workbench.checks import check_name
from workbench.explanation.attribution import Attribution, Decision
from workbench.explanation.overview import Overview
from workbench.models.metrics import Metrics
from workbench.models.scores import Score
from workbench.reports._numbers import number, percent, with_interval
from workbench.reports.curves import draw_reliability
from workbench.reports.drawings import draw_bars, draw_estimates
from workbench.reports.figure import Figure
from workbench.reports.marks import Mark

__all__ = ["decision", "importance", "reliability"]

_SHOWN = 12

_NAMES = {"lightgbm": "LightGBM", "constant": "constant"}


def importance(result: Attribution | Overview) -> Figure:
    """Draw how much each field moves the score, averaged over decisions.

    Args:
        result: What `explain` returned, or its summary.

    Returns:
        The figure: the twelve strongest fields are drawn, the table has all.
    """
    overview = result if isinstance(result, Overview) else result.summary()
    marks = [Mark(one.field, one.value, one.low, one.high) for one in overview.importances]
    title = f"What moves the score, over {overview.rows:,} decisions"
    drawing = draw_bars(marks[:_SHOWN], title=title, unit="", axis="mean change of the score, log-odds")
    columns = ("field", f"mean change in log-odds ({percent(overview.level, 0)} interval)")
    return Figure(title, drawing, columns, tuple((mark.label, _log_odds(mark)) for mark in marks))


def decision(result: Decision) -> Figure:
    """Draw why one impression got its score: what raised it in blue, what lowered it in orange.

    Args:
        result: One decision of an attribution.

    Returns:
        The figure, for internal reports: it is about one person.
    """
    marks = [
        Mark(f"{one.field} = {one.shown}", one.value, *_ends(one.value, one.standard_error))
        for one in result.contributions
    ]
    title = f"Why {result.row_id} scored {percent(result.probability)}"
    drawing = draw_bars(marks[:_SHOWN], title=title, unit="", axis="change of the score, log-odds", signed=True)
    columns = ("field", "change in log-odds (95% interval)")
    return Figure(title, drawing, columns, tuple((mark.label, _log_odds(mark)) for mark in marks))


def _ends(value: float, error: float) -> tuple[float | None, float | None]:
    return (value - 1.96 * error, value + 1.96 * error) if isfinite(error) else (None, None)


def _log_odds(mark: Mark) -> str:
    return with_interval(mark.value, mark.low, mark.high, "")


def reliability(result: Metrics, measure: str = "reliability") -> Figure:
    """Draw a run's metrics.

    Args:
        result: A run's metrics.
        measure: `reliability` (observed rates against predicted ones), or `auc` or `log_loss` beside the baselines
            and, where known, the ceiling.

    Returns:
        The figure.
    """
    check_name(measure, ("auc", "log_loss", "reliability"), name="measure")
    if measure != "reliability":
        return _beside(result, measure)
    rows = list(result.reliability.iter_rows(named=True))
    points = [(float(row["predicted"]), Mark("", row["observed"], row["low"], row["high"])) for row in rows]
    title = "Do predicted rates come true?"
    cells = tuple(
        (
            percent(row["predicted"]),
            with_interval(row["observed"], row["low"], row["high"], "share"),
            f"{row['rows']:,}",
        )
        for row in rows
    )
    drawing = draw_reliability(points, title=title)
    return Figure(title, drawing, ("predicted", "observed (95% interval)", "impressions"), cells)


def _beside(result: Metrics, measure: str) -> Figure:
    scores: list[tuple[str, Score]] = [(result.model, result.score)]
    scores += [(_NAMES.get(name, name), against.score) for name, against in result.baselines.items()]
    if result.ceiling is not None:
        scores.append(("best possible", result.ceiling.score))
    found = [(name, score.auc if measure == "auc" else score.log_loss) for name, score in scores]
    marks = [Mark(name, figure.value, figure.low, figure.high) for name, figure in found]
    label = "AUC" if measure == "auc" else "log loss"
    title = f"{label} of {result.model} beside others"
    drawing = draw_estimates(marks, title=title, unit="", axis=label)
    cells = tuple(
        (mark.label, f"{number(mark.value, 4)} ({number(mark.low, 4)} to {number(mark.high, 4)})") for mark in marks
    )
    return Figure(title, drawing, ("predictor", f"{label} (95% interval)"), cells)
