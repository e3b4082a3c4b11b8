"""Rates against outside figures, against the truth, and against what people type."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

from workbench.errors import InputError
from workbench.evaluation.rates import rate, two_sided_quantile, wilson


def test_wilson_interval_equals_statsmodels(reference: Callable[[str], dict[str, Any]]) -> None:
    figures = reference("statsmodels")["wilson"]
    got = rate(figures["events"], figures["trials"])
    assert (got.low, got.high) == pytest.approx((figures["low"], figures["high"]), abs=1e-8)


@pytest.mark.parametrize(("truth", "trials"), [(0.002, 1_000), (0.004, 5_000), (0.02, 5_000)])
def test_interval_covers_a_rare_rate(truth: float, trials: int) -> None:
    # Exact: the chance of every number of clicks, times whether its interval holds the truth.
    counts = range(100 + int(2 * truth * trials))
    covered = [(found := rate(count, trials)).low <= truth <= found.high for count in counts]
    assert 0.94 <= np.sum(binom.pmf(counts, trials, truth) * covered) <= 0.96


@pytest.mark.parametrize("events", [0, 1, 7, 10])
def test_ends_are_the_rates_that_lie_a_quantile_away(events: int) -> None:
    quantile = two_sided_quantile(0.9)
    for end in wilson(events / 10, 10, quantile):
        distance = abs(events / 10 - end)
        assert distance == pytest.approx(quantile * np.sqrt(end * (1 - end) / 10), abs=1e-12)


def test_no_trials_is_no_data() -> None:
    nothing = rate(0, 0)
    assert str(nothing) == "no data"
    assert (nothing.low, nothing.high) == (0, 1)


def test_extreme_rates_end_at_themselves() -> None:
    assert rate(0, 50).low == 0
    assert rate(50, 50).high == 1


@pytest.mark.parametrize(("events", "trials"), [(-1, 10), (11, 10), (1, 0)])
def test_impossible_counts_are_refused(events: int, trials: int) -> None:
    with pytest.raises(InputError, match="must be 0 <= events <= trials"):
        rate(events, trials)


@pytest.mark.parametrize("level", [0, 1, 95, float("nan")])
def test_impossible_levels_are_refused(level: float) -> None:
    with pytest.raises(InputError, match=r"level == .*give a share such as 0.95"):
        rate(1, 2, level=level)
