"""Public domains: lists of values that everyone may know, declared before the data is seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from workbench.errors import InputError, StoreError

__all__ = ["PublicDomain", "PublicValue", "domain_from_json", "domain_to_json", "public_domain"]

PublicValue = str | int | date

_TYPES: dict[str, type] = {"text": str, "number": int, "date": date}


@dataclass(frozen=True)
class PublicDomain:
    """The values a column may take in a release, known without looking at the data.

    A private release has one cell for each of them, whether or not anyone falls into it, so that the list of cells
    tells nothing.

    Attributes:
        name: How releases and reports call it, for example `calendar`.
        column: The column it is about, for example `day`.
        values: The values in declared order: text, whole numbers or dates.
        declared_at: Store version at which it was declared: 0 is before any data was there, more is after some was
            loaded. Not part of what makes two domains the same.
    """

    name: str
    column: str
    values: tuple[PublicValue, ...]
    declared_at: int = field(default=0, compare=False)


def public_domain(name: str, column: str, values: Sequence[PublicValue], *, declared_at: int = 0) -> PublicDomain:
    """Check a declaration and make it.

    Args:
        name: Name of the domain, not empty.
        column: The column it is about, not empty.
        values: At least one value, none twice, all text, all whole numbers of 64 bits or all dates.
        declared_at: Store version at which it is declared, 0 or more.

    Returns:
        The domain.

    Raises:
        InputError: If it is empty, names a value twice, mixes kinds or has a number no column can hold.

    Example:
        >>> public_domain("devices", "device", ["phone", "desktop"]).values
        ('phone', 'desktop')
    """
    if not name or not column:
        raise InputError("a public domain needs a name and a column: e.g. declare('devices', 'device', ['phone'])")
    given = tuple(values)
    if not given:
        raise InputError(f"public domain {name!r} has no values, must have at least one: list all that may occur")
    if len(set(given)) < len(given):
        raise InputError(f"public domain {name!r} names a value twice: list each once")
    if _kind(name, given) == "number" and not all(-(2**63) <= int(str(value)) < 2**63 for value in given):
        raise InputError(f"public domain {name!r} has a number beyond 64 bits, no column holds one: declare it as text")
    return PublicDomain(name, column, given, declared_at)


def domain_to_json(domain: PublicDomain) -> dict[str, object]:
    """Write what a domain says as plain JSON values; when it was declared is no part of it."""
    values = [value.isoformat() if isinstance(value, date) else value for value in domain.values]
    return {"column": domain.column, "kind": _kind(domain.name, domain.values), "values": values}


def domain_from_json(name: str, entry: Mapping[str, object], *, declared_at: int = 0) -> PublicDomain:
    """Read a domain written by `domain_to_json`.

    Args:
        name: Its name.
        entry: What was written.
        declared_at: Store version at which it was declared.

    Raises:
        StoreError: If the entry is not one.
    """
    values, kind = entry.get("values"), entry.get("kind")
    if not isinstance(values, list) or kind not in _TYPES:
        raise StoreError(f"public domain {name!r} in store.json is damaged: restore the file from a copy")
    read = tuple(date.fromisoformat(str(value)) if kind == "date" else value for value in values)
    return PublicDomain(name, str(entry.get("column")), read, declared_at)


def _kind(name: str, values: tuple[PublicValue, ...]) -> str:
    for kind, wanted in _TYPES.items():
        if all(isinstance(value, wanted) and not isinstance(value, bool | datetime) for value in values):
            return kind
    raise InputError(f"public domain {name!r} mixes kinds, must be all text, all whole numbers or all dates")
