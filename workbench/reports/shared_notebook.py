"""The notebook beside a shared page: new cells only, with numbered ids, no metadata, no code and no counts.

It is as offline as the page: Markdown is written anew, and names stand as they are.
"""

from collections.abc import Iterable, Mapping

from nbformat import NotebookNode

from workbench.reports._markdown import passages
from workbench.reports._notebook import code_cell, markdown_cell, new_notebook, shown_output
from workbench.reports._offline import offline_markdown, plain_markdown
from workbench.reports.page import Fact

__all__ = ["SharedNotebook"]


class SharedNotebook:
    """Collects what the page shows as cells of text and of outputs.

    Args:
        title: The report's name.
    """

    def __init__(self, title: str) -> None:
        self._cells: list[NotebookNode] = []
        self._add(f"# {plain_markdown(title)}")

    def write(self, text: str) -> None:
        """Add the author's Markdown; the title stands once, at the top."""
        for passage in passages(text):
            heading = f"## {plain_markdown(passage.title)}\n\n" if passage.level > 1 else ""
            self._add(f"{heading}{offline_markdown(passage.text)}")

    def answer(self, sentence: str) -> None:
        """Add the answer that the cover gives."""
        self._add(f"**{plain_markdown(sentence)}**")

    def remark(self, text: str) -> None:
        """Add a remark about the report itself."""
        self._add(f"*{plain_markdown(text)}*")

    def list(self, facts: Iterable[Fact]) -> None:
        """Add facts as a list."""
        self.enumerate(f"{fact.label}: {fact.value}" for fact in facts)

    def enumerate(self, items: Iterable[str]) -> None:
        """Add plain texts as a list."""
        self._add("\n".join(f"- {plain_markdown(item)}" for item in items))

    def show(self, bundle: Mapping[str, str]) -> None:
        """Add an output made from a released answer."""
        self._cells.append(code_cell("", id=self._next(), outputs=[shown_output(bundle)]))

    def close(self) -> NotebookNode:
        """The notebook."""
        return new_notebook(self._cells)

    def _add(self, markdown: str) -> None:
        if markdown.strip():
            self._cells.append(markdown_cell(markdown.strip(), id=self._next()))

    def _next(self) -> str:
        return f"cell-{len(self._cells) + 1}"
