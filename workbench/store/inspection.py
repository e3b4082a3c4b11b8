"""What is in files that nobody has mapped yet: each column's kind, from the first rows; no cell is kept."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb
import polars as pl

from workbench.errors import DataError
from workbench.store._duckdb import connection, without_cells
from workbench.store._duckdb_files import database_tables
from workbench.store._inputs import InputFile, open_input
from workbench.store._reading_errors import reading_error
from workbench.store._watch import expected_rows
from workbench.store.mapping import FileMapping
from workbench.store.sql import literal, quoted

__all__ = [
    "FORMATS",
    "INSPECTED_ROWS",
    "ColumnLook",
    "FileLook",
    "Kind",
    "first_cells",
    "inspect_file",
    "kinds",
    "unmapped_input",
]

INSPECTED_ROWS = 1_000
FORMATS = (
    *("%Y%m%d", "%y%m%d%H", "%Y%m%d%H", "%Y%m%d%H%M%S"),
    *(f"{day}{time}" for day in ("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y") for time in (" %H:%M:%S", " %H:%M", "")),
)
"""How logs write times, in strptime's signs, beside ISO 8601 and numbers since 1970."""

Kind = Literal["empty", "flag", "whole", "number", "time", "category", "text"]

_LENGTHS = {"%Y%m%d": 8, "%y%m%d%H": 8, "%Y%m%d%H": 10, "%Y%m%d%H%M%S": 14}
_UNITS = {"s": 1, "ms": 1_000, "us": 1_000_000}
_EARLIEST, _LATEST = 788_918_400, 4_102_444_800  # 1995 and 2100, in seconds since 1970.
_MOST_CATEGORIES = 50
_NEARLY_ALL = 0.95  # A last line of totals or a stray word is for the check to count, not for the kind to change.
_NOTHING = ("NULL", "null", "NA", "N/A", "NaN", "nan", "None", "\\N", "-")
# An e-mail address, a number of the network or of a device, a telephone number.
_ADDRESS = (
    r"[^@\s]@[^@\s]+\.[a-zA-Z]|^\d{1,3}(\.\d{1,3}){3}$|^[0-9a-fA-F]{0,4}(:[0-9a-fA-F]{0,4}){2,}$"
    r"|^(\+\d[\d ().-]{8,}|\(?\d{2,4}[ )-][\d -]{6,}\d|1[3-9]\d{9})$"
)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d|[+-]?\d+[.,]\d+")
_NUMBER = re.compile(r"[+-]?\d+")


@dataclass(frozen=True)
class ColumnLook:
    """One column as its first rows look.

    Attributes:
        name: Its name in the file.
        kind: What nearly all cells are: `flag` is 0 or 1, or true and false; `whole` and `number` are numbers; a `time`
            is text; `category` is text with few different values.
        unit: How a time is written: `s`, `ms`, `us` since 1970, or strptime's signs; `true` for a flag of words; else
            empty.
        nulls: Share of rows without a value, 0 to 1.
        distinct: Number of different values.
        unique: Whether no value repeats and none is missing.
        ones: Share of ones among a flag's values, 0 to 1; None for other kinds.
        positive: Whether all its numbers are 1 or more.
        addresses: Whether most values look like an address: of mail, of the network, of a device, or a telephone's.
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
        missing: Words among the cells that mean "nothing is known".
        columns: Its columns in order.
    """

    path: Path
    table: str
    bytes: int
    rows: int
    expected: int | None
    missing: tuple[str, ...]
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


def _check_header(file: InputFile, frame: pl.DataFrame, columns: Sequence[ColumnLook]) -> None:
    """Refuse a file whose names are cells: without a header, the first row would be shown as names.

    A name that stands among its own column's cells, or is a number over numbers, is one; so is an address anywhere.
    """
    numbers = {column.name for column in columns if column.kind in {"flag", "whole", "number"}}
    alike = [
        name for name in file.columns if (name in numbers and _NUMBER.fullmatch(name)) or (frame[name] == name).any()
    ]
    plain = re.compile(_ADDRESS)
    cells = [name for name in file.columns if plain.search(name) or _MOMENT.fullmatch(name) or _is_long_number(name)]
    if cells or 3 * len(alike) >= len(file.columns) > 0:
        raise DataError(
            f"{file.name} seems to have no header: its first line holds values. "
            "Give it a first line that names the columns"
        )


