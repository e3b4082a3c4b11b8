"""Figures with intervals, from the influence each row has on a figure.

Most figures of a test slice are averages, or smooth functions of averages. The influence of a row says how far the
figure moves per unit of the row's weight, over the number of rows; the variance of the figure is then the sum over
people of the squared sum of their rows' influences. People's impressions lean on one another, so they are added up
before they are squared.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, isfinite, log, nan, sqrt
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Estimate", "clustered_error", "estimate"]

Scale = Literal["plain", "log", "logit"]


@dataclass(frozen=True)
class Estimate:
    """A figure of a sample and how far it can be trusted.

    Attributes:
        value: The figure; NaN where the sample cannot tell.
        low: Lower end of the interval; NaN where it cannot be told.
        high: Upper end of the interval; NaN where it cannot be told.
        level: Share of such intervals that hold the true figure.
    """

    value: float
    low: float
    high: float
    level: float = 0.95

    def __str__(self) -> str:
        if not isfinite(self.value):
            return "no data"
        if not isfinite(self.low):
            return f"{self.value:.4f} (too few rows for an interval)"
        return f"{self.value:.4f} ({self.low:.4f} to {self.high:.4f})"

    def to_json(self) -> dict[str, float | None]:
        """Write the figure as plain data; what is not known is null."""
        ends = {"value": self.value, "low": self.low, "high": self.high, "level": self.level}
        return {name: end if isfinite(end) else None for name, end in ends.items()}

    @classmethod
    def from_json(cls, written: Mapping[str, float | None]) -> "Estimate":
        """Read what `to_json` wrote."""
        return cls(**{name: nan if end is None else end for name, end in written.items()})


def estimate(value: float, error: float, *, level: float = 0.95, scale: Scale = "plain") -> Estimate:
    """Put an interval around a figure by the normal approximation on a scale where it holds.

    Args:
        value: The figure.
        error: Its standard error, 0 or more; NaN where not known.
        level: Confidence level, in (0, 1).
        scale: `plain`; `log` for ratios above 0; `logit` for figures in (0, 1) such as an AUC, so that the interval
            stays inside.

    Returns:
        The figure with its interval; at the edge of the scale there is none.

    Example:
        >>> print(estimate(0.9, 0.03, scale="logit"))
        0.9000 (0.8240 to 0.9453)
    """
    if not isfinite(error):
        return Estimate(value, nan, nan, level)
    z = NormalDist().inv_cdf((1 + level) / 2)
    if scale == "log" and value > 0:
        step = z * error / value
        return Estimate(value, value * exp(-step), value * exp(step), level)
    if scale == "logit" and 0 < value < 1:
        centre, step = log(value / (1 - value)), z * error / (value * (1 - value))
        return Estimate(value, 1 / (1 + exp(step - centre)), 1 / (1 + exp(-step - centre)), level)
    if scale == "plain":
        return Estimate(value, value - z * error, value + z * error, level)
    return Estimate(value, nan, nan, level)


def clustered_error(influence: NDArray[np.float64], clusters: NDArray[np.int64] | None) -> float:
    """Find the standard error of a figure from its rows' influences.

    Args:
        influence: Influence of each row, `[rows]`, mean 0, already divided by the number of rows.
        clusters: Code of the person behind each row, 0 upwards, `[rows]`; None where every row stands alone.

    Returns:
        The standard error; NaN with fewer than two clusters.

    Source:
        Liang and Zeger (1986), Longitudinal data analysis using generalized linear models, Biometrika 73, eq. 7
        (the sandwich), with the factor K / (K - 1) for K clusters.
    """
    sums = influence if clusters is None else np.bincount(clusters, weights=influence)
    if clusters is not None:
        sums = sums[np.bincount(clusters) > 0]
    count = len(sums)
    if count < 2:
        return nan
    return sqrt(count / (count - 1) * float(np.square(sums).sum()))
