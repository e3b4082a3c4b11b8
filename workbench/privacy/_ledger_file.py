"""The ledger's SQLite file: its tables, its triggers, and connections that either commit or change nothing.

One append-only table holds everything. A question is `reserved` while it has a `charge` and no `answer`, and answered
from the moment it has one; UNIQUE(scope, qkey, kind) makes that step a compare-and-set, so of several kernels that draw
for the same question exactly one answer is ever kept.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.errors import BudgetError, StoreError

__all__ = ["LedgerFile"]

FORMAT = 1
WAIT_SECONDS = 30.0
_MAKING = threading.Lock()

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    seq INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('budget', 'raise', 'charge', 'answer', 'show')),
    scope TEXT NOT NULL,
    qkey TEXT NOT NULL,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    person TEXT,
    store_version INTEGER NOT NULL CHECK (store_version >= 0),
    rho_nano INTEGER NOT NULL CHECK (rho_nano >= 0),
    delta INTEGER NOT NULL CHECK (delta >= 0),
    query TEXT,
    answer TEXT,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (scope, qkey, kind)
) STRICT;
CREATE INDEX IF NOT EXISTS entries_spent ON entries (kind, rho_nano, delta);
CREATE TRIGGER IF NOT EXISTS entries_follow BEFORE INSERT ON entries
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM entries)
    OR NEW.previous IS NOT coalesce((SELECT hash FROM entries ORDER BY seq DESC LIMIT 1), NEW.previous)
    OR EXISTS (SELECT 1 FROM entries WHERE scope = NEW.scope AND qkey = NEW.qkey AND kind = NEW.kind)
BEGIN SELECT raise(ABORT, 'entry does not follow'); END;
CREATE TRIGGER IF NOT EXISTS entries_within_budget BEFORE INSERT ON entries
WHEN NEW.kind = 'charge' AND (
    NEW.rho_nano + (SELECT coalesce(sum(rho_nano), 0) FROM entries WHERE kind = 'charge')
        > coalesce((SELECT max(rho_nano) FROM entries WHERE kind IN ('budget', 'raise')), 0)
    OR NEW.delta + (SELECT coalesce(sum(delta), 0) FROM entries WHERE kind = 'charge')
        > coalesce((SELECT max(delta) FROM entries WHERE kind IN ('budget', 'raise')), 0))
BEGIN SELECT raise(ABORT, 'overspend'); END;
CREATE TRIGGER IF NOT EXISTS entries_answer_a_charge BEFORE INSERT ON entries
WHEN NEW.kind = 'answer' AND NOT EXISTS (
    SELECT 1 FROM entries WHERE scope = NEW.scope AND qkey = NEW.qkey AND kind = 'charge')
BEGIN SELECT raise(ABORT, 'answer without a charge'); END;
CREATE TRIGGER IF NOT EXISTS entries_stay BEFORE UPDATE ON entries
BEGIN SELECT raise(ABORT, 'entries are never changed'); END;
CREATE TRIGGER IF NOT EXISTS entries_remain BEFORE DELETE ON entries
BEGIN SELECT raise(ABORT, 'entries are never removed'); END;
"""


class LedgerFile:
    """One ledger on disk, shared by all kernels of this machine.

    Attributes:
        path: The SQLite file, readable by its owner alone.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._opened: sqlite3.Connection | None = None
        self._owner = 0

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection to read from.

        Raises:
            StoreError: If the file is locked, damaged or no ledger.
        """
        with self._lock, self._errors():
            yield self._connection()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction that keeps all other writers out; durable when it ends, undone when it fails.

        Raises:
            StoreError: If the file is locked, damaged or no ledger.
            BudgetError: If a trigger refused an entry.
        """
        with self._lock, self._errors():
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._opened is not None and self._owner == os.getpid():
                self._opened.close()
            self._opened = None

    def _connection(self) -> sqlite3.Connection:
        # A connection that crossed a fork must not be used; the child opens its own.
        if self._opened is None or self._owner != os.getpid():
            self._opened, self._owner = self._open(), os.getpid()
        return self._opened

    def _open(self) -> sqlite3.Connection:
        _make(self.path)
        opened = sqlite3.connect(self.path, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        opened.execute("PRAGMA synchronous = FULL")
        opened.execute("PRAGMA recursive_triggers = ON")  # else REPLACE would delete behind the trigger's back
        (found,) = opened.execute("PRAGMA user_version").fetchone()
        if found > FORMAT:
            raise StoreError(
                f"the privacy ledger has format {found}, this workbench reads {FORMAT}: update the workbench"
            )
        if found < FORMAT:
            _lay_out(opened)
        return opened

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.IntegrityError as error:
            raise BudgetError(f"the privacy ledger refused an entry ({error}): nothing was drawn") from None
        except sqlite3.OperationalError as error:
            if "locked" in str(error) or "busy" in str(error):
                raise StoreError(
                    f"the privacy ledger is in use by another process, still so after {WAIT_SECONDS:g} s: "
                    "nothing was drawn, try again"
                ) from None
            raise StoreError(f"the privacy ledger at {self.path} cannot be used ({error}): nothing was drawn") from None
        except sqlite3.DatabaseError:
            raise StoreError(
                f"the privacy ledger at {self.path} is damaged: restore it from a copy; without it nothing is released"
            ) from None


def _make(path: Path) -> None:
    """Make the file, readable by its owner alone.

    A file that is there is not opened here: closing it would give up every lock that this process holds on it (POSIX).
    Another process would then clear away the journal under an open connection, with all that is written to it after.
    """
    with _MAKING:
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            why = "" if os.access(path, os.R_OK | os.W_OK) else "Permission denied"
        except OSError as error:
            why = error.strerror or "unknown"
        else:
            why = ""
    if why:
        raise StoreError(
            f"the privacy ledger at {path} cannot be written ({why}): "
            "set WORKBENCH_HOME to a folder that you own and can write to"
        )


def _lay_out(opened: sqlite3.Connection) -> None:
    """Make the tables; several kernels may do so at once, and the journal's mode does not wait for a lock by itself."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            opened.execute("PRAGMA journal_mode = WAL")
            opened.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {FORMAT}; COMMIT;")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return
