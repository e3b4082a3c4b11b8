"""Charts with one row a name: estimates as dots on their intervals, and bars from zero."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from workbench.reports._numbers import amount, between
from workbench.reports._theme import GREY, INK, LOWERS, MUTED, RAISES, WIDE, Margins, text_width
from workbench.reports.marks import CAP, Drawing, Mark, Plot, axis_of, draw_both, table_of

__all__ = ["draw_bars", "draw_estimates"]

_ROW = 28


def draw_estimates(
    marks: Sequence[Mark],
    *,
    title: str,
    unit: str,
    axis: str,
    reference: tuple[float, str] | None = None,
    signed: bool = False,
) -> Drawing:
    """Draw one row an estimate: the value as a dot on its interval bar.

    Args:
        marks: In the order to show; those without a value are left to the text table.
        title: What the chart says.
        unit: `share`, `change`, `count`, empty for a plain number, or a currency.
        axis: What the horizontal axis measures.
        reference: A value to hold the others against, and its name.
        signed: Whether the colour says which side of 0 the whole interval is on.

    Returns:
        The drawing.
    """
    rows = _rows(marks, unit, signed=signed)
    note = f"Dot: estimate. Bar: interval. Dashed: {reference[1]}." if reference else "Dot: estimate. Bar: interval."

    def layers(width: int) -> Plot:
        margins = _margins(rows, width)
        base = table_of(rows).encode(y=_names(width))
        across = alt.X("low:Q", title=axis, axis=axis_of(unit, width), scale=_scale(unit))
        colour = alt.Color("colour:N", scale=None)
        parts = [
            base.mark_rule(strokeWidth=2).encode(x=across, x2="high:Q", color=colour),
            base.mark_tick(thickness=2, size=CAP).encode(x=across, color=colour),
            base.mark_tick(thickness=2, size=CAP).encode(x="high:Q", color=colour),
            base.mark_point(filled=True, size=64, opacity=1).encode(x="value:Q", color=colour),
            _values(base, width, margins),
        ]
        if reference:
            line = table_of([{"at": reference[0]}])
            parts.insert(0, line.mark_rule(strokeDash=[4, 4], stroke=MUTED).encode(x="at:Q"))
        return alt.layer(*parts).properties(height=_ROW * len(rows)), margins

    return draw_both(layers, marks=marks, title=title, subtitle=note)


def draw_bars(marks: Sequence[Mark], *, title: str, unit: str, axis: str, signed: bool = False) -> Drawing:
    """Draw one bar an estimate from 0, with its interval on it.

    Args:
        marks: In the order to show.
        title: What the chart says.
        unit: As in `draw_estimates`.
        axis: What the horizontal axis measures.
        signed: Whether bars to the right are blue (raises) and bars to the left orange (lowers).

    Returns:
        The drawing.
    """
    rows = _rows(marks, unit, signed=False)
    for row in rows:
        row["colour"] = LOWERS if signed and row["value"] < 0 else RAISES
    note = "Blue raises, orange lowers. Thin bar: interval." if signed else "Bar: estimate. Thin bar: interval."
    certain = all(row["low"] == row["high"] for row in rows)

    def layers(width: int) -> Plot:
        margins = _margins(rows, width)
        base = table_of(rows).encode(y=_names(width))
        across = alt.X("value:Q", title=axis, axis=axis_of(unit, width), scale=alt.Scale(zero=True, nice=True))
        caps = base.mark_tick(thickness=1.5, size=CAP, color=INK)
        parts = [base.mark_bar(height=14, opacity=0.85).encode(x=across, color=alt.Color("colour:N", scale=None))]
        if not certain:
            parts += [
                base.mark_rule(strokeWidth=1.5, color=INK).encode(x="low:Q", x2="high:Q"),
                caps.encode(x="low:Q"),
                caps.encode(x="high:Q"),
            ]
        parts.append(_values(base, width, margins))
        return alt.layer(*parts).properties(height=_ROW * len(rows)), margins

    return draw_both(layers, marks=marks, title=title, subtitle="" if certain and not signed else note)


def _rows(marks: Sequence[Mark], unit: str, *, signed: bool) -> list[dict[str, Any]]:
    rows = [_row(mark, unit, signed=signed) for mark in marks if mark.drawable]
    for place, row in enumerate(rows):  # Two rows of one name would be drawn on one line.
        row["label"] += "\u200b" * sum(other["label"].rstrip("\u200b") == row["label"] for other in rows[:place])
    return rows


def _row(mark: Mark, unit: str, *, signed: bool) -> dict[str, Any]:
    low, high = mark.ends
    colour = {1: RAISES, 0: GREY, -1: LOWERS}[mark.side] if signed else RAISES
    said = amount(mark.value, unit)
    if low != high:
        said += f" ({between(low, high, unit)})"
    return {
        "label": mark.label,
        "value": mark.value,
        "low": low,
        "high": high,
        "colour": colour,
        "said": said,
        "short": amount(mark.value, unit),
    }


def _margins(rows: Sequence[dict[str, Any]], width: int) -> Margins:
    """Leave room for the names at the left and, on a wide page, for intervals in words at the right."""
    names = min(text_width([row["label"] for row in rows]), _name_limit(width))
    return Margins(left=names + 16, right=text_width([row[_said(width)] for row in rows]) + 16)


def _scale(unit: str) -> alt.Scale:
    """Shares and changes are held against 0; other estimates keep a little air at both ends."""
    return alt.Scale(zero=True, nice=True) if unit in {"share", "change"} else alt.Scale(zero=False, padding=16)


def _said(width: int) -> str:
    return "said" if width == WIDE else "short"


def _name_limit(width: int) -> int:
    return 220 if width == WIDE else 116


def _names(width: int) -> alt.Y:
    return alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelLimit=_name_limit(width), grid=False))


def _values(base: alt.Chart, width: int, margins: Margins) -> alt.Chart:
    """Write the figures at the right edge, so that nobody has to read them off the axis."""
    edge = alt.value(width - margins.left - margins.right + 14)
    text: alt.Chart = base.mark_text(align="left", baseline="middle").encode(x=edge, text=f"{_said(width)}:N")
    return text
