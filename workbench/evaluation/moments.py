"""Sufficient statistics: all that rates, costs and lifts need to know of a group of people.

From n units (users), the sums of a few measures (clicks, cost, ...) and the sums of their products follow every ratio,
its variance clustered by unit, and every lift. Nothing past this file sees rows. A store fills moments by one query
(`workbench.evaluation.filling`); a private release may fill them just as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from workbench.checks import check_name
from workbench.errors import InputError

__all__ = ["UNITS", "Moments", "Unit", "unit_note"]

Unit = Literal["user", "impression"]

UNITS = "units"
"""The measure that is 1 for every unit, so that a mean per user is a ratio like any other."""


@dataclass(frozen=True, eq=False)
class Moments:
    """Sums and sums of products of some measures over independent units.

    Attributes:
        unit: What is taken as independent: `user`, or `impression` where the log names no users.
        count: Number of units.
        names: The measures, in the order of `sums` and `products`.
        sums: Sum of each measure over the units, float64 [measures]. Money in micros.
        products: Sum of the product of each two measures over the units, float64 [measures, measures].

    Example:
        >>> users = Moments.of("user", {"clicks": [0, 1, 2], "impressions": [10, 10, 20]})
        >>> users.sum("clicks"), users.sum("units"), users.product("clicks", "impressions")
        (3.0, 3.0, 50.0)
        >>> (users + users).sum("clicks")
        6.0
    """

    unit: Unit
    count: int
    names: tuple[str, ...]
    sums: npt.NDArray[np.float64]
    products: npt.NDArray[np.float64]

    def __post_init__(self) -> None:
        size = len(self.names)
        if self.sums.shape != (size,) or self.products.shape != (size, size):
            raise InputError(
                f"sums {self.sums.shape} and products {self.products.shape}, must be ({size},) and ({size}, {size}): "
                "give one sum for each name and one product for each two"
            )
        if self.count < 0:
            raise InputError(f"count == {self.count}, must be >= 0: it is a number of units")

    @classmethod
    def of(cls, unit: Unit, columns: Mapping[str, npt.ArrayLike]) -> "Moments":
        """Sum up measures that are at hand unit by unit.

        Args:
            unit: What one entry stands for.
            columns: Measure name to its value for each unit [units]; all of one length.

        Returns:
            Their moments.
        """
        table = np.array([np.asarray(column, dtype=np.float64) for column in columns.values()])
        return cls(unit, table.shape[1], tuple(columns), table.sum(axis=1), table @ table.T)

    @classmethod
    def none(cls, unit: Unit, names: tuple[str, ...]) -> "Moments":
        """Give the moments of a group that holds nobody."""
        return cls(unit, 0, names, np.zeros(len(names)), np.zeros((len(names), len(names))))

    def __add__(self, other: "Moments") -> "Moments":
        """Join two groups that share no unit and hold the same measures."""
        if (self.unit, self.names) != (other.unit, other.names):
            raise InputError(
                f"moments of {self.unit}s over {', '.join(self.names)} and of {other.unit}s over "
                f"{', '.join(other.names)}, must hold the same measures of the same unit"
            )
        return Moments(
            self.unit, self.count + other.count, self.names, self.sums + other.sums, self.products + other.products
        )

    def has(self, *names: str) -> bool:
        """Say whether all these measures are held; `units` always is."""
        return all(name == UNITS or name in self.names for name in names)

    def sum(self, name: str) -> float:
        """Give the sum of a measure over the units."""
        return float(self.count) if name == UNITS else float(self.sums[self._index(name)])

    def product(self, first: str, second: str) -> float:
        """Give the sum of the product of two measures over the units."""
        if first == UNITS:
            return self.sum(second)
        if second == UNITS:
            return self.sum(first)
        return float(self.products[self._index(first), self._index(second)])

    def _index(self, name: str) -> int:
        check_name(name, self.names, name="measure")
        return self.names.index(name)


def unit_note(unit: Unit) -> str:
    """Say in words what the intervals take as independent."""
    if unit == "user":
        return "Intervals are clustered by user: one person's impressions count as one observation."
    return (
        "The log names no users, so each impression counts as independent; where people saw several, the intervals "
        "are too narrow."
    )
