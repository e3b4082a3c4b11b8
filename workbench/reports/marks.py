"""What charts are made of: values with intervals, pictures for a wide and for a narrow page.

Every chart is drawn twice, since letters that shrink with the page cannot be read on a telephone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan

import altair as alt

from workbench.reports._theme import MUTED, NARROW, WIDE, Margins, as_svg

__all__ = ["CAP", "Drawing", "Mark", "Plot", "axis_of", "draw_both", "table_of"]

CAP = 9
"""Pixels across an interval's cap."""

Plot = tuple[alt.LayerChart | alt.FacetChart, Margins]
"""Layers, and what to keep free round them."""


@dataclass(frozen=True)
class Mark:
    """One value and how far it can be trusted.

    Attributes:
        label: What it is of.
        value: The estimate; None or NaN reads "no data".
        low: Lower end of its interval; None where there is none.
        high: Upper end of its interval.
    """

    label: str
    value: float | None
    low: float | None
    high: float | None

    @property
    def drawable(self) -> bool:
        """Whether there is a finite value to draw."""
        return self.value is not None and isfinite(self.value)

    @property
    def side(self) -> int:
        """1 where the whole interval is above 0, -1 where it is below, 0 where it holds 0."""
        low, high = self.ends
        return 1 if low > 0 else -1 if high < 0 else 0

    @property
    def ends(self) -> tuple[float, float]:
        """The interval; the value itself where there is none."""
        value = self.value if self.value is not None else nan
        low, high = (value if end is None or not isfinite(end) else end for end in (self.low, self.high))
        return low, high


@dataclass(frozen=True)
class Drawing:
    """One chart as two SVG pictures.

    Attributes:
        wide: For pages of 720 px and more.
        narrow: For telephones.
    """

    wide: str
    narrow: str


def table_of(rows: Sequence[Mapping[str, object]]) -> alt.Chart:
    """Start a chart from rows of aggregates."""
    return alt.Chart({"values": list(rows)})


def axis_of(unit: str, width: int) -> alt.Axis:
    """Label an axis the way its unit asks for; few ticks where the page is narrow.

    Args:
        unit: `share`, `change`, `count`, empty for a plain number, or a currency.
        width: Pixels of the whole picture.
    """
    ticks = 5 if width == WIDE else 3
    if unit in {"share", "change"}:
        sign = "(datum.value > 0 ? '+' : '') + " if unit == "change" else ""
        return alt.Axis(labelExpr=f"{sign}format(datum.value * 100, '~r') + '%'", tickCount=ticks)
    if unit == "count":
        label = "abs(datum.value) < 10000 ? format(datum.value, ',') : format(datum.value, '~s')"
        return alt.Axis(labelExpr=label, tickCount=ticks)
    return alt.Axis(format=",~r", tickCount=ticks)


def draw_both(layers: Callable[[int], Plot], *, marks: Sequence[Mark], title: str, subtitle: str) -> Drawing:
    """Draw a chart for a wide and for a narrow page.

    Args:
        layers: Gives the chart for a width in pixels.
        marks: What is to be drawn; where nothing has a value, the picture says so.
        title: What the chart says.
        subtitle: How to read it.

    Returns:
        The drawing.
    """
    if not any(mark.drawable for mark in marks):
        layers, subtitle = _nothing, ""
    return Drawing(*(as_svg(*layers(width), title=title, subtitle=subtitle, width=width) for width in (WIDE, NARROW)))


def _nothing(_width: int) -> Plot:
    text = table_of([{"said": "no data"}]).mark_text(align="left", fill=MUTED).encode(x=alt.value(0), text="said:N")
    return alt.layer(text).properties(height=24), Margins(left=16, bottom=8)
