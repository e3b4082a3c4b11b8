"""The metrics by name: each is one measure over another, each is one line here."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from workbench.checks import check_name
from workbench.errors import InputError

__all__ = ["METRICS", "PERFORMANCE", "Metric", "find_metrics"]


@dataclass(frozen=True)
class Metric:
    """A ratio of two measures.

    Attributes:
        name: What the analyst types.
        label: What is shown.
        numerator: Measure above the line.
        denominator: Measure below the line; `units` for a mean per user.
        kind: `rate` where each trial has at most one event, so that it lies in [0, 1]; `money`; `number`.
        scale: Factor from the ratio of the measures to what is shown: money is kept in micros.
    """

    name: str
    label: str
    numerator: str
    denominator: str
    kind: Literal["rate", "money", "number"]
    scale: float = 1.0

    @property
    def per_user(self) -> bool:
        """Whether it is a mean per user and has no meaning in a log without users."""
        return self.denominator == "units"

    def show(self, value: float, currency: str = "") -> str:
        """Write a value of this metric; NaN reads "no data".

        Example:
            >>> METRICS["cpc"].show(0.4171, "EUR"), METRICS["ctr"].show(0.0136), METRICS["roas"].show(float("nan"))
            ('0.417 EUR', '1.36%', 'no data')
        """
        if value != value:  # noqa: PLR0124 - NaN is the one number that differs from itself
            return "no data"
        if self.kind == "rate":
            return f"{value:.2%}"
        digits = 2 if abs(value) >= 10 else 3
        return f"{value:,.{digits}f} {currency}".rstrip() if self.kind == "money" else f"{value:,.{digits}f}"


_MICRO = 1e-6

METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("ctr", "CTR", "clicks", "impressions", "rate"),
        Metric("cvr", "CVR", "converted", "clicks", "rate"),
        Metric("cpc", "CPC", "cost", "clicks", "money", _MICRO),
        Metric("cpm", "CPM", "cost", "impressions", "money", 1000 * _MICRO),
        Metric("cpa", "CPA", "cost", "conversions", "money", _MICRO),
        Metric("roas", "ROAS", "revenue", "cost", "number"),
        Metric("aov", "AOV", "revenue", "conversions", "money", _MICRO),
        Metric("impressions_per_user", "impressions per user", "impressions", "units", "number"),
        Metric("clicks_per_user", "clicks per user", "clicks", "units", "number"),
        Metric("orders_per_user", "orders per user", "conversions", "units", "number"),
        Metric("revenue_per_user", "revenue per user", "revenue", "units", "money", _MICRO),
        Metric("cost_per_user", "cost per user", "cost", "units", "money", _MICRO),
    )
}

PERFORMANCE = ("ctr", "cvr", "cpc", "cpm", "cpa", "roas", "aov")
"""The metrics of a performance table, in its order."""


def find_metrics(names: Iterable[str]) -> tuple[Metric, ...]:
    """Look metrics up by name, once each, in the order given.

    Args:
        names: Names from `METRICS`.

    Returns:
        The metrics.

    Raises:
        InputError: If `names` is empty, or a text instead of a list of texts.
        UnknownNameError: If a name is not a metric; the nearest that is gets suggested.

    Example:
        >>> [metric.label for metric in find_metrics(["ctr", "aov"])]
        ['CTR', 'AOV']
    """
    if isinstance(names, str):
        raise InputError(f'metrics == {names!r}, must be a list of names: write ["{names}"]')
    chosen = tuple(dict.fromkeys(names))
    if not chosen:
        raise InputError(f"metrics == [], must name at least one of {', '.join(METRICS)}")
    for name in chosen:
        check_name(name, METRICS, name="metric")
    return tuple(METRICS[name] for name in chosen)
