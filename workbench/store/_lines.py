"""Where a row stands in its file, as an editor counts lines: cells may hold line ends, and lines may be empty."""

import csv
import sys
from collections.abc import Iterator, Sequence
from itertools import islice

from workbench.store._inputs import InputFile, text_lines

__all__ = ["physical_lines", "records"]


def physical_lines(file: InputFile, rows: Sequence[int]) -> list[int]:
    """Find the lines on which rows begin.

    Args:
        file: The file.
        rows: Rows counted from 0, ascending.

    Returns:
        Lines counted from 1, the header being one; for a file with types of its own, rows counted from 1.
    """
    if file.typed:
        return [row + 1 for row in rows]
    if file.format == "csv" and not _is_plain(file):
        return _counted_records(file, rows)
    if file.format == "json":
        return _counted_lines(file, rows)
    return [row + 2 for row in rows]


def _is_plain(file: InputFile) -> bool:
    """Whether every line is a row: no quotes, no empty lines."""
    with text_lines(file.path, strict=False) as text:
        return not any('"' in line or not line.strip("\r\n") for line in text)


def records(file: InputFile) -> Iterator[tuple[int, list[str]]]:
    """Read a CSV file as an editor sees it.

    Args:
        file: The file.

    Yields:
        The line on which a record begins, counted from 1, and its cells; the header first, empty lines left out.
    """
    csv.field_size_limit(sys.maxsize)
    with text_lines(file.path, strict=False) as text:
        reader = csv.reader(text, delimiter=file.delimiter)
        begins = 1
        for record in reader:
            if record:
                yield begins, record
            begins = reader.line_num + 1


def _counted_records(file: InputFile, rows: Sequence[int]) -> list[int]:
    wanted = set(rows)
    rows_only = islice(records(file), 1, None)
    found = (begins for place, (begins, _) in enumerate(rows_only) if place in wanted)
    return list(islice(found, len(wanted)))


def _counted_lines(file: InputFile, rows: Sequence[int]) -> list[int]:
    wanted = set(rows)
    with text_lines(file.path, strict=False) as text:
        written = (number for number, line in enumerate(text, 1) if line.strip())
        return [number for place, number in enumerate(written) if place in wanted]
