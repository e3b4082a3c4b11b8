"""Accounting against outside figures and against the exact law of the Gaussian mechanism."""

from fractions import Fraction
from math import exp, log, sqrt
from statistics import NormalDist

import numpy as np
import pytest

from workbench.privacy.accounting import NANO, epsilon_at, gaussian_cost, laplace_cost, rho_within


def failure(epsilon: float, mu: float) -> float:
    """Exact delta of a Gaussian mechanism of sensitivity over sigma `mu` (Balle, Wang 2018, theorem 8)."""
    normal = NormalDist()
    return normal.cdf(-epsilon / mu + mu / 2) - exp(epsilon) * normal.cdf(-epsilon / mu - mu / 2)


def test_hundred_gaussian_releases_lie_between_the_tight_and_the_simple_figure() -> None:
    # Sigma 200, L2 20, so rho 0.005 each. dp-accounting 0.6.0 (PLD) gives epsilon 5.35 at delta 1e-7; the closed zCDP
    # bound rho + 2 sqrt(rho log(1/delta)) gives 6.18.
    each = gaussian_cost(400, 200.0)
    assert each == 5_000_000
    got = epsilon_at(100 * each, 1e-7)
    assert 5.35 <= got <= 6.18
    assert got <= 1.2 * 5.35
    assert 0.5 + 2 * sqrt(0.5 * log(1e7)) == pytest.approx(6.18, abs=0.005)


def test_one_release_meets_the_measured_figure() -> None:
    # anchor: one discrete Gaussian release of sigma 200, L2 20 is worth 0.479 at delta 1e-7
    assert epsilon_at(5_000_000, 1e-7) == pytest.approx(0.479, abs=5e-4)


@pytest.mark.parametrize("delta", [1e-5, 1e-7, 1e-9])
@pytest.mark.parametrize("rho", [1e-6, 1e-3, 0.1, 1.0, 5.0])
def test_epsilon_is_never_below_what_the_gaussian_law_needs(rho: float, delta: float) -> None:
    epsilon = epsilon_at(int(rho * NANO), delta)
    assert failure(epsilon, sqrt(2 * rho)) <= delta
    assert epsilon <= rho + 2 * sqrt(rho * log(1 / delta)) * (1 + 1e-9)


def test_costs_are_exact_and_rounded_up() -> None:
    draw = np.random.default_rng(0)
    for scale in draw.lognormal(3, 2, 200):
        for cost, exact in (
            (gaussian_cost(49, scale), Fraction(49) / (2 * Fraction(scale) ** 2)),
            (laplace_cost(7, scale), (Fraction(7) / Fraction(scale)) ** 2 / 2),
        ):
            assert 0 <= Fraction(cost, NANO) - exact < Fraction(1, NANO)


def test_rho_within_is_the_largest_that_fits() -> None:
    for epsilon in (0.01, 0.5, 3.0, 20.0):
        rho = rho_within(epsilon, 1e-7)
        assert epsilon_at(rho, 1e-7) <= epsilon < epsilon_at(rho + 1, 1e-7)


def test_nothing_costs_nothing() -> None:
    assert epsilon_at(0, 1e-7) == 0
    assert rho_within(0.0, 1e-7) == 0
