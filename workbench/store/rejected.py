"""Rows set aside: counted by reason, listed with file hash, line and column, and never with the cell."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from pathlib import Path

import duckdb
import polars as pl

from workbench.errors import DataError
from workbench.store._faults import Fault, faults_of
from workbench.store._lines import physical_lines
from workbench.store._plan import FilePlan, TablePlan
from workbench.store._staging import parts_of

__all__ = ["check_types", "rejected_by_reason", "write_rejected"]

_SCHEMA = {
    "file_sha256": pl.String,
    "file": pl.String,
    "table": pl.String,
    "line": pl.Int64,
    "column": pl.String,
    "reason": pl.String,
}


@dataclass(frozen=True)
class _Found:
    """How often one fault was found, and where first."""

    fault: Fault
    rows: int
    first: int


def check_types(opened: duckdb.DuckDBPyConnection, number: int, plan: FilePlan, *, max_rejected: float) -> None:
    """Refuse a file in which more cells than allowed are of the wrong type.

    Args:
        opened: The load's connection, with the file staged.
        number: The file's number in the load.
        plan: How it fills its tables.
        max_rejected: Largest share of a table's rows that may have such cells, 0 to 1.

    Raises:
        DataError: If there are more; the message names the first one's line and column.
    """
    for part in plan.tables:
        wrong = [found for found in _found(opened, number, part) if found.fault.noun]
        rows = sum(found.rows for found in wrong)
        total = _one(opened, f"SELECT count(*) FROM file_{number} WHERE fault_{part.table} IS DISTINCT FROM -1")
        if rows <= max_rejected * total:
            continue
        first = min(wrong, key=lambda found: found.first)
        line = physical_lines(plan.file, [first.first])[0]
        raise DataError(_refusal(plan, part, first.fault, line, rows, total))


def rejected_by_reason(opened: duckdb.DuckDBPyConnection, plans: Sequence[FilePlan], table: str) -> dict[str, int]:
    """Count the rows of one table that were set aside, by reason."""
    counted: dict[str, int] = {}
    for number, part in parts_of(plans, table):
        for found in _found(opened, number, part):
            alone = found.fault.reason.startswith(("repeats", "names"))
            reason = found.fault.reason if alone else f"{found.fault.column} {found.fault.reason}"
            counted[reason] = counted.get(reason, 0) + found.rows
    return counted


def write_rejected(opened: duckdb.DuckDBPyConnection, plans: Sequence[FilePlan], path: Path) -> bool:
    """List all rows that were set aside as a Parquet file.

    Args:
        opened: The load's connection, with all rows marked.
        plans: All files' plans.
        path: The file to write.

    Returns:
        Whether there were any; without, no file is written.
    """
    lists = []
    for number, plan in enumerate(plans):
        for part in plan.tables:
            marked = opened.execute(
                f"SELECT rowid, fault_{part.table} FROM file_{number} WHERE fault_{part.table} > 0 ORDER BY rowid"
            ).fetchall()
            if marked:
                lists.append(_listed(plan, part, marked))
    if not lists:
        return False
    path.parent.mkdir(exist_ok=True)
    pl.concat(lists).write_parquet(path)
    return True


def _listed(plan: FilePlan, part: TablePlan, marked: Sequence[tuple[int, int]]) -> pl.DataFrame:
    faults = faults_of(part)
    lines = physical_lines(plan.file, [row for row, _ in marked])
    return pl.DataFrame(
        {
            "file_sha256": [plan.file.digest] * len(marked),
            "file": [plan.file.name] * len(marked),
            "table": [part.table] * len(marked),
            "line": lines,
            "column": [faults[number - 1].column for _, number in marked],
            "reason": [faults[number - 1].reason for _, number in marked],
        },
        schema=_SCHEMA,
    )


def _found(opened: duckdb.DuckDBPyConnection, number: int, part: TablePlan) -> list[_Found]:
    name = f"fault_{part.table}"
    counted = opened.execute(
        f"SELECT {name}, count(*), min(rowid) FROM file_{number} WHERE {name} > 0 GROUP BY 1 ORDER BY 1"
    ).fetchall()
    faults = faults_of(part)
    return [_Found(faults[fault - 1], rows, first) for fault, rows, first in counted]


def _refusal(plan: FilePlan, part: TablePlan, fault: Fault, line: int, rows: int, total: int) -> str:
    column = next((column for column in part.columns if column.name == fault.target), None)
    if column is None:
        target, advice = f"which says what is a row of {part.table}", 'compare it with text (is = "...")'
    elif column.known is None:
        target = f"which is mapped to {part.table}.{fault.target} ({fault.type})"
        advice = f'map {fault.column!r} as text (type = "text")'
    else:
        target = f"which is mapped to {part.table}.{fault.target} ({fault.type})"
        advice = "correct the mapping (unit, format, column)"
    others = f" {rows:,} of {total:,} rows are like this." if rows > 1 else ""
    return (
        f"{plan.file.line} {line:,} of {plan.file.name} has text in {fault.column!r} that is not {fault.noun}, "
        f"{target}.{others} Nothing was loaded: fix the file, {advice}, or set such rows aside with "
        f"max_rejected={_rounded_up(rows / total)}."
    )


def _rounded_up(share: float) -> str:
    """A share rounded up to one digit that still allows it: 0.0123 becomes 0.02."""
    digits = -floor(log10(share))
    return f"{min(1.0, ceil(share * 10**digits) / 10**digits):.{digits}f}"


def _one(opened: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = opened.execute(sql).fetchone()
    return int(row[0]) if row else 0
