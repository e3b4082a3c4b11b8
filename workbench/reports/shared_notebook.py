"""The notebook beside a shared page: new cells only, with numbered ids, no metadata, no code and no counts."""

from collections.abc import Iterable, Mapping

from nbformat import NotebookNode

from workbench.reports._markdown import passages
from workbench.reports._notebook import code_cell, markdown_cell, new_notebook, shown_output
from workbench.reports.page import Fact

__all__ = ["SharedNotebook"]


class SharedNotebook:
    """Collects what the page shows as cells of text and of outputs.

    Args:
        title: The report's name.
    """

    def __init__(self, title: str) -> None:
        self._cells: list[NotebookNode] = []
        self.say(f"# {title}")

    def write(self, text: str) -> None:
        """Add the author's Markdown; the title stands once, at the top."""
        for passage in passages(text):
            heading = f"## {passage.title}\n\n" if passage.level > 1 else ""
            self.say(f"{heading}{passage.text}")

    def say(self, text: str) -> None:
        """Add a cell of text, unless it is empty."""
        if text.strip():
            self._cells.append(markdown_cell(text.strip(), id=self._next()))

    def list(self, facts: Iterable[Fact]) -> None:
        """Add facts as a list."""
        self.say("\n".join(f"- {fact.label}: {fact.value}" for fact in facts))

    def show(self, bundle: Mapping[str, str]) -> None:
        """Add an output made from a released answer."""
        self._cells.append(code_cell("", id=self._next(), outputs=[shown_output(bundle)]))

    def close(self) -> NotebookNode:
        """The notebook."""
        return new_notebook(self._cells)

    def _next(self) -> str:
        return f"cell-{len(self._cells) + 1}"
