"""Contributions as bars: blue to the right raises the prediction, orange to the left lowers it."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

__all__ = ["Bar", "html_bars"]

# Told apart by every kind of colour-blind reader; the side says the same.
_RAISES, _LOWERS = "#0072b2", "#d55e00"
_TABLE = "border-collapse:collapse;font:13px var(--jp-ui-font-family,system-ui,sans-serif)"
_CELL = "padding:2px 12px 2px 0;vertical-align:middle;white-space:nowrap"


@dataclass(frozen=True)
class Bar:
    """One line of a bar table.

    Attributes:
        label: What it is about.
        value: Length of the bar, above zero to the right.
        text: The value in words.
    """

    label: str
    value: float
    text: str


def html_bars(bars: Sequence[Bar], *, caption: str = "") -> str:
    """Draw bars on one scale around a common zero; where no value is below zero, the zero is at the left.

    Args:
        bars: The lines, in the order shown.
        caption: One line over them.

    Returns:
        An HTML table, every text escaped, with no script and no reference to anything outside.

    Example:
        >>> "raises" in html_bars([Bar("hour = 21", 0.2, "+0.20")])
        True
    """
    longest = max((abs(bar.value) for bar in bars), default=0.0) or 1.0
    two_sided = any(bar.value < 0 for bar in bars)
    title = (
        f'<caption style="text-align:left;padding:4px 0;white-space:nowrap">{escape(caption)}</caption>'
        if caption
        else ""
    )
    lines = "".join(_line(bar, 100 * abs(bar.value) / longest, two_sided) for bar in bars)
    return f'<table class="workbench-bars" style="{_TABLE}">{title}<tbody>{lines}</tbody></table>'


def _line(bar: Bar, width: float, two_sided: bool) -> str:
    lowers = bar.value < 0
    drawn = (
        f'<div title="{"lowers" if lowers else "raises"}" style="height:12px;width:{width:.1f}%;'
        f'background:{_LOWERS if lowers else _RAISES};{"margin-left:auto" if lowers else ""}"></div>'
    )
    left = f'<td style="width:120px;padding:0">{drawn if lowers else ""}</td>' if two_sided else ""
    right = f'<td style="width:120px;padding:0 12px 0 0">{"" if lowers else drawn}</td>'
    return (
        f'<tr><td style="{_CELL}">{escape(bar.label)}</td>{left}{right}'
        f'<td style="{_CELL};text-align:right;font-variant-numeric:tabular-nums">{escape(bar.text)}</td></tr>'
    )
