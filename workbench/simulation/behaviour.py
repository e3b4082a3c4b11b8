"""What people do outside ads: they view, keep, put into the cart and buy, led by an interest that moves over days.

The interest of the moment is drawn anew again and again, whatever the profile says, so that only a model that reads the
behaviour can know it. Behaviour depends on nobody having seen or clicked an ad. It is kept only of people who consent.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.simulation.catalogue import Catalogue
from workbench.simulation.people import Users, draw_level
from workbench.simulation.settings import Browsing, Settings
from workbench.simulation.streams import stream

__all__ = ["EVENTS", "Behaviour", "behaviour_table", "draw_behaviour"]

EVENTS: tuple[str, ...] = ("view", "favourite", "cart", "buy")

_SECOND = 1_000_000
_HOUR = 3600 * _SECOND
_MEAN_SECONDS_BETWEEN_EVENTS = 45.0

Indices = NDArray[np.int16]


@dataclass(frozen=True)
class Behaviour:
    """Events in order of time, one entry an event in every array [events].

    Attributes:
        ts: Microseconds since 1970, UTC; from some days before the log's first day to its last.
        user: Index of the person.
        event: Index into `EVENTS`.
        category: Index of the product's category.
        ad: Index of the ad that is for the same product.
    """

    ts: NDArray[np.int64]
    user: NDArray[np.int32]
    event: Indices
    category: Indices
    ad: Indices

    def __len__(self) -> int:
        return len(self.ts)


def draw_behaviour(settings: Settings, browsing: Browsing, users: Users, catalogue: Catalogue, seed: int) -> Behaviour:
    """Draw what people do.

    Args:
        settings: The platform.
        browsing: How its people browse.
        users: Its people.
        catalogue: Its ads, which are for the products that people look at.
        seed: Seed of the world.

    Returns:
        The events of people who consent; the same for every size of the log.
    """
    days = browsing.lead_days + settings.calendar.days
    audience = [category.audience for category in settings.categories]
    visitor, day, visit_ts = _visits(settings, browsing, len(users.names), days, seed)
    number = 1 + stream(seed, "behaviour.length").poisson(browsing.length - 1, len(visitor))
    visit, count = np.repeat(np.arange(len(visitor)), number), int(number.sum())
    user = visitor[visit].astype(np.int32)
    focused = stream(seed, "behaviour.focus").random(count) < browsing.focus
    elsewhere = draw_level(audience, count, stream(seed, "behaviour.elsewhere"))
    current = _current_interest(browsing, audience, len(users.names), days, seed)
    category = np.where(focused, current[user, day[visit]], elsewhere)
    ts = visit_ts[visit] + _since_start_of_visit(number, count, seed)
    event = draw_level((browsing.events[name] for name in EVENTS), count, stream(seed, "behaviour.event"))
    ad = _product(catalogue, category, seed)
    kept = np.flatnonzero(users.consent[user] & (ts < settings.calendar.start + settings.calendar.days * 24 * _HOUR))
    kept = kept[np.argsort(ts[kept], kind="stable")]
    return Behaviour(ts=ts[kept], user=user[kept], event=event[kept], category=category[kept], ad=ad[kept])


def behaviour_table(behaviour: Behaviour, settings: Settings, pseudonyms: pl.Series) -> pl.DataFrame:
    """Make the store's table of behaviour.

    Args:
        behaviour: The events.
        settings: The platform.
        pseudonyms: Pseudonyms of its people, in order.

    Returns:
        One row an event, in order of time.
    """
    ad = behaviour.ad.astype(np.uint32)
    brands = [campaign.brand["en"] for campaign in settings.campaigns for _ in range(settings.ads.per_campaign)]
    products = [f"prd-{number + 1:03d}" for number in range(len(brands))]
    return pl.DataFrame(
        {
            "user_id": pseudonyms.gather(behaviour.user),
            "ts": pl.Series(behaviour.ts).cast(pl.Datetime("us")),
            "event": pl.Series(EVENTS, dtype=pl.String).gather(behaviour.event),
            "category": pl.Series(settings.category_names, dtype=pl.String).gather(behaviour.category),
            "brand": pl.Series(brands, dtype=pl.String).gather(ad),
            "product_id": pl.Series(products, dtype=pl.String).gather(ad),
        }
    )


def _visits(
    settings: Settings, browsing: Browsing, people: int, days: int, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Draw who visits on which day, days before the log's first among them, and when."""
    calendar, spread = settings.calendar, browsing.spread
    eagerness = np.exp(spread * stream(seed, "behaviour.spread").standard_normal(people) - spread * spread / 2)
    each = stream(seed, "behaviour.visits").poisson(browsing.visits * days * eagerness)
    visitor = np.repeat(np.arange(people), each)
    draws = stream(seed, "behaviour.ts")
    day = draws.integers(days, size=len(visitor))
    traffic = np.roll(calendar.hours, -calendar.utc_offset_hours)
    hour = draw_level(traffic / traffic.sum(), len(visitor), draws).astype(np.int64)
    moment = draws.integers(_HOUR, size=len(visitor))
    return visitor, day, calendar.start + ((day - browsing.lead_days) * 24 + hour) * _HOUR + moment


def _since_start_of_visit(number: NDArray[np.int64], count: int, seed: int) -> NDArray[np.int64]:
    gaps = stream(seed, "behaviour.gaps").exponential(_MEAN_SECONDS_BETWEEN_EVENTS * _SECOND, count).astype(np.int64)
    elapsed = np.cumsum(gaps)
    first = np.cumsum(number) - number
    since: NDArray[np.int64] = elapsed - np.repeat(elapsed[first], number)
    return since


def _current_interest(browsing: Browsing, audience: list[float], people: int, days: int, seed: int) -> Indices:
    """Interest of the moment [people, days]: kept from one day to the next or drawn anew."""
    drawn = draw_level(audience, people * days, stream(seed, "behaviour.interest")).reshape(people, days)
    moves = stream(seed, "behaviour.moves").random((people, days)) < 1 / browsing.stay_days
    moves[:, 0] = True
    since = np.maximum.accumulate(np.where(moves, np.arange(days), 0), axis=1)
    current: Indices = np.take_along_axis(drawn, since, axis=1)
    return current


def _product(catalogue: Catalogue, category: Indices, seed: int) -> Indices:
    """Draw one of the category's products, each as likely; a product is named by its ad."""
    ordered = np.argsort(catalogue.category, kind="stable").astype(np.int16)
    size = np.bincount(catalogue.category)
    first = np.cumsum(size) - size
    place = (stream(seed, "behaviour.product").random(len(category)) * size[category]).astype(np.int64)
    ad: Indices = ordered[first[category] + place]
    return ad
