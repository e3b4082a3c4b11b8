"""One look for every chart, and the way from an Altair chart to an SVG that stands alone."""

import re
from dataclasses import dataclass
from html import escape
from textwrap import wrap
from typing import Any

import altair as alt
import vl_convert

__all__ = [
    "FONTS",
    "GREY",
    "GRID",
    "INK",
    "LOWERS",
    "MUTED",
    "NARROW",
    "PAPER",
    "RAISES",
    "WIDE",
    "Margins",
    "as_svg",
    "text_width",
]

# Okabe and Ito's blue and vermilion: told apart by every kind of colour-blind reader, and in grey print by lightness.
# page.css knows these colours and exchanges them in the dark; change them in both places.
RAISES, LOWERS = "#0072b2", "#d55e00"
INK, MUTED, GREY, GRID, PAPER = "#1b2430", "#5b6675", "#8b95a3", "#e3e7ec", "#ffffff"
WIDE, NARROW = 680, 344
_LINE = 18
FONTS = (
    "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', Arial, 'PingFang SC', "
    "'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
)
_CONFIG: dict[str, Any] = {
    "background": PAPER,
    "font": FONTS,
    "view": {"stroke": None},
    "aria": False,
    "axis": {
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "labelColor": INK,
        "titleColor": MUTED,
        "gridColor": GRID,
        "domainColor": GREY,
        "tickColor": GRID,
        "labelPadding": 6,
        "labelFlush": False,
        "titlePadding": 8,
    },
    "axisY": {"domain": False, "ticks": False},
    "title": {
        "anchor": "start",
        "frame": "group",
        "fontSize": 13,
        "fontWeight": 600,
        "color": INK,
        "subtitleColor": MUTED,
        "subtitleFontSize": 13,
        "offset": 12,
        "lineHeight": 17,
        "subtitleLineHeight": 17,
    },
    "text": {"fontSize": 13, "fill": INK},
    "legend": {"labelFontSize": 13, "titleFontSize": 13, "labelColor": INK, "titleColor": MUTED},
}


@dataclass(frozen=True)
class Margins:
    """Pixels kept free round a plot, so that its size does not hang on the fonts of the machine that drew it.

    Attributes:
        left: For names or the vertical axis.
        right: For figures at the right edge.
        bottom: For the horizontal axis and its title.
    """

    left: int
    right: int = 16
    bottom: int = 52


def as_svg(chart: alt.LayerChart | alt.FacetChart, margins: Margins, *, title: str, subtitle: str, width: int) -> str:
    """Draw a chart as an SVG that needs no script, no font file and no network.

    Args:
        chart: Layers over aggregates with a height; their data must hold no row of a person.
        margins: What to keep free round the plot.
        title: What the chart says, also for those who hear it.
        subtitle: How to read the marks, one line.
        width: Pixels of the whole picture.

    Returns:
        The SVG, scaling down to the width it is given.
    """
    letters = width // 7
    heads, notes = wrap(title, letters), wrap(subtitle, letters)
    spec = chart.properties(
        title=alt.TitleParams(text=heads, subtitle=notes, dx=-margins.left),
        width=width - margins.left - margins.right,
        autosize="none",
        padding={
            "left": margins.left,
            "right": margins.right,
            "top": _LINE * (len(heads) + len(notes)) + 16,
            "bottom": margins.bottom,
        },
    ).configure(**_CONFIG)
    svg: str = vl_convert.vegalite_to_svg(spec.to_dict())
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    across, down = (size.group(1), size.group(2)) if size else (str(width), str(width))
    body = svg[svg.index(">") + 1 :]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{across}" height="{down}" viewBox="0 0 {across} {down}" '
        f'role="img" style="max-width:100%;height:auto;font-variant-numeric:tabular-nums">'
        f"<title>{escape(title)}</title>{body}"
    )


def text_width(texts: list[str]) -> int:
    """Estimate how many pixels the widest text takes at 13 px; Chinese letters are as wide as high.

    Example:
        >>> text_width(["abc"]) < text_width(["广告活动"])
        True
    """
    return max((round(sum(13 if ord(letter) > 0x2E80 else 7.2 for letter in text)) for text in texts), default=0)
