"""Reading what the browser sends: a named request with typed fields, or a refusal; nothing else gets through."""

import dataclasses
import types
from collections.abc import Mapping
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from workbench.errors import InputError
from workbench.panels.protocol import Request

__all__ = ["read_request"]

Kind = TypeVar("Kind")
_LONGEST_TEXT = 20_000
_LONGEST_LIST = 2_000


def read_request(content: object, known: Mapping[str, type[Request]]) -> Request:
    """Read a message of the browser as one of the requests a panel answers.

    Args:
        content: The message as it came.
        known: Requests by name.

    Returns:
        The request.

    Raises:
        InputError: If it is not a request the panel knows, a field is missing or unknown, or a value is of another
            type. The message names the field, never its value.
    """
    name = content.get("request") if isinstance(content, dict) else None
    if not isinstance(content, dict) or not isinstance(name, str) or name not in known:
        raise InputError(f"the panel was sent a request it does not know, must be one of {', '.join(sorted(known))}")
    fields = {key: value for key, value in content.items() if key != "request"}
    return _object(fields, known[name], name)


def _object(value: Mapping[str, object], kind: type[Kind], path: str) -> Kind:
    hints = get_type_hints(kind)
    names = {field.name for field in dataclasses.fields(cast("Any", kind))}
    if set(value) != names:
        wrong = sorted(set(map(str, value)) ^ names)
        raise InputError(
            f"{path} has the fields {', '.join(sorted(names))}: {', '.join(wrong)[:200]} is missing or extra"
        )
    return kind(**{name: _read(value[name], hints[name], f"{path}.{name}") for name in names})


def _read(value: object, hint: Any, path: str) -> object:  # noqa: ANN401 - a type hint can be many things
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Literal:
        if value in parts and isinstance(value, str):
            return value
        raise InputError(f"{path} must be one of {', '.join(map(repr, parts))}")
    if origin in (Union, types.UnionType):
        return None if value is None and types.NoneType in parts else _read(value, parts[0], path)
    if origin is tuple:
        if not isinstance(value, list) or len(value) > _LONGEST_LIST:
            raise InputError(f"{path} must be a list of at most {_LONGEST_LIST:,} values")
        return tuple(_read(item, parts[0], f"{path}[{place}]") for place, item in enumerate(value))
    if origin in (dict, Mapping):
        if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
            raise InputError(f"{path} must be an object")
        return {key: _read(item, parts[1], f"{path}.{key}") for key, item in value.items()}
    if dataclasses.is_dataclass(hint):
        if not isinstance(value, dict):
            raise InputError(f"{path} must be an object")
        return _object(value, cast("type", hint), path)
    return _plain(value, hint, path)


def _plain(value: object, hint: type, path: str) -> object:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if hint is float and number and abs(cast("float", value)) < float("inf"):
        return float(cast("float", value))
    if hint is int and number and float(cast("float", value)).is_integer():
        return int(cast("float", value))
    if hint is bool and isinstance(value, bool):
        return value
    if hint is str and isinstance(value, str) and len(value) <= _LONGEST_TEXT:
        return value
    what = {float: "a number", int: "a whole number", bool: "true or false", str: "a text"}[hint]
    raise InputError(f"{path} must be {what}")
