"""What a store's tables hold, from their Delta logs alone: counting rows needs no table to be opened.

The store keeps every log entry (`delta.enableExpiredLogCleanup` is off), so the entries say all.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from workbench.errors import StoreError

__all__ = ["Logged", "logged"]


@dataclass(frozen=True)
class Logged:
    """One version of a Delta table.

    Attributes:
        files: Parquet file and its number of rows, oldest first.
        written: When the version was committed, ISO 8601 in UTC.
    """

    files: tuple[tuple[str, int], ...]
    written: str

    @property
    def rows(self) -> int:
        """Number of rows."""
        return sum(rows for _, rows in self.files)


def logged(folder: Path, version: int) -> Logged:
    """Read a table's log up to a version.

    Args:
        folder: The Delta table's folder.
        version: Its Delta version.

    Raises:
        StoreError: If an entry is missing or damaged.
    """
    files: dict[str, int] = {}
    written = 0
    try:
        for number in range(version + 1):
            for line in (folder / "_delta_log" / f"{number:020d}.json").read_text(encoding="utf-8").splitlines():
                entry = json.loads(line)
                if "add" in entry:
                    files[entry["add"]["path"]] = int(json.loads(entry["add"]["stats"])["numRecords"])
                elif "remove" in entry:
                    files.pop(entry["remove"]["path"], None)
                elif "commitInfo" in entry:
                    written = int(entry["commitInfo"]["timestamp"])
        moment = datetime.fromtimestamp(written / 1000, UTC).isoformat(timespec="seconds")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError):
        raise StoreError(f"table {folder.name} cannot be read: restore the store from a copy") from None
    return Logged(tuple(sorted(files.items())), moment)
