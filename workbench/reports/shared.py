"""The page for others: built anew from released answers and the template's own text. Nothing else gets in.

An executed cell contributes one thing only: the ids of the releases it showed, and which reading of them. Table, chart
and sentence are then made here from the ledger's stored answers. Whatever else the cell put out is named and left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from workbench.privacy.continuity import continued_ledger
from workbench.privacy.ledger import Ledger
from workbench.privacy.release import Release
from workbench.reports._markdown import passages
from workbench.reports.blocks import budget_block, prose_block, record_block, table_block
from workbench.reports.outline import Outline
from workbench.reports.page import FOOTER, Cover, Fact, Page
from workbench.reports.protection import Protection, protection_of
from workbench.reports.provenance import public_period, shared_provenance
from workbench.reports.released import shown_by
from workbench.reports.shared_notebook import SharedNotebook
from workbench.reports.templates import Template, only_for, tags
from workbench.reports.withheld import Withheld, kept_inside, kind_of
from workbench.store.store import Store

__all__ = ["SharedReport", "shared_report"]

_NOTHING_SHOWN = "No released answer stands behind this report, so it holds no figure about anybody."
_NOTHING_WITHHELD = "Nothing: every figure of the template is a released answer."


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

    Raises:
        StoreError: If the ledger was changed outside the workbench, or lacks releases of this store.
    """
    ledger = continued_ledger(store)
    name = title or template.title
    body = _Body(ledger, name)
    for place, cell in enumerate(template.notebook.cells, start=1):
        if cell.cell_type == "markdown" and not only_for(cell, "internal"):
            body.text(cell)
        elif cell.cell_type == "code":
            body.code(cell, place, outputs.get(place, ()))
    protection = protection_of(ledger, store, body.used)
    body.end(protection, shared_provenance(store, ledger_head=ledger.head if ledger.budget else ""))
    cover = Cover(
        title=name,
        audience="shared",
        reading="It holds released figures only and may be passed on.",
        answer=body.headline if body.used else _NOTHING_SHOWN,
        facts=(
            Fact("Period", public_period(store)),
            *((Fact("Prepared by", prepared_by),) if prepared_by else ()),
            Fact("Data", f"store version {store.version}"),
            Fact("Privacy", protection.short),
        ),
    )
    page = Page(cover, body.outline.close(), f"{FOOTER} Counts of bounded activity; not for billing.")
    return SharedReport(page, body.notes.close(), tuple(body.withheld))


class _Body:
    """What stands between cover and footer, as a page and as a notebook.

    Attributes:
        headline: The sentence for the cover; empty while there is none.
        used: Releases shown so far.
        withheld: Parts left out so far.
    """

    def __init__(self, ledger: Ledger, title: str) -> None:
        self.outline = Outline()
        self.notes = SharedNotebook(title)
        self.headline = ""
        self.used: list[Release] = []
        self.withheld: list[Withheld] = []
        self._ledger = ledger
        self._answered = False

    def text(self, cell: NotebookNode) -> None:
        """Add the author's text; how we know is told only where something is shown."""
        aside = "how" in tags(cell)
        self._answered &= not any(passage.level for passage in passages(cell.source))
        if self._answered or not aside:
            self.outline.write(cell.source, aside=aside)
            self.notes.write(cell.source)

    def code(self, cell: NotebookNode, place: int, outputs: Sequence[Mapping[str, Any]]) -> None:
        """Add what a cell released, and name what else it put out."""
        inside = kept_inside(cell, place) if only_for(cell, "internal") else None
        missing = [inside] if inside else []
        for output in outputs:
            shown = shown_by(output, self._ledger)
            if shown is None:
                missing.append(Withheld(place, kind_of(output)))
                continue
            self.used.append(shown.release)
            if "answer" in tags(cell) and shown.sentence and not self.headline:
                self.headline = shown.sentence
                self.notes.answer(shown.sentence)
                continue
            self._answered = True
            self.outline.add(shown.block)
            self.notes.show(shown.bundle)
        for part in dict.fromkeys(missing):
            self.withheld.append(part)
            self.outline.withhold(part.what, part.why)
            self.notes.remark(f"Not shown here: {part.what}. Why: {part.why}.")

    def end(self, protection: Protection, provenance: Sequence[Fact]) -> None:
        """Add what every shared report ends with: how people are protected, what is missing, where it comes from."""
        self._begin("How are people protected?", protection.text)
        if protection.spent_share is not None:
            self.outline.add(budget_block(protection.spent_share, protection.spent))
        if protection.facts:
            self.outline.add(record_block(protection.facts))
        self.notes.list(protection.facts)
        self._begin("What is withheld?", "These parts are left out." if self.withheld else _NOTHING_WITHHELD)
        if self.withheld:
            rows = [(str(part.cell), part.what, part.why) for part in self.withheld]
            self.outline.add(table_block(("cell", "what", "why"), rows))
            self.notes.enumerate(map(str, self.withheld))
        self._begin("Where this comes from", "")
        self.outline.add(record_block(provenance))
        self.notes.list(provenance)

    def _begin(self, title: str, text: str) -> None:
        self.outline.open(title)
        if text:
            self.outline.add(prose_block(text))
        self.notes.write(f"## {title}\n\n{text}")
