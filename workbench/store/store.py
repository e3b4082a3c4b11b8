"""A store: one folder with the campaign tables, their versions, their public domains and who used them."""

import json
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from types import MappingProxyType

import polars as pl

from workbench.checks import check_name
from workbench.display import html_block, html_table
from workbench.errors import InputError, StoreError
from workbench.progress import OnProgress, quiet
from workbench.schema import TABLES
from workbench.store._catalog import CATALOG, Catalog, read_catalog, write_catalog
from workbench.store._duckdb import ctrl_c
from workbench.store._files import writer_lock
from workbench.store._find import Found, find_files
from workbench.store._snapshot import Snapshot
from workbench.store._writing import writing
from workbench.store.access import FILE, log_access
from workbench.store.load_result import ColumnPreview, LoadResult
from workbench.store.loading import Loaded, load_files
from workbench.store.preview import preview_files
from workbench.store.pseudonyms import create_key, key_path, read_key
from workbench.store.public import PublicDomain, PublicValue, public_domain
from workbench.store.quality import Quality, assess
from workbench.store.rows import Rows, stage_rows
from workbench.store.sources import read_source

__all__ = ["Store", "create_store", "open_store"]


class Store(Snapshot):
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
        self.version = catalog.version if version is None else version
        super().__init__(folder, catalog.versions[self.version])
        self.lineage_id = catalog.lineage_id
        self.origin: Mapping[str, object] = MappingProxyType(dict(catalog.origin))

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

    def refresh(self) -> "Store":
        """The newest version of this store."""
        return Store(self.folder, read_catalog(self.folder))

    def write(self, tables: Mapping[str, Rows], *, source: str, pseudonymised: bool = False) -> "Store":
        """Append rows to canonical tables, all or none.

        Types are made canonical; further columns become fields. Personal values (`user_id`) become pseudonyms.

        Args:
            tables: Rows by canonical table.
            source: Where the rows come from, in a word.
            pseudonymised: Whether personal values are this store's pseudonyms already. That cannot be told from how
                they look: an identifier hashed by somebody else has 32 hex characters too.

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
            kept = Store(self.folder, change.catalog).kept()
            for name, rows in tables.items():
                stage_rows(
                    TABLES[name], rows, change.stage(name), key=key, kept=kept.get(name), pseudonymised=pseudonymised
                )
            log_access(self.folder, "write", f"{source}: {', '.join(sorted(tables))}")
            return Store(self.folder, change.commit(source=source))

    def load(
        self,
        source: str,
        *paths: Path | str,
        mapping: Path | str | Mapping[str, object] | None = None,
        dry_run: bool = False,
        max_rejected: float = 0.0,
        on_progress: OnProgress = quiet,
    ) -> LoadResult:
        """Load log files: map, check, pseudonymise and append them as one new store version.

        Rows with a repeated key, an orphaned one, a missing value or one out of range are set aside and listed in
        `rejected/`, never dropped silently. A file that was loaded before, in the same way, is not loaded again.

        Args:
            source: Name of the log format, for example `open-bandit` or `generic`.
            paths: Files, or folders with the source's files.
            mapping: A mapping in place of the source's own: a TOML file or a dict; `generic` needs one.
            dry_run: Only say what would happen to the first 1,000 rows of each file; write nothing.
            max_rejected: Largest share of rows, 0 to 1, that may be set aside because a cell is of the wrong type; a
                file with more is refused.
            on_progress: Told how far it is, e.g. `workbench.progress.to_terminal()`.

        Returns:
            What was done; its `store` is the store at its new version, this object stays at the old one.

        Raises:
            UnknownNameError: If there is no such source.
            InputError: If the mapping does not follow the grammar.
            DataError: If a file cannot be used as asked. Nothing is loaded then.
            StoreError: If another process is writing, or the folder cannot be written to.
        """
        if not 0 <= max_rejected <= 1:
            raise InputError(f"max_rejected == {max_rejected:g}, must be >= 0 and <= 1: give a share such as 0.01")
        began = time.monotonic()
        chosen = read_source(source, mapping)
        found = find_files(paths, chosen)
        if dry_run:
            with ctrl_c():
                loaded, columns = preview_files(found, kept=self.refresh().kept())
            return self._result(source, loaded, found, began, columns=columns, dry_run=True)
        key = read_key(self.lineage_id)
        with writing(self.folder) as change:
            newest = Store(self.folder, change.catalog)
            log_access(self.folder, "load", f"{source}: {len(found.files)} files")
            loaded = load_files(
                change,
                found,
                chosen,
                kept=newest.kept(),
                key=key,
                max_rejected=max_rejected,
                on_progress=on_progress,
            )
            if loaded.new:
                newest = Store(self.folder, change.commit(source=source, files=loaded.new))
        return newest._result(source, loaded, found, began)

    def quality(self) -> Quality:
        """Assess this version: rows, times, empty cells, outliers, rows set aside, bot-like users, and what to mind."""
        loads = {file.load for file in read_catalog(self.folder).files if file.version <= self.version}
        lists = [self.folder / "rejected" / f"{load}.parquet" for load in sorted(loads)]
        with ctrl_c():
            return assess(self, version=self.version, rejected=tuple(path for path in lists if path.is_file()))

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

        The store version at which it is done is kept (`declared_at`), so that a report can say whether data was there.

        Args:
            name: How releases call the domain, for example `calendar`.
            column: The column it is about, for example `day`.
            values: Text, whole numbers or dates, in the order they are to be shown.

        Raises:
            InputError: If the values are empty, repeated or mixed, or the name stands for other values already.
            StoreError: If another process is writing, or the folder cannot be written to.
        """
        public_domain(name, column, values)  # A slip is named before the store is held.
        with writing(self.folder) as change:
            domain = public_domain(name, column, values, declared_at=change.catalog.version)
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

    def _result(
        self,
        source: str,
        loaded: Loaded,
        found: Found,
        began: float,
        *,
        columns: tuple[ColumnPreview, ...] = (),
        dry_run: bool = False,
    ) -> LoadResult:
        return LoadResult(
            id=loaded.id,
            store=self,
            source=source,
            files=loaded.files,
            tables=loaded.tables,
            columns=columns,
            unmapped=loaded.unmapped,
            passed_over=found.passed_over,
            rejected_file=loaded.rejected,
            dry_run=dry_run,
            seconds=time.monotonic() - began,
        )


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
        present = {entry.name for entry in path.iterdir()}
    except OSError as error:
        raise StoreError(f"{path} cannot be made ({error.strerror}): give a folder where you may write") from None
    # Where a lock lies, another process may be in the middle of making this store: that is settled under the lock.
    if CATALOG in present or (present and ".lock" not in present):
        what = "already holds a store: open it with wb.open" if CATALOG in present else "is not empty"
        raise StoreError(f"{path} {what}; a new store needs an empty folder")
    with writer_lock(path):
        if (path / CATALOG).exists():
            raise StoreError(f"{path} was made into a store by another process just now: open it with wb.open")
        if any(entry.name not in {".lock", FILE} for entry in path.iterdir()):
            raise StoreError(f"{path} is not empty; a new store needs an empty folder")
        catalog = Catalog(lineage_id=token_hex(16), origin=dict(origin or {}))
        create_key(catalog.lineage_id)
        try:
            log_access(path, "create", path.name)
            write_catalog(path, catalog)
        except BaseException as error:
            key_path(catalog.lineage_id).unlink(missing_ok=True)
            if isinstance(error, OSError):
                raise StoreError(f"{path} cannot be written to ({error.strerror}): give another folder") from None
            raise
    return Store(path, catalog)


def open_store(folder: Path | str, *, version: int | None = None, create: bool = False) -> Store:
    """Open a store.

    Args:
        folder: The store's folder.
        version: An older version, as a report cites it; the newest by default.
        create: Whether to make an empty store where there is none.

    Returns:
        The store.

    Raises:
        StoreError: If there is none, it is damaged, or its access log cannot be written.
        InputError: If it has no such version.
    """
    path = Path(folder).expanduser().absolute()
    if create and not (path / CATALOG).exists():
        try:
            return create_store(path)
        except StoreError:
            if not (path / CATALOG).exists():  # Else another process made it just now.
                raise
    catalog = read_catalog(path)
    if version is not None and version not in catalog.versions:
        raise InputError(f"version == {version}, must be 0 to {catalog.version}: the store has no such version")
    log_access(path, "open", path.name)
    return Store(path, catalog, version=version)
