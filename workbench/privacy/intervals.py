"""Intervals from the exact law of the noise: how far a released figure may lie from the bounded total.

They hold the noise and nothing else: what bounding left out is not in them, which every release says.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, erf, exp, log, sqrt

import numpy as np
import numpy.typing as npt

from workbench.privacy.noise import Noise

__all__ = ["Ratios", "half_width", "ratios"]

_EXACT_UP_TO = 1_000.0
_UNDER = 0.005
_Z = 1.959963984540054
_LAPLACE = log(20) / sqrt(2)  # 95 % point of the Laplace law in standard deviations, the widest of all sums of the two
_WHOLE = 10.0  # below this scale the steps between whole numbers are felt

Figures = npt.NDArray[np.float64]


@lru_cache(maxsize=1024)
def half_width(noise: Noise, level: float = 0.95) -> int:
    """Find the half-width of the interval around one released whole number.

    Whole numbers cannot meet a level exactly: the nearest is taken that is at most half a point below it.

    Args:
        noise: The law of the noise.
        level: Share of intervals that hold the bounded total, in (0, 1).

    Returns:
        Half the width, a whole number.

    Example:
        >>> half_width(Noise("laplace", 50.0)), half_width(Noise("gaussian", 200.0))
        (149, 391)
    """
    below, enough = -1, 1
    while _coverage(noise, enough) < level:
        below, enough = enough, 2 * enough
    while enough - below > 1:
        middle = (below + enough) // 2
        below, enough = (below, middle) if _coverage(noise, middle) >= level else (middle, enough)
    short, over = level - _coverage(noise, below), _coverage(noise, enough) - level
    return below if below >= 0 and short < over and short <= _UNDER else enough


@dataclass(frozen=True)
class Ratios:
    """Ratios of two released measures, cell by cell; NaN where the denominator may be zero.

    Attributes:
        value: Numerator over denominator [cells].
        low: Lower ends [cells].
        high: Upper ends [cells].
    """

    value: Figures
    low: Figures
    high: Figures


def ratios(numerator: npt.NDArray[np.int64], top: Noise, denominator: npt.NDArray[np.int64], bottom: Noise) -> Ratios:
    """Divide two released measures and say how sure that is.

    The interval holds every ratio t for which `numerator - t * denominator` is no further from 0 than its noise goes 95
    times in 100. Where the denominator's own interval reaches 0 there is no answer.

    Args:
        numerator: Released values [cells].
        top: Their noise.
        denominator: Released values [cells].
        bottom: Their noise, independent of `top`.

    Returns:
        Values and 95 % intervals.

    Source:
        Fieller, E. C. (1954), Some problems in interval estimation, JRSS B 16, p. 175.
    """
    x, y = numerator.astype(np.float64), denominator.astype(np.float64)
    top_sd, bottom_sd = _deviation(top), _deviation(bottom)
    value, low, high = (np.full(x.shape, np.nan) for _ in range(3))
    known = y > np.maximum(half_width(bottom), _LAPLACE * bottom_sd if bottom.kind == "laplace" else _Z * bottom_sd)
    x, y = x[known], y[known]
    reach = _reach(x / y, top, bottom) if known.any() else np.full(x.shape, _Z)
    reach = np.where(y >= 5 * bottom_sd, reach, np.maximum(reach, _Z if _normal(top, bottom) else _LAPLACE))
    square = reach**2
    scale = y**2 - square * bottom_sd**2
    half = reach * np.sqrt(top_sd**2 * scale + bottom_sd**2 * x**2)
    value[known], low[known], high[known] = x / y, (x * y - half) / scale, (x * y + half) / scale
    return Ratios(value, low, high)


def _coverage(noise: Noise, within: int) -> float:
    """Probability that the noise is at most `within` in absolute value."""
    if within < 0:
        return 0.0
    if noise.kind == "laplace":
        return 1 - 2 * exp(-(within + 1) / noise.scale) / (1 + exp(-1 / noise.scale))
    if noise.scale > _EXACT_UP_TO:  # the sum and the integral to the half step differ by less than 1e-7 here
        return erf((within + 0.5) / (noise.scale * sqrt(2)))
    return _gaussian_sum(noise.scale, within) / _gaussian_sum(noise.scale, ceil(12 * noise.scale) + 2)


def _gaussian_sum(scale: float, within: int) -> float:
    steps = np.arange(1, within + 1, dtype=np.float64)
    return 1.0 + 2.0 * float(np.exp(-((steps / scale) ** 2) / 2).sum())


@lru_cache(maxsize=1024)
def _deviation(noise: Noise) -> float:
    """Standard deviation; below ten units widened so that the normal shape covers the steps of whole numbers."""
    exact = noise.scale * (sqrt(2) if noise.kind == "laplace" else 1.0)
    if noise.scale >= _WHOLE:
        return exact
    return max(exact, (half_width(noise) + 1) / (_LAPLACE if noise.kind == "laplace" else _Z))


def _normal(top: Noise, bottom: Noise) -> bool:
    return top.kind == "gaussian" and bottom.kind == "gaussian"


def _reach(ratio: Figures, top: Noise, bottom: Noise) -> Figures:
    """95 % point of `top - ratio * bottom` in its standard deviations [cells]."""
    if _normal(top, bottom):
        return np.full(ratio.shape, _Z)
    if top.kind != bottom.kind:
        return np.full(ratio.shape, _LAPLACE)
    # Two Laplace laws of scales 1 and s: P(|sum| > t) = (exp(-t) - s^2 exp(-t/s)) / (1 - s^2), solved by halving.
    pair = np.sort(np.stack([np.full(ratio.shape, top.scale), np.abs(ratio) * bottom.scale]), axis=0)
    small = np.clip(pair[0] / pair[1], 1e-9, 1 - 1e-6)
    low, high = np.zeros_like(small), np.full_like(small, 20.0)
    for _ in range(60):
        middle = (low + high) / 2
        beyond = (np.exp(-middle) - small**2 * np.exp(-middle / small)) / (1 - small**2)
        low, high = np.where(beyond > 0.05, middle, low), np.where(beyond > 0.05, high, middle)
    reach: Figures = high / np.sqrt(2 * (1 + small**2))
    return reach
