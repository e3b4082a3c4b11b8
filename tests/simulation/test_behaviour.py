"""Behaviour: of people who consent, led by an interest that lasts some days and that no profile tells."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from scipy import stats

from workbench.simulation.behaviour import EVENTS, Behaviour, behaviour_table, draw_behaviour
from workbench.simulation.catalogue import draw_catalogue
from workbench.simulation.log import SimulatedLog, simulate
from workbench.simulation.people import draw_users
from workbench.simulation.settings import Browsing, Settings

DAY = 86_400_000_000


def drawn(settings: Settings, browsing: Browsing, seed: int = 7) -> Behaviour:
    return draw_behaviour(settings, browsing, draw_users(settings, seed), draw_catalogue(settings, seed), seed)


@pytest.fixture(scope="module")
def browsing(moving: Settings) -> Browsing:
    assert moving.behaviour is not None
    return moving.behaviour


@pytest.fixture(scope="module")
def behaviour(moving_log: SimulatedLog) -> Behaviour:
    assert moving_log.behaviour is not None
    return moving_log.behaviour


def test_it_is_in_order_of_time_and_inside_its_days(moving: Settings, browsing: Browsing, behaviour: Behaviour) -> None:
    start = moving.calendar.start
    assert (np.diff(behaviour.ts) >= 0).all()
    assert start - browsing.lead_days * DAY <= behaviour.ts[0] < start - (browsing.lead_days - 1) * DAY
    assert start + (moving.calendar.days - 1) * DAY <= behaviour.ts[-1] < start + moving.calendar.days * DAY


def test_people_do_as_much_of_each_as_planned(
    moving: Settings, browsing: Browsing, moving_log: SimulatedLog, behaviour: Behaviour
) -> None:
    people = np.flatnonzero(moving_log.users.consent)
    each = np.bincount(behaviour.user, minlength=len(moving_log.users.names))
    assert not each[~moving_log.users.consent].any()
    expected = browsing.visits * (browsing.lead_days + moving.calendar.days) * browsing.length
    assert abs(each[people].mean() - expected) < 4 * each[people].std() / np.sqrt(len(people)) + 0.01 * expected
    shares = np.bincount(behaviour.event) / len(behaviour)
    assert shares == pytest.approx([browsing.events[name] for name in EVENTS], abs=0.004)


def test_products_are_of_the_category(moving_log: SimulatedLog, behaviour: Behaviour) -> None:
    assert np.array_equal(moving_log.catalogue.category[behaviour.ad], behaviour.category)
    assert len(np.unique(behaviour.ad)) == len(moving_log.catalogue.price)


def test_an_interest_lasts_as_long_as_planned(moving: Settings, browsing: Browsing) -> None:
    """One visit at the most a day and nothing but the current interest: how often is it the same the next day?"""
    seen = drawn(moving, replace(browsing, focus=1.0, visits=1.0))
    day = (seen.ts - moving.calendar.start) // DAY
    first = pl.DataFrame({"user": seen.user, "day": day, "category": seen.category}).group_by("user", "day").first()
    pairs = first.join(first.with_columns(pl.col("day") - 1), on=["user", "day"], suffix="_next")
    same = pairs.select((pl.col("category") == pl.col("category_next")).mean()).item()
    audience = np.array([category.audience for category in moving.categories])
    expected = 1 - 1 / browsing.stay_days * (1 - (audience**2).sum())
    assert same == pytest.approx(expected, abs=0.01)


def test_the_profile_does_not_tell_what_people_look_at(moving_log: SimulatedLog, behaviour: Behaviour) -> None:
    first = np.unique(behaviour.user, return_index=True)[1]  # One event a person: events of one are not independent.
    counts = np.zeros((6, 6))
    np.add.at(counts, (moving_log.users.interest[behaviour.user[first]], behaviour.category[first]), 1)
    assert stats.chi2_contingency(counts).pvalue > 1e-4


def test_it_is_the_same_for_every_size_and_moves_no_other_draw(
    shop_log: SimulatedLog, moving: Settings, moving_log: SimulatedLog, behaviour: Behaviour
) -> None:
    other = simulate(moving, 1_000, 7).behaviour
    assert other is not None
    assert all(np.array_equal(getattr(other, name), array) for name, array in vars(behaviour).items())
    assert not np.array_equal(drawn(moving, replace(moving.behaviour, focus=0.5)).category, behaviour.category)
    for name in ("ts", "user", "device", "position", "slate"):
        assert np.array_equal(getattr(moving_log.requests, name), getattr(shop_log.requests, name))
    assert np.array_equal(moving_log.scene.taste, shop_log.scene.taste)


def test_the_table_names_people_by_pseudonym(moving: Settings, moving_log: SimulatedLog, behaviour: Behaviour) -> None:
    pseudonyms = pl.Series([f"p{number}" for number in range(len(moving_log.users.names))])
    table = behaviour_table(behaviour, moving, pseudonyms)
    assert table.columns == ["user_id", "ts", "event", "category", "brand", "product_id"]
    assert table.null_count().sum_horizontal().item() == 0
    assert table["user_id"][0] == f"p{behaviour.user[0]}"
    assert set(table["event"]) == set(EVENTS)
    assert table["product_id"].n_unique() == len(moving_log.catalogue.price)


def test_people_who_never_visit_leave_nothing(moving: Settings, browsing: Browsing) -> None:
    assert len(drawn(moving, replace(browsing, visits=0.0))) == 0
