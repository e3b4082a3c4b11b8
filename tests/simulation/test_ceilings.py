"""Ceilings against scikit-learn, against brute force, and in the order they must have."""

from math import isnan

import numpy as np
import pytest
from sklearn.metrics import log_loss, roc_auc_score

from workbench.simulation.ceilings import ceiling, ranking, surprise
from workbench.simulation.log import SimulatedLog


def test_figures_equal_scikit_learn() -> None:
    draws = np.random.default_rng(0)
    score = np.round(draws.beta(1, 20, size=5000) + 0.001, 3)  # Rounded: ties.
    click = draws.random(5000) < score
    assert ranking(score, click.astype(float)) == pytest.approx(roc_auc_score(click, score), abs=1e-12)
    assert surprise(score, click.astype(float)) == pytest.approx(log_loss(click, score), abs=1e-12)


def test_expected_figures_are_those_of_weighted_rows() -> None:
    draws = np.random.default_rng(1)
    score, chance = np.round(draws.random(300), 2), draws.random(300)
    both = np.r_[score, score]
    labels, weights = np.r_[np.ones(300), np.zeros(300)], np.r_[chance, 1 - chance]
    assert ranking(score, chance) == pytest.approx(roc_auc_score(labels, both, sample_weight=weights), abs=1e-12)


def test_the_expected_auc_is_the_mean_over_redrawn_clicks(shop_log: SimulatedLog) -> None:
    p = shop_log.p_click[:20_000]
    draws = np.random.default_rng(2)
    aucs = [ranking(p, (draws.random(len(p)) < p).astype(float)) for _ in range(60)]
    assert abs(np.mean(aucs) - ranking(p, p)) < 4 * np.std(aucs) / np.sqrt(60)


def test_without_both_kinds_there_is_no_ranking() -> None:
    assert isnan(ranking(np.array([0.1, 0.2]), np.zeros(2)))
    assert isnan(ranking(np.array([]), np.array([])))
    assert isnan(surprise(np.array([]), np.array([])))
    assert ranking(np.full(4, 0.3), np.array([0.0, 1.0, 0.0, 1.0])) == 0.5


def test_no_score_beats_the_oracle_and_the_observable_is_near(shop_log: SimulatedLog) -> None:
    true, seen, click = shop_log.p_click, shop_log.p_click_observable, shop_log.outcomes.click
    oracle, observable = ceiling(true, true, click), ceiling(seen, true, click)
    assert 0 < oracle.expected_auc - observable.expected_auc <= 0.01
    assert oracle.expected_log_loss < observable.expected_log_loss
    constant = surprise(np.full(len(true), true.mean()), true)
    assert observable.expected_log_loss < 0.97 * constant  # Worth learning.
    assert 0.68 < observable.expected_auc < 0.73
    assert abs(oracle.auc - oracle.expected_auc) < 0.01
