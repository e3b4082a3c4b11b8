"""Settings from `data/demo/NAME.toml` or from a TOML file of one's own, and the hash that names a simulated log."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from workbench.checks import check_name
from workbench.errors import InputError, StoreError
from workbench.shipped import shipped
from workbench.simulation._rules import check_settings
from workbench.simulation._tables import read_table
from workbench.simulation.settings import Settings

__all__ = ["load_settings", "world_hash"]

_EDITION = 1  # Raise it when the same settings and seed begin to draw another world.


def load_settings(config: str | Path) -> Settings:
    """Read a platform's settings.

    A file that begins with `extends = "shop"` takes everything it does not say from that platform.

    Args:
        config: Name of a platform that ships with the workbench, for example `shop`, or path of a `.toml` file.

    Returns:
        The settings, checked.

    Raises:
        UnknownNameError: If there is no such platform, or a key is unknown; the nearest is suggested.
        StoreError: If the file is missing.
        InputError: If the content is no TOML, or a value is missing or outside what is allowed.

    Example:
        >>> load_settings("shop").category_names[:3]
        ('beauty', 'digital', 'fashion')
    """
    table = _whole(Path(config).expanduser() if Path(config).suffix == ".toml" else _shipped(str(config), "config"))
    settings = read_table(Settings, table, "the configuration")
    check_settings(settings)
    return settings


def world_hash(settings: Settings, impressions: int, seed: int) -> str:
    """Name a simulated log by all that decides it.

    Args:
        settings: The platform; comments and layout of its file do not count, the order of entries does.
        impressions: Number of impressions.
        seed: Seed of all draws.

    Returns:
        64 hex characters (SHA-256).
    """
    # What a platform does not have is left out: its name stays when platforms learn to have more.
    present = {name: part for name, part in asdict(settings).items() if part is not None}
    content = {"edition": _EDITION, "settings": present, "impressions": impressions, "seed": seed}
    return hashlib.sha256(json.dumps(content, default=str, ensure_ascii=False).encode()).hexdigest()


def _whole(path: Path) -> dict[str, object]:
    table = _read(path)
    base = table.pop("extends", None)
    return table if base is None else _merged(_whole(_shipped(str(base), "extends")), table)


def _shipped(name: str, what: str) -> Path:
    folder = shipped("data", "demo")
    check_name(name, [file.stem for file in folder.glob("*.toml")], name=what)
    return folder / f"{name}.toml"


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise StoreError(f"config == {str(path)!r} cannot be read: give the path of an existing file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        where = f" ({error})" if isinstance(error, tomllib.TOMLDecodeError) else ""
        raise InputError(f"config == {str(path)!r} is not valid TOML{where}: correct the file") from None


def _merged(base: Mapping[str, object], over: Mapping[str, object]) -> dict[str, object]:
    """Lay one table over another; tables in it are merged, everything else is replaced."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = _merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged
