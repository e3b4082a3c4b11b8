"""What an explanation is: for each row and field, what the field added to the logit."""

from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from workbench.display import html_block
from workbench.errors import DataError, InputError
from workbench.explanation.bars import Bar, html_bars
from workbench.explanation.overview import Overview, overview

__all__ = ["Attribution", "Contribution", "Decision"]

Floats = npt.NDArray[np.float64]

_ADDS_UP = "a probability, and with it these contributions, describe the model, not what causes people to act"


@dataclass(frozen=True)
class Contribution:
    """What one field added to one decision.

    Attributes:
        field: Name of the field.
        shown: The field's value in this row, as text; `unknown` where there is none.
        value: Change of the logit against the base.
        standard_error: How much `value` would vary with other background rows; NaN where none were drawn.
    """

    field: str
    shown: str
    value: float
    standard_error: float


@dataclass(frozen=True, repr=False)
class Decision:
    """Why the model gave one row its score.

    Attributes:
        row_id: The impression.
        contributions: Largest first, whichever way; they and `base` add up to `output`.
        base: Logit before the row's fields are known.
        output: Logit of the row.
        probability: Calibrated probability of the row.
        target: What is foreseen, for example `click`.
        value_function: Against what, and how, the contributions were reckoned.
    """

    row_id: str
    contributions: tuple[Contribution, ...]
    base: float
    output: float
    probability: float
    target: str
    value_function: str

    def to_polars(self) -> pl.DataFrame:
        """Give one row a field, largest first: field, shown, value, standard_error."""
        names = ("field", "shown", "value", "standard_error")
        rows = [[getattr(one, name) for name in names] for one in self.contributions]
        schema = {"field": pl.String, "shown": pl.String, "value": pl.Float64, "standard_error": pl.Float64}
        return pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.col("standard_error").fill_nan(None))

    def __str__(self) -> str:
        leading = ", ".join(f"{one.field} {one.value:+.2f}" for one in self.contributions[:3])
        return f"{self.row_id}: {self.target} {self.probability:.2%}; {leading}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        bars = [Bar(f"{one.field} = {one.shown}", one.value, _with_error(one)) for one in self.contributions]
        return html_block(
            f"{self.row_id}: {self.target} foreseen with {self.probability:.2%}",
            html_bars(
                bars, caption=f"logit {self.base:+.3f} before its fields are known, {self.output:+.3f} with them"
            ),
            note=f"{self.value_function}; {_ADDS_UP}.",
        )


