"""What is in files that nobody has mapped yet: each column's kind, from the first rows; no cell is kept."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl

from workbench.errors import DataError
from workbench.store._duckdb import connection, without_cells
from workbench.store._duckdb_files import database_tables
from workbench.store._inputs import InputFile, open_input
from workbench.store._reading_errors import reading_error
from workbench.store._watch import expected_rows
from workbench.store.mapping import FileMapping
from workbench.store.sql import literal, quoted

__all__ = ["INSPECTED_ROWS", "ColumnLook", "FileLook", "Kind", "first_cells", "inspect_file", "kinds", "unmapped_input"]

INSPECTED_ROWS = 1_000

Kind = Literal["empty", "flag", "whole", "number", "time", "category", "text"]

_FORMATS = ((8, "%Y%m%d"), (8, "%y%m%d%H"), (10, "%Y%m%d%H"), (14, "%Y%m%d%H%M%S"))
_CELL = re.compile(r"@|\d{7,}|\d{4}-\d{2}-\d{2}|^[+-]?\d+[.,]\d+$")
_NUMBER = re.compile(r"[+-]?\d+")
_UNITS = {"s": 1, "ms": 1_000, "us": 1_000_000}
_EARLIEST, _LATEST = 788_918_400, 4_102_444_800  # 1995 and 2100, in seconds since 1970.
_MOST_CATEGORIES = 50


@dataclass(frozen=True)
class ColumnLook:
    """One column as its first rows look.

    Attributes:
        name: Its name in the file.
        kind: `flag` is 0 or 1, `whole` and `number` are numbers, `time` is a time as text, `category` is text with few
            different values.
        unit: How a number writes a time: `s`, `ms`, `us` since 1970, or strptime's signs; empty where it is none.
        nulls: Share of rows without a value, 0 to 1.
        distinct: Number of different values.
        unique: Whether no value repeats and none is missing.
        ones: Share of ones among a flag's values, 0 to 1; None for other kinds.
        positive: Whether all its numbers are 1 or more.
        addresses: Whether most values look like an e-mail address.
    """

    name: str
    kind: Kind
    unit: str
    nulls: float
    distinct: int
    unique: bool
    ones: float | None
    positive: bool
    addresses: bool


@dataclass(frozen=True)
class FileLook:
    """One file, or one table of a DuckDB file.

    Attributes:
        path: The file.
        table: The table of a DuckDB file; empty for others.
        bytes: Size of the file.
        rows: Rows looked at.
        expected: Rows of the whole file, exact for Parquet, estimated for text; None where not known.
        columns: Its columns in order.
    """

    path: Path
    table: str
    bytes: int
    rows: int
    expected: int | None
    columns: tuple[ColumnLook, ...]


def inspect_file(path: Path) -> tuple[FileLook, ...]:
    """Look at the first 1,000 rows of a file.

    Args:
        path: CSV, TSV, JSON lines, Parquet or DuckDB, as `Store.load` takes them.

    Returns:
        One look, or one for each table of a DuckDB file.

    Raises:
        DataError: If it is missing, empty or not what its name says.
    """
    tables = database_tables(path) if path.suffix.lower() == ".duckdb" and path.is_file() else ("",)
    return tuple(_inspect(unmapped_input(path, table)) for table in tables)


def unmapped_input(path: Path, table: str = "") -> InputFile:
    """Open a file for which no mapping is known yet.

    Args:
        path: The file.
        table: The table of a DuckDB file; empty for others.

    Raises:
        DataError: If it is missing, empty or not what its name says.
    """
    return open_input(path, FileMapping((), None, table or None, (), ()), whole=False)


def _check_header(file: InputFile, columns: Sequence[ColumnLook]) -> None:
    """Refuse a text file whose names are cells: without a header, the first row would be shown as names."""
    if file.format != "csv":
        return
    numbers = {column.name for column in columns if column.kind in {"flag", "whole", "number"}}
    if any(_CELL.search(name) or (name in numbers and _NUMBER.fullmatch(name)) for name in file.columns):
        raise DataError(
            f"{file.name} seems to have no header: its first line holds numbers, times or addresses. "
            "Give it a first line that names the columns"
        )


def kinds(looks: Sequence[FileLook]) -> list[tuple[FileLook, ...]]:
    """Gather looks with the same columns: one mapping serves them all.

    Args:
        looks: Looks at files.

    Returns:
        The looks in order, by kind.
    """
    found: dict[tuple[str, ...], list[FileLook]] = {}
    for look in looks:
        found.setdefault((look.table, *(column.name for column in look.columns)), []).append(look)
    return list(map(tuple, found.values()))


def first_cells(file: InputFile) -> pl.DataFrame:
    """Read a file's first rows as text, one column a column; for this machine's eyes, never to be kept.

    Args:
        file: The opened file.

    Raises:
        DataError: If they cannot be read.
    """
    cells = ", ".join(f"CAST({file.cell(name)} AS VARCHAR) AS {quoted(name)}" for name in file.columns)
    sql = f"SELECT {cells} FROM {file.relation()} LIMIT {INSPECTED_ROWS}"
    with connection(files=[file.path]) as opened:
        frame: pl.DataFrame = without_cells(lambda: opened.sql(sql).pl(), lambda error: reading_error(file, error))
    return frame


def _inspect(file: InputFile) -> FileLook:
    frame = first_cells(file)
    counted = frame.select(count for name in file.columns for count in _counts(name)).row(0) if frame.height else ()
    width = len(counted) // len(file.columns)
    counts = [counted[at : at + width] for at in range(0, len(counted), width or 1)]
    columns = tuple(_look(frame[name], found) for name, found in zip(file.columns, counts, strict=False))
    _check_header(file, columns)
    size, rows = file.path.stat().st_size, frame.height
    expected = rows if rows < INSPECTED_ROWS else expected_rows(file.path)
    return FileLook(file.path, file.table, size, rows, expected, columns)


def _counts(name: str) -> list[pl.Expr]:
    """What is counted of a column; one pass over all columns at once."""
    cell = pl.col(name)
    lower, number = cell.str.to_lowercase(), cell.cast(pl.Float64, strict=False)
    counts = [
        cell.is_not_null(),
        lower.is_in(["0", "1", "true", "false", "0.0", "1.0"]),
        lower.is_in(["1", "true", "1.0"]),
        cell.str.contains(r"^\s*[+-]?(0|[1-9]\d*)(\.0*)?\s*$"),  # Leading zeros make a code.
        number.is_finite() & ~cell.str.contains(r"^0\d"),
        number >= 1,
        cell.str.contains(r"[^@\s]@[^@\s]+\.[a-zA-Z]"),
        *(number.is_between(_EARLIEST * step, _LATEST * step) for step in _UNITS.values()),
    ]
    return [
        cell.drop_nulls().n_unique().alias(f"{name} distinct"),
        *(test.sum().alias(f"{name} {at}") for at, test in enumerate(counts)),
    ]


def _look(cells: pl.Series, found: Sequence[int]) -> ColumnLook:
    distinct, given, flags, ones, whole, number, positive, addresses = found[:8]

    def all_are(count: int) -> bool:
        return given > 0 and count == given

    unit = next((word for word, count in zip(_UNITS, found[8:], strict=True) if all_are(count)), "")
    kind: Kind = "text"
    if not given:
        kind = "empty"
    elif all_are(flags):
        kind = "flag"
    elif all_are(whole):
        kind, unit = "whole", _format(cells) or unit  # 2026112709 is an hour before it is a second of 2034.
    elif all_are(number):
        kind, unit = "number", ""
    elif _are_times(cells):
        kind = "time"
    elif distinct <= min(_MOST_CATEGORIES, max(2, given // 4)):
        kind = "category"
    rows = len(cells)
    return ColumnLook(
        name=cells.name,
        kind=kind,
        unit=unit if kind == "whole" else "",
        nulls=1 - given / rows,
        distinct=distinct,
        unique=given == rows == distinct,
        ones=ones / given if kind == "flag" else None,
        positive=all_are(positive),
        addresses=given > 0 and addresses > given / 2,
    )


def _format(cells: pl.Series) -> str:
    """How whole numbers such as 20261127 or 26112709 write a time; empty where they do not."""
    lengths = cells.drop_nulls().str.len_chars().unique().to_list()
    for length, form in _FORMATS:
        if lengths == [length] and _all_hold(cells, f"year(try_strptime(cell, {literal(form)})) BETWEEN 1995 AND 2100"):
            return form
    return ""


def _are_times(cells: pl.Series) -> bool:
    return bool(cells.str.contains(r"\d{2}").all()) and _all_hold(cells, "TRY_CAST(cell AS TIMESTAMP) IS NOT NULL")


def _all_hold(cells: pl.Series, test: str) -> bool:
    """Whether all cells pass a test of DuckDB's, which is what will read them."""
    frame = cells.drop_nulls().rename("cell").to_frame()
    with connection(files=[Path("no file")]) as opened:
        opened.register("cells", frame)
        row = opened.execute(f"SELECT bool_and({test}) FROM cells").fetchone()
    return bool(row and row[0])
