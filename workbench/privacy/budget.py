"""The privacy budget: how much one person's data may change what all readers see, over everything ever released."""

from dataclasses import dataclass

from workbench.errors import InputError
from workbench.privacy.accounting import DELTA_UNIT, rho_within

__all__ = ["Budget", "check_number"]

# A tenth of delta is kept for releases that can fail with a small probability (thresholds on discovered keys); the rest
# turns rho into epsilon. It costs well under 1 % of the budget and lets such releases share a ledger with all others.
_KEPT_FOR_THRESHOLDS = 0.1


@dataclass(frozen=True)
class Budget:
    """A total of privacy loss for one store, all its versions and all its releases together.

    Attributes:
        epsilon: Total privacy loss, > 0 and <= 100. At 1 a reader's odds about any one person change by at most e.
        delta: Probability with which that may fail, from 1e-12 to 1e-3; well below one over the number of people.

    Raises:
        InputError: If a number is outside its range.

    Example:
        >>> Budget(epsilon=3, delta=1e-7)
        Budget(epsilon=3, delta=1e-07)
        >>> Budget(epsilon=0)
        Traceback (most recent call last):
        workbench.errors.InputError: epsilon == 0, must be > 0 and <= 100: give a budget, e.g. Budget(epsilon=1)
    """

    epsilon: float
    delta: float = 1e-7

    def __post_init__(self) -> None:
        check_number(self.epsilon, name="epsilon", hint="e.g. Budget(epsilon=1)")
        check_number(self.delta, name="delta", hint="e.g. Budget(epsilon=1, delta=1e-7)")
        if not 0 < self.epsilon <= 100:
            raise InputError(
                f"epsilon == {self.epsilon:g}, must be > 0 and <= 100: give a budget, e.g. Budget(epsilon=1)"
            )
        if not 1e-12 <= self.delta <= 1e-3:
            raise InputError(
                f"delta == {self.delta:g}, must be >= 1e-12 and <= 0.001: "
                "give a share well below one over the number of people, e.g. Budget(epsilon=1, delta=1e-7)"
            )
        if self.rho_nano < 1:
            raise InputError(
                f"epsilon == {self.epsilon:g} at delta == {self.delta:g} buys nothing: give a larger epsilon"
            )

    def __str__(self) -> str:
        return f"epsilon {self.epsilon:g} at delta {self.delta:g}"

    @property
    def conversion_delta(self) -> float:
        """The part of delta at which rho is turned into epsilon."""
        return self.delta * (1 - _KEPT_FOR_THRESHOLDS)

    @property
    def threshold_delta(self) -> int:
        """The part of delta that single releases may spend, in units of 1e-15."""
        return int(self.delta * _KEPT_FOR_THRESHOLDS / DELTA_UNIT)

    @property
    def rho_nano(self) -> int:
        """The whole budget as zCDP, in billionths of rho, rounded down."""
        return rho_within(self.epsilon, self.conversion_delta)


def check_number(value: object, *, name: str, hint: str) -> None:
    """Refuse what is not a number.

    Args:
        value: What was given.
        name: The argument's name, as the caller typed it.
        hint: What to write instead.

    Raises:
        InputError: If it is text, true or false, or nothing.

    Example:
        >>> check_number("much", name="epsilon", hint="e.g. epsilon=0.5")
        Traceback (most recent call last):
        workbench.errors.InputError: epsilon == 'much', must be a number: e.g. epsilon=0.5
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"{name} == {value!r}, must be a number: {hint}")
