"""The stores under the server's root, read again only where their files changed."""

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from workbench.errors import StoreError
from workbench.jobs.job import JOBS, Job, list_jobs
from workbench.server.jobs import job_state
from workbench.server.made import Noted, noted_reports, present, runs
from workbench.server.paths import seen_from
from workbench.server.spending import ledger_file, spending
from workbench.server.state import BudgetState, RunState, StoreState, TableState
from workbench.server.tables import logged
from workbench.store._catalog import CATALOG, Catalog, read_catalog

__all__ = ["Stores", "find_stores"]

_PASSED = {"node_modules", "__pycache__", "venv", "site-packages"}
_FOLDERS = 5_000  # A root such as a home folder may hold millions.
_LOOK_SECONDS = 4.0
_JOBS = 20


def find_stores(root: Path, *, depth: int = 3, most: int = 200) -> tuple[Path, ...]:
    """Find the stores under a folder, nearest first; links and hidden folders are not followed.

    Args:
        root: The folder, itself perhaps a store.
        depth: How many folders down to look.
        most: Largest number of stores.
    """
    found: list[Path] = []
    level, looked = [root], 0
    for _ in range(depth + 1):
        below: list[Path] = []
        for folder in level:
            looked += 1
            if looked > _FOLDERS or len(found) == most:
                return tuple(found)
            if (folder / CATALOG).is_file():
                found.append(folder)
            else:
                below.extend(_folders_in(folder))
        level = below
    return tuple(found)


def _folders_in(folder: Path) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
    except OSError:
        return
    yield from (folder / name for name in names if not name.startswith(".") and name not in _PASSED)


@dataclass(frozen=True)
class _Read:
    """What was read of a store, and the marks of the files it was read from."""

    marks: tuple[object, ...]
    version: int
    tables: tuple[TableState, ...] = ()
    last_load: str | None = None
    runs: tuple[RunState, ...] = ()
    budget: BudgetState | None = None
    noted: tuple[Noted, ...] = ()
    fault: str | None = None


class Stores:
    """The stores under a root, for many looks.

    Args:
        root: The server's root folder, resolved.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._found: tuple[Path, ...] = ()
        self._read: dict[Path, _Read] = {}
        self._jobs: dict[Path, tuple[object, tuple[Job, ...]]] = {}

    def states(self) -> tuple[StoreState, ...]:
        """Say how all stores stand; a new one is seen within a few seconds."""
        with self._lock:
            if time.monotonic() - self._looked > _LOOK_SECONDS:
                self._found = find_stores(self.root)
                self._looked = time.monotonic()
                self._read = {folder: read for folder, read in self._read.items() if folder in self._found}
                self._jobs = {folder: jobs for folder, jobs in self._jobs.items() if folder in self._found}
            return tuple(self._state(folder) for folder in self._found if (folder / CATALOG).is_file())

    def _state(self, folder: Path) -> StoreState:
        known = self._read.get(folder)
        try:
            catalog = None if known and known.marks[0] == _mark(folder / CATALOG) else read_catalog(folder)
            ledger = Path(str(known.marks[-1])) if catalog is None and known else None
            marks = _marks(folder, ledger or ledger_file(catalog.lineage_id if catalog else ""))
            if known is None or known.marks != marks or known.fault:  # what was damaged may be restored by now
                known = _reading(folder, catalog or read_catalog(folder), marks)
        except StoreError as error:
            known = _Read((None, ""), 0, fault=str(error))
        self._read[folder] = known
        path = folder.relative_to(self.root).as_posix()
        return StoreState(
            path,
            folder.name,
            known.version,
            known.tables,
            known.last_load,
            known.runs,
            tuple(job_state(job, self.root, path) for job in self._jobs_of(folder)),
            known.budget,
            present(known.noted, self.root),
            known.fault and seen_from(self.root, known.fault),
        )

    def _jobs_of(self, folder: Path) -> tuple[Job, ...]:
        mark = _mark(folder / JOBS)
        before, jobs = self._jobs.get(folder, (None, ()))
        if before != mark or any(job.at_work for job in jobs):
            jobs = list_jobs(folder)[:_JOBS] if mark else ()
            self._jobs[folder] = (mark, jobs)
        return jobs


def _reading(folder: Path, catalog: Catalog, marks: tuple[object, ...]) -> _Read:
    """Read all of a store but its jobs; what cannot be read becomes its fault, the rest is shown."""
    read = _Read(marks, catalog.version, runs=runs(folder))
    try:
        logs = {name: logged(folder / "tables" / name, version) for name, version in catalog.tables.items()}
        tables = tuple(TableState(name, log.rows, catalog.tables[name]) for name, log in sorted(logs.items()))
        last = max((log.written for log in logs.values()), default=None)
        read = replace(read, tables=tables, last_load=last)
        noted = noted_reports(folder / "tables" / "lineage", catalog.lineage_version)
        read = replace(read, noted=noted)
        return replace(read, budget=spending(folder, Path(str(marks[-1]))))
    except StoreError as error:
        return replace(read, fault=str(error))


def _marks(folder: Path, ledger: Path) -> tuple[object, ...]:
    """Marks that change when the store does; the ledger's path is the last of them."""
    # While there is no ledger, its absence is held against the access log.
    beside = [ledger.with_name(ledger.name + "-wal")] if ledger.exists() else [folder / "access.jsonl"]
    return (*map(_mark, [folder / CATALOG, folder / "runs", ledger, *beside]), str(ledger))


def _mark(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
