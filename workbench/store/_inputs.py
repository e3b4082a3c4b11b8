"""Files as they come: CSV, TSV, JSON lines, Parquet and DuckDB, each as an SQL relation; text ones plain or packed."""

import csv
import hashlib
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from workbench.checks import check_name, nearest_name
from workbench.errors import DataError
from workbench.store._duckdb_files import database_relation, database_tables
from workbench.store.mapping import FileMapping
from workbench.store.sql import file_literal, literal, parquet_rows, quoted

__all__ = ["EXTENSIONS", "InputFile", "bare_name", "content_hash", "json_object", "open_input", "text_lines"]

_DELIMITERS = (",", "\t", ";", "|")
_SHOWN = {"\t": "tab"}
_FORMATS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".jsonl": "json",
    ".ndjson": "json",
    ".parquet": "parquet",
    ".duckdb": "duckdb",
}
_SAMPLE_LINES = 1_000
EXTENSIONS = tuple(_FORMATS)


@dataclass(frozen=True)
class InputFile:
    """One file of a load, opened far enough to know its columns.

    Attributes:
        path: The file.
        format: `csv`, `json` (one object a line), `parquet` or `duckdb`.
        columns: Names of its columns in order.
        delimiter: What stands between two cells of a CSV file.
        missing: Cells that mean "nothing is known", beside the empty cell.
        digest: SHA-256 of its bytes, hex.
        table: The table that is read of a DuckDB file; empty for others.
    """

    path: Path
    format: str
    columns: tuple[str, ...]
    delimiter: str
    missing: tuple[str, ...]
    digest: str
    table: str = ""

    @property
    def name(self) -> str:
        """Its name without the folders."""
        return self.path.name

    @property
    def typed(self) -> bool:
        """Whether its columns have types of their own; else each cell is text."""
        return self.format in {"parquet", "duckdb"}

    @property
    def line(self) -> str:
        """What a message calls the place of a row."""
        return "Row" if self.typed else "Line"

    def part(self, word: str) -> str:
        """A part of its path: `stem`, `folder` or `outer_folder`."""
        if word == "stem":
            return self.name.split(".", 1)[0]
        return self.path.parent.name if word == "folder" else self.path.parent.parent.name

    def relation(self) -> str:
        """The file as an SQL table expression."""
        file = file_literal(self.path)
        if self.format == "parquet":
            return parquet_rows([self.path])
        if self.format == "duckdb":
            return database_relation(self.path, self.table)
        if self.format == "json":
            return f"read_ndjson_objects({file}, maximum_object_size = 16777216)"
        columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in self.columns)
        missing = ", ".join(map(literal, ("", *self.missing)))
        return (
            f"read_csv({file}, columns = {{{columns}}}, delim = {literal(self.delimiter)}, header = true, "
            f"quote = '\"', escape = '\"', auto_detect = false, nullstr = [{missing}], allow_quoted_nulls = true)"
        )

    def cell(self, column: str) -> str:
        """One column of the relation as an SQL expression; text unless the file has types of its own."""
        if self.format == "csv":
            return quoted(column)
        path = literal('$."' + column.replace('"', '\\"') + '"')
        cell = f"json_extract_string(json, {path})" if self.format == "json" else quoted(column)
        if not self.missing:
            return cell
        return (
            f"CASE WHEN CAST({cell} AS VARCHAR) IN ({', '.join(map(literal, self.missing))}) THEN NULL ELSE {cell} END"
        )


def open_input(path: Path, mapping: FileMapping, *, whole: bool = True) -> InputFile:
    """Look into a file: which format, which columns, and whether the mapping's columns are among them.

    Args:
        path: The file.
        mapping: How it is to be read.
        whole: Whether all of it is going to be read; else its digest is of its path alone: the bytes would take long.

    Returns:
        The opened file.

    Raises:
        DataError: If it is missing, empty, of another format than its name says, or lacks columns of the mapping.
    """
    try:
        if not path.is_file():
            raise DataError(f"{path} is not there: give a file or a folder of the source's files")
        if path.stat().st_size == 0:
            raise DataError(f"{path} is empty (0 bytes): take it out, or give the other files by name")
        form = _format(path)
        delimiter, table = ",", ""
        if form == "parquet":
            columns = _parquet_columns(path)
        elif form == "duckdb":
            table, columns = _database_columns(path, mapping.table)
        elif form == "json":
            columns = _json_columns(path)
        else:
            delimiter, columns = _csv_columns(path, mapping)
        digest = content_hash(path) if whole else hashlib.sha256(os.fsencode(path)).hexdigest()
    except OSError as error:
        raise DataError(
            f"{path.name} cannot be read ({error.strerror or 'damaged or not packed as its name says'})"
        ) from None
    _check_columns(path, columns, mapping, delimiter if form == "csv" else None)
    return InputFile(path, form, tuple(columns), delimiter, mapping.missing, digest, table)


def content_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def bare_name(name: str) -> str:
    """A file's name without the ending that says how it is packed.

    Example:
        >>> bare_name("log.csv.gz")
        'log.csv'
    """
    return re.sub(r"(?i)\.(gz|zst)$", "", name)


@contextmanager
def text_lines(path: Path, *, strict: bool = True) -> Iterator[TextIOWrapper]:
    """Open a text file, unpacked by its name, with line ends as they are; strict refuses what is not UTF-8."""
    with (
        pa.input_stream(str(path), compression="detect") as stream,
        TextIOWrapper(stream, encoding="utf-8-sig", newline="", errors="strict" if strict else "replace") as text,
    ):
        yield text


