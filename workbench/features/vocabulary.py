"""Codes for values: categories into one fused table, numbers standardised, as the training rows had them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.checks import check_at_least, nearest_name
from workbench.errors import DataError, InputError
from workbench.features.fields import FeatureSpec

__all__ = ["Encoded", "Vocabulary", "learn_vocabulary"]


@dataclass(frozen=True)
class Encoded:
    """Rows as arrays.

    Attributes:
        categorical: Codes into the fused table, offsets added, int32 `[rows, categorical fields]`.
        numeric: Standardised values, float32 `[rows, numeric fields]`; 0 where missing.
        missing: Where the numeric value is missing, bool `[rows, numeric fields]`.
    """

    categorical: NDArray[np.int32]
    numeric: NDArray[np.float32]
    missing: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.categorical)


@dataclass(frozen=True)
class Vocabulary:
    """What the training rows taught about the values of each field.

    Attributes:
        spec: The fields.
        categories: Kept values of each categorical field, most frequent first; value i has code i + 1, everything
            else has code 0, unknown.
        means: Mean of each numeric field over training rows that have it.
        deviations: Standard deviation of each numeric field, above 0.
    """

    spec: FeatureSpec
    categories: Mapping[str, tuple[str, ...]]
    means: Mapping[str, float]
    deviations: Mapping[str, float]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Codes of each categorical field, the unknown one included, in the order of the spec."""
        return tuple(len(self.categories[field.name]) + 1 for field in self.spec.of_kind("categorical"))

    @property
    def offsets(self) -> NDArray[np.int32]:
        """First code of each categorical field in the fused table, which is its unknown code."""
        return np.concatenate([[0], np.cumsum(self.sizes)[:-1]]).astype(np.int32)[: len(self.sizes)]

    @property
    def order(self) -> tuple[int, ...]:
        """Place of each field of the spec among categorical fields followed by numeric ones."""
        places = [*self.spec.of_kind("categorical"), *self.spec.of_kind("numeric")]
        return tuple(places.index(field) for field in self.spec)

    def encode(self, rows: pl.DataFrame) -> Encoded:
        """Turn raw rows into arrays.

        Args:
            rows: One raw column a field; other columns are ignored. Values never seen are unknown, numbers that are
                null, NaN or infinite are missing.

        Returns:
            The arrays, in the order of the rows.

        Raises:
            InputError: If a field's column is missing; it is named.
            DataError: If a numeric field holds something else.
        """
        absent = [name for name in self.spec.names if name not in rows.columns]
        if absent:
            near = nearest_name(absent[0], rows.columns)
            hint = f"; {absent[0]!r} may be the column {near!r}" if near else ""
            raise InputError(f"rows lack the columns {', '.join(absent)}, must hold every field of the run{hint}")
        categorical, numeric = self.spec.of_kind("categorical"), self.spec.of_kind("numeric")
        codes = np.zeros((len(rows), len(categorical)), dtype=np.int32)
        for place, (field, offset) in enumerate(zip(categorical, self.offsets, strict=True)):
            codes[:, place] = offset
            codes[:, place] += _codes(rows[field.name], self.categories[field.name])
        values = np.zeros((len(rows), len(numeric)), dtype=np.float32)
        missing = np.zeros((len(rows), len(numeric)), dtype=np.bool_)
        for place, field in enumerate(numeric):
            raw = _numbers(rows, field.name)
            missing[:, place] = ~np.isfinite(raw)
            scaled = (raw - self.means[field.name]) / self.deviations[field.name]
            values[:, place] = np.where(missing[:, place], 0.0, np.clip(scaled, -_FARTHEST, _FARTHEST))
        return Encoded(codes, values, missing)

    def to_json(self) -> dict[str, Any]:
        """Write the vocabulary as plain data, for a run's folder."""
        return {
            "categories": {name: list(values) for name, values in self.categories.items()},
            "means": dict(self.means),
            "deviations": dict(self.deviations),
        }

    @classmethod
    def from_json(cls, spec: FeatureSpec, written: Mapping[str, Any]) -> "Vocabulary":
        """Read what `to_json` wrote."""
        categories = {name: tuple(values) for name, values in written["categories"].items()}
        return cls(spec, categories, dict(written["means"]), dict(written["deviations"]))


# A value so many deviations out is a slip of the log more often than news; it counts as this far and no farther.
_FARTHEST = 10.0


def learn_vocabulary(
    rows: pl.DataFrame, spec: FeatureSpec, *, least_rows: int = 5, most_values: int = 1_000_000
) -> Vocabulary:
    """Learn the values of each field from the training rows alone.

    Args:
        rows: Training rows, one raw column a field.
        spec: The fields.
        least_rows: A category seen in fewer rows is unknown: too little to learn a vector from, and close to naming
            someone.
        most_values: Categories kept of one field, the most frequent first; the others are unknown.

    Returns:
        The vocabulary.

    Raises:
        DataError: If a numeric field holds something else.

    Example:
        >>> from workbench.features.fields import Field
        >>> spec = FeatureSpec((Field("device", "categorical", "context", "impressions", "device"),), {})
        >>> rows = pl.DataFrame({"device": ["phone"] * 6 + ["tablet"] * 5 + ["fridge"]})
        >>> learn_vocabulary(rows, spec).categories
        {'device': ('phone', 'tablet')}
    """
    check_at_least(least_rows, 1, name="least_rows")
    check_at_least(most_values, 1, name="most_values")
    categories, means, deviations = {}, {}, {}
    for field in spec.of_kind("categorical"):
        counts = rows.select(value=pl.col(field.name).cast(pl.String)).drop_nulls().group_by("value").len()
        kept = counts.filter(pl.col("len") >= least_rows).sort("len", "value", descending=[True, False])
        categories[field.name] = tuple(kept["value"].head(most_values).to_list())
    for field in spec.of_kind("numeric"):
        raw = _numbers(rows, field.name)
        known = raw[np.isfinite(raw)]
        means[field.name] = float(known.mean()) if len(known) else 0.0
        spread = float(known.std()) if len(known) else 0.0
        deviations[field.name] = spread if spread > 0 else 1.0
    return Vocabulary(spec, categories, means, deviations)


def _codes(values: pl.Series, kept: tuple[str, ...]) -> NDArray[np.int32]:
    known = pl.Series(kept, dtype=pl.String)
    codes = values.cast(pl.String).cast(pl.Enum(known), strict=False).to_physical()
    return np.asarray((codes.cast(pl.Int32) + 1).fill_null(0).to_numpy())


def _numbers(rows: pl.DataFrame, name: str) -> NDArray[np.float64]:
    values = rows[name]
    if not (values.dtype.is_numeric() or values.dtype in {pl.Null, pl.Boolean}):
        raise DataError(f"column {name!r} is of type {values.dtype}, must be a number: cast it, or read it as a number")
    return np.asarray(values.cast(pl.Float64).fill_null(float("nan")).to_numpy())
