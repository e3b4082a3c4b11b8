"""Rows made by the workbench itself, checked against the canonical tables before they enter a store."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import duckdb
import polars as pl
import pyarrow as pa

from workbench.errors import DataError
from workbench.schema import Column, Table
from workbench.store._duckdb import connection, without_cells
from workbench.store._snapshot import Kept
from workbench.store._types import storable
from workbench.store.pseudonyms import PseudonymKey, is_personal, pseudonym_sql
from workbench.store.sql import literal, parquet_rows, quoted

__all__ = ["Rows", "stage_rows"]

Rows: TypeAlias = pl.DataFrame | pl.LazyFrame | pa.Table | pa.RecordBatchReader

_PSEUDONYM = "[0-9a-f]{32}"


def stage_rows(
    table: Table, rows: Rows, part: Path, *, key: PseudonymKey, kept: Kept | None, pseudonymised: bool
) -> None:
    """Write rows as a Parquet file of one canonical table, and check them.

    Args:
        table: The canonical table.
        rows: The rows; columns the table does not know are kept as fields.
        part: The Parquet file to write.
        key: The store's key, for the pseudonyms of personal values.
        kept: What the store has of this table; None where it has none.
        pseudonymised: Whether personal values are pseudonyms of this store already, and stay as they are.

    Raises:
        DataError: If a column is missing or of another type, a value is out of range or a key comes twice.
    """
    opened = connection()
    try:
        key.lend(opened)
        given = _given(opened, rows, part)
        types = {name: str(type) for name, type in zip(given.columns, given.types, strict=True)}
        missing = [column.name for column in table.columns if column.required and column.name not in types]
        if missing:
            raise DataError(f"rows for {table.name} lack {', '.join(missing)}: add the column")
        targets = _targets(table, types, kept.columns if kept else {})
        if pseudonymised:
            _check_pseudonyms(opened, table, [name for name in types if is_personal(name)])
        cells = {name: _cell(name, type, pseudonymised) for name, type in targets.items()}
        select = ", ".join(f"{cell} AS {quoted(name)}" for name, cell in cells.items())
        copy = f"COPY (SELECT {select} FROM given) TO {literal(str(part))} (FORMAT parquet)"
        without_cells(lambda: opened.execute(copy), lambda _: DataError(_mismatch(table, targets, types)))
        _check(opened, table, part, kept.files if kept else ())
    finally:
        opened.close()


def _given(opened: duckdb.DuckDBPyConnection, rows: Rows, part: Path) -> duckdb.DuckDBPyRelation:
    if isinstance(rows, pl.LazyFrame):
        draft = part.with_suffix(".rows")
        rows.sink_parquet(draft)
        opened.execute(f"CREATE VIEW given AS SELECT * FROM {parquet_rows([draft])}")
    else:
        opened.register("given", rows)
    return opened.table("given")


def _targets(table: Table, types: Mapping[str, str], kept: Mapping[str, str]) -> dict[str, str]:
    known = {column.name: column.type for column in table.columns if column.name in types}
    fields = {
        name: "VARCHAR" if is_personal(name) else kept.get(name, storable(type))
        for name, type in types.items()
        if name not in known
    }
    return known | fields


def _cell(name: str, type: str, pseudonymised: bool) -> str:
    cell = f"CAST({quoted(name)} AS {type})"
    return pseudonym_sql(cell) if is_personal(name) and not pseudonymised else cell


def _check_pseudonyms(opened: duckdb.DuckDBPyConnection, table: Table, columns: list[str]) -> None:
    for name in columns:
        cell = f"CAST({quoted(name)} AS VARCHAR)"
        count = f"SELECT count(*) FROM given WHERE NOT regexp_full_match({cell}, '{_PSEUDONYM}')"
        found = opened.execute(count).fetchone()
        if found and found[0]:
            raise DataError(
                f"{found[0]:,} rows for {table.name} have a {name} that is no pseudonym (32 hex characters): "
                "give raw identifiers without pseudonymised=True; nothing was written"
            )


def _mismatch(table: Table, targets: Mapping[str, str], types: Mapping[str, str]) -> str:
    cast = [f"{name} is {types[name]}, must be {type}" for name, type in targets.items() if types[name] != type]
    return f"rows for {table.name} cannot be kept ({'; '.join(cast) or 'a column cannot be read'}): convert them first"


def _check(opened: duckdb.DuckDBPyConnection, table: Table, part: Path, files: tuple[Path, ...]) -> None:
    opened.execute(f"CREATE TEMP VIEW new_rows AS SELECT * FROM {parquet_rows([part])}")
    present = set(opened.table("new_rows").columns)
    faults = [
        (f"count(*) FILTER ({condition})", what)
        for column in table.columns
        if column.name in present
        for condition, what in _faults(table, column)
    ]
    if faults:
        counts = opened.execute(f"SELECT {', '.join(count for count, _ in faults)} FROM new_rows").fetchone()
        for found, (_, what) in zip(counts or (), faults, strict=True):
            if found:
                raise DataError(f"{found:,} rows for {table.name} {what}: nothing was written")
    key = [quoted(name) for name in table.key if name in present]
    if len(key) < len(table.key) or not key:
        return
    names = ", ".join(table.key)
    if opened.execute(f"SELECT 1 FROM new_rows GROUP BY {', '.join(key)} HAVING count(*) > 1 LIMIT 1").fetchone():
        raise DataError(f"rows for {table.name} repeat their key ({names}), each must come once: nothing was written")
    if files:
        same = " AND ".join(f"a.{name} IS NOT DISTINCT FROM b.{name}" for name in key)
        if opened.execute(f"SELECT 1 FROM new_rows a SEMI JOIN {parquet_rows(files)} b ON {same} LIMIT 1").fetchone():
            raise DataError(f"rows for {table.name} repeat a key ({names}) the store already has; nothing was written")


def _faults(table: Table, column: Column) -> list[tuple[str, str]]:
    name = quoted(column.name)
    faults = [(f"{name} IS NULL", f"have no {column.name}, which {table.name} needs")] if column.required else []
    if column.low is not None:
        faults.append((f"{name} < {column.low:g}", f"have {column.name} below {column.low:g}"))
    if column.high is not None:
        faults.append((f"{name} > {column.high:g}", f"have {column.name} above {column.high:g}"))
    return faults
