"""The files of a job's folder: who writes which, and how none is ever half there."""

import json
from collections.abc import Mapping
from pathlib import Path
from secrets import token_hex
from typing import Any

__all__ = [
    "ACKNOWLEDGED",
    "ENDED",
    "JOB",
    "LOG",
    "PROCESS",
    "PROGRESS",
    "ROOM",
    "ROOM_BYTES",
    "STOP",
    "read_json",
    "write_json",
]

JOB = "job.json"  # What it is to do; by whoever starts it.
PROCESS = "process.json"  # Who does it; by the subprocess, first of all.
PROGRESS = "progress.jsonl"  # How far it is, one line a moment; by the subprocess.
ROOM = "room"  # Held free for the end's words, should the disk fill up; by whoever starts it.
ROOM_BYTES = 32_768
STOP = "stop"  # Asks it to stop; empty; by anybody.
ACKNOWLEDGED = "stopping"  # The request was seen; empty; by the subprocess.
ENDED = "end.json"  # How it ended; by the subprocess, last of all.
LOG = "output.log"  # What the subprocess printed.


def write_json(path: Path, content: Mapping[str, object]) -> None:
    """Write a file aside and put it under its name."""
    part = path.with_name(f".{path.name}.{token_hex(4)}.part")
    try:
        part.write_text(json.dumps(content, default=str, ensure_ascii=False), encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def read_json(path: Path) -> dict[str, Any] | None:
    """Read a file; None where it is not there or no JSON object."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None
