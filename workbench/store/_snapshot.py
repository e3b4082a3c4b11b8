"""One version of a store's tables, to read with DuckDB and with Polars."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import duckdb
import polars as pl

from workbench.checks import check_name
from workbench.errors import StoreError
from workbench.store._catalog import read_catalog
from workbench.store._delta import TableFiles, table_files
from workbench.store._duckdb import connection
from workbench.store._writing import table_folder
from workbench.store.sql import parquet_rows, quoted

__all__ = ["Kept", "Snapshot"]


@dataclass(frozen=True)
class Kept:
    """What a store has of one table.

    Attributes:
        columns: Column -> DuckDB type.
        files: Its Parquet files.
    """

    columns: dict[str, str]
    files: tuple[Path, ...]


class Snapshot:
    """The tables of one store version; what it shows does not change while others load.

    Attributes:
        folder: The store's folder.
        tables: Table -> Delta version, only tables that are present.
    """

    def __init__(self, folder: Path, tables: Mapping[str, int]) -> None:
        self.folder = folder
        self.tables: Mapping[str, int] = MappingProxyType(dict(tables))
        self._files: dict[str, TableFiles] = {}
        self._own = threading.local()

    def has(self, name: str) -> bool:
        """Say whether a table is present."""
        return name in self.tables

    def columns(self, name: str) -> dict[str, str]:
        """Column -> DuckDB type of a table.

        Raises:
            UnknownNameError: If the store has no such table.
        """
        table = self.table(name)
        return {column: str(type) for column, type in zip(table.columns, table.types, strict=True)}

    def rows(self, name: str) -> int:
        """Number of rows of a table.

        Raises:
            UnknownNameError: If the store has no such table.
        """
        return self._table_files(name).rows

    def files(self, name: str) -> tuple[Path, ...]:
        """Parquet files of a table in this version, oldest first; copies that went on apart have files of other names.

        Raises:
            UnknownNameError: If the store has no such table.
        """
        return self._table_files(name).files

    def table(self, name: str) -> duckdb.DuckDBPyRelation:
        """A table as a DuckDB relation: `store.table("impressions").aggregate("device, count(*)")`.

        Args:
            name: A canonical table, or `lineage`.

        Raises:
            UnknownNameError: If the store has no such table.
        """
        self._table_files(name)
        if name == "lineage":
            opened = self.connect()
            opened.execute(self._view(name))
            return opened.table(name)
        return self._connection.table(name)

    def lazy(self, name: str) -> pl.LazyFrame:
        """A table as a Polars LazyFrame.

        Args:
            name: A canonical table, or `lineage`.

        Raises:
            UnknownNameError: If the store has no such table.
        """
        table = self._table_files(name)
        empty = pl.from_arrow(table.schema.empty_table())
        if not isinstance(empty, pl.DataFrame):
            raise StoreError(f"{name} cannot be read by Polars: read it with store.table({name!r})")
        return pl.scan_parquet(list(table.files), schema=empty.schema, missing_columns="insert", glob=False)

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Open a fresh DuckDB connection with one view per table of this version.

        It is in UTC, reads and writes no files outside the store's folder, and never fetches an extension. Hand it
        frames with `connection.register(name, frame)`. Close it, or use it in a `with` statement.
        """
        opened = connection(only=[self.folder])
        for name in self.tables:
            opened.execute(self._view(name))
        return opened

    def kept(self) -> dict[str, Kept]:
        """Columns and files of all tables, for a change that builds on them."""
        return {name: Kept(self.columns(name), self._table_files(name).files) for name in self.tables}

    @property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        """This thread's connection: a statement of one thread ends the answer another is still reading."""
        if not hasattr(self._own, "connection"):
            self._own.connection = self.connect()
        opened: duckdb.DuckDBPyConnection = self._own.connection
        return opened

    def _view(self, name: str) -> str:
        return f"CREATE VIEW {quoted(name)} AS SELECT * FROM {parquet_rows(self._table_files(name).files)}"

    def _table_files(self, name: str) -> TableFiles:
        if name == "lineage":
            recorded = read_catalog(self.folder).lineage_version
            if recorded is not None:
                return table_files(table_folder(self.folder, name), recorded)
        check_name(name, self.tables, name="table")
        if name not in self._files:
            self._files[name] = table_files(table_folder(self.folder, name), self.tables[name])
        return self._files[name]
