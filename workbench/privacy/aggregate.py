"""Exact answers over a bounded table: what the noise is added to, and never shown."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl

from workbench.errors import DataError, InputError
from workbench.privacy.keys import PublicKeys
from workbench.privacy.measures import Measured
from workbench.privacy.noise import LARGEST
from workbench.privacy.predicates import Literal, Predicate
from workbench.privacy.rows import UNIT
from workbench.store.sql import parquet_rows, quoted

__all__ = ["aggregate_sql", "check_answerable", "exact_cells"]


def aggregate_sql(
    source: str, where: Predicate | None, columns: Sequence[str], measures: Sequence[Measured]
) -> tuple[str, tuple[Literal, ...]]:
    """Write the SQL of the exact answers.

    Sums are taken in 128 bits and then held within 62: holding a number within limits never moves two answers further
    apart, so overflow can neither raise an error nor change how far one person moves the answer.

    Args:
        source: SQL that names the bounded table.
        where: Condition on a row.
        columns: Key columns.
        measures: What to compute.

    Returns:
        A SELECT of the key columns and `__m0`, `__m1`, ... as BIGINT, and the parameters that follow those of `source`.
    """
    condition, parameters = where.sql() if where else ("TRUE", ())
    keys = [quoted(column) for column in columns]
    people = any(measure.kind == "count_users" for measure in measures)
    row = {"count": "count(*)", "count_users": "1"}
    first = [row.get(measure.kind) or f"sum({_clamped(measure)})" for measure in measures]
    if not people:
        figures = ", ".join(f"{_held(sql)} AS __m{at}" for at, sql in enumerate(first))
        return f"SELECT {', '.join([*keys, figures])} FROM {source} WHERE {condition} {_grouped(keys)}", parameters
    # Two levels are as exact as count(DISTINCT ...) and cheaper: one row a person and cell, then one a cell.
    inner = ", ".join([*keys, *(f"{sql} AS __m{at}" for at, sql in enumerate(first))])
    outer = ", ".join([*keys, *(f"{_held(f'sum(__m{at})')} AS __m{at}" for at in range(len(first)))])
    person = f"SELECT {inner} FROM {source} WHERE {condition} GROUP BY {', '.join([*keys, UNIT])}"
    return f"SELECT {outer} FROM ({person}) {_grouped(keys)}", parameters


def check_answerable(
    kinds: Mapping[str, str], where: Predicate | None, keys: PublicKeys, measures: Sequence[Measured]
) -> None:
    """Refuse a question that no rows of these types can answer, by answering it over no rows at all.

    What is public about a question is tried out here, before anything is spent on it.

    Args:
        kinds: Column -> DuckDB type of the bounded table.
        where: Condition on a row.
        keys: The cells.
        measures: What to compute.

    Raises:
        InputError: If it cannot be computed.
    """
    columns = ", ".join(f"CAST(NULL AS {kind}) AS {quoted(name)}" for name, kind in {**kinds, UNIT: "UBIGINT"}.items())
    try:
        sql, parameters = aggregate_sql(f"(SELECT {columns} LIMIT 0)", where, keys.columns, measures)
        _in_cells(_answered(sql, parameters), keys, len(measures))
    except (duckdb.Error, pl.exceptions.PolarsError, OverflowError, TypeError, ValueError):
        raise InputError(
            "the question cannot be computed over this table: take key columns whose public values are of the "
            "column's own type, and a shorter condition; nothing was charged"
        ) from None


def exact_cells(
    table: Path, where: Predicate | None, keys: PublicKeys, measures: Sequence[Measured]
) -> list[npt.NDArray[np.int64]]:
    """Compute the exact answers of all cells.

    Args:
        table: The bounded table, a Parquet file.
        where: Condition on a row.
        keys: The cells; rows outside them are not counted.
        measures: What to compute.

    Returns:
        One array [cells] a measure, the last key column running fastest; 0 where a cell has no rows.

    Raises:
        FileNotFoundError: If the bounded table has gone.
        DataError: If it cannot be read.
    """
    sql, parameters = aggregate_sql(parquet_rows([table]), where, keys.columns, measures)
    try:
        found = _answered(sql, parameters)
    except duckdb.Error:
        if not table.exists():
            raise FileNotFoundError(table) from None
        raise DataError(
            "the bounded table cannot be read: remove the folder `bounded` in the workbench's home"
        ) from None
    return _in_cells(found, keys, len(measures))


def _answered(sql: str, parameters: Sequence[Literal]) -> pl.DataFrame:
    with duckdb.connect(config={"autoinstall_known_extensions": False}) as connection:
        found = pl.from_arrow(connection.sql(sql, params=list(parameters)).to_arrow_table())
    if not isinstance(found, pl.DataFrame):
        raise TypeError("a table of answers is a frame")
    return found


def _in_cells(found: pl.DataFrame, keys: PublicKeys, measures: int) -> list[npt.NDArray[np.int64]]:
    for domain, step in zip(keys.domains, _steps(keys.shape), strict=True):
        found = found.with_columns(_comparable(found[domain.column]))
        values = pl.Series(domain.column, list(domain.values))
        place = pl.DataFrame([_comparable(values), pl.Series("__place", range(0, len(values) * step, step))])
        found = found.join(place, on=domain.column, how="inner")
        total = pl.col("__place") if "__cell" not in found.columns else pl.col("__cell") + pl.col("__place")
        found = found.with_columns(total.alias("__cell")).drop("__place")
    cell = found["__cell"].to_numpy() if keys.domains else np.zeros(found.height, dtype=np.int64)
    arrays = []
    for at in range(measures):
        array = np.zeros(keys.cells, dtype=np.int64)
        array[cell] = found[f"__m{at}"].fill_null(0).to_numpy()
        arrays.append(array)
    return arrays


def _steps(shape: Sequence[int]) -> list[int]:
    return [int(np.prod(shape[at + 1 :], dtype=np.int64)) for at in range(len(shape))]


def _comparable(values: pl.Series) -> pl.Series:
    if values.dtype == pl.Boolean:
        return pl.Series(
            values.name, [None if value is None else str(value).lower() for value in values], dtype=pl.String
        )
    return values.cast(pl.Int64) if values.dtype.is_integer() else values


def _clamped(measure: Measured) -> str:
    column = f"CAST({quoted(measure.column)} AS BIGINT)"
    clamped = f"least(greatest({column}, {measure.low}), {measure.high})"
    return f"CASE WHEN {column} IS NULL THEN 0 ELSE {clamped} END"  # least and greatest would skip the NULL


def _held(sql: str) -> str:
    # A sum over no rows is NULL, which least and greatest would take for a limit.
    return f"CAST(least(greatest(coalesce({sql}, 0), -{LARGEST}), {LARGEST}) AS BIGINT)"


def _grouped(keys: Sequence[str]) -> str:
    return f"GROUP BY {', '.join(keys)}" if keys else ""