def _is_long_number(name: str) -> bool:
    return not re.search(r"[^\d\s().+-]", name) and len(re.sub(r"\D", "", name)) > 8


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
    cells = frame.rename({name: f"c{at}" for at, name in enumerate(frame.columns)})  # Polars takes "*" for a pattern.
    words = [word for word in _NOTHING if cells.select(pl.any_horizontal((pl.all() == word).any())).item()]
    cells = cells.with_columns(pl.when(pl.all().is_in(words)).then(None).otherwise(pl.all()).name.keep())
    counted = cells.select(count for name in cells.columns for count in _counts(name)).row(0) if cells.height else ()
    width = len(counted) // len(file.columns)
    with connection(files=[Path("no file")]) as opened:
        columns = tuple(
            _look(opened, name, cells[f"c{at}"], counted[at * width : (at + 1) * width])
            for at, name in enumerate(file.columns)
        )
    _check_header(file, frame, columns)
    size, rows = file.path.stat().st_size, frame.height
    expected = rows if rows < INSPECTED_ROWS else expected_rows(file.path)
    return FileLook(file.path, file.table, size, rows, expected, tuple(words), columns)


def _counts(name: str) -> list[pl.Expr]:
    """What is counted of a column; one pass over all columns at once."""
    cell = pl.col(name)
    lower, number = cell.str.to_lowercase(), cell.cast(pl.Float64, strict=False)
    counts = [
        cell.is_not_null(),
        lower.is_in(["0", "1", "0.0", "1.0"]),
        lower.is_in(["true", "false"]),
        lower.is_in(["1", "true", "1.0"]),
        cell.str.contains(r"^\s*[+-]?(0|[1-9]\d*)(\.0*)?\s*$"),  # Leading zeros make a code.
        number.is_finite() & ~cell.str.contains(r"^0\d"),
        number >= 1,
        cell.str.contains(_ADDRESS),
        *(number.is_between(_EARLIEST * step, _LATEST * step) for step in _UNITS.values()),
    ]
    return [
        cell.drop_nulls().n_unique().alias(f"{name} distinct"),
        *(test.sum().alias(f"{name} {at}") for at, test in enumerate(counts)),
    ]


def _look(opened: duckdb.DuckDBPyConnection, name: str, cells: pl.Series, found: Sequence[int]) -> ColumnLook:
    distinct, given, flags, words, ones, whole, number, positive, addresses = found[:9]

    def nearly_all(count: int) -> bool:
        return given > 0 and count >= _NEARLY_ALL * given

    since = next((word for word, count in zip(_UNITS, found[9:], strict=True) if nearly_all(count)), "")
    kind, unit = _kind(
        opened,
        cells,
        flag=nearly_all(flags),
        words=nearly_all(words),
        whole=nearly_all(whole),
        number=nearly_all(number),
    )
    if kind == "text" and 0 < distinct <= min(_MOST_CATEGORIES, max(2, given // 4)):
        kind = "category"
    rows = len(cells)
    return ColumnLook(
        name=name,
        kind=kind if given else "empty",
        unit=unit or (since if kind == "whole" else ""),
        nulls=1 - given / rows,
        distinct=distinct,
        unique=given == rows == distinct,
        ones=ones / given if kind == "flag" else None,
        positive=given > 0 and positive == given,
        addresses=given > 0 and addresses > given / 2,
    )


def _kind(
    opened: duckdb.DuckDBPyConnection, cells: pl.Series, *, flag: bool, words: bool, whole: bool, number: bool
) -> tuple[Kind, str]:
    """What a column is, and how it is written where that can be told from its cells alone."""
    if flag or words:
        return "flag", "true" if words else ""
    if whole:  # 2026112709 is an hour before it is a second of 2034.
        return "whole", _format(opened, cells, [form for form in FORMATS if form in _LENGTHS])
    if number:
        return "number", ""
    if not cells.str.contains(r"\d{2}").any():
        return "text", ""
    if _hold(opened, cells, "TRY_CAST(cell AS TIMESTAMP) IS NOT NULL"):
        return "time", ""
    unit = _format(opened, cells, [form for form in FORMATS if form not in _LENGTHS])
    return ("time", unit) if unit else ("text", "")


def _format(opened: duckdb.DuckDBPyConnection, cells: pl.Series, forms: Sequence[str]) -> str:
    """The format in which nearly all cells are times; empty where there is none."""
    lengths = set(cells.drop_nulls().str.len_chars().unique().to_list())
    for form in forms:
        if form in _LENGTHS and lengths != {_LENGTHS[form]}:
            continue
        if form not in _LENGTHS and not cells.str.contains(r"^\d{1,2}[/.]\d{1,2}[/.]\d{4}").any():
            continue
        if _hold(opened, cells, f"year(try_strptime(cell, {literal(form)})) BETWEEN 1995 AND 2100"):
            return form
    return ""


def _hold(opened: duckdb.DuckDBPyConnection, cells: pl.Series, test: str) -> bool:
    """Whether nearly all cells pass a test of DuckDB's, which is what will read them."""
    opened.register("cells", cells.drop_nulls().alias("cell").to_frame())
    ((held, all),) = opened.execute(f"SELECT count(*) FILTER (WHERE {test}), count(*) FROM cells").fetchall()
    return bool(all and held >= _NEARLY_ALL * all)
