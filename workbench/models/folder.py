"""The folder of a run: named, written aside, and put under its name only when it is whole."""

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

from workbench.errors import InputError, StoreError

__all__ = ["EventLog", "name_run", "read_json", "write_json", "writing_run"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


class EventLog:
    """What happens while a run is made, one JSON line each, written as it happens.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, kind: str, detail: Mapping[str, object]) -> None:
        """Append an event.

        Args:
            kind: What happened: `begin`, `look`, `calibrated`, `baseline` or `end`.
            detail: Plain JSON values.
        """
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"at": at, "event": kind, **detail}, default=str) + "\n")


def name_run(runs: Path, model: str, name: str | None) -> str:
    """Choose the id of a new run.

    Args:
        runs: Folder of the store's runs.
        model: Name of the model.
        name: The name asked for; None makes one of model, moment and chance.

    Returns:
        The id, for example `dcnv2-20261122-101500-3f9a`.

    Raises:
        InputError: If the name could not be a folder's, or is taken.
    """
    if name is None:
        return f"{model}-{datetime.now(UTC):%Y%m%d-%H%M%S}-{token_hex(2)}"
    if not _NAME.fullmatch(name):
        raise InputError(
            f"name == {name!r}, must be 1 to 80 letters, digits, dots, hyphens or underscores, a letter or digit first"
        )
    if (runs / name).exists():
        raise InputError(f"name == {name!r} is taken by an earlier run, must be new: choose another, or none")
    return name


@contextmanager
def writing_run(runs: Path, run_id: str) -> Iterator[Path]:
    """Write a run aside and give it its name at the end, so that whatever bears a run's name is whole.

    Args:
        runs: Folder of the store's runs.
        run_id: The run's id.

    Yields:
        The folder to write to; it is removed if writing fails.

    Raises:
        StoreError: If the folder cannot be written to, or another process took the name meanwhile.
    """
    aside = runs / f".{run_id}.{token_hex(4)}.part"
    try:
        aside.mkdir(parents=True)
    except OSError as error:
        raise StoreError(f"{runs} cannot be written to ({error.strerror}): make the store's folder writable") from None
    try:
        yield aside
        try:
            aside.rename(runs / run_id)
        except OSError:
            if not (runs / run_id).exists():
                raise
            raise StoreError(f"run {run_id!r} cannot be put into {runs}: its name was taken meanwhile") from None
    except OSError as error:
        shutil.rmtree(aside, ignore_errors=True)
        raise StoreError(
            f"run {run_id!r} cannot be written to {runs} ({error.strerror or type(error).__name__}): see that it is "
            "there, with room on its disk, then train again; nothing half-written is left"
        ) from None
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise


def write_json(path: Path, content: Mapping[str, object]) -> None:
    """Write plain data; numbers that JSON cannot hold are refused."""
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def read_json(path: Path) -> dict[str, Any]:
    """Read plain data of a run.

    Raises:
        StoreError: If the file is missing or damaged.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        content = None
    if not isinstance(content, dict):
        raise StoreError(f"{path} is missing or damaged, so the run cannot be used: restore it, or train again")
    return content
