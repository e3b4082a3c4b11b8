"""Outcomes: what happened agrees with the probabilities it was drawn from."""

import numpy as np
import pytest
from scipy import stats

from workbench.simulation.log import SimulatedLog
from workbench.simulation.outcomes import order_delay_hours
from workbench.simulation.settings import Settings


def standard_errors_off(happened: np.ndarray, chance: np.ndarray) -> float:
    return abs(happened.sum() - chance.sum()) / np.sqrt((chance * (1 - chance)).sum())


@pytest.mark.parametrize("by", ["position", "arm", "device", "daypart", "interest", "benefit", "badge"])
def test_clicks_agree_with_truth_in_every_group(shop_log: SimulatedLog, by: str) -> None:
    group = getattr(shop_log.scene, by)
    for level in np.unique(group):
        rows = group == level
        assert standard_errors_off(shop_log.outcomes.click[rows], shop_log.p_click[rows]) < 4


@pytest.mark.parametrize("known", ["p_click", "p_click_observable"])
def test_probabilities_are_calibrated(any_log: SimulatedLog, known: str) -> None:
    chance = getattr(any_log, known)
    bins = np.searchsorted(np.quantile(chance, np.linspace(0, 1, 21)[1:-1]), chance)
    off = [standard_errors_off(any_log.outcomes.click[bins == b], chance[bins == b]) for b in range(20)]
    assert max(off) < 4.5
    assert stats.chi2.sf(np.square(off).sum(), 20) > 1e-4


def test_clicks_and_orders_follow_one_another(shop_log: SimulatedLog) -> None:
    outcomes, ts = shop_log.outcomes, shop_log.requests.ts
    assert np.array_equal(np.flatnonzero(outcomes.click), outcomes.clicked)
    assert outcomes.click[outcomes.ordered].all()
    assert (outcomes.click_ts > ts[outcomes.clicked]).all()
    clicked_at = dict(zip(outcomes.clicked.tolist(), outcomes.click_ts.tolist(), strict=True))
    assert all(
        at > clicked_at[row] for row, at in zip(outcomes.ordered.tolist(), outcomes.order_ts.tolist(), strict=True)
    )


def test_orders_agree_with_truth(shop: Settings, shop_log: SimulatedLog) -> None:
    outcomes = shop_log.outcomes
    ordered = np.isin(outcomes.clicked, outcomes.ordered)
    assert standard_errors_off(ordered, shop_log.p_order[outcomes.clicked]) < 4
    delay = (outcomes.order_ts - outcomes.click_ts[ordered]) / 3.6e9
    assert abs(delay.mean() - shop.orders.delay_hours) < 4 * shop.orders.delay_hours / np.sqrt(len(delay))
    price = shop_log.catalogue.price[shop_log.ad[outcomes.ordered]]
    spread = outcomes.revenue_micros / 1e6 / price
    assert abs(spread.mean() - 1) < 4 * spread.std() / np.sqrt(len(spread))


def test_each_campaign_pays_as_it_says(shop: Settings, shop_log: SimulatedLog) -> None:
    outcomes = shop_log.outcomes
    campaign = shop_log.catalogue.campaign[shop_log.ad]
    pays = np.array([shop.campaigns[index].pays for index in campaign])
    by_click = pays == "click"
    assert np.array_equal(outcomes.cost_micros[by_click] > 0, outcomes.click[by_click])
    assert (outcomes.cost_micros[~by_click] > 0).all()
    returned = outcomes.revenue_micros.sum() / outcomes.cost_micros.sum()
    assert 1.5 < returned < 5  # A believable return on ad spend.


def test_orders_of_dear_goods_come_later(moving: Settings, moving_log: SimulatedLog) -> None:
    """The logarithm of an exponential delay has the standard deviation pi / sqrt(6), whatever its mean."""
    assert moving.delay is not None
    outcomes = moving_log.outcomes
    delay = outcomes.order_ts - outcomes.click_ts[np.isin(outcomes.clicked, outcomes.ordered)]
    price = np.log(moving_log.catalogue.price[moving_log.ad[outcomes.ordered]])
    slope = stats.linregress(price, np.log(delay / 3.6e9)).slope
    error = np.pi / np.sqrt(6) / (price.std() * np.sqrt(len(price)))
    assert abs(slope - moving.delay.price) < 4 * error
    assert moving.delay.price > 4 * error  # It would be seen if it were not there.
    hours = order_delay_hours(moving, moving_log.catalogue)
    assert np.exp(np.log(hours).mean()) == pytest.approx(moving.orders.delay_hours)


def test_a_log_cut_at_its_end_loses_late_orders_as_many_as_expected(moving: Settings, moving_log: SimulatedLog) -> None:
    outcomes = moving_log.outcomes
    end = moving.calendar.start + moving.calendar.days * 86_400_000_000
    clicked_at = outcomes.click_ts[np.isin(outcomes.clicked, outcomes.ordered)]
    hours = order_delay_hours(moving, moving_log.catalogue)[moving_log.ad[outcomes.ordered]]
    chance = np.exp(-np.maximum(end - clicked_at, 0) / 3.6e9 / hours)
    late = outcomes.order_ts >= end
    assert standard_errors_off(late, chance) < 4
    dear = hours > np.median(hours)
    assert chance[dear].mean() > 1.5 * chance[~dear].mean()
