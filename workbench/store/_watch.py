"""Running one long SQL statement while saying how far it is; Ctrl-C stops it."""

import signal
import threading
import time
from contextlib import suppress
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from workbench.progress import OnProgress, Progress

__all__ = ["expected_rows", "run_watched"]

_POLL_SECONDS = 0.1
_SAMPLE_BYTES = 1 << 20


def expected_rows(path: Path) -> int | None:
    """Estimate a file's rows: exact for Parquet, from the length of its first lines for text, None else."""
    if path.suffix.lower() == ".parquet":
        return int(pq.read_metadata(path).num_rows)
    if path.suffix.lower() in {".gz", ".zst", ".duckdb"}:
        return None
    with path.open("rb") as file:
        sample = file.read(_SAMPLE_BYTES)
    lines = max(1, sample.count(b"\n"))
    return max(1, round(path.stat().st_size * lines / len(sample)) - 1)


def run_watched(
    opened: duckdb.DuckDBPyConnection, sql: str, *, stage: str, rows: int | None, on_progress: OnProgress
) -> None:
    """Run a statement in a thread and report its progress from this one.

    Args:
        opened: A connection nobody else uses meanwhile.
        sql: The statement.
        stage: What it does, as the user sees it.
        rows: Rows it will go through; None where not known, and then progress is in percent.
        on_progress: Told about every tenth of a second.

    Raises:
        duckdb.Error: If the statement fails; its text may hold cells and must not be shown.
        KeyboardInterrupt: If the user stops it; the statement is stopped first.
    """
    failed: list[duckdb.Error] = []
    finished = threading.Event()

    def run() -> None:
        try:
            opened.execute(sql)
        except duckdb.Error as error:
            failed.append(error)
        finally:
            finished.set()

    began = time.monotonic()
    held_back = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # A start cut in two could not be undone.
    threading.Thread(target=run, daemon=True).start()
    try:
        signal.pthread_sigmask(signal.SIG_SETMASK, held_back)
        # Not Thread.join: where Ctrl-C meets it, Python 3.11 takes the running thread for ended (bpo-45274).
        while not finished.wait(_POLL_SECONDS):
            share = max(0.0, opened.query_progress()) / 100
            if share < 1:
                total = rows or 100
                unit = "rows" if rows else "percent"
                on_progress(Progress(stage, int(share * total), total, unit, time.monotonic() - began))
    except BaseException:
        _stop(opened, finished)
        raise
    if failed:
        raise failed[0]


def _stop(opened: duckdb.DuckDBPyConnection, finished: threading.Event) -> None:
    """Interrupt a statement until it has ended: it may not have begun, and Ctrl-C may be pressed again meanwhile."""
    while not finished.is_set():
        with suppress(KeyboardInterrupt):
            opened.interrupt()
            finished.wait(_POLL_SECONDS)
