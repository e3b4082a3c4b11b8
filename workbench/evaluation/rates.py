"""Rates of independent events, with an interval that holds where events are few.

Clicks are rare, and a normal approximation then reaches below zero and covers too seldom. Wilson's score interval does
neither. Impressions of one person are not independent: their rates go through `workbench.evaluation.ratios`, which
shrinks the number of trials to what it is worth and comes back here.
"""

from dataclasses import dataclass
from math import inf, isnan, nan, sqrt

from scipy.special import stdtrit

from workbench.checks import check_between
from workbench.errors import InputError

__all__ = ["Rate", "rate", "two_sided_quantile", "wilson"]


@dataclass(frozen=True)
class Rate:
    """An observed rate and how far it can be trusted.

    Attributes:
        value: Events per trial, in [0, 1]; NaN where there were no trials.
        low: Lower end of the interval; 0 where there were no trials.
        high: Upper end of the interval; 1 where there were no trials.
        events: Number of events, for example clicks.
        trials: Number of independent trials, for example impressions; a fraction where trials were discounted for
            coming from the same people.
        level: Share of such intervals that hold the true rate.
    """

    value: float
    low: float
    high: float
    events: float
    trials: float
    level: float

    def __str__(self) -> str:
        if isnan(self.value):
            return "no data"
        return f"{self.value:.2%} ({self.low:.2%} to {self.high:.2%})"


def rate(events: float, trials: float, *, level: float = 0.95) -> Rate:
    """Estimate a rate with Wilson's score interval.

    Args:
        events: Number of events, 0 to `trials`.
        trials: Number of independent trials, 0 or more.
        level: Confidence level, in (0, 1).

    Returns:
        The rate with its interval; "no data" when `trials` is 0.

    Raises:
        InputError: If the counts are negative, `events` exceeds `trials`, or `level` is not in (0, 1).

    Source:
        Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference, JASA 22, p. 209.

    Example:
        >>> print(rate(45, 1000))
        4.50% (3.38% to 5.97%)
        >>> print(rate(0, 0))
        no data
    """
    check_between(level, 0, 1, name="level", hint="give a share such as 0.95")
    if not 0 <= events <= trials:
        raise InputError(f"events == {events} of trials == {trials}, must be 0 <= events <= trials")
    if trials == 0:
        return Rate(nan, 0.0, 1.0, events, trials, level)
    low, high = wilson(events / trials, trials, two_sided_quantile(level))
    return Rate(events / trials, low, high, events, trials, level)


def wilson(value: float, trials: float, quantile: float) -> tuple[float, float]:
    """Give the ends of Wilson's interval: the rates from which `value` lies `quantile` standard errors away.

    Args:
        value: Observed rate, in [0, 1].
        trials: Number of independent trials it rests on, above 0.
        quantile: Standard errors at each side, for example 1.96.

    Returns:
        Lower and upper end, in [0, 1].
    """
    square = quantile * quantile
    shrink = 1 + square / trials
    centre = (value + square / (2 * trials)) / shrink
    half = quantile * sqrt(value * (1 - value) / trials + square / (4 * trials * trials)) / shrink
    # At a rate of 0 or 1 the end is the rate itself; rounding would leave it a hair beside.
    return (0.0 if value == 0 else max(0.0, centre - half)), (1.0 if value == 1 else min(1.0, centre + half))


def two_sided_quantile(level: float, freedom: float = inf) -> float:
    """Give how many standard errors to each side hold a share `level`, by Student's t.

    Args:
        level: Confidence level, in (0, 1).
        freedom: Degrees of freedom, above 0; infinite for the normal distribution.

    Returns:
        The quantile, above 0.

    Example:
        >>> round(two_sided_quantile(0.95), 6), round(two_sided_quantile(0.95, 4), 6)
        (1.959964, 2.776445)
    """
    return float(stdtrit(freedom, (1 + level) / 2))
