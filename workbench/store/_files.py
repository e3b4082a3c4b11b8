"""Files that are either wholly there or not at all, and a lock that dies with its owner."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from workbench.errors import StoreError

__all__ = ["replace_file", "sync", "sync_folder", "writer_lock"]

WAIT_SECONDS = 10.0


def replace_file(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Put a file in place so that a reader, or a crash, meets the old one or the new one, never a part.

    Args:
        path: The file to make or replace.
        content: All of its bytes.
        mode: Its permissions.

    Raises:
        OSError: If the folder cannot be written to.
    """
    draft = path.with_name(f".{path.name}.{token_hex(6)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync(path: Path) -> None:
    """Wait until a file's content is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    sync(folder)


@contextmanager
def writer_lock(folder: Path, *, wait: float | None = None) -> Iterator[None]:
    """Hold a store for writing; one process at a time, readers are not held up.

    The operating system lets the lock go when its owner ends, however it ends, so a killed load leaves none behind.

    Args:
        folder: The store's folder.
        wait: Seconds to wait for another writer; 10 by default.

    Raises:
        StoreError: If another writer is still at work after the wait, or the folder cannot be written to.
    """
    seconds = WAIT_SECONDS if wait is None else wait
    try:
        descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StoreError(
            f"{folder} cannot be written to ({error.strerror}): give a store in a folder where you may write"
        ) from None
    try:
        deadline = time.monotonic() + seconds
        while not _taken(descriptor):
            if time.monotonic() >= deadline:
                raise StoreError(
                    f"{folder} is being written by another process, still so after {seconds:g} s: "
                    "nothing was changed, try again when that load has finished"
                )
            time.sleep(0.05)
        yield
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
