"""True effects: the configured one is found, the A/A arms have none, and good creatives are worth what is planned."""

from dataclasses import replace

import numpy as np
import pytest

from workbench.simulation.causes import CLICK_CAUSES, sigmoid, terms
from workbench.simulation.configuration import load_settings
from workbench.simulation.effects import Effect, arm_effects, creative_lift
from workbench.simulation.log import SimulatedLog, simulate
from workbench.simulation.settings import Settings


@pytest.fixture(scope="module")
def effects(shop: Settings, shop_log: SimulatedLog) -> dict[str, Effect]:
    value = shop_log.catalogue.price[shop_log.ad].astype(float)
    users = len(np.unique(shop_log.requests.user))
    return arm_effects(shop, shop_log.scene, shop_log.logit, shop_log.p_order, value, users)


def test_arm_b_raises_the_odds_by_what_is_configured(
    shop: Settings, shop_log: SimulatedLog, effects: dict[str, Effect]
) -> None:
    base = shop_log.logit - shop.experiment.effect * shop_log.scene.arm
    a, b = sigmoid(base).mean(), sigmoid(base + shop.experiment.effect).mean()
    assert effects["ctr"].a == pytest.approx(a, rel=1e-6)
    assert effects["ctr"].lift == pytest.approx(b / a - 1, rel=1e-5)
    assert 0 < effects["ctr"].lift < np.expm1(shop.experiment.effect)  # Odds grow by more than chances.


def test_what_follows_a_click_grows_with_the_clicks(effects: dict[str, Effect]) -> None:
    assert set(effects) == {"ctr", "cvr", "orders_per_user", "revenue_per_user", "revenue_per_impression"}
    assert abs(effects["cvr"].lift) < 0.005
    for metric in ("orders_per_user", "revenue_per_user", "revenue_per_impression"):
        assert effects[metric].lift == pytest.approx(effects["ctr"].lift, abs=0.005)


def test_the_log_shows_the_effect(shop_log: SimulatedLog, effects: dict[str, Effect]) -> None:
    """Clicks by person, as an analyst would compare them."""
    user, arm = shop_log.requests.user, shop_log.users.arm
    clicks = np.bincount(user, shop_log.outcomes.click, minlength=len(arm))
    shown = np.bincount(user, minlength=len(arm))
    rates, errors = [], []
    for in_b in (False, True):
        x, n = clicks[arm == in_b], shown[arm == in_b]
        rate = x.sum() / n.sum()
        rates.append(rate)
        errors.append(np.sqrt(((x - rate * n) ** 2).sum()) / n.sum() / rate)
    assert abs(np.log(rates[1] / rates[0]) - np.log1p(effects["ctr"].lift)) < 4 * np.hypot(*errors)


def test_the_aa_arms_do_not_differ(shop: Settings, shop_log: SimulatedLog) -> None:
    swapped = replace(shop_log.users, aa_arm=~shop_log.users.aa_arm)
    assert np.array_equal(swapped.arm, shop_log.users.arm)
    same = terms(shop, shop_log.scene, CLICK_CAUSES)  # The scene does not even hold the A/A arm.
    assert all(np.array_equal(same[name], shop_log.click_terms[name]) for name in same)
    aa_arm, p = shop_log.users.aa_arm[shop_log.requests.user], shop_log.p_click
    user = shop_log.requests.user
    total, shown = np.bincount(user, p), np.bincount(user)
    means, errors = [], []
    for in_a2 in (False, True):
        rate = p[aa_arm == in_a2].mean()
        own = shop_log.users.aa_arm[: len(shown)] == in_a2
        means.append(rate)
        errors.append(np.sqrt(((total - rate * shown)[own] ** 2).sum()) / shown[own].sum())
    assert abs(means[1] - means[0]) < 4 * np.hypot(*errors)


def test_the_best_creative_is_worth_20_to_40_percent(shop: Settings, shop_log: SimulatedLog) -> None:
    found = creative_lift(shop, shop_log.catalogue, shop_log.scene, shop_log.ad, shop_log.logit)
    assert 0.2 <= found <= 0.4


def test_in_the_flat_shop_nothing_is_worth_anything() -> None:
    flat = load_settings("flat")
    log = simulate(flat, 2000, 7)
    assert np.ptp(log.p_click) == 0
    assert np.ptp(log.p_click_observable) < 1e-12
    assert creative_lift(flat, log.catalogue, log.scene, log.ad, log.logit) == pytest.approx(0, abs=1e-12)
    effects = arm_effects(flat, log.scene, log.logit, log.p_order, np.ones(len(log)), 100)
    assert all(effect.lift == 0 for effect in effects.values())
