"""The workbench's own folder on this machine: keys and ledgers, kept apart from every store."""

import os
import sys
from pathlib import Path

from workbench.errors import StoreError

__all__ = ["home", "private_folder"]


def home() -> Path:
    """Find the folder where keys and ledgers live, and make it where it is not.

    It is `WORKBENCH_HOME` where that is set, else `campaign-workbench` in the platform's folder for user data. Keys lie
    in `keys/LINEAGE.key`, privacy ledgers in `ledgers/LINEAGE.sqlite`: outside the store, so that copying a store
    neither hands on its key nor resets its ledger.

    Returns:
        The folder, readable by its owner alone (mode 0700).

    Raises:
        StoreError: If the folder cannot be made.
    """
    given = os.environ.get("WORKBENCH_HOME")
    return private_folder(Path(given).expanduser() if given else _platform_data() / "campaign-workbench")


def private_folder(folder: Path) -> Path:
    """Make a folder that only its owner can enter.

    Args:
        folder: The folder; its parents are made too.

    Returns:
        The same folder.

    Raises:
        StoreError: If it cannot be made or is not a folder.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_mode & 0o077:
            folder.chmod(0o700)
    except OSError as error:
        raise StoreError(
            f"{folder} cannot be used as a private folder ({error.strerror}): "
            "set WORKBENCH_HOME to a folder that you own and can write to"
        ) from None
    return folder


def _platform_data() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share"))
