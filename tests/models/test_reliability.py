"""Reliability against a plain computation and against worlds where the truth is known."""

import numpy as np
import polars as pl
import pytest

from workbench.models.reliability import (
    calibration_by,
    calibration_error,
    calibration_error_by_chance,
    predicted_over_observed,
    reliability_table,
)


def plain_ece(labels: np.ndarray, chances: np.ndarray, bins: int) -> float:
    """Equal-mass ECE as one would write it with quantiles, for probabilities without ties."""
    edges = np.quantile(chances, np.linspace(0, 1, bins + 1))
    place = np.clip(np.searchsorted(edges, chances, side="right") - 1, 0, bins - 1)
    gaps = [abs(labels[place == b].mean() - chances[place == b].mean()) * (place == b).sum() for b in range(bins)]
    return sum(gaps) / len(labels)


def test_calibration_error_equals_a_plain_computation() -> None:
    rng = np.random.default_rng(0)
    chances = rng.random(3000)
    labels = rng.random(3000) < chances**1.3
    # 3,000 rows make bins of 200 whichever way the edges fall, but for one row at an edge.
    assert calibration_error(reliability_table(labels, chances)) == pytest.approx(
        plain_ece(labels, chances, 15), abs=1e-3
    )


def test_two_bins_by_hand() -> None:
    table = reliability_table(np.array([False, True, True, True]), np.array([0.1, 0.3, 0.6, 0.8]), bins=2)
    assert table["predicted"].to_list() == pytest.approx([0.2, 0.7])
    assert table["observed"].to_list() == [0.5, 1.0]
    assert table["low"].null_count() == 1, "a bin of events alone has no interval"
    assert calibration_error(table) == pytest.approx((0.3 + 0.3) / 2)


def test_a_perfect_model_shows_the_error_that_comes_by_chance() -> None:
    rng, seen, expected = np.random.default_rng(1), [], []
    for _ in range(100):
        chances = rng.beta(2, 40, size=6000)
        table = reliability_table(rng.random(6000) < chances, chances)
        seen.append(calibration_error(table))
        expected.append(calibration_error_by_chance(table))
    assert np.mean(seen) == pytest.approx(np.mean(expected), rel=0.05)


def test_bins_cover_the_true_share() -> None:
    rng = np.random.default_rng(2)
    chances = rng.beta(2, 20, size=60_000)
    table = reliability_table(rng.random(60_000) < chances, chances, bins=100)
    inside = (table["low"] <= table["predicted"]) & (table["predicted"] <= table["high"])
    assert inside.mean() >= 0.88


def test_the_ratio_finds_a_known_bias_with_its_interval() -> None:
    rng, covered = np.random.default_rng(3), []
    for _ in range(400):
        people = rng.integers(0, 300, size=2000)
        chances = rng.beta(2, 20, size=2000)
        found = predicted_over_observed(rng.random(2000) < chances, 1.2 * chances, people)
        covered.append(found.low <= 1.2 <= found.high)
    assert 0.92 <= np.mean(covered) <= 0.98


def test_no_event_has_no_ratio() -> None:
    assert str(predicted_over_observed(np.zeros(10, dtype=bool), np.full(10, 0.1))) == "no data"


def test_groups_are_held_against_what_came_and_the_farthest_off_stands_first() -> None:
    rng = np.random.default_rng(4)
    group = pl.Series("campaign", ["good", "high", "none"]).sample(30_000, with_replacement=True, seed=5)
    chances = np.full(30_000, 0.1)
    factor = group.replace_strict({"good": 1.0, "high": 0.5, "none": 0.0}, return_dtype=pl.Float64).to_numpy()
    table = calibration_by(group, rng.random(30_000) < factor * chances, chances)
    assert table["campaign"].to_list() == ["high", "good", "none"]
    assert table["low"][0] < 2 < table["high"][0]
    assert table["low"][1] < 1 < table["high"][1]
    assert table["ratio"][2] is None
    assert table["predicted"].sum() == pytest.approx(3000)
