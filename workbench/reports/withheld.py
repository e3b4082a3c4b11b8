"""What a shared report does not show: named by place and kind, never by content, size or number."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from workbench.reports.figure import FIGURE_MIME
from workbench.reports.sentence import SENTENCE_MIME

__all__ = ["Withheld", "kept_inside", "kind_of"]

NOT_RELEASED = "not a released answer"


@dataclass(frozen=True)
class Withheld:
    """One part of the template that a shared report leaves out.

    Attributes:
        cell: Place of the cell in the template, counted from 1.
        what: What kind of thing it is, or what the template's author calls it.
        why: Why it is left out.
    """

    cell: int
    what: str
    why: str = NOT_RELEASED

    def __str__(self) -> str:
        return f"cell {self.cell}: {self.what} – {self.why}"


_KINDS = {
    SENTENCE_MIME: "a sentence",
    FIGURE_MIME: "a chart",
    "text/html": "a table",
    "image/svg+xml": "a picture",
    "image/png": "a picture",
    "image/jpeg": "a picture",
    "text/markdown": "text",
    "text/plain": "text",
}


def kind_of(output: Mapping[str, Any]) -> str:
    """Name an output by its kind alone, from a list of kinds known in advance.

    Args:
        output: An output of an executed cell.

    Returns:
        For example `a table`; `an output` for a kind that is not on the list.
    """
    if output.get("output_type") == "stream":
        return "printed text"
    if output.get("output_type") == "error":
        return "an error text"
    data = output.get("data", {})
    return next((kind for mime, kind in _KINDS.items() if mime in data), "an output")


def kept_inside(cell: NotebookNode, place: int) -> Withheld | None:
    """Name a cell that runs for internal reports only, in its author's words.

    Args:
        cell: The cell as the template has it; its metadata may say `{"workbench": {"shows": ..., "why": ...}}`.
        place: Its place in the template, counted from 1.

    Returns:
        What is withheld; None where the author says that it shows nothing (`"shows": ""`).
    """
    said = cell.metadata.get("workbench", {})
    what = str(said.get("shows", "a part of the report"))
    return Withheld(place, what, str(said.get("why", "kept for the internal report"))) if what else None
