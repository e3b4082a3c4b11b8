"""Starting a job: a subprocess of our own command line that outlives whoever started it."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

from workbench.errors import StoreError
from workbench.jobs._folder import JOB, LOG, ROOM, ROOM_BYTES, write_json
from workbench.jobs.job import JOBS, Job, open_job
from workbench.jobs.worker import VARIABLE

__all__ = ["start_job"]


def start_job(store_folder: Path, kind: str, arguments: Sequence[str]) -> Job:
    """Run one of our commands in a subprocess.

    It goes on when the notebook's kernel is restarted or its browser closed, and ends with the machine.

    Args:
        store_folder: The store it belongs to.
        kind: The command: `demo`, `load`, `train` or `report`.
        arguments: The command's arguments.

    Returns:
        The job, which has begun.

    Raises:
        StoreError: If the store's folder is gone or cannot be written to.
    """
    now = datetime.now(UTC)
    folder = store_folder / JOBS / f"{kind}-{now:%Y%m%d-%H%M%S}-{token_hex(2)}"
    try:
        (store_folder / JOBS).mkdir(mode=0o700, exist_ok=True)
        folder.mkdir(mode=0o700)
        (folder / ROOM).write_bytes(os.urandom(ROOM_BYTES))  # Zeros would take no room on some disks.
        write_json(folder / JOB, {"kind": kind, "arguments": list(arguments), "began": now.isoformat()})
        with (folder / LOG).open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 - our own command line; arguments are passed on, never a shell's
                [sys.executable, "-m", "workbench", kind, *arguments],
                env={**os.environ, VARIABLE: str(folder)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # A Ctrl-C in the notebook, and the kernel's end, are not the job's.
            )
        threading.Thread(target=process.wait, daemon=True).start()  # Nobody else takes leave of it.
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise StoreError(
            f"a job cannot be started in {store_folder} ({error.strerror}): make the folder writable, with room on it"
        ) from None
    return open_job(folder)
