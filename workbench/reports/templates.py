"""Report templates: notebooks that ship with the workbench or lie on the user's disk, and the values they take."""

import ast
import copy
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from workbench.checks import check_name
from workbench.errors import InputError, UnknownNameError
from workbench.reports._markdown import passages
from workbench.reports._notebook import code_cell, read_notebook
from workbench.shipped import shipped

__all__ = ["OWN_VALUES", "Template", "find_template", "only_for", "tags", "template_names"]

OWN_VALUES = ("store_folder", "run_id", "audience")
"""Parameters that `report` fills in itself."""


@dataclass(frozen=True)
class Template:
    """A notebook that becomes a report.

    Attributes:
        name: File name without ending.
        notebook: The notebook as its author wrote it, outputs removed.
        defaults: Values of the cell tagged `parameters`, by name.
    """

    name: str
    notebook: NotebookNode
    defaults: Mapping[str, object]

    @property
    def title(self) -> str:
        """The first heading of level 1; the file's name where there is none."""
        cells = (cell for cell in self.notebook.cells if cell.cell_type == "markdown")
        return next((p.title for cell in cells for p in passages(cell.source) if p.level == 1), self.name)

    def filled(self, values: Mapping[str, object]) -> tuple[NotebookNode, list[int | None]]:
        """Put values after the cell tagged `parameters`, or at the start where there is none.

        Args:
            values: By name; plain values only.

        Returns:
            A copy of the notebook, and for each of its cells the place in the template, counted from 1; None for the
            cell put in.
        """
        notebook = copy.deepcopy(self.notebook)
        at = next((i + 1 for i, cell in enumerate(notebook.cells) if "parameters" in tags(cell)), 0)
        source = "\n".join(f"{name} = {value!r}" for name, value in values.items())
        cell = code_cell(source, id="values", tags=["injected-parameters"])
        places: list[int | None] = list(range(1, len(notebook.cells) + 1))
        notebook.cells.insert(at, cell)
        places.insert(at, None)
        return notebook, places

    def checked(self, parameters: Mapping[str, object]) -> dict[str, object]:
        """Check the caller's values against the template's defaults.

        Args:
            parameters: By name. Text is read as the default's type, since a command line knows only text.

        Returns:
            The values, ready to be put in.

        Raises:
            UnknownNameError: If the template has no such parameter.
            InputError: If a value is not of the default's type.
        """
        allowed = [name for name in self.defaults if name not in OWN_VALUES]
        for name in parameters:
            if not allowed:
                raise UnknownNameError(f"parameter == {name!r}, but template {self.name} takes none: leave it out")
            check_name(name, allowed, name="parameter")
        return {name: _as_default(name, value, self.defaults[name]) for name, value in parameters.items()}


def tags(cell: NotebookNode) -> list[str]:
    """The tags of a cell; empty where there are none."""
    return list(cell.metadata.get("tags", []))


def only_for(cell: NotebookNode, audience: str) -> bool:
    """Whether a cell is tagged for this audience alone."""
    return audience in tags(cell)


def template_names() -> list[str]:
    """The templates that ship with the workbench.

    Example:
        >>> "campaign-review" in template_names()
        True
    """
    return sorted(path.stem for path in shipped("notebooks", "templates").glob("*.ipynb"))


def find_template(template: str | Path) -> Template:
    """Find a template by the name of one that ships, or by its path.

    Args:
        template: For example `campaign-review` or `reviews/spring.ipynb`.

    Returns:
        The template.

    Raises:
        UnknownNameError: If no template has this name.
        InputError: If the file is absent or is no notebook.
    """
    path = Path(template)
    if path.suffix != ".ipynb" and len(path.parts) == 1:
        check_name(str(template), template_names(), name="template")
        path = shipped("notebooks", "templates") / f"{template}.ipynb"
    if not path.is_file():
        raise InputError(
            f"template == {str(template)!r}, no such file: give one of {', '.join(template_names())} or a path"
        )
    try:
        notebook = read_notebook(path)
    except (ValueError, OSError):
        raise InputError(f"template == {str(template)!r}, must be a Jupyter notebook (.ipynb): save it again") from None
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return Template(path.stem, notebook, _defaults(notebook))


def _defaults(notebook: NotebookNode) -> dict[str, object]:
    cell = next((cell for cell in notebook.cells if "parameters" in tags(cell)), None)
    if cell is None:
        return {}
    found: dict[str, object] = {}
    for node in ast.parse(cell.source).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                found[node.targets[0].id] = ast.literal_eval(node.value)
            except ValueError:
                raise InputError(
                    f"parameter {node.targets[0].id} has no plain default: write a text, a number or a list"
                ) from None
    return found


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
