"""Writing names, texts and files into SQL, so that what they hold is never read as SQL or as a pattern."""

import re
from collections.abc import Iterable
from pathlib import Path

__all__ = ["file_literal", "literal", "parquet_rows", "quoted"]

_PATTERN_SIGN = re.compile(r"[*?\[]")


def quoted(name: str) -> str:
    """Write a name as an SQL identifier.

    Example:
        >>> print(quoted('the "shown" item'))
        "the ""shown"" item"
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Write text as an SQL literal.

    Example:
        >>> literal("it's")
        "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def file_literal(file: Path) -> str:
    """Write a file's path as an SQL literal for `read_parquet` and its like, which take `*`, `?` and `[` for patterns.

    Example:
        >>> file_literal(Path("log[1].csv"))
        "'log[[]1].csv'"
    """
    return literal(_PATTERN_SIGN.sub(r"[\g<0>]", str(file)))


def parquet_rows(files: Iterable[Path]) -> str:
    """Write Parquet files as one SQL table expression; a folder named `a=b` adds no column."""
    listed = ", ".join(map(file_literal, files))
    return f"read_parquet([{listed}], union_by_name = true, hive_partitioning = false)"
