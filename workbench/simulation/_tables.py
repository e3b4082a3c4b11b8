"""TOML tables into dataclasses: every key known, every value of its type, one clear error otherwise."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from types import NoneType, UnionType
from typing import TypeVar, get_args, get_origin, get_type_hints

from workbench.checks import check_name
from workbench.errors import InputError

__all__ = ["read_table"]

T = TypeVar("T")

_KINDS: dict[type, str] = {
    float: "a number",
    int: "a whole number",
    str: "text",
    date: "a date such as 2026-03-02",
}


def read_table(kind: type[T], table: Mapping[str, object], where: str) -> T:
    """Make a dataclass from a TOML table.

    Args:
        kind: The dataclass; its fields are the keys, required unless they have a default.
        table: What the TOML reader gave.
        where: The table's name in messages, for example `[users]`.

    Returns:
        The dataclass.

    Raises:
        UnknownNameError: If a key is no field; the nearest is suggested.
        InputError: If a key is missing or a value is of another type.

    Example:
        >>> from dataclasses import dataclass
        >>> @dataclass
        ... class Point:
        ...     x: float
        >>> read_table(Point, {"x": 1}, "[point]")
        Point(x=1.0)
    """
    known = fields(kind)  # type: ignore[arg-type]  # T is a dataclass by contract
    names = [field.name for field in known if field.default is MISSING]
    for key in table:
        check_name(key, [field.name for field in known], name=f"key in {where}")
    missing = [name for name in names if name not in table]
    if missing:
        raise InputError(f"{where} lacks {', '.join(missing)}, must have {', '.join(names)}: add it")
    hints = get_type_hints(kind)
    return kind(**{name: _value(given, hints[name], f"{where} {name}") for name, given in table.items()})


def _value(given: object, hint: object, where: str) -> object:
    if is_dataclass(hint) and isinstance(hint, type):
        return read_table(hint, _of_type(given, dict, "a table", where), where)
    arguments = get_args(hint)
    if get_origin(hint) is UnionType:
        return _value(given, next(kind for kind in arguments if kind is not NoneType), where)
    if get_origin(hint) is tuple:
        entries = _of_type(given, list, "a list", where)
        if arguments[-1] is not Ellipsis and len(entries) != len(arguments):
            raise InputError(f"{where} has {len(entries)} entries, must have {len(arguments)}: correct the list")
        return tuple(_value(entry, arguments[0], f"{where} {number}") for number, entry in enumerate(entries, 1))
    if get_origin(hint) is Mapping:
        table = _of_type(given, dict, "a table", where)
        return {key: _value(entry, arguments[1], f"{where}.{key}") for key, entry in table.items()}
    if hint is float and type(given) is int:
        return float(given)
    kind, words = next((kind, words) for kind, words in _KINDS.items() if hint is kind)
    return _of_type(given, kind, words, where)


def _of_type(given: object, wanted: type[T], words: str, where: str) -> T:
    if not isinstance(given, wanted) or isinstance(given, bool):
        raise InputError(f"{where} is {type(given).__name__}, must be {words}: correct it in the configuration")
    return given