def _format(path: Path) -> str:
    form = _FORMATS.get(Path(bare_name(path.name)).suffix.lower())
    if form is None:
        raise DataError(f"{path.name} has no ending the loader knows, must be one of {', '.join(_FORMATS)} (.gz, .zst)")
    return form


def _parquet_columns(path: Path) -> list[str]:
    try:
        metadata = pq.read_metadata(path)
    except pa.ArrowException:
        raise DataError(f"{path.name} is not a Parquet file: name it after its format") from None
    if metadata.num_rows == 0:
        raise DataError(f"{path} has columns but no rows: take it out, or give the other files by name")
    return list(metadata.schema.to_arrow_schema().names)


def _database_columns(path: Path, table: str | None) -> tuple[str, list[str]]:
    tables = database_tables(path)
    if table is None and len(tables) > 1:
        named = ", ".join(list(tables)[:5]) + (", ..." if len(tables) > 5 else "")
        raise DataError(
            f"{path.name} holds {len(tables)} tables ({named}): say which one is meant in its [[file]] block, "
            f"e.g. table = {next(iter(tables))!r}"
        )
    if table is not None:
        check_name(table, tables, name=f"table of {path.name}")
    chosen = table if table is not None else next(iter(tables))
    return chosen, list(tables[chosen])


def _json_columns(path: Path) -> list[str]:
    names: dict[str, None] = {}
    try:
        with text_lines(path) as text:
            for number, line in enumerate(islice(text, _SAMPLE_LINES), 1):
                if line.strip():
                    names.update(dict.fromkeys(json_object(path, number, line)))
    except UnicodeDecodeError:
        raise DataError(f"{path.name} is not UTF-8 text: save it as UTF-8") from None
    if not names:
        raise DataError(f"{path} has no rows: take it out, or give the other files by name")
    return list(names)


def json_object(path: Path, number: int, line: str) -> dict[str, object]:
    """Read one line of a file of JSON lines.

    Raises:
        DataError: If it is not an object; the message has the line's number and not its content.
    """
    try:
        read = json.loads(line)
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise DataError(f"line {number:,} of {path.name} is not a JSON object: write one object a line")
    return read


def _csv_columns(path: Path, mapping: FileMapping) -> tuple[str, list[str]]:
    try:
        with text_lines(path) as text:
            head = list(islice(text, 50))
    except UnicodeDecodeError:
        raise DataError(f"{path.name} is not UTF-8 text: save it as UTF-8, or name it after its format") from None
    if any("\0" in line for line in head):
        raise DataError(f"{path.name} is not text but binary: name it after its format")
    if not "".join(head).strip():
        raise DataError(f"{path} holds nothing but empty lines: take it out, or give the other files by name")
    candidates = [mapping.delimiter] if mapping.delimiter else list(_DELIMITERS)
    wanted = set(mapping.wanted())
    headers = {mark: _record(path, head, mark) for mark in candidates}
    found = max(candidates, key=lambda mark: (len(wanted & set(headers[mark][0])), len(headers[mark][0])))
    header, rows = headers[found]
    if not rows:
        raise DataError(f"{path} has a header but no rows: take it out, or give the other files by name")
    names = [name or f"column{position}" for position, name in enumerate(header)]
    return found, names


def _record(path: Path, head: Sequence[str], delimiter: str) -> tuple[list[str], bool]:
    """The header and whether a row follows."""
    csv.field_size_limit(sys.maxsize)  # How long a cell may be is for DuckDB to say.
    try:
        records = [record for record in csv.reader(head, delimiter=delimiter) if record]
    except csv.Error:
        raise DataError(f"{path.name} cannot be read as CSV: its first lines are damaged") from None
    return (records[0] if records else []), len(records) > 1


def _check_columns(path: Path, columns: Sequence[str], mapping: FileMapping, delimiter: str | None) -> None:
    twice = len(columns) - len({name.lower() for name in columns})
    if twice:
        what = "a column" if twice == 1 else f"{twice} columns"
        raise DataError(f"{path.name} names {what} twice (capitals do not tell them apart): give each its name")
    absent = [name for name in mapping.wanted() if name not in columns]
    if not absent:
        return
    if delimiter is not None and len(columns) == 1:
        seen = _SHOWN.get(delimiter, delimiter) if mapping.delimiter else "comma, tab, semicolon or |"
        raise DataError(
            f"{path.name} has one column when split at {seen}, the mapping names {len(mapping.wanted())}: "
            f"say what stands between the cells{_likely_delimiter(columns[0])} in its [[file]] block"
        )
    # The file's own column names are not listed: in a file without a header they would be its first row's cells.
    near = [
        f"{name!r}" + (f" (did you mean {close!r}?)" if (close := nearest_name(name, columns)) else "")
        for name in absent
    ]
    raise DataError(
        f"{path.name} has no column {', '.join(near[:5])}{' and more' if len(near) > 5 else ''}, "
        f"which the mapping names; it has {len(columns)} columns: correct the mapping, or give the file a header"
    )


def _likely_delimiter(header: str) -> str:
    marks = [mark for mark in header if not mark.isalnum() and mark not in " _-\"'.{}"]
    likely = max(marks, key=marks.count, default=None)
    shown = _SHOWN.get(likely, likely) if likely else None
    return f', delimiter = "{shown}" by the look of it,' if shown else ', delimiter = "...",'
