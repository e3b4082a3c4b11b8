"""What is advertised: campaigns, their ads, and each ad's creatives with copy and banner."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import ceil, exp

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from workbench.drafting.banner import draw_banner
from workbench.drafting.grammar import STYLES, Facts, write_copy
from workbench.simulation.people import draw_level
from workbench.simulation.settings import Campaign, Category, Settings
from workbench.simulation.streams import stream

__all__ = ["Catalogue", "catalogue_tables", "draw_catalogue"]

Indices = NDArray[np.int16]


@dataclass(frozen=True)
class Catalogue:
    """All ads and creatives of a world; creatives of ad `k` are numbers `k * per_ad` to `(k + 1) * per_ad - 1`.

    Attributes:
        per_ad: Creatives an ad has.
        campaign: Index of the campaign [ads].
        category: Index of the category [ads].
        product: Index of the product in its category [ads].
        price: Price in whole units of the currency [ads].
        quality: Own quality, standard normal [ads].
        click_price: What a click costs, in units of the currency [ads].
        benefit: Whether the copy names the benefit [creatives].
        badge: Whether the banner bears the badge [creatives].
        language: `zh` or `en` [creatives].
        style: Style of copy and banner [creatives].
    """

    per_ad: int
    campaign: Indices
    category: Indices
    product: Indices
    price: NDArray[np.int64]
    quality: NDArray[np.float32]
    click_price: NDArray[np.float64]
    benefit: NDArray[np.bool_]
    badge: NDArray[np.bool_]
    language: tuple[str, ...]
    style: tuple[str, ...]


def draw_catalogue(settings: Settings, seed: int) -> Catalogue:
    """Draw the ads of a world.

    Args:
        settings: The platform.
        seed: Seed of the world.

    Returns:
        The catalogue; the same for every size of the log.
    """
    each, per_ad = settings.ads.per_campaign, settings.ads.creatives
    campaign = np.repeat(np.arange(len(settings.campaigns), dtype=np.int16), each)
    ads = len(campaign)
    names = settings.category_names
    category = np.array([names.index(settings.campaigns[index].category) for index in campaign], dtype=np.int16)
    products = np.array([len(settings.categories[index].products) for index in category])
    low, high = np.array([settings.categories[index].price for index in category], dtype=np.float64).T
    drawn = low * (high / low) ** stream(seed, "ads.price").random(ads)
    price = np.maximum(10 * np.round(drawn / 10) - 1, 1).astype(np.int64)  # Prices end in 9, as shops like them.
    bid = np.array([settings.campaigns[index].bid for index in campaign])
    order_rate = 1 / (1 + exp(-settings.orders.intercept))
    within_ad = np.tile(np.arange(per_ad), ads)
    languages = draw_level(settings.ads.languages.values(), len(within_ad), stream(seed, "creatives.language"))
    styles = stream(seed, "creatives.style").integers(len(STYLES), size=len(within_ad))
    return Catalogue(
        per_ad=per_ad,
        campaign=campaign,
        category=category,
        product=(np.tile(np.arange(each), len(settings.campaigns)) % products).astype(np.int16),
        price=price,
        quality=stream(seed, "ads.quality").standard_normal(ads, dtype=np.float32),
        click_price=settings.costs.share * bid * order_rate * price,
        benefit=within_ad % 2 == 1,
        badge=within_ad % 4 >= 2,
        language=tuple(list(settings.ads.languages)[index] for index in languages),
        style=tuple(STYLES[index] for index in styles),
    )


def catalogue_tables(catalogue: Catalogue, settings: Settings, impressions: int) -> dict[str, pl.DataFrame | pa.Table]:
    """Make the store's tables of campaigns, ads and creatives.

    Args:
        catalogue: The ads.
        settings: The platform.
        impressions: Size of the log, which the budgets are made for.

    Returns:
        Rows by table.
    """
    return {
        "campaigns": _campaigns(catalogue, settings, impressions),
        "ads": _ads(catalogue, settings),
        "creatives": _creatives(catalogue, settings),
    }


def _campaigns(catalogue: Catalogue, settings: Settings, impressions: int) -> pl.DataFrame:
    starts = datetime.combine(settings.calendar.first_day, time())
    spend = impressions / len(catalogue.price) * settings.costs.ctr * catalogue.click_price
    rows = [
        {
            "campaign_id": f"cmp-{number + 1:02d}",
            "advertiser_id": f"adv-{number + 1:02d}",
            "payer": f"{campaign.advertiser} Co., Ltd.",
            "name": campaign.name,
            "objective": "orders",
            "pays": campaign.pays,
            "budget_micros": ceil(spend[catalogue.campaign == number].sum() * 1.5 / 100) * 100_000_000,
            "currency": settings.currency,
            "starts_at": starts,
            "ends_at": starts + timedelta(days=settings.calendar.days),
            "targeting": {"include": ["country:CN"], "exclude": ["age_band:under-18"]},
        }
        for number, campaign in enumerate(settings.campaigns)
    ]
    return pl.DataFrame(rows)


def _ads(catalogue: Catalogue, settings: Settings) -> pl.DataFrame:
    campaigns = [settings.campaigns[index] for index in catalogue.campaign]
    return pl.DataFrame(
        {
            "ad_id": [f"ad-{number + 1:03d}" for number in range(len(campaigns))],
            "campaign_id": [f"cmp-{index + 1:02d}" for index in catalogue.campaign],
            "product_id": [f"prd-{number + 1:03d}" for number in range(len(campaigns))],
            "category": [campaign.category for campaign in campaigns],
            "brand": [campaign.brand["en"] for campaign in campaigns],
            "price_micros": catalogue.price * 1_000_000,
        }
    )


def _creatives(catalogue: Catalogue, settings: Settings) -> pa.Table:
    rows, facts = [], []
    for number, (language, style) in enumerate(zip(catalogue.language, catalogue.style, strict=True)):
        ad = number // catalogue.per_ad
        campaign = settings.campaigns[catalogue.campaign[ad]]
        category = settings.categories[catalogue.category[ad]]
        claims = _facts(campaign, category, int(catalogue.product[ad]), int(catalogue.price[ad]), language)
        variant, benefit = int(catalogue.product[ad]), bool(catalogue.benefit[number])
        facts.append(list(claims.as_map().items()))
        rows.append(
            {
                "creative_id": f"cr-{number + 1:04d}",
                "ad_id": f"ad-{ad + 1:03d}",
                "text": write_copy(claims, language=language, style=style, benefit=benefit, variant=variant),
                "language": language,
                "style": style,
                "image": draw_banner(category.name, style=style, badge=bool(catalogue.badge[number]), variant=variant),
                "state": "approved",
            }
        )
    as_maps = pa.array(facts, pa.map_(pa.string(), pa.string()))  # Polars has no maps.
    return pa.Table.from_pylist(rows).append_column("facts", as_maps)


def _facts(campaign: Campaign, category: Category, product: int, price: int, language: str) -> Facts:
    sold = category.products[product]
    return Facts(
        brand=campaign.brand[language],
        product=sold.zh if language == "zh" else sold.en,
        feature=sold.feature_zh if language == "zh" else sold.feature_en,
        price=str(price),
        benefit=category.benefit[language],
    )
