"""DuckDB connections: UTC, no fetching of extensions, and error texts that stay inside.

DuckDB writes the offending cell into its messages ("Could not convert string 'alice@...' to INT32"), so no message of
DuckDB is ever shown or chained.
"""

import getpass
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import duckdb
import psutil

from workbench.errors import WorkbenchError
from workbench.store.sql import file_literal, literal

__all__ = ["connection", "ctrl_c", "lots", "without_cells"]

Answer = TypeVar("Answer")
Item = TypeVar("Item")

LOAD_BYTES = 4 * 2**30  # Memory of a load; beyond it, rows wait on the disk.


def connection(
    *, only: Iterable[Path] = (), files: Iterable[Path] = (), spill: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """Open a fresh in-memory database.

    Args:
        only: Folders it may read and write.
        files: Files it may read. Without `only` and `files` it may read and write any.
        spill: For loads, which may be larger than memory: where to put what does not fit. The platform's temporary
            folder by default.

    Returns:
        A connection in UTC that never fetches an extension.
    """
    opened = duckdb.connect(
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "temp_directory": str(spill or Path(tempfile.gettempdir()) / f"campaign-workbench-{getpass.getuser()}"),
        }
    )
    if spill is not None:
        opened.execute(f"SET memory_limit = '{min(LOAD_BYTES, psutil.virtual_memory().total // 2)}B'")
    opened.execute("SET TimeZone = 'UTC'")
    opened.execute("SET enable_progress_bar = true")  # Counts, so that a load can ask how far it is,
    opened.execute("SET enable_progress_bar_print = false")  # and shows nothing by itself.
    folders = [folder.resolve() for folder in only]
    beside = [path for file in files for path in (file, file.with_name(f"{file.name}.wal"))]  # A database's own log.
    if folders or beside:
        opened.execute(f"SET allowed_directories = [{_as_written(folders)}]")
        opened.execute(f"SET allowed_paths = [{_as_written(beside)}]")
        opened.execute("SET enable_external_access = false")
        opened.execute("SET lock_configuration = true")
    return opened


def _as_written(paths: Iterable[Path]) -> str:
    """DuckDB compares paths as they were written: a path is allowed as it is and as a pattern's literal."""
    return ", ".join(dict.fromkeys(word for path in paths for word in (literal(str(path)), file_literal(path))))


def lots(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Part columns into lots for one statement each: planning one takes time that grows as their square."""
    yield from (items[at : at + 50] for at in range(0, len(items), 50))


def without_cells(work: Callable[[], Answer], explain: Callable[[duckdb.Error], WorkbenchError]) -> Answer:
    """Do something with DuckDB; where it fails, raise an error of ours in place of DuckDB's.

    Args:
        work: What to do.
        explain: Makes our error from DuckDB's, whose text must not be taken over.

    Returns:
        What `work` returns.

    Raises:
        KeyboardInterrupt: If the user stopped it.
        WorkbenchError: What `explain` makes, with no trace of DuckDB's error: not even as its context.
    """
    try:
        return work()
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except duckdb.Error as error:
        refusal = explain(error)
    raise refusal


@contextmanager
def ctrl_c() -> Iterator[None]:
    """Make of Ctrl-C what Python makes of it: where it meets a statement, DuckDB raises an error of its own.

    Raises:
        KeyboardInterrupt: If a statement was interrupted.
    """
    try:
        yield
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except RuntimeError as error:
        if str(error) == "Query interrupted":
            raise KeyboardInterrupt from None
        raise
