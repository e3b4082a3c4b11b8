"""The sample-ratio check against an outside figure, and its rate of false alarms."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from workbench.errors import InputError
from workbench.evaluation.sample_ratio import sample_ratio


def test_equals_growthbook(reference: Callable[[str], dict[str, Any]]) -> None:
    figures = reference("growthbook")["sample_ratio"]
    got = sample_ratio(dict(zip("AB", figures["counts"], strict=True)))
    assert got.p_value == pytest.approx(figures["p_value"], abs=1e-11)
    assert got.mismatch
    assert "not what was planned" in str(got)


def test_planned_shares_may_differ() -> None:
    assert not sample_ratio({"A": 9_000, "B": 1_000}, {"A": 9, "B": 1}).mismatch
    assert sample_ratio({"A": 9_000, "B": 1_000}).mismatch


def test_three_arms() -> None:
    got = sample_ratio({"A": 330, "B": 340, "C": 330})
    assert got.statistic == pytest.approx(0.2)
    assert got.shares == pytest.approx({"A": 1 / 3, "B": 1 / 3, "C": 1 / 3})


def test_p_values_of_sound_experiments_are_uniform() -> None:
    counts = np.random.default_rng(0).multinomial(6_000, [0.5, 0.3, 0.2], size=2_000)
    plan = {"A": 0.5, "B": 0.3, "C": 0.2}
    found = [sample_ratio(dict(zip("ABC", map(int, row), strict=True)), plan).p_value for row in counts]
    assert np.mean(np.array(found) < 0.1) == pytest.approx(0.1, abs=0.02)


@pytest.mark.parametrize("counts", [{}, {"A": 10}, {"A": 0, "B": 0}])
def test_fewer_than_two_arms_or_nobody_is_refused(counts: dict[str, int]) -> None:
    with pytest.raises(InputError, match="must be at least 2 arms and 1 unit"):
        sample_ratio(counts)


@pytest.mark.parametrize("shares", [{"A": 1}, {"A": 1, "B": 0}, {"A": 1, "B": float("nan")}, {"A": 1, "C": 1}])
def test_shares_that_do_not_fit_are_refused(shares: dict[str, float]) -> None:
    with pytest.raises(InputError, match="must be one number > 0 for each of A, B"):
        sample_ratio({"A": 5, "B": 5}, shares)
