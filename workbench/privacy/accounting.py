"""Accounting in zCDP: charges add up exactly, and epsilon is what they amount to at a delta.

A mechanism is rho-zCDP when the Rényi divergence of every order alpha between its outputs on neighbouring data is at
most rho * alpha. Rho adds up over releases chosen one after another, so the ledger keeps whole billionths of it,
rounded up, and every sum is exact. Epsilon is for people: it is computed from the sum and never added.
"""

from fractions import Fraction
from functools import lru_cache
from math import ceil, exp, inf, log, log1p

__all__ = ["DELTA_UNIT", "NANO", "epsilon_at", "gaussian_cost", "laplace_cost", "rho_within"]

NANO = 1_000_000_000
DELTA_UNIT = 1e-15

_GOLDEN = 0.6180339887498949
_SLACK = 1 + 1e-9  # far more than the rounding of some twenty float operations, far less than anyone can see


def gaussian_cost(l2_squared: int, scale: float) -> int:
    """Price discrete Gaussian noise in billionths of rho, rounded up.

    Args:
        l2_squared: Square of the largest Euclidean distance between the answers on neighbouring data.
        scale: The noise's sigma, > 0.

    Returns:
        ceil(1e9 * l2_squared / (2 sigma^2)), in exact arithmetic.

    Source:
        Canonne, Kamath, Steinke (2020), The discrete Gaussian for differential privacy, theorem 14.

    Example:
        >>> gaussian_cost(400, 200.0)
        5000000
    """
    return ceil(Fraction(l2_squared) * NANO / (2 * Fraction(scale) ** 2))


def laplace_cost(l1: int, scale: float) -> int:
    """Price discrete Laplace noise in billionths of rho, rounded up.

    Args:
        l1: Largest sum of absolute differences between the answers on neighbouring data.
        scale: The noise's scale, > 0; it is (l1 / scale)-differentially private.

    Returns:
        ceil(1e9 * epsilon^2 / 2), in exact arithmetic.

    Source:
        Bun, Steinke (2016), Concentrated differential privacy, proposition 1.4.

    Example:
        >>> laplace_cost(20, 200.0)
        5000000
    """
    return ceil((Fraction(l1) / Fraction(scale)) ** 2 * NANO / 2)


@lru_cache(maxsize=4096)
def epsilon_at(rho_nano: int, delta: float) -> float:
    """Say what a sum of rho amounts to as epsilon at a delta.

    Every order alpha > 1 gives a valid bound; the smallest is searched for, so a search that stops early errs on the
    safe side.

    Args:
        rho_nano: Rho in billionths, 0 or more.
        delta: Failure probability, in (0, 1).

    Returns:
        Epsilon, rounded up in the tenth digit.

    Source:
        Canonne, Kamath, Steinke (2020), The discrete Gaussian for differential privacy, corollary 13.

    Example:
        >>> f"{epsilon_at(500_000_000, 1e-7):.2f}"
        '5.67'
    """
    if rho_nano <= 0:
        return 0.0
    rho = rho_nano / NANO

    def bound(log_order: float) -> float:
        above = exp(log_order)  # alpha - 1
        order = 1 + above
        return rho * order + (-log(delta) + above * log1p(-1 / order) - log(order)) / above

    low, high = -14.0, 24.0
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right, best = bound(left), bound(right), inf
    for _ in range(90):
        best = min(best, at_left, at_right)
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = bound(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = bound(right)
    return max(0.0, best) * _SLACK


@lru_cache(maxsize=4096)
def rho_within(epsilon: float, delta: float) -> int:
    """Find how much rho an epsilon at a delta allows.

    Args:
        epsilon: Privacy loss, 0 or more.
        delta: Failure probability, in (0, 1).

    Returns:
        The largest whole number of billionths of rho whose `epsilon_at` is not above `epsilon`.

    Example:
        >>> epsilon_at(rho_within(3.0, 1e-7), 1e-7) <= 3.0 < epsilon_at(rho_within(3.0, 1e-7) + 1, 1e-7)
        True
    """
    high = 1
    while epsilon_at(high, delta) <= epsilon:
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if epsilon_at(middle, delta) <= epsilon else (low, middle)
    return low
