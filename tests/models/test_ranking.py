"""AUC against all pairs, against a published table, and against itself drawn many times."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from workbench.models.ranking import auc, ranking


def by_pairs(labels: np.ndarray, scores: np.ndarray) -> tuple[float, float]:
    """AUC and DeLong's error by their definition: one kernel value for every pair."""
    wins = np.sign(scores[labels][:, None] - scores[~labels][None, :]) / 2 + 0.5
    rows, columns = wins.mean(axis=1), wins.mean(axis=0)
    return wins.mean(), np.sqrt(rows.var(ddof=1) / len(rows) + columns.var(ddof=1) / len(columns))


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_auc_and_error_equal_those_of_all_pairs(seed: int, ties: bool) -> None:
    rng = np.random.default_rng(seed)
    labels = rng.random(300) < 0.2
    scores = rng.normal(size=300) + labels
    if ties:
        scores = np.round(scores)
    found = ranking(labels, scores)
    assert (found.value, found.error) == pytest.approx(by_pairs(labels, scores), abs=1e-12)
    assert found.value == pytest.approx(roc_auc_score(labels, scores), abs=1e-12)


def test_error_equals_the_published_one() -> None:
    # Hanley and McNeil (1982), Radiology 143, table I: 109 images rated 1 to 5; AUC and DeLong's standard error as
    # printed in the Stata manual, [R] roctab, which analyses the same table.
    healthy, ill = [33, 6, 6, 11, 2], [3, 2, 2, 11, 33]
    scores = np.repeat(np.tile(np.arange(1.0, 6.0), 2), healthy + ill)
    labels = np.repeat([False, True], [sum(healthy), sum(ill)])
    found = ranking(labels, scores)
    assert (round(found.value, 4), round(found.error, 4)) == (0.8932, 0.0307)


def test_clusters_of_one_row_change_next_to_nothing() -> None:
    rng = np.random.default_rng(4)
    labels = rng.random(2000) < 0.3
    scores = rng.normal(size=2000) + labels
    alone, clustered = ranking(labels, scores), ranking(labels, scores, np.arange(2000))
    assert clustered.error == pytest.approx(alone.error, rel=2e-3)


def test_clustered_error_is_the_spread_over_logs_of_other_people() -> None:
    rng = np.random.default_rng(5)
    people = np.repeat(np.arange(150), 6)

    def drawn() -> tuple[np.ndarray, np.ndarray]:
        taste = rng.normal(size=150)[people]
        return rng.random(900) < 1 / (1 + np.exp(1 - taste)), taste + 0.3 * rng.normal(size=900)

    logs = [drawn() for _ in range(400)]
    spread = np.std([ranking(*log).value for log in logs])
    said = np.mean([ranking(*log, people).error for log in logs])
    naive = np.mean([ranking(*log).error for log in logs])
    assert said == pytest.approx(spread, rel=0.1)
    assert naive < 0.9 * said, "without clusters the error would be too small"


def test_interval_covers_the_true_auc() -> None:
    rng, covered = np.random.default_rng(6), []
    truth = 0.760250  # P(N(1, 1) > N(0, 1)) = Phi(1 / sqrt(2))
    for _ in range(600):
        labels = np.arange(300) < 40
        found = auc(labels, rng.normal(size=300) + labels)
        covered.append(found.low <= truth <= found.high)
    assert 0.93 <= np.mean(covered) <= 0.975


@pytest.mark.parametrize("labels", [np.zeros(5, dtype=bool), np.ones(5, dtype=bool)])
def test_one_class_cannot_be_ranked(labels: np.ndarray) -> None:
    assert str(auc(labels, np.arange(5.0))) == "no data"
    assert "too few rows" in str(auc(np.arange(5) == 2, np.arange(5.0)))
