"""Intervals: they hold the truth as often as they say, and cluster where rows lean on one another."""

import numpy as np
import pytest

from workbench.models.intervals import Estimate, clustered_error, estimate


def test_the_mean_of_independent_rows_has_its_textbook_error() -> None:
    values = np.random.default_rng(0).normal(size=500)
    influence = (values - values.mean()) / len(values)
    assert clustered_error(influence, None) == pytest.approx(values.std(ddof=1) / np.sqrt(500), rel=1e-12)


def test_rows_written_twice_tell_no_more_than_once() -> None:
    values = np.random.default_rng(1).normal(size=300)
    once = clustered_error((values - values.mean()) / 300, None)
    twice = np.repeat(values, 2)
    clusters = np.repeat(np.arange(300), 2)
    assert clustered_error((twice - twice.mean()) / 600, clusters) == pytest.approx(once, rel=1e-12)


def test_clustered_interval_covers_a_mean_of_people() -> None:
    rng, covered = np.random.default_rng(2), []
    people = np.repeat(np.arange(200), 5)
    for _ in range(1000):
        values = rng.normal(size=200)[people] + rng.normal(size=1000)
        found = estimate(values.mean(), clustered_error((values - values.mean()) / 1000, people))
        covered.append(found.low <= 0 <= found.high)
    assert 0.93 <= np.mean(covered) <= 0.97


@pytest.mark.parametrize(("scale", "value"), [("log", 0.01), ("logit", 0.99)])
def test_an_interval_stays_on_its_scale(scale: str, value: float) -> None:
    found = estimate(value, 0.05, scale=scale)
    assert 0 < found.low < value < found.high
    if scale == "logit":
        assert found.high < 1


def test_what_cannot_be_told_says_so() -> None:
    assert str(estimate(float("nan"), float("nan"))) == "no data"
    assert "too few rows" in str(estimate(1.0, 0.0, scale="logit"))
    assert np.isnan(clustered_error(np.array([0.0]), None))


def test_what_is_written_is_read_back() -> None:
    figure = Estimate(0.5, float("nan"), float("nan"))
    assert Estimate.from_json(figure.to_json()).to_json() == {"value": 0.5, "low": None, "high": None, "level": 0.95}
