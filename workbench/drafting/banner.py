"""Small banners: a product's shape on the style's background, with or without a badge.

Drawn four times too large and scaled down, so that edges are smooth. The badge always covers the same box and is the
only difference between two otherwise equal banners: whatever a model sees of it lies in those pixels.
"""

import colorsys
import io
from functools import cache
from math import cos, pi, sin

from PIL import Image, ImageDraw

from workbench.checks import check_at_least, check_name
from workbench.drafting.grammar import STYLES

__all__ = ["BADGE_BOX", "SIZE", "draw_banner"]

SIZE = 64
BADGE_BOX: tuple[int, int, int, int] = (42, 2, 62, 22)

Colour = tuple[int, int, int]
_SCALE = 4
_INK: Colour = (44, 42, 51)
_WHITE: Colour = (255, 255, 255)
_BADGE: Colour = (214, 40, 57)
_BACKGROUNDS: dict[str, tuple[Colour, Colour]] = {  # top, bottom
    "plain": ((246, 246, 244), (232, 232, 228)),
    "warm": ((255, 240, 219), (250, 212, 178)),
    "lively": ((255, 236, 120), (255, 178, 102)),
    "premium": ((52, 50, 66), (24, 23, 33)),
    "practical": ((222, 239, 246), (186, 216, 229)),
}
_HUES = {
    "beauty": 0.93,
    "books": 0.55,
    "digital": 0.60,
    "fashion": 0.78,
    "food": 0.0,
    "home": 0.42,
    "sports": 0.07,
    "toys": 0.48,
}


def draw_banner(category: str, *, style: str, badge: bool, variant: int = 0) -> bytes:
    r"""Draw one banner.

    Args:
        category: What is sold; a category without a shape of its own is drawn as a parcel.
        style: One of the copy styles; sets the background.
        badge: Whether the round badge stands in `BADGE_BOX`.
        variant: Shifts the product's colour, so that two products of one category differ.

    Returns:
        PNG bytes, 64 x 64 pixels, RGB; the same arguments give the same bytes.

    Raises:
        UnknownNameError: If the style does not exist.
        InputError: If `variant` is negative.

    Example:
        >>> draw_banner("books", style="plain", badge=False)[:4]
        b'\x89PNG'
    """
    check_name(style, STYLES, name="style")
    check_at_least(variant, 0, name="variant")
    canvas = _background(style).copy()
    draw = ImageDraw.Draw(canvas)
    draw.ellipse(_box(14, 54, 50, 60), fill=_mix(canvas.getpixel((128, 228)), _INK, 0.25))
    _SHAPES.get(category, _parcel)(draw, _product_colour(category, variant))
    if badge:
        _draw_badge(draw)
    small = canvas.resize((SIZE, SIZE), Image.Resampling.BOX)
    out = io.BytesIO()
    small.save(out, format="PNG")
    return out.getvalue()


@cache
def _background(style: str) -> Image.Image:
    top, bottom = _BACKGROUNDS[style]
    side = SIZE * _SCALE
    column = Image.new("RGB", (1, side))
    for y in range(side):
        column.putpixel((0, y), _mix(top, bottom, y / (side - 1)))
    canvas = column.resize((side, side))
    draw = ImageDraw.Draw(canvas)
    if style == "lively":
        for x in range(-64, 80, 16):
            draw.line(_box(x, 64, x + 64, 0), fill=_mix(top, bottom, 0.15), width=3 * _SCALE)
    if style == "warm":
        draw.ellipse(_box(8, 8, 56, 56), fill=_mix(top, _WHITE, 0.45))
    if style == "premium":
        draw.ellipse(_box(8, 8, 56, 60), fill=_mix(top, _WHITE, 0.16))
        draw.rectangle(_box(3, 3, 60, 60), outline=(190, 160, 100), width=_SCALE)
    if style == "practical":
        draw.rectangle(_box(0, 50, 64, 64), fill=_mix(bottom, _INK, 0.12))
    return canvas


def _draw_badge(draw: ImageDraw.ImageDraw) -> None:
    left, top, right, bottom = BADGE_BOX
    x, y, radius = (left + right) / 2, (top + bottom) / 2, (right - left) / 2
    points = [
        (
            (x + (radius if k % 2 == 0 else 0.8 * radius) * cos(pi * k / 12)) * _SCALE,
            (y + (radius if k % 2 == 0 else 0.8 * radius) * sin(pi * k / 12)) * _SCALE,
        )
        for k in range(24)
    ]
    draw.polygon(points, fill=_BADGE)
    tick = [(x - 4.5, y), (x - 1.2, y + 3.6), (x + 5, y - 4)]
    draw.line([(a * _SCALE, b * _SCALE) for a, b in tick], fill=_WHITE, width=int(2.6 * _SCALE), joint="curve")


