"""Metrics say in plain words who foresees better, and what they rest on."""

import json

import numpy as np
import pytest

from workbench.models.calibration import sigmoid
from workbench.models.metrics import Metrics, measure
from workbench.models.scores import Outcome


@pytest.fixture(scope="module")
def truth() -> np.ndarray:
    return np.random.default_rng(0).normal(-2, 1, size=5000)


@pytest.fixture(scope="module")
def outcome(truth: np.ndarray) -> Outcome:
    return Outcome(np.random.default_rng(1).random(5000) < sigmoid(truth), np.arange(5000) // 4)


def measured(logits: np.ndarray, outcome: Outcome, **others: np.ndarray) -> Metrics:
    return measure("dcnv2", logits, outcome, baselines={"constant": np.full(5000, -1.7), **others})


def test_it_says_plainly_when_lightgbm_wins(truth: np.ndarray, outcome: Outcome) -> None:
    noisy = truth + np.random.default_rng(2).normal(size=5000)
    found = measured(noisy, outcome, lightgbm=truth)
    assert any(finding.startswith("LightGBM foresees better than dcnv2") for finding in found.findings)
    assert found.baselines["lightgbm"].log_loss_gain.high < 0


def test_it_says_when_the_model_wins_and_when_nobody_does(truth: np.ndarray, outcome: Outcome) -> None:
    slight = truth + 0.02 * np.random.default_rng(3).normal(size=5000)
    first, second = measured(truth, outcome, lightgbm=slight).findings[:2]
    assert first.startswith("dcnv2 foresees better than the constant")
    assert "cannot be told apart" in second


def test_it_says_when_the_share_of_events_has_moved(truth: np.ndarray, outcome: Outcome) -> None:
    assert not any("has moved" in finding for finding in measured(truth, outcome).findings)
    assert any("has moved" in finding for finding in measured(truth + 0.5, outcome).findings)


def test_the_ceiling_bounds_the_model(truth: np.ndarray, outcome: Outcome) -> None:
    noisy = truth + np.random.default_rng(2).normal(size=5000)
    found = measure("dcnv2", noisy, outcome, baselines={}, ceiling=truth)
    assert found.ceiling is not None
    assert found.ceiling.auc_gain.high < 0
    assert f"AUC against the observable ceiling: {_gain(found)}." in found.findings


def _gain(found: Metrics) -> str:
    gain = found.ceiling.auc_gain
    return f"{gain.value:+.4f} ({gain.low:+.4f} to {gain.high:+.4f})"


def test_they_show_themselves(truth: np.ndarray, outcome: Outcome) -> None:
    found = measured(truth, outcome, lightgbm=truth / 2)
    html = found._repr_html_()
    assert "LightGBM" in html
    assert "5,000 rows of 1,250 people" in html
    assert found.to_polars()["predictor"].to_list() == ["dcnv2", "constant", "lightgbm"]
    assert "AUC 0." in str(found)


def test_what_is_written_is_read_back(truth: np.ndarray, outcome: Outcome) -> None:
    found = measure("lr", truth, Outcome(outcome.labels, None), baselines={"constant": truth * 0}, ceiling=truth)
    again = Metrics.from_json(json.loads(json.dumps(found.to_json(), allow_nan=False)))
    assert again.to_json() == found.to_json()
    assert again.reliability.equals(found.reliability)
    assert "taken as independent" in again.note


@pytest.mark.parametrize(("came", "says"), [(False, "holds no event"), (True, "holds nothing but events")])
def test_a_test_slice_of_one_class_gives_no_verdict(truth: np.ndarray, came: bool, says: str) -> None:
    outcome = Outcome(np.full(5000, came), np.arange(5000) // 4)
    (finding,) = measured(truth, outcome, lightgbm=truth + 1).findings
    assert says in finding
