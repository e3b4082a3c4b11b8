"""A store: one folder with the campaign tables, their versions, their public domains and who used them."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from secrets import token_hex
from types import MappingProxyType

import duckdb
import polars as pl

from workbench.checks import check_name
from workbench.display import html_block, html_table
from workbench.errors import InputError, StoreError
from workbench.schema import TABLES
from workbench.store._catalog import CATALOG, Catalog, read_catalog, write_catalog
from workbench.store._delta import TableFiles, table_files
from workbench.store._duckdb import connection, file_list, quoted
from workbench.store._files import writer_lock
from workbench.store._writing import table_folder, writing
from workbench.store.access import log_access
from workbench.store.pseudonyms import create_key, read_key
from workbench.store.public import PublicDomain, PublicValue, public_domain
from workbench.store.rows import Rows, stage_rows

__all__ = ["Store", "create_store", "open_store"]


class Store:
    """One version of a store; what it shows does not change while others load.

    Make one with `wb.demo`, `create_store` or `wb.open`. Loading returns a store at the next version; `refresh` takes
    you to the newest.

    Attributes:
        folder: The folder.
        version: Number of the version, 0 while the store is empty. Reports and runs cite it.
        lineage_id: 32 hex characters that name this store through all its versions and copies.
        origin: How the store came about, as its maker gave it.
        tables: Table -> Delta version, only tables that are present.
    """

    def __init__(self, folder: Path, catalog: Catalog, *, version: int | None = None) -> None:
        self.folder = folder
        self.version = catalog.version if version is None else version
        self.lineage_id = catalog.lineage_id
        self.origin: Mapping[str, object] = MappingProxyType(dict(catalog.origin))
        self.tables: Mapping[str, int] = MappingProxyType(dict(catalog.versions[self.version]))
        self._files: dict[str, TableFiles] = {}

    def __repr__(self) -> str:
        return f"Store({str(self.folder)!r}, version={self.version}, tables={sorted(self.tables)})"

    def _repr_html_(self) -> str:
        rows = [[name, self.rows(name), ", ".join(self.columns(name))] for name in self.tables]
        headline = f"Store {self.folder.name}, version {self.version}"
        if not rows:
            return html_block(headline, note="Nothing is loaded yet: store.load(source, path).")
        return html_block(headline, html_table(["table", "rows", "columns"], rows))

    @property
    def runs_folder(self) -> Path:
        """Folder of the trained models' runs."""
        return self.folder / "runs"

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
        return pl.scan_parquet(list(table.files), schema=empty.schema, missing_columns="insert")

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Open a fresh DuckDB connection with one view per table of this version.

        It is in UTC, reads and writes no files outside the store's folder, and never fetches an extension. Hand it
        frames with `connection.register(name, frame)`. Close it, or use it in a `with` statement.
        """
        opened = connection(only=[self.folder])
        for name in self.tables:
            opened.execute(self._view(name))
        return opened

    def refresh(self) -> "Store":
        """The newest version of this store."""
        return Store(self.folder, read_catalog(self.folder))

    def write(self, tables: Mapping[str, Rows], *, source: str) -> "Store":
        """Append rows to canonical tables, all or none.

        Types are made canonical; further columns become fields. A personal value (`user_id`) that is not yet a
        pseudonym (32 hex characters) becomes one.

        Args:
            tables: Rows by canonical table.
            source: Where the rows come from, in a word.

        Returns:
            The store at its new version; this object stays at the old one.

        Raises:
            UnknownNameError: If a table is not canonical.
            DataError: If rows lack a column, have one of another type, a value out of range or a key twice.
            StoreError: If another process is writing, or the folder cannot be written to.
        """
        if not tables:
            raise InputError("no tables were given, must be at least one: write({'impressions': rows}, source='...')")
        for name in tables:
            check_name(name, TABLES, name="table")
        key = read_key(self.lineage_id)
        with writing(self.folder) as change:
            newest = Store(self.folder, change.catalog)
            for name, rows in tables.items():
                present = newest.has(name)
                stage_rows(
                    TABLES[name],
                    rows,
                    change.stage(name),
                    key=key,
                    kept=newest.columns(name) if present else {},
                    files=newest._table_files(name).files if present else (),
                )
            log_access(self.folder, "write", f"{source}: {', '.join(sorted(tables))}")
            return Store(self.folder, change.commit(source=source))

    def pseudonym(self, raw: str) -> str:
        """The 32 hex characters that stand for a raw identifier in this store, for example a complainant's.

        Args:
            raw: The identifier as the log wrote it.

        Raises:
            StoreError: If the store's key is not on this machine.
        """
        return read_key(self.lineage_id).pseudonym(raw)

    @property
    def public(self) -> Mapping[str, PublicDomain]:
        """Public domains declared for this store, by name."""
        return MappingProxyType(dict(read_catalog(self.folder).public))

    def declare(self, name: str, column: str, values: Sequence[PublicValue]) -> None:
        """Declare the values a column may take, before the data is seen; private releases have one cell for each.

        Args:
            name: How releases call the domain, for example `calendar`.
            column: The column it is about, for example `day`.
            values: Text, whole numbers or dates, in the order they are to be shown.

        Raises:
            InputError: If the values are empty, repeated or mixed, or the name stands for other values already.
            StoreError: If another process is writing, or the folder cannot be written to.
        """
        domain = public_domain(name, column, values)
        with writing(self.folder) as change:
            known = change.catalog.public.get(name)
            if known == domain:
                return
            if known is not None:
                raise InputError(
                    f"public domain {name!r} is already declared with other values, and releases may rest on them: "
                    "declare the new values under another name"
                )
            change.declare(domain)
            log_access(self.folder, "declare", name)

    def record(self, kind: str, name: str, detail: Mapping[str, object]) -> None:
        """Note in the `lineage` table what was made from this store; the store version stays as it is.

        Args:
            kind: What was made, for example `run` or `report`.
            name: Its name, for example a run's id.
            detail: What there is to say about it, as plain JSON values; never a cell.

        Raises:
            StoreError: If another process is writing, or the folder cannot be written to.
        """
        row = pl.DataFrame(
            {
                "at": [datetime.now(UTC).replace(tzinfo=None)],
                "store_version": [self.version],
                "kind": [kind],
                "name": [name],
                "detail": [json.dumps(dict(detail), ensure_ascii=False, default=str)],
            }
        )
        with writing(self.folder) as change:
            part = change.staging / f"{token_hex(8)}.parquet"
            row.write_parquet(part)
            change.commit_lineage(part)

    def log(self, action: str, subject: str) -> None:
        """Append an entry to the store's access log.

        Args:
            action: What is done, one of `workbench.store.access.ACTIONS`.
            subject: With what: a table, a run, a release; never a cell.

        Raises:
            UnknownNameError: If there is no such action.
            StoreError: If the log cannot be written.
        """
        log_access(self.folder, action, subject)

    @cached_property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        return self.connect()

    def _view(self, name: str) -> str:
        files = file_list(self._table_files(name).files)
        return f"CREATE VIEW {quoted(name)} AS SELECT * FROM read_parquet({files}, union_by_name = true)"

    def _table_files(self, name: str) -> TableFiles:
        if name == "lineage":
            recorded = read_catalog(self.folder).lineage_version
            if recorded is not None:
                return table_files(table_folder(self.folder, name), recorded)
        check_name(name, self.tables, name="table")
        if name not in self._files:
            self._files[name] = table_files(table_folder(self.folder, name), self.tables[name])
        return self._files[name]


def create_store(folder: Path | str, *, origin: Mapping[str, object] | None = None) -> Store:
    """Make an empty store, with a new lineage and a new key.

    Args:
        folder: Where; it must be empty or absent.
        origin: How the store comes about, as plain JSON values, for example a simulation's configuration and seed.

    Returns:
        The store at version 0.

    Raises:
        StoreError: If the folder is in use or cannot be written to.
    """
    path = Path(folder).expanduser().absolute()
    try:
        path.mkdir(parents=True, exist_ok=True)
        taken = any(entry.name != ".lock" for entry in path.iterdir())
    except OSError as error:
        raise StoreError(f"{path} cannot be made ({error.strerror}): give a folder where you may write") from None
    if taken:
        what = "already holds a store: open it with wb.open" if (path / CATALOG).exists() else "is not empty"
        raise StoreError(f"{path} {what}; a new store needs an empty folder")
    with writer_lock(path):
        if (path / CATALOG).exists():
            raise StoreError(f"{path} was made into a store by another process just now: open it with wb.open")
        catalog = Catalog(lineage_id=token_hex(16), origin=dict(origin or {}))
        create_key(catalog.lineage_id)
        log_access(path, "create", path.name)
        write_catalog(path, catalog)
    return Store(path, catalog)


def open_store(folder: Path | str, *, version: int | None = None) -> Store:
    """Open a store.

    Args:
        folder: The store's folder.
        version: An older version, as a report cites it; the newest by default.

    Returns:
        The store.

    Raises:
        StoreError: If there is none, it is damaged, or its access log cannot be written.
        InputError: If it has no such version.
    """
    path = Path(folder).expanduser().absolute()
    catalog = read_catalog(path)
    if version is not None and version not in catalog.versions:
        raise InputError(f"version == {version}, must be 0 to {catalog.version}: the store has no such version")
    log_access(path, "open", path.name)
    return Store(path, catalog, version=version)
