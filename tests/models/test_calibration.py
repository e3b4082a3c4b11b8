"""Calibration finds a known line, equals scikit-learn's, and keeps its hands off what it cannot know."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from workbench.errors import InputError
from workbench.models.calibration import fit_calibrator, log_losses, sigmoid


def drawn(rows: int, slope: float, intercept: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Logits of a model that is wrong by a known line."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(-3, 1, size=rows)
    return (truth - intercept) / slope, rng.random(rows) < sigmoid(truth)


def test_a_known_temperature_is_found() -> None:
    logits, labels = drawn(200_000, slope=0.5, intercept=0.0)
    found = fit_calibrator(logits, labels)
    assert found.slope == pytest.approx(0.5, rel=0.02)
    assert found.intercept == pytest.approx(0.0, abs=0.05)


def test_a_known_line_is_found_and_needs_platt() -> None:
    found = fit_calibrator(*drawn(200_000, slope=0.8, intercept=-0.7))
    assert found.method == "platt"
    assert (found.slope, found.intercept) == pytest.approx((0.8, -0.7), abs=0.05)


def test_the_line_equals_scikit_learn() -> None:
    logits, labels = drawn(5000, slope=0.8, intercept=-0.7)
    found = fit_calibrator(logits, labels)
    # Without Platt's softening of labels, which is 1 / 400 here, hence the tolerance.
    peer = LogisticRegression(C=np.inf, tol=1e-10).fit(logits[:, None], labels)
    assert found.slope == pytest.approx(peer.coef_.item(), rel=0.02)
    assert found.probabilities(logits).mean() == pytest.approx(labels.mean(), rel=0.01)


def test_one_parameter_is_chosen_where_two_do_not_pay() -> None:
    methods = [fit_calibrator(*drawn(3000, slope=0.6, intercept=0.0, seed=seed)).method for seed in range(30)]
    assert methods.count("temperature") >= 20


def test_calibration_lowers_the_loss_on_rows_it_has_not_seen() -> None:
    found = fit_calibrator(*drawn(4000, slope=0.6, intercept=0.4, seed=1))
    logits, labels = drawn(20_000, slope=0.6, intercept=0.4, seed=2)
    assert log_losses(labels, found.logits(logits)).mean() < log_losses(labels, logits).mean()


@pytest.mark.parametrize("events", [1, 4])
def test_few_events_keep_the_line_finite_and_rising(events: int) -> None:
    logits = np.linspace(-6, -2, 1000)
    labels = np.zeros(1000, dtype=bool)
    labels[len(labels) - events :] = True
    found = fit_calibrator(logits, labels)
    assert np.isfinite([found.slope, found.intercept]).all()
    assert found.slope > 0
    assert 0 < found.probabilities(logits).mean() < 0.02


def test_without_any_event_the_model_is_left_as_it_is() -> None:
    assert fit_calibrator(np.linspace(-6, -2, 1000), np.zeros(1000, dtype=bool)).method == "none"


def test_a_model_that_ranks_the_wrong_way_is_left_as_it_is() -> None:
    logits, labels = drawn(5000, slope=1.0, intercept=0.0)
    assert fit_calibrator(-6 - logits, labels).method in {"none", "temperature"}
    assert fit_calibrator(np.full(100, -3.0), labels[:100]).method == "none"


def test_arrays_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="3 logits and 4 labels"):
        fit_calibrator(np.zeros(3), np.zeros(4, dtype=bool))


def test_far_logits_neither_overflow_nor_lose_their_loss() -> None:
    losses = log_losses(np.array([1.0, 0.0]), np.array([-1000.0, 1000.0]))
    assert losses.tolist() == [1000.0, 1000.0]
