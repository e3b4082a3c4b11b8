"""Loading: files are read once into staged rows, checked over all of them, and committed as one store version."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

import duckdb
import pyarrow.parquet as pq

from workbench.errors import DataError
from workbench.progress import OnProgress, Progress
from workbench.schema import TABLES
from workbench.store._catalog import LoadedFile
from workbench.store._duckdb import connection, without_cells
from workbench.store._find import Found
from workbench.store._inputs import InputFile, open_input
from workbench.store._plan import FilePlan, plan_file
from workbench.store._reading_errors import reading_error
from workbench.store._snapshot import Kept
from workbench.store._staging import parts_of, pseudonymise, rows_view, stage_file
from workbench.store._watch import expected_rows, run_watched
from workbench.store._writing import Writing
from workbench.store.load_result import FileRead, TableLoad
from workbench.store.mapping import PATH_PARTS, FileMapping
from workbench.store.pseudonyms import PseudonymKey
from workbench.store.rejected import check_types, rejected_by_reason, write_rejected
from workbench.store.sources import Source
from workbench.store.sql import literal, quoted
from workbench.store.validation import mark_duplicates, mark_orphans

__all__ = ["Loaded", "load_files", "plan_files"]


@dataclass(frozen=True)
class Loaded:
    """What a load brought into a change, before it is committed.

    Attributes:
        id: Name of the load.
        files: The files in order.
        new: Those of them that the store did not have, as the catalog keeps them.
        tables: What was added and set aside.
        unmapped: Columns that the mapping sends nowhere.
        rejected: The list of rows set aside; None where there are none.
    """

    id: str
    files: tuple[FileRead, ...]
    new: tuple[LoadedFile, ...]
    tables: tuple[TableLoad, ...]
    unmapped: tuple[str, ...]
    rejected: Path | None


def load_files(
    change: Writing,
    found: Found,
    source: Source,
    *,
    kept: dict[str, Kept],
    key: PseudonymKey,
    max_rejected: float,
    on_progress: OnProgress,
) -> Loaded:
    """Read, check and stage files as a change of a store.

    Args:
        change: The change.
        found: The files.
        source: Their log format.
        kept: What the store has, by table.
        key: The store's key.
        max_rejected: Largest share of rows that may be set aside for cells of the wrong type, 0 to 1.
        on_progress: Told how far it is.

    Returns:
        What there is to commit.

    Raises:
        DataError: If a file cannot be used as asked; the message names the line and never holds a cell.
    """
    version = change.catalog.version + 1
    name = f"load-{version:06d}-{token_hex(4)}"
    known = {(file.file, file.mapping) for file in change.catalog.files}
    files: list[tuple[InputFile, FileMapping, LoadedFile | None]] = []
    for path, mapping in found.files:
        file = open_input(path, mapping)
        entry = LoadedFile(file.digest, _reading(file, mapping, source), name, version)
        new = (entry.file, entry.mapping) not in known
        known.add((entry.file, entry.mapping))
        files.append((file, mapping, entry if new else None))
    fresh = [(file, mapping) for file, mapping, entry in files if entry is not None]
    if not fresh:
        return Loaded("", tuple(FileRead(file.name, file.digest, 0, True) for file, _, _ in files), (), (), (), None)
    with connection(spill=change.staging / "spill") as opened:
        key.lend(opened)
        plans = plan_files(opened, fresh, kept)
        rows = [_stage(opened, number, plan, max_rejected, on_progress) for number, plan in enumerate(plans)]
        names = [table for table in TABLES if parts_of(plans, table)]
        tables = tuple(_table(opened, table, plans, change, kept, on_progress) for table in names)
        _check_anything_kept(tables)
        listed = change.folder / "rejected" / f"{name}.parquet"
        rejected = listed if write_rejected(opened, plans, listed) else None
    counts = iter(rows)
    return Loaded(
        name,
        tuple(
            FileRead(file.name, file.digest, next(counts) if entry else 0, entry is None) for file, _, entry in files
        ),
        tuple(entry for _, _, entry in files if entry is not None),
        tables,
        tuple(dict.fromkeys(column for plan in plans for column in plan.unmapped)),
        rejected,
    )


def plan_files(
    opened: duckdb.DuckDBPyConnection, files: Sequence[tuple[InputFile, FileMapping]], kept: dict[str, Kept]
) -> list[FilePlan]:
    """Plan all files of a load; a further column has the type that the store, or else the first file, gives it."""
    decided = {(table, column): type for table, had in kept.items() for column, type in had.columns.items()}
    return [plan_file(opened, file, mapping, decided) for file, mapping in files]


def _stage(
    opened: duckdb.DuckDBPyConnection, number: int, plan: FilePlan, max_rejected: float, on_progress: OnProgress
) -> int:
    stage, began = f"reading {plan.file.name}", time.monotonic()
    expected = expected_rows(plan.file.path)
    without_cells(
        lambda: run_watched(opened, stage_file(number, plan), stage=stage, rows=expected, on_progress=on_progress),
        lambda error: reading_error(plan.file, error),
    )
    rows = _count(opened, f"SELECT count(*) FROM file_{number}")
    on_progress(Progress(stage, rows, rows, "rows", time.monotonic() - began))
    check_types(opened, number, plan, max_rejected=max_rejected)
    pseudonymise(opened, number, plan)
    return rows


def _table(
    opened: duckdb.DuckDBPyConnection,
    table: str,
    plans: Sequence[FilePlan],
    change: Writing,
    kept: dict[str, Kept],
    on_progress: OnProgress,
) -> TableLoad:
    types = rows_view(opened, table, plans)
    mark_duplicates(opened, table, plans, kept.get(table))
    for column, parent in TABLES[table].parents:
        staged = (change.parts[parent],) if parent in change.parts else ()
        parents = (*(kept[parent].files if parent in kept else ()), *staged)
        if column in types and parents:
            mark_orphans(opened, table, plans, column, parents)
    part, stage, began = change.stage(table), f"writing {table}", time.monotonic()
    good = _count(opened, f"SELECT count(*) FROM rows_{table} WHERE __fault IS NULL")
    columns = ", ".join(map(quoted, types))
    copy = f"COPY (SELECT {columns} FROM rows_{table} WHERE __fault IS NULL) TO {literal(str(part))} (FORMAT parquet)"
    without_cells(
        lambda: run_watched(opened, copy, stage=stage, rows=good, on_progress=on_progress),
        lambda _: DataError(
            f"the rows of {table} could not be written: is the disk full? Make room, then load again. "
            "Nothing was loaded"
        ),
    )
    written = pq.read_metadata(part).num_rows
    on_progress(Progress(stage, written, written, "rows", time.monotonic() - began))
    rejected = rejected_by_reason(opened, plans, table)
    if not written and (table in kept or rejected):  # Without a row and without a fault, "none" is what the log says.
        change.drop(table)
    return TableLoad(table, written, rejected)


def _reading(file: InputFile, mapping: FileMapping, source: Source) -> str:
    """What a file was read as: another source, mapping or meaningful folder name makes it another load."""
    values = [value for table in mapping.tables for value in table.values.values()]
    used = [part for part in PATH_PARTS if any(value.path == part or f"{{{part}}}" in value.prefix for value in values)]
    read = [source.name, source.mapping.digest, *(f"{part}={file.part(part)}" for part in used)]
    read += [f"table={file.table}"] if file.table else []
    return hashlib.sha256("\n".join(read).encode()).hexdigest()


def _check_anything_kept(tables: Sequence[TableLoad]) -> None:
    reasons = {reason: rows for table in tables for reason, rows in table.rejected.items()}
    if (
        reasons
        and not any(table.rows for table in tables)
        and not all(reason.startswith("repeats") for reason in reasons)
    ):
        listed = "; ".join(f"{rows:,}: {reason}" for reason, rows in reasons.items())
        raise DataError(f"no row can be kept ({listed}). Nothing was loaded: correct the mapping or the file")


def _count(opened: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = opened.execute(sql).fetchone()
    return int(row[0]) if row else 0
