"""DuckDB database files as inputs: their tables, each read like a file of its own; views are never run."""

from pathlib import Path

import duckdb

from workbench.errors import DataError
from workbench.store._duckdb import connection, without_cells
from workbench.store.sql import file_literal, literal

__all__ = ["database_relation", "database_tables"]


def database_tables(path: Path) -> dict[str, tuple[str, ...]]:
    """Read which tables a database file holds, and their columns.

    Args:
        path: The file.

    Returns:
        Table -> names of its columns in order; a table outside the schema `main`, or with a dot in its name, is called
        `schema.table`.

    Raises:
        DataError: If it is no DuckDB file, another program is writing to it, or it holds no table.
    """
    with connection(files=[path]) as opened:
        without_cells(
            lambda: opened.execute(f"ATTACH {literal(str(path))} AS given (READ_ONLY)"),
            lambda error: _refusal(path, error),
        )
        found: dict[str, list[str]] = {}
        listed = opened.execute(
            "SELECT schema_name, table_name, column_name FROM duckdb_columns() SEMI JOIN duckdb_tables() "
            "USING (database_name, schema_name, table_name) WHERE database_name = 'given' "
            "ORDER BY schema_name, table_name, column_index"
        )
        for schema, table, column in listed.fetchall():
            plain = schema == "main" and "." not in table
            found.setdefault(table if plain else f"{schema}.{table}", []).append(column)
    if not found:
        raise DataError(f"{path.name} holds no table: take it out, or give the other files by name")
    return {name: tuple(columns) for name, columns in found.items()}


def database_relation(path: Path, table: str) -> str:
    """Write one table of a database file as an SQL table expression.

    Args:
        path: The file.
        table: The table, as `database_tables` names it.
    """
    schema, name = table.split(".", 1) if "." in table else ("main", table)
    return f"read_duckdb({file_literal(path)}, schema_name = {literal(schema)}, table_name = {literal(name)})"


def _refusal(path: Path, error: duckdb.Error) -> DataError:
    if any(sign in str(error) for sign in ("Could not set lock", "Unique file handle conflict", "already attached")):
        return DataError(f"{path.name} is open for writing elsewhere: close it there, then try again")
    return DataError(f"{path.name} is not a DuckDB file that this version of DuckDB reads: name it after its format")
