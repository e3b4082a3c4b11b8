"""Policies: exact propensities, and the identities that hold only when they are."""

import numpy as np

from workbench.simulation.log import SimulatedLog
from workbench.simulation.policies import belief, slate_probabilities
from workbench.simulation.settings import Settings


def probabilities(log: SimulatedLog) -> np.ndarray:
    """Chances of all creatives of each slate, computed row by row from the definition."""
    settings, catalogue = log.settings, log.catalogue
    believed = belief(settings, catalogue, log.seed)
    user = log.requests.user
    row = np.where(log.users.consent[user], log.users.interest[user], len(believed) - 1)
    slate = log.requests.slate[:, :, None].astype(int) * catalogue.per_ad + np.arange(catalogue.per_ad)
    slate = slate.reshape(len(log), -1)
    weights = np.exp(settings.policies.sharpness * believed[row[:, None], slate])
    chances = weights / weights.sum(axis=1, keepdims=True)
    chances[log.choices.uniform] = 1 / slate.shape[1]
    return np.where(slate == log.choices.creative[:, None], chances, 0).sum(axis=1)


def test_chances_sum_to_one_over_a_slate(shop: Settings) -> None:
    scores = np.random.default_rng(0).normal(scale=3, size=(1000, 16))
    uniform = np.arange(1000) % 2 == 0
    chances = slate_probabilities(shop, scores, uniform)
    assert np.abs(chances.sum(axis=1) - 1).max() < 1e-12
    assert (chances > 0).all()
    assert np.allclose(chances[uniform], 1 / 16)
    odds = chances[1, 0] / chances[1, 1]
    assert np.isclose(odds, np.exp(shop.policies.sharpness * (scores[1, 0] - scores[1, 1])))


def test_propensities_are_those_of_the_definition(shop_log: SimulatedLog) -> None:
    assert np.abs(probabilities(shop_log) - shop_log.choices.propensity).max() < 1e-12


def test_inverse_propensities_count_the_slate(shop: Settings, shop_log: SimulatedLog) -> None:
    """The mean of 1/propensity is the number of creatives a policy could have shown, for each policy."""
    options = shop.policies.slate * shop.ads.creatives
    for policy in (True, False):
        weights = 1 / shop_log.choices.propensity[shop_log.choices.uniform == policy]
        assert abs(weights.mean() - options) <= 4 * weights.std() / np.sqrt(len(weights)) + 1e-9


def test_the_uniform_slice_estimates_what_the_policy_earns(shop_log: SimulatedLog) -> None:
    """The random slice, weighted by the softmax policy's chances, earns what the softmax policy earned itself."""
    uniform = shop_log.choices.uniform
    pretended = probabilities(_with_softmax_only(shop_log))
    weighted = (pretended / shop_log.choices.propensity * shop_log.p_click)[uniform]
    earned = shop_log.p_click[~uniform]
    error = np.sqrt(weighted.var() / len(weighted) + earned.var() / len(earned))
    assert abs(weighted.mean() - earned.mean()) < 4 * error
    assert earned.mean() > 1.05 * shop_log.p_click[uniform].mean()


def test_a_tenth_is_uniform(shop: Settings, shop_log: SimulatedLog) -> None:
    share = shop.policies.uniform
    assert abs(shop_log.choices.uniform.mean() - share) < 4 * np.sqrt(share * (1 - share) / len(shop_log))


def test_without_consent_the_policy_does_not_know_the_interest(shop_log: SimulatedLog) -> None:
    unknown = ~shop_log.scene.consent
    matched = shop_log.scene.interest == shop_log.scene.category
    audience = np.array([category.audience for category in shop_log.settings.categories])
    ads = np.bincount(shop_log.scene.category[unknown], minlength=len(audience)) / unknown.sum()
    by_chance = float(audience @ ads)
    # People differ in activity: the effective number of draws is that of people, not of impressions.
    user = shop_log.requests.user[unknown]
    each = np.bincount(user)[np.unique(user)]
    effective = each.sum() ** 2 / (each**2).sum()
    assert abs(matched[unknown].mean() - by_chance) < 4 * np.sqrt(by_chance / effective)
    assert matched[~unknown].mean() > by_chance + 0.05


def _with_softmax_only(log: SimulatedLog) -> SimulatedLog:
    from dataclasses import replace

    return replace(log, choices=replace(log.choices, uniform=np.zeros(len(log), dtype=bool)))
