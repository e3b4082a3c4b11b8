"""What a private view can measure: counts, counts of people, bounded sums, and ratios of two of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Literal

from workbench.checks import nearest_name
from workbench.errors import InputError, UnknownNameError
from workbench.privacy.noise import LARGEST, Sensitivity

__all__ = [
    "Count",
    "CountUsers",
    "Measure",
    "Measured",
    "Ratio",
    "Sum",
    "count",
    "count_users",
    "measured",
    "ratio",
    "sum",
    "summable",
]

MICROS = 1_000_000
_SUMMED = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "BOOLEAN"}
Bound = int | float | Decimal


@dataclass(frozen=True)
class Count:
    """Number of rows; see `count`."""


@dataclass(frozen=True)
class CountUsers:
    """Number of different people; see `count_users`."""


@dataclass(frozen=True)
class Sum:
    """Sum of a column whose values are clamped; see `sum`."""

    column: str
    low: Bound
    high: Bound


@dataclass(frozen=True)
class Ratio:
    """One measure over another; see `ratio`."""

    numerator: str
    denominator: str


Measure = Count | CountUsers | Sum | Ratio


def count() -> Count:
    """Count rows.

    Example:
        >>> count()
        Count()
    """
    return Count()


def count_users() -> CountUsers:
    """Count different people in each cell; a person in two cells counts in both, so cells do not add up to a total."""
    return CountUsers()


def sum(column: str, low: Bound | None = None, high: Bound | None = None) -> Sum:
    """Add up a column, every row's value clamped into a range that is known in advance.

    Args:
        column: A whole-number column of the table, or what happened to the impression: `click` (0 or 1), `order`
            (number of orders), `revenue` (of orders less refunds), `cost`. A column kept in micros may be named with or
            without `_micros`.
        low: Smallest value a row may add: a whole number, for money an amount in the currency with up to 6 decimals,
            0.5 for half a unit.
        high: Largest value a row may add, in the same unit. A row without a value adds 0.

    Raises:
        InputError: If a bound is missing or no number, or they are the wrong way round.

    Example:
        >>> sum("click", 0, 1)
        Sum(column='click', low=0, high=1)
        >>> sum("revenue", 0)
        Traceback (most recent call last):
        workbench.errors.InputError: sum('revenue') has no bounds, ...: write wb.sum('revenue', 0, <largest amount>)
    """
    if low is None or high is None:
        raise InputError(
            f"sum({column!r}) has no bounds, must have both, since one row could move it without limit: "
            f"write wb.sum({column!r}, 0, <largest amount>)"
        )
    for bound in (low, high):
        if isinstance(bound, bool) or not isinstance(bound, int | float | Decimal) or Decimal(bound).is_nan():
            raise InputError(f"sum({column!r}) has bound {bound!r}, must be a number: wb.sum({column!r}, 0, 1)")
    if not low <= high or low == high == 0:
        raise InputError(f"sum({column!r}) has bounds {low} to {high}, must be low <= high and not both 0")
    return Sum(column, low, high)


def ratio(numerator: str, denominator: str) -> Ratio:
    """Divide one released measure of the same view by another: a further reading of both, which costs nothing.

    Args:
        numerator: Name of a measure of the view.
        denominator: Name of another.

    Example:
        >>> ratio("clicks", "n")
        Ratio(numerator='clicks', denominator='n')
    """
    return Ratio(numerator, denominator)


@dataclass(frozen=True, order=True)
class Measured:
    """A measure that is drawn with noise, with its bounds in whole units.

    Attributes:
        kind: What is computed.
        column: The column summed; empty for counts.
        low: Smallest value one row adds.
        high: Largest value one row adds.
        currency: Name of the currency where the units are micros of one; empty otherwise.
        micros: Whether the units are micros.
    """

    kind: Literal["count", "count_users", "sum"]
    column: str = ""
    low: int = 0
    high: int = 1
    currency: str = field(default="", compare=True)
    micros: bool = False

    @property
    def unit(self) -> int:
        """Whole units in one unit of what is shown: a million for money, else 1."""
        return MICROS if self.micros else 1

    def sensitivity(self, limit: int, cells: int) -> Sensitivity:
        """How far a person with at most `limit` rows can move the cells.

        A count moves by one a row and a sum by the larger bound; in the worst case all rows fall into one cell, so both
        norms are `limit` times that. People are counted once a cell, so the rows spread over `min(limit, cells)` cells
        and the squares add up to that number.
        """
        if self.kind == "count_users":
            touched = min(limit, cells)
            return Sensitivity(touched, touched)
        reach = limit * max(abs(self.low), abs(self.high))
        return Sensitivity(reach, reach * reach)

    def content(self) -> dict[str, object]:
        """Plain values that say the same, for the canonical question."""
        if self.kind != "sum":
            return {"kind": self.kind}
        bounds = {"kind": "sum", "column": self.column, "low": self.low, "high": self.high}
        return {**bounds, "micros": True, "currency": self.currency} if self.micros else bounds

    @classmethod
    def from_content(cls, content: Mapping[str, object]) -> "Measured":
        """Read what `content` wrote."""
        return cls(**{name: content[name] for name in cls.__dataclass_fields__ if name in content})  # type: ignore[arg-type]  # written by content()

    def __str__(self) -> str:
        if self.kind == "count":
            return "rows"
        if self.kind == "count_users":
            return "people"
        low, high = (f"{value / self.unit:,.6g}" for value in (self.low, self.high))
        name = self.column.removesuffix("_micros") if self.micros else self.column
        unit = f" {self.currency}" if self.micros else ""
        return f"{name}, each row held within {low} to {high}{unit}"


def measured(measure: Count | CountUsers | Sum, columns: Mapping[str, str], limit: int, currency: str) -> Measured:
    """Turn what the analyst asked into whole units.

    Args:
        measure: The measure.
        columns: Column -> DuckDB type of the table's rows.
        limit: Most rows of one person.
        currency: Name of the currency of money columns.

    Returns:
        The measure in whole units.

    Raises:
        UnknownNameError: If the column does not exist.
        InputError: If it is not of whole numbers, or the bounds are not whole units or too large.
    """
    if isinstance(measure, Count):
        return Measured("count")
    if isinstance(measure, CountUsers):
        return Measured("count_users")
    column = _resolved(measure.column, columns)
    if columns[column] not in _SUMMED:
        raise InputError(
            f"sum({measure.column!r}) is over a column of type {columns[column]}, must be of whole numbers: "
            "noise on fractions can be undone; keep the column in micros"
        )
    micros = column.endswith("_micros")
    low, high = (_whole(measure, bound, MICROS if micros else 1) for bound in (measure.low, measure.high))
    if limit * max(abs(low), abs(high)) > LARGEST // 2**10:
        raise InputError(f"sum({measure.column!r}) times {limit} rows a person leaves 64 bits: give smaller bounds")
    return Measured("sum", column, low, high, currency if micros else "", micros)


def summable(columns: Mapping[str, str]) -> tuple[str, ...]:
    """Name the columns that a sum may be over, as `sum` takes them: money without its `_micros`.

    Args:
        columns: Column -> DuckDB type.

    Example:
        >>> summable({"day": "DATE", "click": "INTEGER", "revenue_micros": "BIGINT"})
        ('click', 'revenue')
    """
    whole = [name for name, kind in columns.items() if kind in _SUMMED]
    return tuple(name if name.removesuffix("_micros") in columns else name.removesuffix("_micros") for name in whole)


def _resolved(name: str, columns: Mapping[str, str]) -> str:
    for column in (name, f"{name}_micros"):
        if column in columns:
            return column
    near = nearest_name(name, columns)
    hint = f"did you mean {near!r}?" if near else f"columns are {', '.join(sorted(columns))}"
    if name in {"click", "order", "revenue", "revenue_micros"}:
        hint = f"the store has no {'clicks' if name == 'click' else 'conversions'} to count {name}s of: load them first"
    raise UnknownNameError(f"sum({name!r}) is over a column that cannot be summed here: {hint}")


def _whole(measure: Sum, bound: Bound, units: int) -> int:
    try:
        value = Decimal(str(bound)) * units
        whole = int(value)
    except (InvalidOperation, OverflowError, ValueError):
        raise InputError(f"sum({measure.column!r}) has bound {bound}, must be a finite number") from None
    if whole != value:
        allowed = "an amount with at most 6 decimals" if units > 1 else "a whole number"
        raise InputError(f"sum({measure.column!r}) has bound {bound}, must be {allowed}")
    return whole
