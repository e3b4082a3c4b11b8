"""Charts over an ordered axis: a value by day with its band, and predictions held against what came."""

from collections.abc import Sequence
from datetime import date

import altair as alt

from workbench.reports._theme import GREY, RAISES, Margins
from workbench.reports.marks import CAP, Drawing, Mark, Plot, axis_of, draw_both, table_of

__all__ = ["draw_reliability", "draw_series"]


def draw_series(points: Sequence[tuple[date, Mark]], *, title: str, unit: str) -> Drawing:
    """Draw a value by day with the band of its interval.

    Args:
        points: Day and estimate; the label of the estimate is not drawn.
        title: What the chart says.
        unit: As in `draw_estimates`.

    Returns:
        The drawing.
    """
    rows = [
        {"day": day.isoformat(), "value": mark.value, "low": mark.ends[0], "high": mark.ends[1]}
        for day, mark in points
        if mark.drawable
    ]

    def layers(width: int) -> Plot:
        base = table_of(rows).encode(
            x=alt.X(
                "day:T",
                title=None,
                scale=alt.Scale(type="utc"),
                axis=alt.Axis(format="%b %-d", grid=False, tickCount=width // 90, labelFlush=True),
            )
        )
        up = alt.Y("low:Q", title=None, axis=axis_of(unit, width), scale=alt.Scale(zero=False, nice=True))
        return alt.layer(
            base.mark_area(color=RAISES, opacity=0.18).encode(y=up, y2="high:Q"),
            base.mark_line(color=RAISES, strokeWidth=2).encode(y="value:Q"),
            base.mark_point(color=RAISES, filled=True, size=28, opacity=1).encode(y="value:Q"),
        ).properties(height=200), Margins(left=52, right=28, bottom=32)

    return draw_both(
        layers, marks=[mark for _, mark in points], title=title, subtitle="Line: estimate. Band: interval."
    )


def draw_reliability(points: Sequence[tuple[float, Mark]], *, title: str) -> Drawing:
    """Draw observed rates against predicted ones; on the dashed line they agree.

    Args:
        points: Mean prediction of a bin, and the rate observed in it.
        title: What the chart says.

    Returns:
        The drawing.
    """
    rows = [
        {"predicted": predicted, "value": mark.value, "low": mark.ends[0], "high": mark.ends[1]}
        for predicted, mark in points
        if mark.drawable
    ]
    top = max(max(float(row["high"] or 0), float(row["predicted"] or 0)) for row in rows) if rows else 1.0

    def layers(width: int) -> Plot:
        base = table_of(rows).encode(
            x=alt.X(
                "predicted:Q",
                title="predicted",
                axis=axis_of("share", width),
                scale=alt.Scale(domain=[0, top], nice=True),
            )
        )
        up = alt.Y("low:Q", title="observed", axis=axis_of("share", width), scale=alt.Scale(domain=[0, top], nice=True))
        caps = base.mark_tick(thickness=2, size=CAP, color=RAISES, orient="horizontal")
        line = table_of([{"predicted": 0, "low": 0}, {"predicted": top, "low": top}])
        return alt.layer(
            line.mark_line(strokeDash=[4, 4], color=GREY).encode(x="predicted:Q", y="low:Q"),
            base.mark_rule(strokeWidth=2, color=RAISES).encode(y=up, y2="high:Q"),
            caps.encode(y="low:Q"),
            caps.encode(y="high:Q"),
            base.mark_point(filled=True, size=64, color=RAISES, opacity=1).encode(y="value:Q"),
        ).properties(height=min(width - 110, 300)), Margins(left=72, right=max(24, width - 460))

    return draw_both(
        layers,
        marks=[mark for _, mark in points],
        title=title,
        subtitle="Dot: observed rate. Bar: interval. Dashed: what was predicted.",
    )
