"""How numbers read in charts, tables and sentences: one way everywhere."""

from math import isfinite

__all__ = ["NO_DATA", "amount", "between", "number", "percent", "signed_percent", "whole", "with_interval"]

NO_DATA = "no data"
_GAP = "\u00a0"  # A number and its unit stay on one line.


def percent(value: float | None, digits: int = 2) -> str:
    """Write a share as per cent.

    Example:
        >>> percent(0.0312), percent(0.412, 1), percent(None)
        ('3.12%', '41.2%', 'no data')
    """
    return NO_DATA if value is None or not isfinite(value) else f"{100 * value:.{digits}f}%".replace("-", "−")


def signed_percent(value: float | None, digits: int = 1) -> str:
    """Write a relative change with its sign.

    Example:
        >>> signed_percent(0.041), signed_percent(-0.2)
        ('+4.1%', '−20.0%')
    """
    if value is None or not isfinite(value):
        return NO_DATA
    return f"{'+' if value >= 0 else '−'}{percent(abs(value), digits)}"


def whole(value: float | None) -> str:
    """Write a count with thousands apart.

    Example:
        >>> whole(1234567.2)
        '1,234,567'
    """
    return NO_DATA if value is None or not isfinite(value) else f"{value:,.0f}".replace("-", "−")


def number(value: float | None, digits: int = 3) -> str:
    """Write a plain number with a fixed number of decimals.

    Example:
        >>> number(-0.41, 2)
        '−0.41'
    """
    return NO_DATA if value is None or not isfinite(value) else f"{value:,.{digits}f}".replace("-", "−")


def amount(value: float | None, unit: str) -> str:
    r"""Write a value the way its unit asks for.

    Args:
        value: The value; None or NaN reads "no data".
        unit: `share` (in [0, 1]), `change` (relative, signed), `count`, empty for a plain number, else put behind.

    Example:
        >>> amount(0.031, "share"), amount(1200, "count"), amount(3.5, "USD")
        ('3.10%', '1,200', '3.50\xa0USD')
    """
    if unit == "share":
        return percent(value)
    if unit == "change":
        return signed_percent(value)
    if unit == "count":
        return whole(value)
    if unit == "":
        return number(value)
    shown = number(value, 2)
    return shown if shown == NO_DATA else f"{shown}{_GAP}{unit}"


def between(low: float | None, high: float | None, unit: str) -> str:
    """Write an interval.

    Example:
        >>> between(0.0281, 0.0343, "share"), between(-0.01, 0.09, "change")
        ('2.81% to 3.43%', '−1.0% to +9.0%')
    """
    if low is None or high is None or not isfinite(low + high):
        return "no interval"
    return f"{amount(low, unit).removesuffix(f'{_GAP}{unit}')} to {amount(high, unit)}"


def with_interval(value: float | None, low: float | None, high: float | None, unit: str) -> str:
    """Write a value with its interval behind it.

    Example:
        >>> with_interval(0.031, 0.0281, 0.0343, "share"), with_interval(None, None, None, "share")
        ('3.10% (2.81% to 3.43%)', 'no data')
    """
    shown = amount(value, unit)
    return shown if shown == NO_DATA else f"{shown} ({between(low, high, unit)})"
