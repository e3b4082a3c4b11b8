"""Banners: size, sameness, and a badge that is nowhere but in its box."""

import io
from itertools import combinations, product

import numpy as np
import pytest
from PIL import Image

from workbench.drafting.banner import BADGE_BOX, SIZE, draw_banner
from workbench.drafting.grammar import STYLES
from workbench.errors import UnknownNameError

CATEGORIES = ("beauty", "books", "digital", "fashion", "food", "home", "sports", "toys", "garden")


def pixels(png: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(png)) as image:
        assert image.size == (SIZE, SIZE)
        assert image.mode == "RGB"
        return np.asarray(image).astype(int)


@pytest.mark.parametrize(("category", "style"), list(product(CATEGORIES, STYLES)))
def test_the_badge_is_the_only_difference_and_lies_in_its_box(category: str, style: str) -> None:
    plain, badged = (pixels(draw_banner(category, style=style, badge=badge)) for badge in (False, True))
    changed = (plain != badged).any(axis=2)
    left, top, right, bottom = BADGE_BOX
    assert changed[top:bottom, left:right].mean() > 0.5
    changed[top : bottom + 1, left : right + 1] = False
    assert not changed.any()


def test_the_same_arguments_give_the_same_bytes() -> None:
    assert draw_banner("food", style="warm", badge=True) == draw_banner("food", style="warm", badge=True)


def test_categories_styles_and_variants_look_different() -> None:
    by_category = [pixels(draw_banner(category, style="plain", badge=False)) for category in CATEGORIES]
    by_style = [pixels(draw_banner("home", style=style, badge=False)) for style in STYLES]
    by_variant = [pixels(draw_banner("toys", style="plain", badge=False, variant=variant)) for variant in range(4)]
    for images, least in ((by_category, 4.0), (by_style, 4.0), (by_variant, 0.5)):
        assert all(np.abs(one - other).mean() > least for one, other in combinations(images, 2))


def test_an_unknown_style_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'premium'"):
        draw_banner("home", style="premiun", badge=False)
