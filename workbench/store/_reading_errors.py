"""Why a file could not be read: DuckDB's reason and line, without the raw line that it prints beside them."""

import csv

import duckdb

from workbench.errors import DataError
from workbench.store._inputs import InputFile, json_object, text_lines
from workbench.store._lines import records

__all__ = ["reading_error"]

_RAGGED = "Expected Number of Columns"
_UNCLOSED = "unterminated quote"
_FAULTS = {
    _RAGGED: "has another number of cells than the header: fix that line",
    _UNCLOSED: "opens a quote that is never closed: fix that line",
    "unicode": "is not UTF-8 text: save the file as UTF-8",
    "Maximum line size": "is longer than 2 MB, as where a quote is never closed: fix that line",
    "Out of Memory": "needs more memory or disk than there is: free some, or load it in parts",
}


def reading_error(file: InputFile, error: duckdb.Error) -> DataError:
    """Say what kept DuckDB from reading a file.

    Args:
        file: The file.
        error: What DuckDB raised; its text holds the raw line and is searched for known phrases only.

    Returns:
        The error to raise in its place.
    """
    if file.format == "json":
        return _json_error(file)
    text = str(error)
    sign = next((sign for sign in _FAULTS if sign in text), None)
    if sign is None:
        return DataError(f"{file.name} cannot be read: it is damaged, or not what its name says. Nothing was loaded")
    line = _line(file, sign) if file.format == "csv" else None
    place = f"line {line:,} of {file.name}" if line else file.name
    return DataError(f"{place} {_FAULTS[sign]}. Nothing was loaded")


def _line(file: InputFile, sign: str) -> int | None:
    """The physical line at fault; DuckDB's own count leaves out line ends in cells."""
    try:
        if sign == _RAGGED:
            return next((line for line, cells in records(file) if len(cells) != len(file.columns)), None)
        if sign == _UNCLOSED:
            return max(line for line, _ in records(file))  # Such a cell swallows the rest of the file.
    except (OSError, csv.Error):
        pass  # The line is a courtesy; the fault is known without it.
    return None


def _json_error(file: InputFile) -> DataError:
    try:
        with text_lines(file.path) as text:
            for number, line in enumerate(text, 1):
                if line.strip():
                    json_object(file.path, number, line)
    except UnicodeDecodeError:
        return DataError(f"{file.name} is not UTF-8 text: save it as UTF-8. Nothing was loaded")
    except DataError as error:
        return error
    except OSError:
        pass  # A packed file that was cut off.
    return DataError(f"{file.name} cannot be read: it is damaged. Nothing was loaded")
