"""Scores and comparisons against outside figures and against worlds where the better predictor is known."""

import numpy as np
import pytest
from sklearn.metrics import log_loss, roc_auc_score

from workbench.models.calibration import sigmoid
from workbench.models.scores import Comparison, Outcome, Score, compare_scores, score


def world(rows: int = 4000, seed: int = 0) -> tuple[np.ndarray, Outcome]:
    rng = np.random.default_rng(seed)
    truth = rng.normal(-2.5, 1, size=rows)
    return truth, Outcome(rng.random(rows) < sigmoid(truth), rng.integers(0, rows // 4, size=rows))


def test_auc_and_log_loss_equal_scikit_learn() -> None:
    truth, outcome = world()
    found = score(truth, outcome)
    assert found.auc.value == pytest.approx(roc_auc_score(outcome.labels, truth), abs=1e-12)
    assert found.log_loss.value == pytest.approx(log_loss(outcome.labels, sigmoid(truth)), abs=1e-12)
    assert found.log_loss.low < found.log_loss.value < found.log_loss.high
    assert found.ratio.low < 1 < found.ratio.high


def test_the_truth_beats_a_constant_and_the_interval_says_so() -> None:
    truth, outcome = world()
    against = compare_scores(truth, np.full(len(truth), -2.0), outcome)
    assert against.score.auc.value == 0.5
    assert against.log_loss_gain.low > 0
    assert against.auc_gain.low > 0


def test_a_predictor_does_not_differ_from_itself() -> None:
    truth, outcome = world()
    against = compare_scores(truth, truth, outcome)
    assert (against.log_loss_gain.low, against.log_loss_gain.high) == (0.0, 0.0)
    assert (against.auc_gain.low, against.auc_gain.high) == (0.0, 0.0)


def test_equally_good_predictors_differ_no_more_often_than_the_level_says() -> None:
    inside = []
    for seed in range(300):
        truth, outcome = world(rows=800, seed=seed)
        noise = np.random.default_rng(1000 + seed).normal(size=(2, 800))
        against = compare_scores(truth + 0.7 * noise[0], truth + 0.7 * noise[1], outcome)
        gains = (against.log_loss_gain, against.auc_gain)
        inside.append([gain.low <= 0 <= gain.high for gain in gains])
    assert (np.abs(np.mean(inside, axis=0) - 0.95) < 0.035).all()


def test_the_gain_on_the_same_rows_is_known_better_than_either_loss() -> None:
    truth, outcome = world()
    against = compare_scores(truth, truth + 0.1, outcome)
    ours = score(truth, outcome).log_loss
    assert against.log_loss_gain.high - against.log_loss_gain.low < 0.2 * (ours.high - ours.low)


def test_without_events_the_auc_is_not_known_and_the_loss_is() -> None:
    truth, _ = world(rows=100)
    against = compare_scores(truth, truth - 1, Outcome(np.zeros(100, dtype=bool), None))
    assert str(against.auc_gain) == "no data"
    assert against.log_loss_gain.value < 0


def test_what_is_written_is_read_back() -> None:
    truth, outcome = world(rows=200)
    against = compare_scores(truth, truth / 2, outcome)
    assert Comparison.from_json(against.to_json()) == against
    assert Score.from_json(against.score.to_json()) == against.score
