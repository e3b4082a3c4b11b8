"""Choosing noise for a share of the budget: the law with the smaller error at the same price.

At equal rho the Gaussian of a one-cell count has sigma equal to the scale of the Laplace law, so its 95 % error is
1.96 against 3.00 of it; where a person touches many cells the Gaussian gains further. Laplace wins only where noise is
about one unit wide, which `fit_noise` finds by comparing the exact laws.
"""

from decimal import ROUND_CEILING, Context, Decimal
from math import sqrt

from workbench.errors import BudgetError
from workbench.privacy.accounting import NANO
from workbench.privacy.intervals import half_width
from workbench.privacy.noise import Kind, Noise, Sensitivity

__all__ = ["fit_noise"]

_SIX_DIGITS = Context(prec=6, rounding=ROUND_CEILING)


def fit_noise(sensitivity: Sensitivity, rho_nano: int, *, kind: Kind | None = None) -> Noise:
    """Find the least noise that a share of the budget pays for.

    Args:
        sensitivity: How far one person can move the measure.
        rho_nano: What may be spent on it, in billionths of rho.
        kind: The law; None takes the one whose 95 % error is smaller, the Gaussian where they are equal.

    Returns:
        The noise, its scale rounded up to six digits; `Noise.cost` is at most `rho_nano`.

    Raises:
        BudgetError: If the share is below one billionth of rho.

    Example:
        >>> fit_noise(Sensitivity(l1=20, l2_squared=400), 5_000_000)
        Noise(kind='gaussian', scale=200.0)
    """
    if rho_nano < 1:
        raise BudgetError("the share of a measure is below one billionth of rho: spend more or ask fewer measures")
    if kind is not None:
        return _fitted(sensitivity, rho_nano, kind)
    gaussian, laplace = _fitted(sensitivity, rho_nano, "gaussian"), _fitted(sensitivity, rho_nano, "laplace")
    return laplace if half_width(laplace) < half_width(gaussian) else gaussian


def _fitted(sensitivity: Sensitivity, rho_nano: int, kind: Kind) -> Noise:
    reach = sqrt(sensitivity.l2_squared) if kind == "gaussian" else float(sensitivity.l1)
    scale = _SIX_DIGITS.create_decimal(reach / sqrt(2 * rho_nano / NANO))
    noise = Noise(kind, float(scale))
    while noise.cost(sensitivity) > rho_nano:  # the rounded-up billionth can be one too many
        scale = _SIX_DIGITS.next_plus(scale)
        noise = Noise(kind, float(Decimal(scale)))
    return noise
