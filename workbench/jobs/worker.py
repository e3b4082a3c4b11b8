"""The job's own side: says who it is, how far it is and how it ended, and turns a request to stop into Ctrl-C."""

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psutil

from workbench.jobs._folder import ACKNOWLEDGED, ENDED, PROCESS, PROGRESS, ROOM, STOP, write_json
from workbench.progress import Progress

__all__ = ["INTERRUPTED", "VARIABLE", "Worker", "current_worker", "working"]

VARIABLE = "WORKBENCH_JOB"
"""Environment variable that holds the job's folder; a command run without it is no job."""

INTERRUPTED = 130
"""Exit status of a command that was stopped by Ctrl-C."""

_LOOK_SECONDS = 0.1
_SAY_SECONDS = 0.2


@dataclass
class Worker:
    """What a running command knows of its job.

    Attributes:
        folder: The job's folder.
        result: What came of it; the command fills it in.
        asked: Whether the job was asked to stop.
        updates: Moments written down so far.
    """

    folder: Path
    result: dict[str, object] = field(default_factory=dict)
    asked: bool = False
    updates: int = 0
    _stage: str = ""
    _said: float = float("-inf")
    _cut: bool = False

    def on_progress(self, progress: Progress) -> None:
        """Write a moment down, at most five a second; a stage's first and last are always written."""
        now, ended = time.monotonic(), progress.done == progress.total
        if progress.stage == self._stage and not ended and now - self._said < _SAY_SECONDS:
            return
        self._stage, self._said = progress.stage, now
        self.updates += 1
        said = json.dumps({**asdict(progress), "figures": dict(progress.figures)})
        line = f"{said}\n".encode()
        line = b"\n" + line if self._cut else line
        # One write: a reader sees whole lines only. A full disk fails the work's own writes, which say so.
        with suppress(OSError), (self.folder / PROGRESS).open("ab", buffering=0) as file:
            self._cut = file.write(line) < len(line)

    def end(self, status: int, message: str) -> None:
        """Write down how it ended, last of all.

        Args:
            status: The command's exit status.
            message: What there is to say of an error; empty where all went well.
        """
        done = "stopped" if self.asked else "done"
        state = {0: done, INTERRUPTED: "stopped"}.get(status, "refused")
        unsaid = f"The command ended with status {status}: output.log in the job's folder may say why."
        said = (message or unsaid) if state == "refused" else ""
        content = {"state": state, "message": said, "result": self.result, "at": _now()}
        with suppress(OSError):  # Where even this cannot be written, readers find the process gone.
            (self.folder / ROOM).unlink(missing_ok=True)
            write_json(self.folder / ENDED, content)

    def watch(self) -> None:
        """Look for a request to stop until the process ends; the first one becomes Ctrl-C, others change nothing."""
        while not (self.folder / STOP).exists():
            time.sleep(_LOOK_SECONDS)
        self.asked = True
        with suppress(OSError):
            (self.folder / ACKNOWLEDGED).touch()
        os.kill(os.getpid(), signal.SIGINT)


_current: list[Worker] = []


def current_worker() -> Worker | None:
    """The worker of the job that this process is; None where it is none."""
    return _current[-1] if _current else None


@contextmanager
def working() -> Iterator[Worker | None]:
    """Be a job where `WORKBENCH_JOB` says so; it is taken out of the environment: the job's own subprocesses are none.

    Yields:
        The job's worker; None where the command was run by hand.

    Raises:
        SystemExit: If the job's folder cannot be written to, which is written down as its end where it can be.
    """
    named = os.environ.pop(VARIABLE, None)
    if not named:
        yield None
        return
    worker = Worker(Path(named))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # A shell that started us may have had it ignored.
    process = psutil.Process()
    try:
        write_json(worker.folder / PROCESS, {"pid": process.pid, "created": process.create_time()})
    except OSError as error:
        worker.end(
            1, f"the job's folder cannot be written to ({error.strerror}): make room on its disk, then start again"
        )
        raise SystemExit(1) from None
    threading.Thread(target=worker.watch, daemon=True, name="stop watch").start()
    _current.append(worker)
    try:
        yield worker
    finally:
        _current.remove(worker)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
