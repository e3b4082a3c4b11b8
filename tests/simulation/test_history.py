"""What came before: equal to a loop over a small world, and blind to whatever is at or after the moment."""

from dataclasses import fields, replace

import numpy as np
import pytest

from workbench.simulation.behaviour import EVENTS, Behaviour
from workbench.simulation.causes import CLICK_CAUSES, terms
from workbench.simulation.history import WANTING, earlier_showings, recent_interest
from workbench.simulation.log import SimulatedLog, simulate
from workbench.simulation.scene import set_scene
from workbench.simulation.settings import Settings


@pytest.fixture(scope="module")
def small(moving: Settings) -> SimulatedLog:
    """Forty people who see seventy-five ads each."""
    return simulate(replace(moving, users=replace(moving.users, count=40, consent=0.8)), 3_000, 5)


def rows_of(arrays: object, chosen: np.ndarray) -> dict[str, np.ndarray]:
    return {field.name: getattr(arrays, field.name)[chosen] for field in fields(arrays)}


def test_terms_equal_a_loop_over_a_small_world(small: SimulatedLog) -> None:
    settings, requests, behaviour = small.settings, small.requests, small.behaviour
    assert settings.fatigue
    assert settings.recency
    assert behaviour
    telling = {EVENTS.index(name) for name in WANTING}
    for row in range(len(small)):
        user, ad, ts = requests.user[row], small.ad[row], requests.ts[row]
        before = sum(
            requests.user[other] == user and small.ad[other] == ad and requests.ts[other] < ts for other in range(row)
        )
        fatigue = settings.fatigue.effect * np.log(1 + min(before, settings.fatigue.most))
        assert small.click_terms["fatigue"][row] == pytest.approx(fatigue, abs=1e-6)
    seen = list(zip(*(getattr(behaviour, name).tolist() for name in ("user", "category", "event", "ts")), strict=True))
    for row in range(0, len(small), 7):
        asked = (requests.user[row], small.scene.category[row])
        times = [ts for u, c, event, ts in seen if (u, c) == asked and event in telling and ts < requests.ts[row]]
        hours = (requests.ts[row] - max(times)) / 3.6e9 if times else np.inf
        recency = settings.recency.effect * 0.5 ** (hours / settings.recency.half_life_hours)
        assert small.click_terms["recency"][row] == pytest.approx(recency, abs=1e-6)


@pytest.mark.parametrize("row", [0, 17, 1_500, 2_999])
def test_nothing_at_or_after_the_moment_counts(small: SimulatedLog, row: int) -> None:
    """Cut the log behind a row, drop all behaviour from its moment on: every term of the rows up to it stays."""
    behaviour, until = small.behaviour, np.arange(row + 1)
    assert behaviour is not None
    earlier = Behaviour(**rows_of(behaviour, behaviour.ts < small.requests.ts[row]))
    requests = replace(small.requests, **rows_of(small.requests, until))
    creative = small.choices.creative[until]
    scene = set_scene(small.settings, small.users, small.catalogue, requests, creative, earlier)
    for name, term in terms(small.settings, scene, CLICK_CAUSES).items():
        assert np.array_equal(term, small.click_terms[name][until]), name


def test_an_event_at_the_very_moment_does_not_count() -> None:
    one, two = np.zeros(1, dtype=np.int16), np.zeros(2, dtype=np.int16)
    user, ts = np.zeros(2, dtype=np.int32), np.array([1_000, 1_001])
    behaviour = Behaviour(ts=ts[:1], user=user[:1], event=one, category=one, ad=one)
    assert recent_interest(behaviour, user, two, ts, 24.0).tolist() == [0.0, pytest.approx(1.0)]
    assert earlier_showings(user, two, np.array([5, 5])).tolist() == [0, 0]


def test_only_views_and_carts_tell_what_is_wanted() -> None:
    four, user = np.zeros(4, dtype=np.int16), np.zeros(4, dtype=np.int32)
    events = np.arange(4, dtype=np.int16)
    behaviour = Behaviour(ts=np.arange(4) * 3_600_000_000, user=user, event=events, category=four, ad=four)
    asked = np.array([24 + 2]) * 3_600_000_000  # A day after the cart; the later buy says nothing.
    assert EVENTS[2:] == ("cart", "buy")
    assert recent_interest(behaviour, user[:1], four[:1], asked, 24.0)[0] == pytest.approx(0.5)


def test_without_rows_or_events_there_is_nothing() -> None:
    user, index, ts = (np.array([], dtype=kind) for kind in (np.int32, np.int16, np.int64))
    nothing = Behaviour(ts=ts, user=user, event=index, category=index, ad=index)
    assert earlier_showings(user, index, ts).tolist() == []
    assert recent_interest(nothing, user, index, ts, 24.0).tolist() == []
    someone = (np.zeros(1, dtype=np.int32), np.zeros(1, dtype=np.int16), np.ones(1, dtype=np.int64))
    assert recent_interest(nothing, *someone, 24.0).tolist() == [0.0]
