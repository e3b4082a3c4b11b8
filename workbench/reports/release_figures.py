"""Pictures and tables of released answers: the noise's interval on every figure."""

from datetime import date

from workbench.checks import check_name
from workbench.privacy.release import Release, ReleasedMeasure, ReleasedRow
from workbench.reports._numbers import with_interval
from workbench.reports.curves import draw_series
from workbench.reports.drawings import draw_bars, draw_estimates
from workbench.reports.figure import Figure
from workbench.reports.marks import Drawing, Mark

__all__ = ["release", "release_is_ratio", "release_mark", "release_table", "release_unit"]

_SHOWN = 30


def release(result: Release, measure: str | None = None) -> Figure:
    """Draw one measure of a release: by day as a line with a band, else one row a cell.

    Args:
        result: The release.
        measure: Name of one of its measures; a ratio by default where it has one, else the first.

    Returns:
        The figure; a shared report may show it, drawn anew from the ledger.
    """
    names = [one.name for one in result.measures]
    ratios = [one.name for one in result.measures if one.error is None]
    chosen = measure or (ratios or names)[0]
    check_name(chosen, names, name="measure")
    unit = release_unit(result, chosen)
    by = " and ".join(key.removesuffix("_id") for key in result.keys)
    label = _label(chosen)
    title = f"{label}{f' by {by}' if by else ''}, with noise that protects people"
    return Figure(
        title,
        _draw(result, chosen, title=title, unit=unit, axis=label),
        (by or "all", f"{label} (95% interval of the noise)"),
        tuple((_named(row), _said(row, chosen, unit)) for row in result.rows),
        {"release": result.id, "chart": {"measure": chosen}},
    )


def release_table(result: Release) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Every measure of a release, one row a cell.

    Returns:
        Column titles and formatted cells.
    """
    by = " and ".join(key.removesuffix("_id") for key in result.keys)
    units = {one.name: release_unit(result, one.name) for one in result.measures}
    columns = (by or "all", *(_label(name) for name in units))
    rows = tuple((_named(row), *(_said(row, name, unit) for name, unit in units.items())) for row in result.rows)
    return columns, rows


def release_mark(row: ReleasedRow, measure: str) -> Mark:
    """One figure of a release as a mark."""
    figure = row.figures[measure]
    return Mark(_named(row), figure.value, figure.low, figure.high)


def release_unit(result: Release, measure: str) -> str:
    """How a measure's values are written: `share` for events over trials, `count`, a currency, or a plain number."""
    found = {one.name: one for one in result.measures}
    one = found[measure]
    if one.error is not None:
        return one.currency or "count"
    top, _, bottom = one.what.partition(" / ")
    events = top in found and bottom in found and _is_event(found[top]) and found[bottom].what == "rows"
    return "share" if events else found[top].currency if top in found else ""


def _is_event(one: ReleasedMeasure) -> bool:
    return one.what.endswith("held within 0 to 1")


def _draw(result: Release, measure: str, *, title: str, unit: str, axis: str) -> Drawing:
    marks = [release_mark(row, measure) for row in result.rows]
    days = [row.keys[0] for row in result.rows]
    if len(result.keys) == 1 and all(isinstance(day, date) for day in days):
        points = [(day, mark) for day, mark in zip(days, marks, strict=True) if isinstance(day, date)]
        return draw_series(points, title=title, unit=unit)
    draw = draw_estimates if release_is_ratio(result, measure) else draw_bars
    return draw(marks[:_SHOWN], title=title, unit=unit, axis=axis)


def release_is_ratio(result: Release, measure: str) -> bool:
    """Whether a measure is one released figure over another."""
    return next(one.error is None for one in result.measures if one.name == measure)


def _named(row: ReleasedRow) -> str:
    return ", ".join(key.isoformat() if isinstance(key, date) else str(key) for key in row.keys) or "all"


def _said(row: ReleasedRow, measure: str, unit: str) -> str:
    mark = release_mark(row, measure)
    return with_interval(mark.value, mark.low, mark.high, unit)


def _label(measure: str) -> str:
    words = measure.replace("_", " ")
    return words.upper() if measure in {"ctr", "cvr", "cpc", "cpm", "cpa", "roas", "aov"} else words.capitalize()
