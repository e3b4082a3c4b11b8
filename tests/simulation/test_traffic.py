"""Requests: in order of time, by the local day's pattern, with slates of different ads."""

from datetime import UTC, datetime, timedelta

import numpy as np
from scipy import stats

from workbench.simulation.log import SimulatedLog
from workbench.simulation.settings import Settings


def test_times_are_ordered_and_inside_the_calendar(shop: Settings, shop_log: SimulatedLog) -> None:
    ts = shop_log.requests.ts
    first = datetime.combine(shop.calendar.first_day, datetime.min.time(), tzinfo=UTC)
    last = first + timedelta(days=shop.calendar.days)
    assert (np.diff(ts) >= 0).all()
    assert first.timestamp() * 1e6 <= ts[0]
    assert ts[-1] < last.timestamp() * 1e6


def test_traffic_follows_the_local_hour(shop: Settings, shop_log: SimulatedLog) -> None:
    local = (shop_log.requests.ts // 3_600_000_000 + shop.calendar.utc_offset_hours) % 24
    hours = np.array(shop.calendar.hours)
    expected = len(local) * hours / hours.sum()
    assert stats.chisquare(np.bincount(local, minlength=24), expected).pvalue > 1e-4


def test_context_follows_its_shares(shop: Settings, shop_log: SimulatedLog) -> None:
    for levels, shares in (
        (shop_log.requests.placement, shop.context.placement),
        (shop_log.requests.position, shop.context.position),
    ):
        expected = len(shop_log) * np.array(list(shares.values()))
        assert stats.chisquare(np.bincount(levels), expected).pvalue > 1e-4


def test_slates_hold_different_ads_each_as_often(shop_log: SimulatedLog) -> None:
    slate = np.sort(shop_log.requests.slate, axis=1)
    assert (np.diff(slate, axis=1) > 0).all()
    assert stats.chisquare(np.bincount(slate.ravel())).pvalue > 1e-4


def test_people_come_back_on_their_own_device(shop: Settings, shop_log: SimulatedLog) -> None:
    users, requests = shop_log.users, shop_log.requests
    on_main = requests.device == users.device[requests.user]
    by_chance = np.array(list(shop.context.device.values()))[users.device[requests.user]]
    expected = shop.users.main_device + (1 - shop.users.main_device) * by_chance.mean()
    assert abs(on_main.mean() - expected) < 4 * np.sqrt(0.25 / len(shop_log))
