"""Report templates: notebooks that ship with the workbench or lie on the user's disk, and the values they take."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from workbench.errors import InputError
from workbench.reports._markdown import passages
from workbench.reports._notebook import code_cell, read_notebook
from workbench.reports.parameters import checked_values, defaults, template_path

__all__ = ["Template", "find_template", "only_for", "tags"]


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
        return checked_values(self.name, self.defaults, parameters)


def tags(cell: NotebookNode) -> list[str]:
    """The tags of a cell; empty where there are none."""
    return list(cell.metadata.get("tags", []))


def only_for(cell: NotebookNode, audience: str) -> bool:
    """Whether a cell is tagged for this audience alone."""
    return audience in tags(cell)


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
    path = template_path(template)
    try:
        notebook = read_notebook(path)
    except (ValueError, OSError):
        raise InputError(f"template == {str(template)!r}, must be a Jupyter notebook (.ipynb): save it again") from None
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    given = next((cell.source for cell in notebook.cells if "parameters" in tags(cell)), "")
    return Template(path.stem, notebook, defaults(given))
