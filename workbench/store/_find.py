"""From the paths a user types to the files a source reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import DataError, InputError
from workbench.store._inputs import EXTENSIONS, bare_name
from workbench.store.mapping import FileMapping
from workbench.store.sources import Source

__all__ = ["Found", "expanded", "find_files", "located"]


@dataclass(frozen=True)
class Found:
    """The files of a load.

    Attributes:
        files: Each file with its block of the mapping, in the order of the blocks; a DuckDB file once for each table.
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
    chosen: dict[tuple[Path, int], None] = {}
    passed_over = []
    for given in paths:
        inside = expanded([given])
        fitting = {file: fits for file in inside if (fits := _blocks(file, blocks))}
        if not fitting:
            names = sorted({name for block in blocks for name in block.names}) or [f"*{end}" for end in EXTENSIONS]
            raise DataError(
                f"{given} holds no file that source {source.name!r} reads, must be named {', '.join(names)}"
            )
        chosen.update(dict.fromkeys((file, block) for file, fits in fitting.items() for block in fits))
        passed_over += [file.name for file in inside if file not in fitting]
    in_order = sorted(chosen, key=lambda one: (one[1], one[0]))
    return Found(tuple((file, blocks[block]) for file, block in in_order), tuple(passed_over))


def expanded(paths: Sequence[Path | str]) -> list[Path]:
    """Name the files that paths stand for: themselves, or the data files of folders at any depth.

    Args:
        paths: Files or folders.

    Raises:
        DataError: If a path is not there or cannot be looked into.
    """
    files: list[Path] = []
    for given in paths:
        path = located(given)
        try:
            files += sorted(entry for entry in path.rglob("*") if _is_data(entry)) if path.is_dir() else [path]
        except (OSError, UnicodeError):
            raise DataError(f"{path} cannot be looked into: give a file or a folder that you may read") from None
    return list(dict.fromkeys(files))


def located(given: Path | str) -> Path:
    """Find where a path that a user typed leads.

    Args:
        given: A file or a folder, from the folder at hand.

    Returns:
        Its absolute path.

    Raises:
        DataError: If nothing is there.
    """
    try:
        path = Path(given).expanduser().absolute()
        there = path.exists()
    except (OSError, RuntimeError, ValueError):  # A name that is too long, nobody's home.
        path, there = Path(given), False
    if not there:
        raise DataError(f"{str(path)[:200]} is not there: give a file or a folder of the source's files")
    return path


def _blocks(file: Path, blocks: Sequence[FileMapping]) -> list[int]:
    """Places of the blocks that read a file: the first that fits, or the first for each table of a DuckDB file."""
    tables: dict[str | None, int] = {}
    for place, block in enumerate(blocks):
        if block.fits(file.name):
            tables.setdefault(block.table if file.suffix.lower() == ".duckdb" else None, place)
    return list(tables.values())


def _is_data(path: Path) -> bool:
    named = not path.name.startswith(".") and Path(bare_name(path.name)).suffix.lower() in EXTENSIONS
    return named and path.is_file()
