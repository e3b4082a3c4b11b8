"""The global view: how much each field moves the logit, averaged over decisions."""

from dataclasses import dataclass
from math import isnan, nan, sqrt

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import stdtrit

from workbench.checks import check_between
from workbench.display import html_block
from workbench.explanation.bars import Bar, html_bars

__all__ = ["Importance", "Overview", "overview"]


@dataclass(frozen=True)
class Importance:
    """How much one field matters.

    Attributes:
        field: Name of the field.
        value: Mean size of its contribution, in logits, at least 0.
        low: Lower end of the interval over rows, at least 0; NaN for a single row.
        high: Upper end likewise.
    """

    field: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, repr=False)
class Overview:
    """How much each field matters over many decisions.

    Attributes:
        importances: One for each field, largest first.
        rows: Number of decisions averaged over.
        level: Share of such intervals that hold the mean over all decisions like these.
        run: Id of the run explained.
        value_function: Against what, and how, the contributions were reckoned.
    """

    importances: tuple[Importance, ...]
    rows: int
    level: float
    run: str
    value_function: str

    def to_polars(self) -> pl.DataFrame:
        """Give one row a field, largest first: field, value, low, high; null for no interval."""
        names = ("field", "value", "low", "high")
        rows = [[getattr(one, name) for name in names] for one in self.importances]
        schema = {"field": pl.String, "value": pl.Float64, "low": pl.Float64, "high": pl.Float64}
        return pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.col("low", "high").fill_nan(None))

    def __str__(self) -> str:
        return "\n".join(f"{one.field:<24} {_text(one)}" for one in self.importances)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        bars = [Bar(one.field, one.value, _text(one)) for one in self.importances]
        return html_block(
            f"What moves {self.run}: {self.importances[0].field} most, over {self.rows:,} decisions",
            html_bars(
                bars, caption=f"Mean size of the contribution, in logits, with {self.level:.0%} interval over rows"
            ),
            note=f"{self.value_function}. Rows are taken as independent.",
        )


def overview(
    fields: tuple[str, ...],
    values: npt.NDArray[np.float64],
    *,
    run: str,
    value_function: str,
    level: float = 0.95,
) -> Overview:
    """Average the sizes of contributions over rows.

    Args:
        fields: Names of the fields.
        values: Contributions in logits, [rows, fields], at least one row.
        run: Id of the run explained.
        value_function: How they were reckoned, in words.
        level: Confidence level, in (0, 1).

    Returns:
        Mean absolute contribution of each field with Student's interval over rows, largest first.

    Raises:
        InputError: If `level` is not in (0, 1).
    """
    check_between(level, 0, 1, name="level", hint="give a share such as 0.95")
    sizes, rows = np.abs(values), len(values)
    means = sizes.mean(axis=0)
    reach = np.full(len(fields), nan)
    if rows > 1:
        reach = float(stdtrit(rows - 1, (1 + level) / 2)) * sizes.std(axis=0, ddof=1) / sqrt(rows)
    order = np.argsort(-means, kind="stable")
    importances = tuple(
        Importance(
            fields[place],
            float(means[place]),
            nan if isnan(reach[place]) else max(0.0, float(means[place] - reach[place])),
            float(means[place] + reach[place]),
        )
        for place in order
    )
    return Overview(importances, rows, level, run, value_function)


def _text(one: Importance) -> str:
    return f"{one.value:.3f}" if isnan(one.low) else f"{one.value:.3f} ({one.low:.3f} to {one.high:.3f})"
