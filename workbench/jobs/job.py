"""A job as anybody sees it: read from its folder, whoever runs it."""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import psutil

from workbench.checks import check_name
from workbench.errors import InputError, StoreError
from workbench.jobs._folder import ACKNOWLEDGED, ENDED, JOB, PROCESS, PROGRESS, STOP, read_json
from workbench.progress import Progress

__all__ = ["JOBS", "Job", "State", "find_job", "job_updates", "list_jobs", "open_job", "stop_job"]

JOBS = "jobs"
"""Name of the folder of jobs in a store's folder."""

State = Literal["running", "stopping", "done", "stopped", "refused", "lost"]

_ID = re.compile(r"[a-z]+-\d{8}-\d{6}-[0-9a-f]{4}")
_START_SECONDS = 60  # So long a job may take from its folder to its first word, on a busy machine.


@dataclass(frozen=True)
class Job:
    """Long work that runs by itself in a subprocess.

    Attributes:
        id: Its name, for example `train-20261124-071500-3f9a`.
        kind: The command it runs, for example `train`.
        arguments: The command's arguments.
        folder: Its folder, `jobs/ID` of the store.
        began: When it was started, UTC.
        state: `running`; `stopping` (it was asked to stop and has heard it); `done`; `stopped` (on request);
            `refused` (it ended with an error); `lost` (its process is gone without a word).
        progress: How far it is; None before its first word.
        message: Why it was refused or lost, and what to do; empty otherwise.
        result: What came of it, by name; empty before its end.
    """

    id: str
    kind: str
    arguments: tuple[str, ...]
    folder: Path
    began: datetime
    state: State
    progress: Progress | None
    message: str = ""
    result: Mapping[str, Any] = field(default_factory=dict)

    @property
    def at_work(self) -> bool:
        """Whether it has not ended."""
        return self.state in {"running", "stopping"}

    def __str__(self) -> str:
        said = f": {self.message}" if self.message else ""
        return f"{self.id}: {self.state}{said}"


def list_jobs(store_folder: Path) -> tuple[Job, ...]:
    """Read the jobs of a store, newest first; a damaged one is left out.

    Args:
        store_folder: The store's folder.

    Returns:
        The jobs.
    """
    try:
        names = sorted(path.name for path in (store_folder / JOBS).iterdir() if _ID.fullmatch(path.name))
    except OSError:
        return ()
    found = []
    for name in names:
        with suppress(StoreError):
            found.append(open_job(store_folder / JOBS / name))
    return tuple(sorted(found, key=lambda job: (job.began, job.id), reverse=True))


def find_job(store_folder: Path, id: str) -> Job:
    """Find a job of a store by its id.

    Args:
        store_folder: The store's folder.
        id: The job's id, as `list_jobs` gives it; nothing else is taken as the name of a folder.

    Returns:
        The job.

    Raises:
        InputError: If it is no job's id.
        UnknownNameError: If the store has no such job.
        StoreError: If the job is damaged.
    """
    if not _ID.fullmatch(id):
        raise InputError("job must be an id such as train-20261124-071500-3f9a: workbench jobs --store DIR lists them")
    if not (store_folder / JOBS / id).is_dir():
        check_name(id, [job.id for job in list_jobs(store_folder)], name="job")
    return open_job(store_folder / JOBS / id)


def open_job(folder: Path) -> Job:
    """Read a job.

    Args:
        folder: Its folder.

    Returns:
        The job as it stands.

    Raises:
        StoreError: If the folder is gone or damaged.
    """
    ended = read_json(folder / ENDED)  # First: an end that is written while we read is then seen at the next look.
    asked = read_json(folder / JOB)
    try:
        if asked is None:
            raise KeyError(JOB)  # noqa: TRY301 - one message for all that can be wrong with a folder
        began = datetime.fromisoformat(asked["began"])
        updates = job_updates(folder)
        state, message = _state(folder, ended, began)
        return Job(
            folder.name,
            str(asked["kind"]),
            tuple(map(str, asked["arguments"])),
            folder,
            began,
            state,
            updates[-1] if updates else None,
            message,
            MappingProxyType(dict(ended["result"]) if ended else {}),
        )
    except (KeyError, ValueError, TypeError):
        raise StoreError(f"job {folder.name} is gone or damaged: remove {folder} if it is still there") from None


def job_updates(folder: Path, after: int = 0) -> list[Progress]:
    """Read what a job said of its progress.

    Args:
        folder: The job's folder.
        after: Number of updates to pass over.

    Returns:
        The updates in order; a line cut short, or of another version, is left for later.
    """
    try:
        text = (folder / PROGRESS).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    lines = text.split("\n")[:-1]  # What follows the last line's end is still being written.
    return [_progress(line) for line in lines[after:]]


def stop_job(folder: Path) -> None:
    """Ask a job to stop; one that ended stays as it is.

    Args:
        folder: The job's folder.

    Raises:
        StoreError: If the folder is gone, damaged or cannot be written to.
    """
    if not open_job(folder).at_work:
        return
    try:
        (folder / STOP).touch()
    except OSError as error:
        raise StoreError(f"job {folder.name} cannot be asked to stop ({error.strerror}): end its process") from None


def _progress(line: str) -> Progress:
    try:
        return Progress(**json.loads(line))
    except (ValueError, TypeError):
        return Progress("unknown", 0, None, "steps", 0.0)


def _state(folder: Path, ended: Mapping[str, Any] | None, began: datetime) -> tuple[State, str]:
    if ended is not None:
        return ended["state"], str(ended["message"])
    if _alive(folder, began):
        return ("stopping" if (folder / ACKNOWLEDGED).exists() else "running"), ""
    ended = read_json(folder / ENDED)  # It may have ended between the first look and this one.
    if ended is not None:
        return ended["state"], str(ended["message"])
    return "lost", (
        "The job's process is gone without a word: it was killed, or the machine ran out of memory or was restarted. "
        "Nothing half-written counts. Start it again."
    )


def _alive(folder: Path, began: datetime) -> bool:
    process = read_json(folder / PROCESS)
    if process is None:
        return (datetime.now(UTC) - began).total_seconds() < _START_SECONDS
    try:
        running = psutil.Process(process["pid"])
        # A number is given to another process in time; when it began tells them apart.
        return bool(abs(running.create_time() - process["created"]) < 1 and running.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False
