"""`store.json`: which version of which table makes up each version of the store."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from json import JSONDecodeError
from pathlib import Path

from workbench.errors import StoreError
from workbench.store._files import replace_file
from workbench.store.public import PublicDomain, domain_from_json, domain_to_json

__all__ = ["CATALOG", "Catalog", "LoadedFile", "read_catalog", "write_catalog"]

CATALOG = "store.json"
FORMAT = 1


@dataclass(frozen=True)
class LoadedFile:
    """One file that a load has taken in.

    Attributes:
        file: SHA-256 of its bytes, hex.
        mapping: SHA-256 of the source's name and mapping it was read with, hex.
        load: Id of the load.
        version: Store version that the load made.
    """

    file: str
    mapping: str
    load: str
    version: int


@dataclass(frozen=True)
class Catalog:
    """The content of `store.json`.

    Attributes:
        lineage_id: 32 hex characters drawn when the store was made; kept through all versions and copies.
        version: Store version, 0 while it is empty.
        versions: Store version -> table -> Delta version.
        lineage_version: Delta version of the `lineage` table; None where nothing was recorded.
        origin: How the store came about, as its maker gave it.
        public: Public domains by name.
        files: Files loaded so far.
    """

    lineage_id: str
    version: int = 0
    versions: Mapping[int, Mapping[str, int]] = field(default_factory=lambda: {0: {}})
    lineage_version: int | None = None
    origin: Mapping[str, object] = field(default_factory=dict)
    public: Mapping[str, PublicDomain] = field(default_factory=dict)
    files: tuple[LoadedFile, ...] = ()

    @property
    def tables(self) -> Mapping[str, int]:
        """Table -> Delta version of the newest store version."""
        return self.versions[self.version]

    def next_version(self, tables: Mapping[str, int], files: tuple[LoadedFile, ...] = ()) -> "Catalog":
        """The catalog after tables were written."""
        version = self.version + 1
        versions = {**self.versions, version: {**self.tables, **tables}}
        return replace(self, version=version, versions=versions, files=self.files + files)


def read_catalog(folder: Path) -> Catalog:
    """Read `store.json`.

    Args:
        folder: The store's folder.

    Raises:
        StoreError: If there is no store, or the file is damaged or of a newer format.
    """
    try:
        text = (folder / CATALOG).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise StoreError(
            f"{folder} holds no store (no {CATALOG} in it): give a store's folder, or make one with wb.demo or "
            "`workbench load`"
        ) from None
    except (OSError, UnicodeDecodeError):
        raise StoreError(f"{folder / CATALOG} cannot be read: restore the file from a copy") from None
    try:
        return _decoded(json.loads(text))
    except (JSONDecodeError, KeyError, TypeError, ValueError, AttributeError):
        raise StoreError(
            f"{folder / CATALOG} is damaged: restore the file from a copy; the tables beside it are not touched"
        ) from None


def write_catalog(folder: Path, catalog: Catalog) -> None:
    """Replace `store.json`; from this moment readers that open the store see the new version."""
    content = {
        "format": FORMAT,
        "lineage_id": catalog.lineage_id,
        "version": catalog.version,
        "versions": {str(version): dict(tables) for version, tables in catalog.versions.items()},
        "lineage_version": catalog.lineage_version,
        "origin": dict(catalog.origin),
        "public": {
            name: {**domain_to_json(domain), "declared_at": domain.declared_at}
            for name, domain in catalog.public.items()
        },
        "files": [[file.file, file.mapping, file.load, file.version] for file in catalog.files],
    }
    replace_file(folder / CATALOG, json.dumps(content, ensure_ascii=False, indent=1).encode())


def _decoded(content: dict[str, object]) -> Catalog:
    if content["format"] != FORMAT:
        raise StoreError(f"{CATALOG} has format {content['format']}, must be {FORMAT}: update the workbench")
    versions = {int(version): _table_versions(tables) for version, tables in _mapping(content["versions"]).items()}
    public = _mapping(content["public"])
    files = content["files"]
    recorded = content["lineage_version"]
    if not isinstance(files, list) or not (recorded is None or isinstance(recorded, int)):
        raise TypeError
    version = int(str(content["version"]))
    catalog = Catalog(
        lineage_id=str(content["lineage_id"]),
        version=version,
        versions=versions,
        lineage_version=recorded,
        origin=_mapping(content["origin"]),
        public={name: _domain(name, _mapping(entry), version) for name, entry in public.items()},
        files=tuple(LoadedFile(str(file), str(mapping), str(load), int(at)) for file, mapping, load, at in files),
    )
    if catalog.version not in versions or len(catalog.lineage_id) != 32:
        raise ValueError
    return catalog


def _domain(name: str, entry: Mapping[str, object], newest: int) -> PublicDomain:
    """A public domain; one that was kept without its time may be as late as the newest version, so that is its time."""
    return domain_from_json(name, entry, declared_at=int(str(entry.get("declared_at", newest))))


def _mapping(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _table_versions(value: object) -> dict[str, int]:
    return {str(name): int(version) for name, version in _mapping(value).items() if isinstance(version, int)}
