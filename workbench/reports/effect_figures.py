"""Pictures of performance and of experiments."""

from datetime import date
from math import isfinite

from workbench.checks import check_name
from workbench.display import group_keys
from workbench.evaluation.contrasts import Comparison, Contrast
from workbench.evaluation.metrics import METRICS, PERFORMANCE, Metric
from workbench.evaluation.performance import Performance, Segment
from workbench.reports._numbers import percent, with_interval
from workbench.reports.curves import draw_series
from workbench.reports.drawings import draw_estimates
from workbench.reports.figure import Figure
from workbench.reports.marks import Mark

__all__ = ["comparison", "performance"]

_SHOWN = 20


def performance(result: Performance, measure: str = "ctr") -> Figure:
    """Draw one metric by group, best first, beside the average over all; by day, draw it in order.

    Args:
        result: What `summarise` returned.
        measure: `ctr`, `cvr`, `cpc`, `cpm`, `cpa`, `roas` or `aov`.

    Returns:
        The figure; at most 20 groups are drawn, the table has all.
    """
    check_name(measure, PERFORMANCE, name="measure")
    metric = METRICS[measure]
    unit = _unit(metric, result.currency)
    if result.by == ("day",):
        return _by_day(result, metric, unit)
    ranked = sorted(result.segments, key=lambda segment: _rank(segment[measure].value), reverse=True)
    marks = [_mark(segment, measure) for segment in ranked]
    grouped = " and ".join(name.removesuffix("_id") for name in result.by)
    overall = _overall(result, metric)
    more = f", the first {_SHOWN} of {len(marks)}" if len(marks) > _SHOWN else ""
    title = f"{metric.label} by {grouped}{more}" if grouped else f"{metric.label} over all"
    drawing = draw_estimates(
        marks[:_SHOWN],
        title=title,
        unit=unit,
        axis=metric.label,
        reference=None if overall is None or not result.by else (overall, f"all together, {metric.show(overall)}"),
    )
    columns = (grouped or "group", "impressions", f"{metric.label} ({percent(result.level, 0)} interval)")
    rows = tuple(
        (mark.label, f"{segment.totals['impressions'] or 0:,.0f}", with_interval(mark.value, mark.low, mark.high, unit))
        for mark, segment in zip(marks, ranked, strict=True)
    )
    return Figure(title, drawing, columns, rows)


def comparison(result: Comparison, measure: str | None = None) -> Figure:
    """Draw the lift of every metric, arm and segment against no difference.

    Args:
        result: What `compare` returned.
        measure: Draw this metric only; all by default.

    Returns:
        The figure: blue where the whole interval is above 0, orange where it is below, grey where it holds 0.
    """
    names = {contrast.lift.metric.name for contrast in result.contrasts}
    if measure is not None:
        check_name(measure, names, name="measure")
    shown = [contrast for contrast in result.contrasts if measure in {None, contrast.lift.metric.name}]
    arms = sorted({contrast.arm for contrast in result.contrasts})
    marks = [
        Mark(_label(contrast, len(arms), len(names)), contrast.lift.value, contrast.lift.low, contrast.lift.high)
        for contrast in shown
    ]
    title = f"What {arms[0] if len(arms) == 1 else 'each arm'} changed against {result.control}"
    drawing = draw_estimates(
        marks[:_SHOWN], title=title, unit="change", axis="lift", reference=(0.0, "no difference"), signed=True
    )
    columns = (
        "",
        f"in {result.control}",
        "in the other arm",
        f"lift ({percent(result.level, 0)} interval)",
        "p, corrected",
    )
    rows = tuple(
        (
            mark.label,
            contrast.lift.control.show(result.currency),
            contrast.lift.treatment.show(result.currency),
            with_interval(mark.value, mark.low, mark.high, "change"),
            f"{contrast.p_adjusted:.3g}" if isfinite(contrast.p_adjusted) else "–",
        )
        for mark, contrast in zip(marks, shown, strict=True)
    )
    return Figure(title, drawing, columns, rows)


def _by_day(result: Performance, metric: Metric, unit: str) -> Figure:
    dated = [(segment.keys[0], _mark(segment, metric.name)) for segment in result.segments]
    points = [(day, mark) for day, mark in dated if isinstance(day, date)]
    title = f"{metric.label} by day"
    rows = tuple((f"{day:%Y-%m-%d}", with_interval(mark.value, mark.low, mark.high, unit)) for day, mark in points)
    columns = ("day", f"{metric.label} ({percent(result.level, 0)} interval)")
    return Figure(title, draw_series(points, title=title, unit=unit), columns, rows)


def _mark(segment: Segment, measure: str) -> Mark:
    found = segment[measure]
    return Mark(", ".join(group_keys(segment.keys)) or "all", found.value, found.low, found.high)


def _label(contrast: Contrast, arms: int, metrics: int) -> str:
    parts = [contrast.lift.metric.label] if metrics > 1 or not contrast.keys else []
    parts += [contrast.arm] if arms > 1 else []
    parts += [", ".join(group_keys(contrast.keys))] if contrast.keys else []
    return ", ".join(parts)


def _rank(value: float) -> float:
    return value if isfinite(value) else float("-inf")


def _unit(metric: Metric, currency: str) -> str:
    return "share" if metric.kind == "rate" else currency if metric.kind == "money" else ""


def _overall(result: Performance, metric: Metric) -> float | None:
    """The metric over all groups together; None where its sums are not among the totals."""
    sums = []
    for name in (metric.numerator, metric.denominator):
        values = [segment.totals.get(name) for segment in result.segments]
        if any(value is None for value in values):
            return None
        sums.append(sum(value for value in values if value is not None))
    scale = 1000.0 if metric.name == "cpm" else 1.0
    return sums[0] / sums[1] * scale if sums[1] else None
