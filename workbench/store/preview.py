"""A dry run: the first rows of each file are mapped and checked, nothing is written and no cell is shown."""

from collections.abc import Sequence
from functools import partial

import duckdb

from workbench.schema import TABLES
from workbench.store._duckdb import connection, lots, without_cells
from workbench.store._find import Found
from workbench.store._inputs import open_input
from workbench.store._plan import FilePlan
from workbench.store._reading_errors import reading_error
from workbench.store._snapshot import Kept
from workbench.store._staging import parts_of, rows_view, stage_file
from workbench.store.load_result import ColumnPreview, FileRead, TableLoad
from workbench.store.loading import Loaded, plan_files
from workbench.store.rejected import rejected_by_reason
from workbench.store.sql import quoted
from workbench.store.validation import mark_duplicates

__all__ = ["PREVIEW_ROWS", "preview_files"]

PREVIEW_ROWS = 1_000


def preview_files(found: Found, *, kept: dict[str, Kept]) -> tuple[Loaded, tuple[ColumnPreview, ...]]:
    """Map and check the first 1,000 rows of each file.

    Args:
        found: The files.
        kept: What the store has, by table.

    Returns:
        What would happen to those rows, and what fills each column. Orphans, and keys that the store has, are not
        looked for: they show only over whole files.

    Raises:
        DataError: If a file cannot be used as asked.
    """
    files = [(open_input(path, mapping, whole=False), mapping) for path, mapping in found.files]
    with connection(files=[path for path, _ in found.files]) as opened:
        plans = plan_files(opened, files, kept)
        for number, plan in enumerate(plans):
            first_rows = stage_file(number, plan, first=PREVIEW_ROWS)
            without_cells(partial(opened.execute, first_rows), partial(reading_error, plan.file))
        names = [table for table in TABLES if parts_of(plans, table)]
        columns = tuple(column for table in names for column in _columns(opened, table, plans))
        tables = tuple(
            TableLoad(table, _good(opened, table), rejected_by_reason(opened, plans, table)) for table in names
        )
        rows = [opened.table(f"file_{number}").shape[0] for number in range(len(plans))]
    read = tuple(FileRead(file.name, file.digest, count, False) for (file, _), count in zip(files, rows, strict=True))
    unmapped = tuple(dict.fromkeys(column for plan in plans for column in plan.unmapped))
    return Loaded("", read, (), tables, unmapped, None), columns


def _columns(opened: duckdb.DuckDBPyConnection, table: str, plans: Sequence[FilePlan]) -> list[ColumnPreview]:
    types = rows_view(opened, table, plans)
    mark_duplicates(opened, table, plans, None)
    filled = {column.name: column for _, part in reversed(parts_of(plans, table)) for column in part.columns}
    rows, pairs = _good(opened, table), []
    for names in lots(list(types)):
        counts = ", ".join(f"count({quoted(name)}), count(DISTINCT {quoted(name)})" for name in names)
        row = opened.execute(f"SELECT {counts} FROM rows_{table} WHERE __fault IS NULL").fetchone() or ()
        pairs += list(zip(row[::2], row[1::2], strict=True))
    return [
        ColumnPreview(
            table=table,
            column=name,
            type=type,
            origin=filled[name].origin,
            personal=filled[name].personal,
            nulls=1 - given / rows if rows else 1.0,
            distinct=distinct,
        )
        for (name, type), (given, distinct) in zip(types.items(), pairs, strict=True)
    ]


def _good(opened: duckdb.DuckDBPyConnection, table: str) -> int:
    row = opened.execute(f"SELECT count(*) FROM rows_{table} WHERE __fault IS NULL").fetchone()
    return int(row[0]) if row else 0
