"""One metric of one group with its interval, clustered by user.

A ratio of two sums over users, R = Y / X, has to first order the variance n / (n - 1) * sum((y - R x)^2) / X^2 (delta
method): users are independent, their impressions need not be. Three shapes of interval follow from it:

- a rate lies in [0, 1] and is often near 0: Wilson's interval over the effective number of trials, that is the number
  of independent trials whose variance would be the same;
- a positive ratio (CPC, ROAS): symmetric on the log scale, so that CPC and clicks per unit of money agree;
- a ratio at or below zero (revenue net of refunds): symmetric on the plain scale.

The degrees of freedom come from the users who carry the denominator. With orders from three people, an average order
value rests on three observations, however many people saw the ad.
"""

from dataclasses import dataclass
from math import exp, isfinite, nan, sqrt

from workbench.evaluation.metrics import Metric
from workbench.evaluation.moments import Moments
from workbench.evaluation.rates import two_sided_quantile, wilson

__all__ = ["Estimate", "carriers", "estimate", "ratio_variance"]


@dataclass(frozen=True)
class Estimate:
    """A metric of one group.

    Attributes:
        metric: What was measured.
        value: The metric, money in whole currency units; NaN where the denominator is zero or was not logged.
        low: Lower end of the interval; NaN where the data give none, for example with a single paying user.
        high: Upper end of the interval; NaN likewise.
        level: Share of such intervals that hold the true value.
    """

    metric: Metric
    value: float
    low: float
    high: float
    level: float

    def show(self, currency: str = "") -> str:
        """Write value and interval; "no data" for a zero denominator."""
        shown = self.metric.show(self.value, currency)
        if not isfinite(self.value):
            return shown
        if not isfinite(self.low + self.high):
            return f"{shown} (no interval)"
        return f"{shown} ({self.metric.show(self.low)} to {self.metric.show(self.high)})"


def estimate(moments: Moments, metric: Metric, *, level: float = 0.95) -> Estimate:
    """Estimate a metric of one group.

    Args:
        moments: What is known of the group.
        metric: What to estimate.
        level: Confidence level, in (0, 1).

    Returns:
        The metric with its interval; "no data" where the denominator is zero or a measure was not logged.

    Source:
        Deng, A. et al. (2018), Applying the delta method in metric analytics, KDD, eq. 4 (clustered ratio).
        Dean, N. and Pagano, M. (2015), Evaluating confidence interval methods for binomial proportions in clustered
        surveys, J. Survey Statistics and Methodology 3(4) (Wilson's interval over effective trials).

    Example:
        >>> from workbench.evaluation.metrics import METRICS
        >>> users = Moments.of("user", {"clicks": [1, 0, 0, 2] * 50, "impressions": [10, 10, 20, 20] * 50})
        >>> estimate(users, METRICS["ctr"]).show()
        '5.00% (4.27% to 5.85%)'
        >>> estimate(Moments.none("user", ("clicks", "impressions")), METRICS["ctr"]).show()
        'no data'
    """
    nothing = Estimate(metric, nan, nan, nan, level)
    if not moments.has(metric.numerator, metric.denominator) or moments.sum(metric.denominator) <= 0:
        return nothing
    value = moments.sum(metric.numerator) / moments.sum(metric.denominator)
    low, high = _rate_ends(moments, metric, level) if metric.kind == "rate" else _ratio_ends(moments, metric, level)
    return Estimate(metric, value * metric.scale, low * metric.scale, high * metric.scale, level)


def carriers(moments: Moments, denominator: str) -> float:
    """Count the users who carry a denominator: Kish's effective number, X^2 / sum(x^2).

    All users alike count in full; if one user has nearly all of it, the number is near 1.

    Returns:
        Between 1 and the number of users; 0 where the denominator is zero.
    """
    squares = moments.product(denominator, denominator)
    return moments.sum(denominator) ** 2 / squares if squares > 0 else 0.0


def ratio_variance(moments: Moments, metric: Metric, *, observations: float) -> float:
    """Give the variance of a ratio of two sums over users, before scaling.

    Args:
        moments: What is known of the group; its denominator is not zero.
        metric: The ratio.
        observations: How many observations the estimate rests on, above 1.

    Returns:
        The variance, at least 0.
    """
    y, x = metric.numerator, metric.denominator
    ratio = moments.sum(y) / moments.sum(x)
    residual = moments.product(y, y) - 2 * ratio * moments.product(x, y) + ratio**2 * moments.product(x, x)
    return max(residual, 0.0) / moments.sum(x) ** 2 * observations / (observations - 1)


def _rate_ends(moments: Moments, metric: Metric, level: float) -> tuple[float, float]:
    trials, users = moments.sum(metric.denominator), carriers(moments, metric.denominator)
    value = min(moments.sum(metric.numerator) / trials, 1.0)
    if moments.unit == "impression":
        return wilson(value, trials, two_sided_quantile(level))
    if value in (0, 1) or users <= 1 + 1e-9:
        # No spread was seen, which is no proof of none: count a user as one trial, the most their trials can agree.
        return wilson(value, users, two_sided_quantile(level))
    variance = ratio_variance(moments, metric, observations=users)
    effective = min(trials, value * (1 - value) / variance) if variance > 0 else trials
    return wilson(value, effective, two_sided_quantile(level, users - 1))


def _ratio_ends(moments: Moments, metric: Metric, level: float) -> tuple[float, float]:
    users = carriers(moments, metric.denominator)
    if users <= 1 + 1e-9 or moments.sum(metric.numerator) == 0:
        return nan, nan
    value = moments.sum(metric.numerator) / moments.sum(metric.denominator)
    reach = two_sided_quantile(level, users - 1) * sqrt(ratio_variance(moments, metric, observations=users))
    if value < 0:
        return value - reach, value + reach
    # Beyond a factor of 1e6 the interval says only that nothing is known.
    return (value * exp(-reach / value), value * exp(reach / value)) if reach / value < 14 else (nan, nan)
