"""One Delta table: Parquet files that DuckDB writes, committed without copying them again."""

import json
import shutil
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, Schema
from deltalake.exceptions import DeltaError
from deltalake.transaction import AddAction, create_table_with_add_actions

from workbench.errors import StoreError
from workbench.store._files import sync, sync_folder

__all__ = ["TableFiles", "append", "table_files"]


@dataclass(frozen=True)
class TableFiles:
    """One version of one Delta table.

    Attributes:
        files: Its Parquet files, oldest rows first.
        rows: Number of rows in them.
        schema: Its Arrow schema; files written before a column came about lack that column.
    """

    files: tuple[Path, ...]
    rows: int
    schema: pa.Schema

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns in order."""
        return tuple(self.schema.names)


def table_files(folder: Path, version: int) -> TableFiles:
    """List the files of one version of a table.

    Args:
        folder: The Delta table's folder.
        version: Its Delta version.

    Raises:
        StoreError: If the version cannot be read or one of its files is missing.
    """
    try:
        table = DeltaTable(folder, version=version)
        actions = table.get_add_actions(flatten=True)
    except (DeltaError, OSError):
        raise StoreError(f"{folder} cannot be read at version {version}: restore the store from a copy") from None
    counted = zip(actions["path"].to_pylist(), actions["num_records"].to_pylist(), strict=True)
    files = sorted((folder / path, rows) for path, rows in counted)  # names count upwards: oldest first
    lost = [path.name for path, _ in files if not path.is_file()]
    if lost:
        raise StoreError(f"{folder} misses {len(lost)} of its {len(files)} files: restore the store from a copy")
    schema = pa.schema(table.schema().to_arrow())
    return TableFiles(tuple(path for path, _ in files), sum(rows for _, rows in files), schema)


def append(folder: Path, staged: Path, listed: int | None, *, source: str) -> int:
    """Add a finished Parquet file to a table as one commit.

    Args:
        folder: The Delta table's folder; made where it is not.
        staged: The Parquet file, on the same disk; it is moved into the folder.
        listed: The Delta version that the store lists; None where the store has no such table. What a killed writer
            committed after it is undone first.
        source: Where the rows come from, kept in the commit.

    Returns:
        The table's new Delta version.
    """
    arrow = pq.read_schema(staged)
    schema = Schema.from_arrow(pa.schema([column.with_nullable(True) for column in arrow]))
    rows = pq.read_metadata(staged).num_rows
    sync(staged)
    table = _table_at(folder, listed)
    version = 0 if table is None else table.version() + 1
    final = folder / f"part-{version:08d}-{staged.name}"
    staged.replace(final)
    added = AddAction(
        path=final.name,
        size=final.stat().st_size,
        partition_values={},
        modification_time=int(time.time() * 1000),
        data_change=True,
        stats=json.dumps({"numRecords": rows}),
    )
    commit = CommitProperties(custom_metadata={"source": source})
    if table is None:
        # Expired log entries stay: old store versions are cited by reports and must remain readable.
        kept = {"delta.enableExpiredLogCleanup": "false"}
        create_table_with_add_actions(
            str(folder), schema, [added], mode="error", configuration=kept, commit_properties=commit
        )
    else:
        known = {column.name for column in table.schema().fields}
        fresh = [column for column in schema.fields if column.name not in known]
        if fresh:
            table.alter.add_columns(fresh)
        table.create_write_transaction([added], "append", schema, commit_properties=commit)
    log = folder / "_delta_log"
    for entry in log.glob("*.json"):
        if int(entry.stem) >= version:
            sync(entry)
    sync_folder(log)
    sync_folder(folder)
    return DeltaTable(folder).version()


def _table_at(folder: Path, listed: int | None) -> DeltaTable | None:
    if listed is None:
        if folder.exists():  # No store version lists it: a writer was killed before it could.
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        return None
    table = DeltaTable(folder)
    if table.version() > listed:
        table.restore(listed)
        table = DeltaTable(folder)
    return table
