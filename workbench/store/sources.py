"""Sources: log formats the workbench knows. A source is a TOML file in `data/sources`, not code."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workbench.checks import check_name
from workbench.errors import InputError
from workbench.shipped import shipped
from workbench.store._grammar import parse_mapping
from workbench.store.mapping import LogMapping

__all__ = ["Source", "read_source", "source_names"]


@dataclass(frozen=True)
class Source:
    """A log format and how it is mapped.

    Attributes:
        name: Its name, for example `open-bandit`.
        title: What it is, in one line.
        mapping: How its files fill the canonical tables.
    """

    name: str
    title: str
    mapping: LogMapping


def source_names() -> tuple[str, ...]:
    """Names of the log formats known.

    Example:
        >>> "open-bandit" in source_names()
        True
    """
    return tuple(sorted(path.stem for path in shipped("data", "sources").glob("*.toml")))


def read_source(name: str, mapping: Path | str | Mapping[str, object] | None = None) -> Source:
    """Read a log format.

    Args:
        name: Its name, one of `source_names()`.
        mapping: A mapping to use instead of the format's own: a TOML file or a dict. `generic` has none of its own.

    Returns:
        The source.

    Raises:
        UnknownNameError: If there is no such format; the nearest is suggested.
        InputError: If the mapping is missing or does not follow the grammar.
    """
    check_name(name, source_names(), name="source")
    own = _read_toml(shipped("data", "sources", f"{name}.toml"))
    title = str(own.get("title", name))
    if mapping is None:
        if "file" not in own:
            raise InputError(
                f"source {name!r} has no mapping of its own: give one, e.g. mapping='shop.toml'; "
                "data/README.md shows how to write it"
            )
        return Source(name, title, parse_mapping(own, name=f"{name}.toml"))
    if isinstance(mapping, Mapping):
        return Source(name, title, parse_mapping(mapping, name="given"))
    path = Path(mapping).expanduser()
    return Source(name, title, parse_mapping(_read_toml(path), name=path.name))


def _read_toml(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise InputError(f"mapping {path} cannot be read ({why}): give a TOML file") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"mapping {path.name} is not TOML: {error}") from None
