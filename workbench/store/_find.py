"""From the paths a user types to the files a source reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import DataError, InputError
from workbench.store._inputs import EXTENSIONS
from workbench.store.mapping import FileMapping
from workbench.store.sources import Source

__all__ = ["Found", "find_files"]


@dataclass(frozen=True)
class Found:
    """The files of a load.

    Attributes:
        files: Each file with its block of the mapping, in the order of the blocks.
        passed_over: Names of data files in the folders that no block is for.
    """

    files: tuple[tuple[Path, FileMapping], ...]
    passed_over: tuple[str, ...]


def find_files(paths: Sequence[Path | str], source: Source) -> Found:
    """Find the files a source reads.

    Args:
        paths: Files, or folders with the source's files at any depth.
        source: The log format.

    Returns:
        The files and what was passed over.

    Raises:
        InputError: If no path is given.
        DataError: If a path is missing or holds no file of the source.
    """
    if not paths:
        raise InputError("no path was given: give a file or a folder of the source's files")
    blocks = source.mapping.files
    chosen: dict[Path, int] = {}
    passed_over = []
    for given in paths:
        path = Path(given).expanduser().absolute()
        if not path.exists():
            raise DataError(f"{path} is not there: give a file or a folder of the source's files")
        inside = sorted(entry for entry in path.rglob("*") if _is_data(entry)) if path.is_dir() else [path]
        fitting = {file: block for file in inside if (block := _block(file, blocks)) is not None}
        if not fitting:
            names = sorted({name for block in blocks for name in block.names}) or [f"*{end}" for end in EXTENSIONS]
            raise DataError(f"{path} holds no file that source {source.name!r} reads, must be named {', '.join(names)}")
        chosen.update(fitting)
        passed_over += [file.name for file in inside if file not in fitting]
    in_order = sorted(chosen, key=lambda file: (chosen[file], file))
    return Found(tuple((file, blocks[chosen[file]]) for file in in_order), tuple(passed_over))


def _block(file: Path, blocks: Sequence[FileMapping]) -> int | None:
    return next((place for place, block in enumerate(blocks) if block.fits(file.name)), None)


def _is_data(path: Path) -> bool:
    bare = path.name.removesuffix(".gz").removesuffix(".zst")
    return path.is_file() and not path.name.startswith(".") and Path(bare).suffix.lower() in EXTENSIONS
