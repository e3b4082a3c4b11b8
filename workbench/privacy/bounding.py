"""Bounding: at most so many rows of one person, chosen once for a version of the data and kept.

Which rows of a person stay is decided by a keyed hash of each row's own content, within that person's rows alone. So
removing somebody never changes which rows of others stay, which is what the whole guarantee rests on: a tie broken by
the order of rows in a file would break it. Light users bypass the sort. Filters come after bounding and only ever drop
rows, so the bound holds for every question on the table.
"""

import fcntl
import hashlib
import hmac
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

import duckdb

from workbench.errors import DataError, StoreError
from workbench.privacy.rows import UNIT, PrivateRows
from workbench.store.home import home, private_folder
from workbench.store.pseudonyms import read_key
from workbench.store.sql import literal, quoted
from workbench.store.store import Store

__all__ = ["bounded_sql", "bounded_table", "forget_bounded"]


def bounded_sql(rows: PrivateRows, limit: int, *, within: Sequence[str] = ()) -> str:
    """Write the SQL that keeps at most `limit` rows of each person.

    Rows without a person are left out. The connection must hold the tables as views, and the variable `salt`.

    Args:
        rows: How the table is read.
        limit: Most rows of one person.
        within: Further columns of the table that set people apart, for tests over many small tables in one query. They
            are no part of a row's content.

    Returns:
        A SELECT of `UNIT`, the columns of `within` and everything a view may name.
    """
    people = [quoted(name) for name in (*within, rows.unit)]
    same = " AND ".join(f"h.{name} IS NOT DISTINCT FROM r.{name}" for name in people)
    listed = ", ".join(people)
    unit = f"r.{quoted(rows.unit)}"
    carried = "".join(f"r.{quoted(name)}, " for name in within)
    chosen = f"hash({unit}) AS {UNIT}, {carried}{rows.select()}"
    source = f"FROM {quoted(rows.table)} r"
    partition = ", ".join(f"r.{name}" for name in people)
    return (
        f"WITH heavy AS MATERIALIZED (SELECT {listed} FROM {quoted(rows.table)}"
        f" WHERE {quoted(rows.unit)} IS NOT NULL GROUP BY {listed} HAVING count(*) > {int(limit)}),"
        f" light_rows AS (SELECT {chosen} {source}{rows.joins} WHERE {unit} IS NOT NULL"
        f" AND NOT EXISTS (SELECT 1 FROM heavy h WHERE {same})),"
        f" heavy_rows AS (SELECT {chosen} FROM (SELECT r.* {source} WHERE EXISTS (SELECT 1 FROM heavy h WHERE {same})"
        f" QUALIFY row_number() OVER (PARTITION BY {partition} ORDER BY {_draw(rows)}) <= {int(limit)}) r{rows.joins})"
        " FROM light_rows UNION ALL FROM heavy_rows"
    )


def bounded_table(store: Store, rows: PrivateRows, limit: int, data_id: str) -> Path:
    """Find the bounded table of a version of the data, and make it where it is not.

    It lies in the workbench's home beside the ledgers, not in the store: a copy of the store does not carry it, and it
    is made again where it is missing. Tables of other versions are removed when a new one is made.

    Args:
        store: The store.
        rows: How the table is read.
        limit: Most rows of one person.
        data_id: Name of the version of the data.

    Returns:
        A Parquet file.

    Raises:
        StoreError: If the store's key is not on this machine or the file cannot be written.
        DataError: If the table cannot be read.
    """
    sql = bounded_sql(rows, limit)
    name = hashlib.sha256(f"{data_id}\n{sql}".encode()).hexdigest()[:16]
    folder = private_folder(private_folder(home() / "bounded") / store.lineage_id)
    path = folder / f"{rows.table}-{data_id[:16]}-{name}.parquet"
    if path.exists():
        return path
    with _only_builder(folder):
        if not path.exists():
            _build(store, sql, path)
            for other in folder.glob(f"{rows.table}-*.parquet"):
                if not other.name.startswith(f"{rows.table}-{data_id[:16]}-"):
                    other.unlink(missing_ok=True)
    return path


def forget_bounded(lineage_id: str) -> None:
    """Remove all bounded tables of a store, as erasing a person's rows requires; they are made again when needed."""
    shutil.rmtree(home() / "bounded" / lineage_id, ignore_errors=True)


def _draw(rows: PrivateRows) -> str:
    """Order of a person's rows: by keyed hash, so that only rows alike in everything stand level.

    MD5 under a secret salt is enough: the guarantee asks for an order that depends on the row alone, and nobody without
    the salt can make two rows collide. It is stable over versions of DuckDB, whose own `hash` is not.
    """
    if not rows.key:
        fields = ", ".join(f"c{at} := r.{quoted(name)}" for at, name in enumerate(rows.content))
        return f"md5_number(getvariable('salt') || CAST(to_json(struct_pack({fields})) AS VARCHAR))"
    content = ", ".join(f"r.{quoted(name)}" for name in rows.content)
    named = " || chr(31) || ".join(f"r.{quoted(name)}" for name in rows.key)
    return f"md5_number(getvariable('salt') || {named}), hash({content})"


def _build(store: Store, sql: str, path: Path) -> None:
    secret = read_key(store.lineage_id).secret
    salt = hmac.new(secret, f"bounding {path.stem}".encode(), hashlib.sha256).hexdigest()
    staged = store.folder / f".bounding-{token_hex(8)}.parquet"  # DuckDB may write nowhere but in the store's folder
    draft = path.with_name(f".{path.name}.{token_hex(6)}")
    try:
        descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.close(descriptor)
        with store.connect() as connection:
            connection.execute("SET VARIABLE salt = ?", [salt])
            connection.execute(f"COPY ({sql}) TO {literal(str(staged))} (FORMAT parquet, PRESERVE_ORDER false)")
        shutil.move(staged, draft)
        draft.chmod(0o600)
        draft.replace(path)
    except duckdb.Error:
        raise DataError(
            "the rows could not be bounded: the store cannot be read or its disk is full: make room, then ask again"
        ) from None
    except OSError as error:
        raise StoreError(
            f"the bounded table cannot be written ({error.strerror}): free space, then ask again"
        ) from None
    finally:
        staged.unlink(missing_ok=True)
        draft.unlink(missing_ok=True)


@contextmanager
def _only_builder(folder: Path) -> Iterator[None]:
    """Let one process at a time build tables of a store; the lock ends with its owner, however that ends."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
