"""Lift: what a treatment changed against a control, as a factor and as a difference.

The lift's interval is made on the log-ratio scale and turned back, so it is asymmetric, never reaches below -100 %, and
says the same whether treatment is compared with control or control with treatment. (Some tools take the plain delta
method on the ratio itself; the two agree for large samples.) The p-value is Welch's, on the difference.
"""

from dataclasses import dataclass
from math import exp, hypot, isfinite, log, nan, sqrt

from scipy.special import stdtr

from workbench.evaluation.metrics import Metric
from workbench.evaluation.moments import Moments
from workbench.evaluation.rates import two_sided_quantile
from workbench.evaluation.ratios import Estimate, carriers, estimate, ratio_variance

__all__ = ["Lift", "lift"]


@dataclass(frozen=True)
class Lift:
    """A metric in two arms, and what lies between them.

    Attributes:
        metric: What was measured.
        control: The metric in the control arm.
        treatment: The metric in the treatment arm.
        value: Treatment over control minus 1; NaN where either is not above zero.
        low: Lower end of the lift's interval (log-ratio scale), above -1; NaN where there is no lift.
        high: Upper end likewise.
        difference: Treatment minus control, in the metric's unit.
        difference_low: Lower end of the difference's interval.
        difference_high: Upper end likewise.
        p_value: Welch's t-test of no difference, two-sided; NaN where neither arm shows any spread.
        level: Share of such intervals that hold the true value.
    """

    metric: Metric
    control: Estimate
    treatment: Estimate
    value: float
    low: float
    high: float
    difference: float
    difference_low: float
    difference_high: float
    p_value: float
    level: float

    def show(self) -> str:
        """Write the lift with its interval.

        Returns:
            For example `+4.1% (-0.9% to +9.4%)`; "no data" where there is none.
        """
        if not isfinite(self.value):
            return "no data"
        if not isfinite(self.low + self.high):
            return f"{self.value:+.1%} (no interval)"
        return f"{self.value:+.1%} ({self.low:+.1%} to {self.high:+.1%})"


def lift(control: Moments, treatment: Moments, metric: Metric, *, level: float = 0.95) -> Lift:
    """Compare a metric between two groups that share no unit.

    The difference of two rates has Newcombe's interval over the arms' own intervals, which holds for rare events too;
    every other difference has Welch's.

    Args:
        control: What is known of the control arm.
        treatment: What is known of the treatment arm.
        metric: What to compare.
        level: Confidence level, in (0, 1).

    Returns:
        The lift, the difference and the p-value; NaN, shown as "no data", where an arm gives none.

    Source:
        Welch, B. L. (1947), The generalization of Student's problem, Biometrika 34.
        Newcombe, R. G. (1998), Interval estimation for the difference between independent proportions, method 10.

    Example:
        >>> from workbench.evaluation.metrics import METRICS
        >>> a = Moments.of("user", {"clicks": [0, 0, 1, 1] * 500, "impressions": [10, 20, 10, 20] * 500})
        >>> b = Moments.of("user", {"clicks": [0, 1, 1, 1] * 500, "impressions": [10, 20, 10, 20] * 500})
        >>> lift(a, b, METRICS["ctr"]).show()
        '+50.0% (+42.6% to +57.8%)'
    """
    before, after = estimate(control, metric, level=level), estimate(treatment, metric, level=level)
    if not (_measurable(control, metric) and _measurable(treatment, metric)):
        return Lift(metric, before, after, nan, nan, nan, after.value - before.value, nan, nan, nan, level)
    spreads = [ratio_variance(arm, metric, observations=arm.count) * metric.scale**2 for arm in (control, treatment)]
    difference = after.value - before.value
    error, freedom = _welch(spreads, (control.count, treatment.count))
    if metric.kind == "rate":
        low = difference - hypot(after.value - after.low, before.high - before.value)
        high = difference + hypot(after.high - after.value, before.value - before.low)
    else:
        reach = two_sided_quantile(level, freedom) * error if error > 0 else nan
        low, high = difference - reach, difference + reach
    p_value = 2 * float(stdtr(freedom, -abs(difference) / error)) if error > 0 else nan
    ratio = _log_ratio(before.value, after.value, spreads, (control.count, treatment.count), level)
    return Lift(metric, before, after, *ratio, difference, low, high, p_value, level)


def _measurable(moments: Moments, metric: Metric) -> bool:
    """Whether at least two users carry the denominator, so that a spread can be seen."""
    logged = moments.has(metric.numerator, metric.denominator) and moments.count > 1
    return logged and carriers(moments, metric.denominator) > 1 + 1e-9


def _log_ratio(
    before: float, after: float, spreads: list[float], counts: tuple[int, int], level: float
) -> tuple[float, float, float]:
    """Give the lift and the ends of its interval, on the log scale and back."""
    if before <= 0 or after <= 0:
        return nan, nan, nan
    error, freedom = _welch([spreads[0] / before**2, spreads[1] / after**2], counts)
    ratio = log(after / before)
    if error == 0:
        return exp(ratio) - 1, nan, nan
    reach = two_sided_quantile(level, freedom) * error
    return exp(ratio) - 1, exp(ratio - reach) - 1, exp(ratio + reach) - 1 if reach < 14 else nan


def _welch(variances: list[float], counts: tuple[int, int]) -> tuple[float, float]:
    """Give the standard error of a difference and Welch-Satterthwaite's degrees of freedom."""
    total = sum(variances)
    if total == 0:
        return 0.0, float(sum(counts) - 2)
    squares = sum(variance**2 / (count - 1) for variance, count in zip(variances, counts, strict=True))
    return sqrt(total), total**2 / squares
