"""Causes: each term by hand, their sum the logit, the planted one the largest."""

from dataclasses import replace
from math import log

import numpy as np
import pytest

from workbench.errors import InputError
from workbench.simulation.causes import CLICK_CAUSES, ORDER_CAUSES, click_logit, order_logit, sigmoid, terms
from workbench.simulation.log import SimulatedLog
from workbench.simulation.scene import Scene
from workbench.simulation.settings import Settings


def one_person() -> Scene:
    """Interested in fashion, very sensitive to prices, in arm B; sees a beauty ad with word and badge on a desktop."""
    return Scene(
        interest=np.array([2], dtype=np.int16),
        price_sensitivity=np.array([2], dtype=np.int16),
        taste=np.array([0.5], dtype=np.float32),
        consent=np.array([True]),
        arm=np.array([True]),
        daypart=np.array([4], dtype=np.int16),
        device=np.array([1], dtype=np.int16),
        position=np.array([3], dtype=np.int16),
        category=np.array([0], dtype=np.int16),
        quality=np.array([-1.0], dtype=np.float32),
        price=np.array([2.0], dtype=np.float32),
        benefit=np.array([True]),
        badge=np.array([True]),
        day=np.array([13], dtype=np.int16),
        showings=np.array([3], dtype=np.int32),
        recent=np.array([0.25], dtype=np.float32),
    )


def test_terms_by_hand(shop: Settings) -> None:
    causes = shop.causes
    expected = {
        "interest": causes.interest_near,
        "hour": causes.daypart["evening"],
        "device": causes.device["desktop"],
        "position": log(causes.examination["4"]),
        "benefit": causes.benefit["high"],
        "badge": causes.badge["desktop"],
        "quality": -causes.quality,
        "taste": causes.taste / 2,
        "arm": shop.experiment.effect,
    }
    parts = terms(shop, one_person(), CLICK_CAUSES)
    assert {name: float(term[0]) for name, term in parts.items()} == pytest.approx(expected, abs=1e-6)
    assert click_logit(shop, parts)[0] == pytest.approx(causes.intercept + sum(expected.values()), abs=1e-6)
    parts = terms(shop, one_person(), ORDER_CAUSES)
    by_hand = {
        "interest": shop.orders.interest * causes.interest_near,
        "price": shop.orders.price * shop.orders.price_weight["high"] * 2,
    }
    assert {name: float(term[0]) for name, term in parts.items()} == pytest.approx(by_hand, abs=1e-6)
    assert order_logit(shop, parts)[0] == pytest.approx(shop.orders.intercept + sum(by_hand.values()), abs=1e-6)


def test_terms_of_the_moving_shop_by_hand(moving: Settings) -> None:
    assert moving.fatigue
    assert moving.recency
    assert moving.drift
    assert moving.conflict
    parts = terms(moving, one_person(), CLICK_CAUSES)
    assert parts["fatigue"][0] == pytest.approx(moving.fatigue.effect * log(1 + 3))
    assert parts["recency"][0] == pytest.approx(moving.recency.effect / 4)
    assert parts["drift"][0] == 0
    sports = moving.category_names.index(moving.drift.category)
    for day, category, expected in ((13, sports, 0), (14, sports, moving.drift.effect), (14, 0, 0), (27, sports, 0.6)):
        there = {"day": np.array([day], dtype=np.int16), "category": np.array([category], dtype=np.int16)}
        found = terms(moving, replace(one_person(), **there), CLICK_CAUSES)["drift"][0]
        assert found == pytest.approx(expected)
    tired = replace(one_person(), showings=np.array([1000], dtype=np.int32))
    most = moving.fatigue.effect * log(1 + moving.fatigue.most)
    assert terms(moving, tired, CLICK_CAUSES)["fatigue"][0] == pytest.approx(most)
    assert terms(moving, one_person(), ORDER_CAUSES)["badge"][0] == pytest.approx(moving.conflict.badge)


def test_a_cause_without_its_settings_has_no_term(shop: Settings) -> None:
    assert not {"fatigue", "recency", "drift"} & set(terms(shop, one_person(), CLICK_CAUSES))
    assert "badge" not in terms(shop, one_person(), ORDER_CAUSES)
    fatigue = next(cause for cause in CLICK_CAUSES if cause.name == "fatigue")
    with pytest.raises(InputError, match="lacks the settings of the cause: add them"):
        fatigue.term(shop, one_person())


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        ({"interest": 0}, {"interest"}),
        ({"daypart": 0}, {"hour"}),
        ({"device": 0}, {"device", "badge"}),
        ({"position": 0}, {"position"}),
        ({"price_sensitivity": 0}, {"benefit"}),
        ({"benefit": False}, {"benefit"}),
        ({"badge": False}, {"badge"}),
        ({"category": 2}, {"interest"}),
        ({"quality": 0}, {"quality"}),
        ({"taste": 0}, {"taste"}),
        ({"arm": False}, {"arm"}),
        ({"consent": False, "price": 0, "day": 20, "showings": 9, "recent": 1}, set()),
    ],
)
def test_each_cause_looks_at_its_own(shop: Settings, change: dict[str, int], moved: set[str]) -> None:
    before = one_person()
    arrays = {name: np.full_like(getattr(before, name), value) for name, value in change.items()}
    old, new = terms(shop, before, CLICK_CAUSES), terms(shop, replace(before, **arrays), CLICK_CAUSES)
    assert {name for name in old if old[name] != new[name]} == moved


def test_terms_add_up_to_the_probability(shop: Settings, shop_log: SimulatedLog) -> None:
    logit = shop.causes.intercept + sum(term.astype(float) for term in shop_log.click_terms.values())
    assert np.abs(sigmoid(logit) - shop_log.p_click).max() < 1e-12


def test_effects_are_modest_and_interest_leads(shop_log: SimulatedLog) -> None:
    moved = {name: np.abs(term - term.mean()) for name, term in shop_log.click_terms.items()}
    mean = {name: float(size.mean()) for name, size in moved.items()}
    assert max(mean, key=mean.__getitem__) == "interest"
    assert mean["interest"] > 1.5 * max(size for name, size in mean.items() if name != "interest")
    top = np.argmax(np.stack(list(moved.values())), axis=0)
    assert (top == list(moved).index("interest")).mean() > 0.6
    assert 0.01 < shop_log.p_click.mean() < 0.05
    assert np.quantile(shop_log.p_click, 0.999) < 0.25