def _product_colour(category: str, variant: int) -> Colour:
    hue = (_HUES.get(category, 0.1) + 0.025 * (variant % 5) - 0.05) % 1
    red, green, blue = colorsys.hls_to_rgb(hue, 0.5, 0.62)
    return round(red * 255), round(green * 255), round(blue * 255)


def _beauty(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    draw.rounded_rectangle(_box(18, 34, 30, 57), 8, fill=_INK)
    draw.rectangle(_box(20, 26, 28, 34), fill=(222, 190, 120))
    draw.polygon(_points((20, 26), (20, 17), (28, 12), (28, 26)), fill=colour)
    draw.rounded_rectangle(_box(35, 32, 48, 57), 16, fill=colour)
    draw.rectangle(_box(38, 25, 45, 32), fill=(222, 190, 120))


def _books(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    draw.polygon(_points((10, 24), (31, 29), (31, 57), (10, 51)), fill=colour)
    draw.polygon(_points((54, 24), (33, 29), (33, 57), (54, 51)), fill=_mix(colour, _INK, 0.2))
    draw.polygon(_points((13, 22), (31, 27), (31, 53), (13, 48)), fill=_WHITE)
    draw.polygon(_points((51, 22), (33, 27), (33, 53), (51, 48)), fill=(238, 234, 226))
    for y in (30, 35, 40):
        draw.line(_box(16, y, 28, y + 3), fill=_mix(_WHITE, _INK, 0.4), width=_SCALE)


def _digital(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    draw.rounded_rectangle(_box(20, 11, 44, 57), 16, fill=_INK)
    draw.rectangle(_box(22, 16, 42, 51), fill=colour)
    draw.polygon(_points((22, 16), (36, 16), (22, 40)), fill=_mix(colour, _WHITE, 0.35))
    draw.ellipse(_box(30, 52, 34, 56), fill=_WHITE)


def _fashion(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    body = ((24, 16), (10, 24), (15, 34), (20, 31), (20, 57), (44, 57), (44, 31), (49, 34), (54, 24), (40, 16))
    draw.polygon(_points(*body), fill=colour)
    draw.pieslice(_box(25, 10, 39, 22), 0, 180, fill=_mix(colour, _INK, 0.35))


def _food(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    draw.ellipse(_box(14, 24, 38, 56), fill=colour)
    draw.ellipse(_box(26, 24, 50, 56), fill=colour)
    draw.ellipse(_box(18, 29, 25, 38), fill=_mix(colour, _WHITE, 0.5))
    draw.line(_box(32, 26, 34, 15), fill=(96, 66, 44), width=2 * _SCALE)
    draw.ellipse(_box(34, 14, 46, 21), fill=(86, 150, 84))


def _home(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    draw.polygon(_points((22, 14), (42, 14), (51, 34), (13, 34)), fill=colour)
    draw.polygon(_points((22, 14), (28, 14), (22, 34), (13, 34)), fill=_mix(colour, _WHITE, 0.4))
    draw.rectangle(_box(30, 34, 34, 54), fill=_INK)
    draw.rounded_rectangle(_box(21, 53, 43, 57), 8, fill=_INK)


def _sports(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    draw.ellipse(_box(13, 18, 51, 56), fill=colour)
    seam = _mix(colour, _INK, 0.6)
    draw.line(_box(32, 18, 32, 56), fill=seam, width=_SCALE)
    draw.line(_box(13, 37, 51, 37), fill=seam, width=_SCALE)
    draw.arc(_box(-12, 18, 24, 56), -62, 62, fill=seam, width=_SCALE)
    draw.arc(_box(40, 18, 76, 56), 118, 242, fill=seam, width=_SCALE)


def _toys(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    for x, y, shade in ((11, 38, 0.0), (33, 38, 0.3), (22, 19, 0.6)):
        face = _mix(colour, (250, 190, 60), shade)
        draw.rounded_rectangle(_box(x, y, x + 20, y + 19), 6, fill=face)
        draw.ellipse(_box(x + 6, y + 5, x + 14, y + 13), fill=_mix(face, _WHITE, 0.55))


def _parcel(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    draw.rounded_rectangle(_box(14, 24, 50, 57), 6, fill=colour)
    draw.rectangle(_box(29, 24, 35, 57), fill=_mix(colour, _WHITE, 0.6))


_SHAPES = {
    "beauty": _beauty,
    "books": _books,
    "digital": _digital,
    "fashion": _fashion,
    "food": _food,
    "home": _home,
    "sports": _sports,
    "toys": _toys,
}


def _box(left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
    return left * _SCALE, top * _SCALE, right * _SCALE, bottom * _SCALE


def _points(*points: tuple[float, float]) -> list[tuple[float, float]]:
    return [(x * _SCALE, y * _SCALE) for x, y in points]


def _mix(one: object, other: Colour, share: float) -> Colour:
    first = one if isinstance(one, tuple) else (0, 0, 0)
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, other, strict=True))
    return red, green, blue
