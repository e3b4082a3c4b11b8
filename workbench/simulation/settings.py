"""What a simulated platform is made of; `data/demo/shop.toml` says what each number means.

Effects are logits, shares are probabilities, prices are whole units of the currency. A table keeps the order of its
entries: draws follow it. Parts that may be missing are causes a platform need not have; `data/demo/moving.toml`
has them all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

__all__ = [
    "Ads",
    "Browsing",
    "Calendar",
    "Campaign",
    "Category",
    "Causes",
    "Conflict",
    "Context",
    "Costs",
    "Delay",
    "Drift",
    "Experiment",
    "Fatigue",
    "Orders",
    "People",
    "Policies",
    "Product",
    "Recency",
    "Settings",
    "Shares",
    "Town",
]

Shares = Mapping[str, float]


@dataclass(frozen=True)
class Calendar:
    """When impressions happen: `days` whole UTC days, traffic by local hour, parts of the day by first local hour."""

    first_day: date
    days: int
    utc_offset_hours: int
    weekend: float
    hours: tuple[float, ...]
    dayparts: Mapping[str, int]

    @property
    def start(self) -> int:
        """When the first day begins, in microseconds since 1970, UTC."""
        return int(datetime.combine(self.first_day, time(), tzinfo=UTC).timestamp()) * 1_000_000


@dataclass(frozen=True)
class Town:
    """A home town: its share of people and its tier."""

    share: float
    tier: str


@dataclass(frozen=True)
class People:
    """Users: how many, how active, what is known of them, how many canaries are planted."""

    count: int
    activity: float
    consent: float
    canaries: int
    canary_activity: float
    main_device: float
    at_home: float
    profile: Mapping[str, Shares]
    towns: Mapping[str, Town]


@dataclass(frozen=True)
class Context:
    """Where an ad is seen: shares of devices, placements and positions."""

    device: Shares
    placement: Shares
    position: Shares


@dataclass(frozen=True)
class Ads:
    """How many ads a campaign and creatives an ad has, and in which languages."""

    per_campaign: int
    creatives: int
    languages: Shares


@dataclass(frozen=True)
class Causes:
    """Why people click: sizes of the terms of the logit."""

    intercept: float
    interest_match: float
    interest_near: float
    interest_far: float
    benefit: Shares
    badge: Shares
    quality: float
    taste: float
    daypart: Shares
    device: Shares
    examination: Shares


@dataclass(frozen=True)
class Orders:
    """Why a click becomes an order, what the order is worth, and how long it takes."""

    intercept: float
    interest: float
    price: float
    price_weight: Shares
    basket: float
    delay_hours: float


@dataclass(frozen=True)
class Costs:
    """What an advertiser pays, as a share of what a click is worth on average."""

    share: float
    spread: float
    ctr: float


@dataclass(frozen=True)
class Policies:
    """How the platform chooses among the creatives of a slate."""

    slate: int
    uniform: float
    skill: float
    error: float
    sharpness: float


@dataclass(frozen=True)
class Experiment:
    """The A/B test (`effect` on the click's logit in arm B) and the A/A test."""

    effect: float
    share: float
    aa_share: float


@dataclass(frozen=True)
class Product:
    """What is sold: its name and one feature, in Chinese and in English."""

    zh: str
    en: str
    feature_zh: str
    feature_en: str


@dataclass(frozen=True)
class Category:
    """A category: people interested in it, categories near it, price range, the benefit its orders carry, products."""

    name: str
    audience: float
    near: tuple[str, ...]
    price: tuple[int, int]
    benefit: Mapping[str, str]
    products: tuple[Product, ...]


@dataclass(frozen=True)
class Campaign:
    """A campaign: who advertises what, whether clicks or impressions are paid, and how high it bids."""

    name: str
    category: str
    advertiser: str
    brand: Mapping[str, str]
    pays: str
    bid: float


@dataclass(frozen=True)
class Browsing:
    """What people do outside ads: how often they visit, what they look at, how long an interest lasts."""

    visits: float
    spread: float
    length: float
    focus: float
    stay_days: float
    lead_days: int
    events: Shares


@dataclass(frozen=True)
class Fatigue:
    """Weight on the click's logit of log(1 + earlier showings of the ad to the person); at most `most` are counted."""

    effect: float
    most: int


@dataclass(frozen=True)
class Recency:
    """What a view or cart of the ad's category adds to the click's logit, and how soon half of it is gone."""

    effect: float
    half_life_hours: float


@dataclass(frozen=True)
class Drift:
    """What ads of one category gain on the click's logit from a day on."""

    first_day: date
    category: str
    effect: float


@dataclass(frozen=True)
class Delay:
    """How the wait for an order grows with the price: it goes with this power of it."""

    price: float


@dataclass(frozen=True)
class Conflict:
    """What the badge, which raises clicks, does to the order's logit."""

    badge: float


@dataclass(frozen=True)
class Settings:
    """A whole platform; see the comments in `data/demo/shop.toml`."""

    title: str
    currency: str
    calendar: Calendar
    users: People
    context: Context
    ads: Ads
    causes: Causes
    orders: Orders
    costs: Costs
    policies: Policies
    experiment: Experiment
    categories: tuple[Category, ...]
    campaigns: tuple[Campaign, ...]
    behaviour: Browsing | None = None
    fatigue: Fatigue | None = None
    recency: Recency | None = None
    drift: Drift | None = None
    delay: Delay | None = None
    conflict: Conflict | None = None

    @property
    def category_names(self) -> tuple[str, ...]:
        """Names of the categories, in order."""
        return tuple(category.name for category in self.categories)