@dataclass(frozen=True, eq=False, repr=False)
class Attribution:
    """What each field added to the logit of each row.

    In every row, base and values add up to the output within `tolerance`; one that does not cannot be made.

    Attributes:
        run: Id of the run explained.
        target: What it foresees, for example `click`.
        fields: Names of the fields.
        values: Change of the logit by each field, float64 [rows, fields].
        standard_errors: How much each value would vary with other background rows, float64 [rows, fields]; NaN where
            none were drawn.
        base: Logit before a row's fields are known, float64 [rows].
        output: Uncalibrated logit of each row, float64 [rows].
        probability: Calibrated probability of each row, in [0, 1], float64 [rows].
        method: How the values were found.
        value_function: Against what, in words: the scale, the background, its size and where it came from.
        row_ids: The impressions.
        data: The fields' raw values, one row a decision.
        tolerance: Largest allowed difference between the sum and the output, in logits.

    Raises:
        DataError: If values and base of some row miss its output by more than `tolerance`.
    """

    run: str
    target: str
    fields: tuple[str, ...]
    values: Floats
    standard_errors: Floats
    base: Floats
    output: Floats
    probability: Floats
    method: str
    value_function: str
    row_ids: tuple[str, ...]
    data: pl.DataFrame
    tolerance: float

    def __post_init__(self) -> None:
        short = int(np.sum(~(self.additivity_error <= self.tolerance)))
        if short:
            raise DataError(
                f"the contributions of {short} of {len(self)} rows miss their logit by up to "
                f"{np.max(self.additivity_error):.2g}, must be at most {self.tolerance:g}: they explain another number "
                "than the model gave, so they are not shown"
            )

    def __len__(self) -> int:
        return len(self.row_ids)

    @property
    def additivity_error(self) -> Floats:
        """How far base and values are from the output, in logits, at least 0, [rows]."""
        error: Floats = np.abs(self.base + self.values.sum(axis=1) - self.output)
        return error

    def decision(self, row: int | str) -> Decision:
        """Explain one row.

        Args:
            row: Its place, 0 the first, or its impression id.

        Returns:
            Its contributions, largest first.

        Raises:
            InputError: If there is no such row.
        """
        place = self._place(row)
        order = np.argsort(-np.abs(self.values[place]), kind="stable")
        shown = self.data.row(place, named=True)
        return Decision(
            self.row_ids[place],
            tuple(
                Contribution(
                    self.fields[field],
                    _shown(shown[self.fields[field]]),
                    float(self.values[place, field]),
                    float(self.standard_errors[place, field]),
                )
                for field in order
            ),
            float(self.base[place]),
            float(self.output[place]),
            float(self.probability[place]),
            self.target,
            self.value_function,
        )

    def summary(self, level: float = 0.95) -> Overview:
        """Average over the rows: which fields matter, and how sure that is.

        Args:
            level: Confidence level, in (0, 1).

        Returns:
            Mean size of each field's contribution with its interval over rows, largest first.
        """
        return overview(self.fields, self.values, run=self.run, value_function=self.value_function, level=level)

    def to_polars(self) -> pl.DataFrame:
        """Give one row a decision and field: impression_id, field, shown, value, standard_error, base, output."""
        rows, fields = self.values.shape
        shown = [_shown(value) for row in self.data.select(self.fields).iter_rows() for value in row]
        return pl.DataFrame(
            {
                "impression_id": [row_id for row_id in self.row_ids for _ in range(fields)],
                "field": list(self.fields) * rows,
                "shown": pl.Series(shown, dtype=pl.String),
                "value": self.values.ravel(),
                "standard_error": pl.Series(self.standard_errors.ravel()).fill_nan(None),
                "base": np.repeat(self.base, fields),
                "output": np.repeat(self.output, fields),
            }
        )

    def to_shap(self) -> Any:  # noqa: ANN401 - shap has no types
        """Hand the values to shap's plots, for example `shap.plots.waterfall(why.to_shap()[0])`.

        Returns:
            A `shap.Explanation`: values, base values, raw data and field names.
        """
        from workbench.explanation.shap_library import load_shap

        columns = [self.data[name].to_list() for name in self.fields]
        data = np.empty(self.values.shape, dtype=object)
        for place, column in enumerate(columns):
            data[:, place] = [_shown(value) if value is None else value for value in column]
        return load_shap().Explanation(
            values=self.values,
            base_values=self.base,
            data=data,
            feature_names=list(self.fields),
            output_names=f"logit of {self.target}",
        )

    def __str__(self) -> str:
        return f"{self.run}: {len(self)} decisions explained by {self.method}\n{self.summary()}"

    def __repr__(self) -> str:
        return f"Attribution({self.run!r}, {len(self)} decisions, {len(self.fields)} fields, {self.method})"

    def _repr_html_(self) -> str:
        return self.summary()._repr_html_()

    def _place(self, row: int | str) -> int:
        if isinstance(row, str):
            if row not in self.row_ids:
                raise InputError(f"row is not among the {len(self)} impressions explained: explain it first")
            return self.row_ids.index(row)
        if not -len(self) <= row < len(self):
            raise InputError(f"row == {row}, must be 0 to {len(self) - 1}: {len(self)} rows were explained")
        return row % len(self)


def _shown(value: object) -> str:
    if value is None or value != value:  # noqa: PLR0124 - NaN is the one value that differs from itself
        return "unknown"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return str(value)


def _with_error(one: Contribution) -> str:
    return f"{one.value:+.3f}" + ("" if isnan(one.standard_error) else f" ± {1.96 * one.standard_error:.3f}")
