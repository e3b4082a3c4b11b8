"""The access log: who did what with a store, one JSON line each, only ever appended."""

import errno
import getpass
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from workbench.checks import check_name
from workbench.errors import StoreError

__all__ = ["ACTIONS", "FILE", "Access", "access_log", "log_access"]

ACTIONS = ("create", "open", "load", "write", "declare", "train", "explain", "audit", "release", "report", "export")
FILE = "access.jsonl"


@dataclass(frozen=True)
class Access:
    """One entry of the access log.

    Attributes:
        at: When, UTC.
        user: The operating system's user.
        action: What was done, one of `ACTIONS`.
        subject: With what: a table, a run, a release; never a cell.
    """

    at: datetime
    user: str
    action: str
    subject: str


def log_access(folder: Path, action: str, subject: str) -> None:
    """Append one entry and wait until it is on the disk.

    Args:
        folder: The store's folder.
        action: What is done, one of `ACTIONS`.
        subject: With what, for example a table's or a run's name.

    Raises:
        UnknownNameError: If the action is not one of `ACTIONS`.
        StoreError: If the log cannot be written: nothing is done with a store unseen.
    """
    check_name(action, ACTIONS, name="action")
    now = datetime.now(UTC).isoformat(timespec="seconds")
    entry = {"at": now, "user": _user(), "action": action, "subject": subject}
    line = (json.dumps(entry, ensure_ascii=False) + "\n").encode()
    try:
        descriptor = os.open(folder / FILE, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            if size and os.pread(descriptor, 1, size - 1) != b"\n":  # An entry that a full disk cut short.
                line = b"\n" + line
            if os.write(descriptor, line) < len(line):  # One write: entries of several processes never mix.
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise StoreError(
            f"the access log of {folder} cannot be written ({error.strerror}): every use is recorded, so the folder "
            "must be writable, with room on its disk"
        ) from None


def access_log(folder: Path) -> tuple[Access, ...]:
    """Read the access log, oldest entry first.

    Args:
        folder: The store's folder.

    Returns:
        The entries; a line cut short by a power failure is left out.
    """
    try:
        lines = (folder / FILE).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ()
    return tuple(entry for line in lines if (entry := _entry(line)) is not None)


def _entry(line: str) -> Access | None:
    try:
        read = json.loads(line)
        return Access(datetime.fromisoformat(read["at"]), read["user"], read["action"], read["subject"])
    except (ValueError, KeyError, TypeError):
        return None


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # A container's user may have no name.
        return f"uid {os.getuid()}" if hasattr(os, "getuid") else "unknown"
