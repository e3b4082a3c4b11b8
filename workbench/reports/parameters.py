"""What a report takes: audience, template and the template's values; light, so that a panel opens at once.

nbformat, which the rest of the room reads notebooks with, takes seconds to import.
"""

import ast
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from workbench.checks import check_name
from workbench.errors import InputError, UnknownNameError
from workbench.shipped import shipped

__all__ = ["AUDIENCES", "OWN_VALUES", "checked_values", "defaults", "read_defaults", "template_names", "template_path"]

AUDIENCES = ("shared", "internal")

OWN_VALUES = ("store_folder", "run_id", "audience")
"""Parameters that `report` fills in itself."""


def template_names() -> list[str]:
    """The templates that ship with the workbench.

    Example:
        >>> "campaign-review" in template_names()
        True
    """
    return sorted(path.stem for path in shipped("notebooks", "templates").glob("*.ipynb"))


def template_path(template: str | Path) -> Path:
    """Find a template's file by the name of one that ships, or by its path.

    Args:
        template: For example `campaign-review` or `reviews/spring.ipynb`.

    Raises:
        UnknownNameError: If no template has this name.
        InputError: If there is no such file.
    """
    path = Path(template)
    if path.suffix != ".ipynb" and len(path.parts) == 1:
        check_name(str(template), template_names(), name="template")
        path = shipped("notebooks", "templates") / f"{template}.ipynb"
    if not path.is_file():
        raise InputError(
            f"template == {str(template)!r}, no such file: give one of {', '.join(template_names())} or a path"
        )
    return path


def read_defaults(template: str | Path) -> dict[str, object]:
    """Read the values that a template takes, with their defaults.

    Args:
        template: Its name or its path.

    Raises:
        UnknownNameError: If no template has this name.
        InputError: If the file is absent, is no notebook, or a default is no plain value.
    """
    path = template_path(template)
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        sources = ["".join(cell["source"]) for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise InputError(f"template == {str(template)!r}, must be a Jupyter notebook (.ipynb): save it again") from None
    return defaults(sources[0]) if sources else {}


def defaults(source: str) -> dict[str, object]:
    """Read the values that a cell tagged `parameters` gives to names.

    Args:
        source: The cell's code.

    Raises:
        InputError: If a value is not plain.
    """
    found: dict[str, object] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                found[node.targets[0].id] = ast.literal_eval(node.value)
            except ValueError:
                raise InputError(
                    f"parameter {node.targets[0].id} has no plain default: write a text, a number or a list"
                ) from None
    return found


def checked_values(template: str, taken: Mapping[str, object], parameters: Mapping[str, object]) -> dict[str, object]:
    """Check the caller's values against a template's defaults.

    Args:
        template: Its name, for messages.
        taken: Its defaults.
        parameters: By name. Text is read as the default's type, since a command line knows only text.

    Returns:
        The values, ready to be put in.

    Raises:
        UnknownNameError: If the template has no such parameter.
        InputError: If a value is not of the default's type.
    """
    allowed = [name for name in taken if name not in OWN_VALUES]
    for name in parameters:
        if not allowed:
            raise UnknownNameError(f"parameter == {name!r}, but template {template} takes none: leave it out")
        check_name(name, allowed, name="parameter")
    return {name: _as_default(name, value, taken[name]) for name, value in parameters.items()}


def _as_default(name: str, value: object, default: object) -> object:
    if isinstance(value, str) and isinstance(default, bool | int | float):
        with suppress(ValueError, SyntaxError):
            value = ast.literal_eval(value.capitalize() if isinstance(default, bool) else value)
    number = isinstance(default, int | float) and not isinstance(default, bool)
    wanted = (int, float) if number else type(default)
    if default is not None and (
        not isinstance(value, wanted) or isinstance(value, bool) is not isinstance(default, bool)
    ):
        raise InputError(f"parameter {name} must be of type {type(default).__name__}: give a value like {default!r}")
    if not _plain(value):
        raise InputError(
            f"parameter {name} must be a text, a number, a truth value or a list of them: give a plain value"
        )
    return value


def _plain(value: object) -> bool:
    if isinstance(value, list | tuple):
        return all(_plain(item) for item in value)
    return value is None or isinstance(value, str | int | float | bool)
