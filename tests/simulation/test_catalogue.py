"""Ads and creatives: the planted word and badge are where the catalogue says, and copy keeps to its facts."""

import io

import numpy as np
import polars as pl
import pytest
from PIL import Image

from workbench.drafting.banner import BADGE_BOX
from workbench.drafting.grammar import Facts, unsupported_numbers
from workbench.simulation.catalogue import Catalogue, catalogue_tables, draw_catalogue
from workbench.simulation.settings import Settings


@pytest.fixture(scope="module")
def catalogue(shop: Settings) -> Catalogue:
    return draw_catalogue(shop, 7)


@pytest.fixture(scope="module")
def creatives(shop: Settings, catalogue: Catalogue) -> list[dict[str, object]]:
    return catalogue_tables(catalogue, shop, 1000)["creatives"].to_pylist()


def test_every_ad_has_the_four_combinations(catalogue: Catalogue) -> None:
    pairs = np.stack([catalogue.benefit, catalogue.badge], axis=1).reshape(-1, catalogue.per_ad, 2)
    assert all(len({tuple(pair) for pair in ad}) == 4 for ad in pairs.tolist())


def test_the_word_is_in_the_text_and_the_badge_in_the_pixels(
    catalogue: Catalogue, creatives: list[dict[str, object]]
) -> None:
    for creative, benefit, badge in zip(creatives, catalogue.benefit, catalogue.badge, strict=True):
        facts = dict(creative["facts"])
        assert (facts["benefit"] in creative["text"]) == benefit
        assert unsupported_numbers(creative["text"], Facts(**facts)) == ()
        with Image.open(io.BytesIO(creative["image"])) as image:
            assert image.size == (64, 64)
            red, green, blue = np.asarray(image.crop(BADGE_BOX)).reshape(-1, 3).mean(axis=0)
        assert (min(red - green, red - blue) > 60) == badge


def test_prices_in_copy_are_prices_of_the_ads(
    shop: Settings, catalogue: Catalogue, creatives: list[dict[str, object]]
) -> None:
    ads = catalogue_tables(catalogue, shop, 1000)["ads"]
    price = dict(zip(ads["ad_id"], ads["price_micros"], strict=True))
    assert all(str(price[creative["ad_id"]] // 1_000_000) in creative["text"] for creative in creatives)
    ranges = {category.name: category.price for category in shop.categories}
    for category, micros in ads.select("category", "price_micros").iter_rows():
        low, high = ranges[category]
        assert low - 10 <= micros / 1e6 <= high + 10


def test_campaigns_say_who_pays_and_hold_a_budget(shop: Settings, catalogue: Catalogue) -> None:
    campaigns = catalogue_tables(catalogue, shop, 200_000)["campaigns"]
    assert campaigns["currency"].unique().to_list() == ["CNY"]
    assert campaigns["payer"].null_count() == 0
    assert (campaigns["budget_micros"] > 0).all()
    assert (campaigns["ends_at"] - campaigns["starts_at"]).dt.total_days().unique().to_list() == [28]
    assert campaigns["campaign_id"].is_unique().all()
    assert isinstance(campaigns.schema["targeting"], pl.Struct)
