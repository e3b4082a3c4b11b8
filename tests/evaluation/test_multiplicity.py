"""Corrections for many looks against definitions and an outside implementation."""

from math import isnan, nan

import numpy as np
import pytest
from scipy.stats import false_discovery_control

from workbench.evaluation.multiplicity import adjust


def test_benjamini_hochberg_equals_scipy() -> None:
    given = np.random.default_rng(0).random(40) ** 2
    np.testing.assert_allclose(adjust(list(given), "benjamini-hochberg"), false_discovery_control(given))


def test_holm_rejects_what_its_steps_reject() -> None:
    random = np.random.default_rng(1)
    for _ in range(200):
        given = random.random(6) ** 3
        rejected, order = set(), np.argsort(given)
        for step, place in enumerate(order):
            if given[place] > 0.05 / (len(given) - step):
                break
            rejected.add(int(place))
        assert {place for place, p in enumerate(adjust(list(given))) if p <= 0.05} == rejected


def test_false_alarms_of_a_family_stay_at_the_level() -> None:
    families = np.random.default_rng(2).random((2_000, 12))
    assert np.mean([min(adjust(list(family))) < 0.05 for family in families]) == pytest.approx(0.05, abs=0.015)


def test_what_could_not_be_compared_does_not_count() -> None:
    got = adjust([0.02, nan, 0.9])
    assert got[0] == pytest.approx(0.04)
    assert isnan(got[1])


@pytest.mark.parametrize("given", [[], [nan], [0.3]])
def test_one_or_none_stays_as_it_is(given: list[float]) -> None:
    assert adjust(given) == pytest.approx(given, nan_ok=True)
    assert adjust(given, "none") == pytest.approx(given, nan_ok=True)
