"""What follows an impression: clicks, orders with their value and delay, and the cost.

Orders come late and are all written, those after the last impression too. A log that is cut at the end of its calendar
lacks them, most of all orders of the last days and, where the wait grows with the price, of dear goods.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.simulation.catalogue import Catalogue
from workbench.simulation.settings import Settings
from workbench.simulation.streams import stream

__all__ = ["Outcomes", "draw_outcomes", "order_delay_hours"]

_SECOND = 1_000_000
_MEAN_SECONDS_TO_CLICK = 8.0

Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Outcomes:
    """What happened, and what it cost.

    Attributes:
        click: Whether the impression was clicked [rows].
        clicked: Indices of the clicked impressions [clicks].
        click_ts: When, in microseconds since 1970, UTC [clicks].
        ordered: Indices of the impressions with an order [orders].
        order_ts: When [orders].
        revenue_micros: Value of the order [orders].
        cost_micros: What the advertiser pays for the impression [rows].
    """

    click: NDArray[np.bool_]
    clicked: NDArray[np.int64]
    click_ts: NDArray[np.int64]
    ordered: NDArray[np.int64]
    order_ts: NDArray[np.int64]
    revenue_micros: NDArray[np.int64]
    cost_micros: NDArray[np.int64]


def draw_outcomes(
    settings: Settings,
    catalogue: Catalogue,
    ad: NDArray[np.int16],
    ts: NDArray[np.int64],
    p_click: Reals,
    p_order: Reals,
    seed: int,
) -> Outcomes:
    """Draw what happens, given the true probabilities.

    Args:
        settings: The platform.
        catalogue: Its ads.
        ad: Index of the ad shown [rows].
        ts: When, in microseconds since 1970, UTC [rows].
        p_click: Probability of a click [rows].
        p_order: Probability of an order, given a click [rows].
        seed: Seed of the world.

    Returns:
        The outcomes.
    """
    orders = settings.orders
    click = stream(seed, "clicks").random(len(ad)) < p_click
    order = click & (stream(seed, "orders").random(len(ad)) < p_order)
    clicked, ordered = np.flatnonzero(click), np.flatnonzero(order)
    wait = stream(seed, "clicks.delay").exponential(_MEAN_SECONDS_TO_CLICK, len(clicked))
    click_ts = ts[clicked] + _SECOND + (wait * _SECOND).astype(np.int64)
    mean_delay = order_delay_hours(settings, catalogue)[ad[ordered]] * 3600
    delay = stream(seed, "orders.delay").exponential(mean_delay)
    click_ts_of = np.zeros(len(ad), dtype=np.int64)
    click_ts_of[clicked] = click_ts
    revenue = catalogue.price[ad[ordered]] * _spread(orders.basket, len(ordered), seed, "orders.basket")
    return Outcomes(
        click=click,
        clicked=clicked,
        click_ts=click_ts,
        ordered=ordered,
        order_ts=click_ts_of[ordered] + _SECOND + (delay * _SECOND).astype(np.int64),
        revenue_micros=np.round(revenue * 100).astype(np.int64) * 10_000,
        cost_micros=_costs(settings, catalogue, ad, click, seed),
    )


def order_delay_hours(settings: Settings, catalogue: Catalogue) -> Reals:
    """Say how long an order of each ad is waited for.

    Args:
        settings: The platform.
        catalogue: Its ads.

    Returns:
        Mean of the exponential delay from click to order, in hours [ads]; `[orders] delay_hours` at the ads' geometric
        mean price.
    """
    price = np.log(catalogue.price)
    power = 0.0 if settings.delay is None else settings.delay.price
    hours: Reals = settings.orders.delay_hours * np.exp(power * (price - price.mean()))
    return hours


def _costs(
    settings: Settings, catalogue: Catalogue, ad: NDArray[np.int16], click: NDArray[np.bool_], seed: int
) -> NDArray[np.int64]:
    per_impression = np.array([settings.campaigns[index].pays == "impression" for index in catalogue.campaign])
    price = catalogue.click_price[ad] * _spread(settings.costs.spread, len(ad), seed, "costs")
    paid = np.where(per_impression[ad], settings.costs.ctr, click)
    return np.round(price * paid * 1_000_000).astype(np.int64)


def _spread(sigma: float, count: int, seed: int, name: str) -> Reals:
    """Log-normal factors with mean 1, so that spreading a price does not raise it."""
    return np.exp(sigma * stream(seed, name).standard_normal(count) - sigma * sigma / 2)
