"""What only shows across rows: keys that come twice, and rows that name no row of their parent table."""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from workbench.schema import TABLES
from workbench.store._faults import DUPLICATE, REPEATED, orphan_number
from workbench.store._plan import FilePlan, TablePlan
from workbench.store._snapshot import Kept
from workbench.store._staging import parts_of
from workbench.store.sql import parquet_rows, quoted

__all__ = ["mark_duplicates", "mark_orphans"]


def mark_duplicates(
    opened: duckdb.DuckDBPyConnection, table: str, plans: Sequence[FilePlan], kept: Kept | None
) -> None:
    """Mark rows whose key an earlier row of the load, or a row of the store, already has.

    Args:
        opened: The load's connection with the view `rows_TABLE`.
        table: The canonical table.
        plans: All files' plans.
        kept: What the store has of the table; None where it has none.
    """
    parts = parts_of(plans, table)
    digests = {plans[number].file.digest for number, _ in parts}
    if not TABLES[table].key or (not kept and len(digests) == len(parts) and _keyed_by_row(table, parts)):
        return
    present = {column.name for _, part in parts for column in part.columns}
    key = [column for column in TABLES[table].columns if column.name in TABLES[table].key]
    if any(column.type == "TIMESTAMP" and column.name not in present for column in key):
        return  # Without the time, two rows of one key cannot be told from one row twice.
    names = [quoted(column.name) for column in key if column.name in present]
    timed = [f"{quoted(column.name)} IS NOT NULL" for column in key if column.type == "TIMESTAMP"]
    rows = (
        f"(SELECT __file, __row, {', '.join(names)}, hash({', '.join(names)}) AS digest FROM rows_{table} "
        f"WHERE {' AND '.join(['__fault IS NULL', *timed])})"
    )
    # Equal keys have equal hashes: as many hashes as rows proves that no key comes twice, at a fifth of the cost.
    counted = opened.execute(f"SELECT count(*), count(DISTINCT digest) FROM {rows}").fetchone()
    if counted and counted[0] > counted[1]:
        suspects = f"SELECT digest FROM {rows} GROUP BY digest HAVING count(*) > 1"
        nth = f"row_number() OVER (PARTITION BY {', '.join(names)} ORDER BY __file, __row)"
        ranked = f"SELECT __file, __row, {nth} AS nth FROM {rows} WHERE digest IN ({suspects})"
        _mark(opened, table, parts, f"SELECT __file, __row FROM ({ranked}) WHERE nth > 1", DUPLICATE)
    if kept:
        same = " AND ".join(f"new.{name} IS NOT DISTINCT FROM old.{name}" for name in names)
        given = ", ".join(
            quoted(column.name)
            if column.name in kept.columns
            else f"CAST(NULL AS {column.type}) AS {quoted(column.name)}"
            for column in key
        )
        old = f"(SELECT {given} FROM {parquet_rows(kept.files)})"
        _mark(opened, table, parts, f"SELECT __file, __row FROM {rows} new SEMI JOIN {old} old ON {same}", DUPLICATE)


def mark_orphans(
    opened: duckdb.DuckDBPyConnection, table: str, plans: Sequence[FilePlan], column: str, parents: tuple[Path, ...]
) -> None:
    """Mark rows whose column names no row of its parent table; an empty cell names nothing and is no orphan.

    Args:
        opened: The load's connection with the view `rows_TABLE`.
        table: The canonical table.
        plans: All files' plans.
        column: The foreign key; the parent's key has the same name.
        parents: Parquet files of the parent table, those of this load among them.
    """
    name = quoted(column)
    known = f"(SELECT {name} FROM {parquet_rows(parents)})"
    lost = (
        f"SELECT __file, __row FROM rows_{table} child ANTI JOIN {known} parent ON child.{name} = parent.{name} "
        f"WHERE child.__fault IS NULL AND child.{name} IS NOT NULL"
    )
    _mark(opened, table, parts_of(plans, table), lost, orphan_number(table, column))


def _mark(
    opened: duckdb.DuckDBPyConnection, table: str, parts: Sequence[tuple[int, TablePlan]], rows: str, fault: int
) -> None:
    opened.execute(f"CREATE OR REPLACE TEMP TABLE marked AS {rows}")
    for file, part in parts:
        number = REPEATED if fault == DUPLICATE and part.mapping.once else fault
        opened.execute(
            f"UPDATE file_{file} SET fault_{table} = {number} "
            f"WHERE rowid IN (SELECT __row FROM marked WHERE __file = {file})"
        )
    opened.execute("DROP TABLE marked")


def _keyed_by_row(table: str, parts: Sequence[tuple[int, TablePlan]]) -> bool:
    """Whether keys are made of each file's content hash and the row number: they repeat only where the content does."""
    key = TABLES[table].key
    return len(key) == 1 and all(part.mapping.values[key[0]].row for _, part in parts)
