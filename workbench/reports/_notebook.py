"""nbformat, typed: the few steps a report takes with notebooks, in one place since nbformat ships without types."""
# mypy: disallow-untyped-calls=False

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.validator import normalize

__all__ = ["code_cell", "markdown_cell", "new_notebook", "notebook_text", "read_notebook", "shown_output"]


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook of any format as the newest one.

    Raises:
        ValueError: If the file is no notebook.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Old notebooks lack cell ids: they are given some below.
            _, notebook = normalize(nbformat.read(path, as_version=4))
    except (nbformat.ValidationError, AttributeError, KeyError, TypeError):
        raise ValueError("no notebook") from None
    return NotebookNode(notebook)


def notebook_text(notebook: NotebookNode) -> str:
    """A notebook as the text of its file."""
    return f"{nbformat.writes(notebook).rstrip()}\n"


def new_notebook(cells: Sequence[NotebookNode]) -> NotebookNode:
    """A notebook of these cells, without metadata."""
    return NotebookNode(nbformat.v4.new_notebook(cells=list(cells)))


def markdown_cell(text: str, *, id: str) -> NotebookNode:
    """A cell of text."""
    return NotebookNode(nbformat.v4.new_markdown_cell(text, id=id))


def code_cell(source: str, *, id: str, outputs: Sequence[NotebookNode] = (), tags: Sequence[str] = ()) -> NotebookNode:
    """A cell of code with its outputs, never counted."""
    metadata = {"tags": list(tags)} if tags else {}
    return NotebookNode(nbformat.v4.new_code_cell(source, id=id, outputs=list(outputs), metadata=metadata))


def shown_output(data: Mapping[str, object]) -> NotebookNode:
    """An output as `display` makes it, by kind of content."""
    return NotebookNode(nbformat.v4.new_output("display_data", data=dict(data)))
