"""The page for others: built anew from released answers and the template's own text. Nothing else gets in.

An executed cell contributes one thing only: the ids of the releases it showed, and which reading of them. Table, chart
and sentence are then made here from the ledger's stored answers. Whatever else the cell put out is named and left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from workbench.privacy.ledger import open_ledger
from workbench.privacy.release import Release
from workbench.reports._notebook import code_cell, markdown_cell, new_notebook, shown_output
from workbench.reports.blocks import budget_block, prose_block, record_block
from workbench.reports.outline import Outline
from workbench.reports.page import FOOTER, Cover, Fact, Page
from workbench.reports.protection import Protection, protection_of
from workbench.reports.provenance import public_period, shared_provenance
from workbench.reports.released import Shown, shown_by
from workbench.reports.templates import Template, only_for, tags
from workbench.reports.withheld import Withheld, kept_inside, kind_of
from workbench.store.store import Store

__all__ = ["SharedReport", "shared_report"]


@dataclass(frozen=True)
class SharedReport:
    """A report that may be passed on.

    Attributes:
        page: The page.
        notebook: The same as a notebook, without code and without metadata.
        withheld: What was left out.
    """

    page: Page
    notebook: NotebookNode
    withheld: tuple[Withheld, ...]


def shared_report(
    template: Template,
    outputs: Mapping[int, Sequence[Mapping[str, Any]]],
    store: Store,
    *,
    title: str = "",
    prepared_by: str = "",
) -> SharedReport:
    """Build a shared report.

    Args:
        template: The notebook as its author wrote it; its Markdown is the report's text.
        outputs: What the executed cells put out, by place in the template, counted from 1.
        store: The campaign tables, for their ledger and their public facts; no row is read.
        title: The report's name; the template's first heading where it is empty.
        prepared_by: Who answers for the report; not stated where it is empty.

    Returns:
        The report: a function of the template, the ledger's answers and public facts alone.
    """
    ledger = open_ledger(store)
    outline, notes, withheld, headline = Outline(), _Notes(), [], ""
    used: list[Release] = []
    for place, cell in enumerate(template.notebook.cells, start=1):
        if cell.cell_type == "markdown" and not only_for(cell, "internal"):
            outline.write(cell.source, aside="how" in tags(cell))
            notes.write(cell.source)
        if cell.cell_type != "code":
            continue
        missing = [kept_inside(cell, place)] if only_for(cell, "internal") else []
        for output in outputs.get(place, ()):
            shown = shown_by(output, ledger)
            if shown is None:
                missing.append(Withheld(place, kind_of(output)))
                continue
            used.append(shown.release)
            if "answer" in tags(cell) and shown.sentence and not headline:
                headline = shown.sentence
                notes.write(f"**{headline}**")
                continue
            outline.add(shown.block)
            notes.show(shown)
        for part in dict.fromkeys(missing):
            outline.withhold(part.what, part.why)
            notes.write(f"*Not shown here: {part.what}. Why: {part.why}.*")
            withheld.append(part)
    protection = protection_of(ledger, store, used)
    _close(outline, notes, protection, withheld, shared_provenance(store, ledger_head=ledger.head))
    cover = Cover(
        title=title or outline.title or "Report",
        audience="shared",
        reading="It holds released figures only and may be passed on.",
        answer=headline,
        facts=(
            Fact("Period", public_period(store)),
            *((Fact("Prepared by", prepared_by),) if prepared_by else ()),
            Fact("Data", f"store version {store.version}"),
            Fact("Privacy", protection.short),
        ),
    )
    footer = f"{FOOTER} Counts of bounded activity; not for billing."
    return SharedReport(Page(cover, outline.close(), footer), notes.notebook(title), tuple(withheld))


def _close(
    outline: Outline,
    notes: "_Notes",
    protection: Protection,
    withheld: Sequence[Withheld],
    provenance: Sequence[Fact],
) -> None:
    """Add what every shared report ends with: how people are protected, what is missing, where it comes from."""
    outline.open("How are people protected?")
    outline.add(prose_block(protection.text))
    if protection.spent_share is not None:
        outline.add(budget_block(protection.spent_share, protection.spent))
    outline.add(record_block(protection.facts))
    notes.write(f"## How are people protected?\n\n{protection.text}")
    notes.write("\n".join(f"- {fact.label}: {fact.value}" for fact in protection.facts))
    outline.open("What is withheld?")
    lines = "\n".join(f"- {part}" for part in withheld)
    said = f"These parts of the template are left out, since they are no released answers:\n\n{lines}"
    outline.write(said if withheld else "Nothing: every figure of the template is a released answer.")
    notes.write(f"## What is withheld?\n\n{lines or 'Nothing.'}")
    outline.open("Where this comes from")
    outline.add(record_block(provenance))
    notes.write("## Where this comes from\n\n" + "\n".join(f"- {fact.label}: {fact.value}" for fact in provenance))


class _Notes:
    """The notebook beside the page: new cells only, numbered ids, no metadata, no code, no counts."""

    def __init__(self) -> None:
        self._cells: list[NotebookNode] = []

    def write(self, text: str) -> None:
        if text.strip():
            self._cells.append(markdown_cell(text, id=self._next()))

    def show(self, shown: Shown) -> None:
        output = shown_output(shown.bundle)
        self._cells.append(code_cell("", id=self._next(), outputs=[output]))

    def _next(self) -> str:
        return f"cell-{len(self._cells) + 1}"

    def notebook(self, title: str) -> NotebookNode:
        head = [markdown_cell(f"# {title}", id="cell-0")] if title else []
        return new_notebook([*head, *self._cells])
