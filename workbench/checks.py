"""One place where arguments are checked, so that every message reads alike."""

from collections.abc import Iterable
from difflib import get_close_matches

from workbench.errors import InputError, UnknownNameError

__all__ = ["check_at_least", "check_between", "check_name", "nearest_name"]


def check_between(value: float, low: float, high: float, *, name: str, hint: str = "") -> None:
    """Refuse a number outside the open interval (low, high).

    Args:
        value: The number to check.
        low: Lower limit, itself not allowed.
        high: Upper limit, itself not allowed.
        name: The argument's name, as the caller typed it.
        hint: What to do instead, one clause.

    Raises:
        InputError: If the number is outside the interval or NaN.

    Example:
        >>> check_between(2, 0, 1, name="level", hint="give a share such as 0.95")
        Traceback (most recent call last):
        workbench.errors.InputError: level == 2, must be > 0 and < 1: give a share such as 0.95
    """
    if not low < value < high:
        raise InputError(f"{name} == {value:g}, must be > {low:g} and < {high:g}" + _clause(hint))


def check_at_least(value: float, low: float, *, name: str, hint: str = "") -> None:
    """Refuse a number below `low`, or NaN.

    Args:
        value: The number to check.
        low: Smallest number allowed.
        name: The argument's name, as the caller typed it.
        hint: What to do instead, one clause.

    Raises:
        InputError: If the number is smaller than `low` or NaN.

    Example:
        >>> check_at_least(0, 1, name="impressions")
        Traceback (most recent call last):
        workbench.errors.InputError: impressions == 0, must be >= 1
    """
    if not value >= low:
        raise InputError(f"{name} == {value:g}, must be >= {low:g}" + _clause(hint))


def check_name(value: str, allowed: Iterable[str], *, name: str) -> None:
    """Refuse a name that is not among those allowed, and suggest the nearest.

    Args:
        value: The name given.
        allowed: The names that exist.
        name: What the name is of, for example `model`.

    Raises:
        UnknownNameError: If the name is not allowed.

    Example:
        >>> check_name("dcnv", ["dcnv2", "lightgbm"], name="model")
        Traceback (most recent call last):
        workbench.errors.UnknownNameError: model == 'dcnv', must be one of dcnv2, lightgbm: did you mean 'dcnv2'?
    """
    names = sorted(allowed)
    if value not in names:
        near = nearest_name(value, names)
        hint = f"did you mean {near!r}?" if near else ""
        raise UnknownNameError(f"{name} == {value!r}, must be one of {', '.join(names)}" + _clause(hint))


def nearest_name(value: str, allowed: Iterable[str]) -> str | None:
    """Find the allowed name that looks most like the one given.

    Args:
        value: The name given.
        allowed: The names that exist.

    Returns:
        The nearest name, or None where none is near.
    """
    near = get_close_matches(value.lower(), list(allowed), n=1)
    return near[0] if near else None


def _clause(hint: str) -> str:
    return f": {hint}" if hint else ""
