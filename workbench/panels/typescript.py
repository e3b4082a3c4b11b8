"""Writes the panels' contract as TypeScript: `python -m workbench.panels.typescript` after a change of the protocol."""

import dataclasses
import types
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from workbench.panels import protocol
from workbench.panels.protocol import Request, Told
from workbench.server import state

__all__ = ["contracts", "typescript", "write_all"]

WIDGETS = Path(__file__).parents[2] / "widgets" / "src"
_PLAIN = {str: "string", int: "number", float: "number", bool: "boolean", types.NoneType: "null", object: "unknown"}


def typescript(module: ModuleType) -> str:
    """Write the dataclasses of a module as TypeScript interfaces, in the order in which they are defined.

    Args:
        module: A module whose dataclasses hold plain values, literals, tuples, mappings and each other.

    Returns:
        The text of a TypeScript file.

    Raises:
        TypeError: If a field's type cannot be sent.
    """
    name = module.__name__
    source = f"{name.replace('.', '/')}.py"
    kinds = [
        kind
        for kind in vars(module).values()
        if isinstance(kind, type) and dataclasses.is_dataclass(kind) and kind.__module__ == name
    ]
    head = f"// Generated from {source} by `python -m workbench.panels.typescript`; change it there.\n"
    return "\n".join([head, *(_interface(kind) for kind in kinds)])


def write_all() -> None:
    """Write the TypeScript of every contract between Python and the browser."""
    for path, module in contracts().items():
        path.write_text(typescript(module), encoding="utf-8")


def contracts() -> dict[Path, ModuleType]:
    """The TypeScript files and the modules they come from."""
    return {WIDGETS / "protocol.ts": protocol, WIDGETS / "lab" / "server.ts": state}


def _interface(kind: type) -> str:
    hints = get_type_hints(kind)
    tag = "request" if issubclass(kind, Request) else "told" if issubclass(kind, Told) else None
    marks = [f'  readonly {tag}: "{kind.__name__}";'] if tag else []
    lines = [f"  readonly {field.name}: {_type(hints[field.name])};" for field in dataclasses.fields(kind)]
    about = (kind.__doc__ or "").strip().partition("\n")[0]
    return "\n".join([f"/** {about} */", f"export interface {kind.__name__} {{", *marks, *lines, "}", ""])


def _type(hint: Any) -> str:  # noqa: ANN401 - a type hint can be many things
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Literal:
        return " | ".join(f'"{part}"' for part in parts)
    if origin in (Union, types.UnionType):
        return " | ".join(_type(part) for part in parts)
    if origin is tuple and len(parts) == 2 and parts[1] is ...:
        inner = _type(parts[0])
        return f"readonly ({inner})[]" if "|" in inner else f"readonly {inner}[]"
    if origin in (dict, Mapping) and parts[0] is str:
        return f"Readonly<Record<string, {_type(parts[1])}>>"
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return hint.__name__
    if hint in _PLAIN:
        return _PLAIN[hint]
    raise TypeError(f"a field of type {hint} cannot be sent to the browser")


if __name__ == "__main__":
    write_all()
