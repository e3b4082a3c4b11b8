"""What a load did, or would do: files, rows by table, rejected rows by reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from workbench.display import html_block, html_table

if TYPE_CHECKING:
    from workbench.store.store import Store

__all__ = ["ColumnPreview", "FileRead", "LoadResult", "TableLoad"]


@dataclass(frozen=True)
class FileRead:
    """One file of a load.

    Attributes:
        name: Its name.
        digest: SHA-256 of its bytes, hex; of its path in a dry run, which does not read all of them.
        rows: Rows read; 0 where it had been loaded before.
        already_loaded: Whether the store had it, read in the same way, so that nothing was done.
    """

    name: str
    digest: str
    rows: int
    already_loaded: bool


@dataclass(frozen=True)
class TableLoad:
    """One canonical table of a load.

    Attributes:
        table: Its name.
        rows: Rows added (in a dry run: that would be).
        rejected: Rows set aside by reason.
    """

    table: str
    rows: int
    rejected: Mapping[str, int]


@dataclass(frozen=True)
class ColumnPreview:
    """One column as the first rows fill it; no cell is shown.

    Attributes:
        table: The canonical table.
        column: The column's name in the store.
        type: Its DuckDB type.
        origin: What fills it, in the file's words.
        personal: Whether its values become pseudonyms.
        nulls: Share of rows without a value, 0 to 1.
        distinct: Number of different values.
    """

    table: str
    column: str
    type: str
    origin: str
    personal: bool
    nulls: float
    distinct: int


@dataclass(frozen=True)
class LoadResult:
    """What a load did.

    Attributes:
        id: Name of the load; rejected rows lie in `rejected/ID.parquet`. Empty where nothing was loaded.
        store: The store after the load.
        source: Name of the log format.
        files: The files, in the order in which they were read.
        tables: What was added and set aside, by table.
        columns: What fills what; filled in by a dry run only.
        unmapped: Columns of the files that the mapping sends nowhere.
        passed_over: Files of the folder that the source does not read.
        rejected_file: Where the rejected rows are listed (file hash, line, column, reason); None where there are none.
        dry_run: Whether this only says what would happen.
        seconds: How long it took.
    """

    id: str
    store: "Store"
    source: str
    files: tuple[FileRead, ...]
    tables: tuple[TableLoad, ...]
    columns: tuple[ColumnPreview, ...]
    unmapped: tuple[str, ...]
    passed_over: tuple[str, ...]
    rejected_file: Path | None
    dry_run: bool
    seconds: float

    @property
    def already_loaded(self) -> bool:
        """Whether the store had all the files, so that nothing was changed."""
        return all(file.already_loaded for file in self.files)

    @property
    def rows(self) -> Mapping[str, int]:
        """Rows added by table."""
        return {table.table: table.rows for table in self.tables}

    @property
    def rejected(self) -> Mapping[str, int]:
        """Rows set aside by reason, over all tables."""
        total: dict[str, int] = {}
        for table in self.tables:
            for reason, rows in table.rejected.items():
                total[reason] = total.get(reason, 0) + rows
        return total

    def to_polars(self) -> pl.DataFrame:
        """One row a table and outcome: table, outcome (`added` or the reason), rows."""
        rows = [
            (table.table, outcome, count)
            for table in self.tables
            for outcome, count in {"added": table.rows, **table.rejected}.items()
        ]
        schema = {"table": pl.String, "outcome": pl.String, "rows": pl.Int64}
        return pl.DataFrame(rows, schema=schema, orient="row")

    def __str__(self) -> str:
        if self.already_loaded:
            return f"{self._names()} had been loaded before: nothing was changed"
        added = ", ".join(f"{rows:,} {table}" for table, rows in self.rows.items())
        aside = sum(self.rejected.values())
        verb = "would add (first rows)" if self.dry_run else "added"
        return f"{self._names()}: {verb} {added or 'nothing'}" + (f"; {aside:,} rows set aside" if aside else "")

    def _repr_html_(self) -> str:
        if self.already_loaded:
            return html_block(str(self), note=f"The store stays at version {self.store.version}.")
        outcomes = [[name, outcome, rows] for name, outcome, rows in self.to_polars().iter_rows()]
        parts = [html_table(["table", "outcome", "rows"], outcomes)]
        if self.columns:
            shown = [
                [c.table, c.column, c.type, "pseudonym of " * c.personal + c.origin, f"{c.nulls:.1%}", c.distinct]
                for c in self.columns
            ]
            parts.append(html_table(["table", "column", "type", "filled by", "empty", "different values"], shown))
        return html_block(str(self), *parts, note=self._note())

    def _note(self) -> str:
        notes = []
        if self.rejected_file is not None:
            notes.append(f"Rows set aside are listed in rejected/{self.rejected_file.name}.")
        if self.unmapped:
            more = f" and {len(self.unmapped) - 8} more" if len(self.unmapped) > 8 else ""
            notes.append(f"Columns not used: {', '.join(self.unmapped[:8])}{more}.")
        if self.dry_run:
            notes.append("This was a dry run on the first rows of each file: nothing was written.")
        return " ".join(notes)

    def _names(self) -> str:
        names = [file.name for file in self.files]
        return names[0] if len(names) == 1 else f"{len(names)} files"
