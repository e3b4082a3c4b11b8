"""One change of a store: files are staged where no reader looks, committed together, and then named in `store.json`."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from secrets import token_hex

from deltalake.exceptions import DeltaError

from workbench.errors import StoreError
from workbench.store._catalog import Catalog, LoadedFile, read_catalog, write_catalog
from workbench.store._delta import append
from workbench.store._duckdb import ctrl_c
from workbench.store._files import writer_lock
from workbench.store.public import PublicDomain

__all__ = ["Writing", "table_folder", "writing"]


def table_folder(folder: Path, table: str) -> Path:
    """Say where the Delta table of one canonical table lies in a store."""
    return folder / "tables" / table


class Writing:
    """A change under way, by the one process that holds the store's lock.

    Attributes:
        folder: The store's folder.
        catalog: The newest catalog, which the change builds on.
        staging: A folder for drafts; gone when the change ends.
        parts: Staged Parquet files by table.
    """

    def __init__(self, folder: Path, catalog: Catalog, staging: Path) -> None:
        self.folder = folder
        self.catalog = catalog
        self.staging = staging
        self.parts: dict[str, Path] = {}

    def stage(self, table: str) -> Path:
        """Name the Parquet file that will hold the new rows of a table; the caller writes it."""
        self.parts[table] = self.staging / f"{token_hex(8)}.parquet"
        return self.parts[table]

    def drop(self, table: str) -> None:
        """Leave a table out of the change."""
        self.parts.pop(table).unlink(missing_ok=True)

    def commit(self, *, source: str, files: tuple[LoadedFile, ...] = ()) -> Catalog:
        """Make the staged rows part of the store, all tables at once.

        Args:
            source: Where the rows come from, kept in every commit.
            files: The files they were loaded from.

        Returns:
            The catalog of the new store version.
        """
        listed = self.catalog.tables
        written = {
            table: append(table_folder(self.folder, table), part, listed.get(table), source=source)
            for table, part in self.parts.items()
        }
        catalog = self.catalog.next_version(written, files)
        write_catalog(self.folder, catalog)
        return catalog

    def declare(self, domain: PublicDomain) -> None:
        """Add a public domain to the store's configuration; the store version stays as it is."""
        public = {**self.catalog.public, domain.name: domain}
        self.catalog = replace(self.catalog, public=public)
        write_catalog(self.folder, self.catalog)

    def commit_lineage(self, part: Path) -> None:
        """Append rows to the `lineage` table, which is no part of a store version."""
        at = append(table_folder(self.folder, "lineage"), part, self.catalog.lineage_version, source="workbench")
        self.catalog = replace(self.catalog, lineage_version=at)
        write_catalog(self.folder, self.catalog)


@contextmanager
def writing(folder: Path) -> Iterator[Writing]:
    """Hold a store for one change.

    Args:
        folder: The store's folder.

    Yields:
        The change; what it does not commit is never seen.

    Raises:
        StoreError: If another process is writing, or the folder cannot be written to.
        KeyboardInterrupt: If the user stopped it, whatever was at work.
    """
    with writer_lock(folder), ctrl_c():
        staging = folder / ".staging"
        try:
            shutil.rmtree(staging, ignore_errors=True)  # Drafts of a writer that was killed.
            staging.mkdir()
            yield Writing(folder, read_catalog(folder), staging)
        except (OSError, DeltaError) as error:
            why = f" ({error.strerror})" if isinstance(error, OSError) and error.strerror else ""
            raise StoreError(f"{folder} cannot be written to{why}: the store stays as it was") from None
        finally:
            shutil.rmtree(staging, ignore_errors=True)
