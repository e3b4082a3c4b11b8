"""The gate: the one place where private rows turn into an answer. Charge, draw, store, show, in this order."""

from workbench.privacy.aggregate import check_answerable, exact_cells
from workbench.privacy.bounding import bounded_table
from workbench.privacy.ledger import Ledger
from workbench.privacy.noise import draw
from workbench.privacy.question import Presentation, Question
from workbench.privacy.release import Release
from workbench.store.pseudonyms import read_key
from workbench.store.store import Store

__all__ = ["pass_gate"]


def pass_gate(store: Store, ledger: Ledger, question: Question, presentation: Presentation) -> Release:
    """Answer a question, from the ledger where it was answered before.

    Whatever can fail without a look at the rows is tried before the charge. A kernel killed after the charge leaves it
    spent; the next one that asks the same question draws without a further charge, since nothing had been shown.

    Args:
        store: The store.
        ledger: Its ledger, with a budget.
        question: The question.
        presentation: How to show the answer.

    Returns:
        The release, built from what the ledger keeps.

    Raises:
        InputError: If the question cannot be computed; nothing is charged then.
        StoreError: If the store's key is not on this machine; nothing is charged then.
        BudgetError: If the budget does not allow it; nothing is drawn then.
        DataError: If the rows cannot be read.
    """
    if ledger.stored(question.qkey) is None:
        check_answerable(question.rows.kept, question.where, question.keys, [one.measured for one in question.asked])
        read_key(store.lineage_id)
        ledger.charge(question, store.version)
        ledger.store(question.qkey, _drawn(store, question), store.version)
    release = ledger.show(question, presentation, store.version)
    store.log("release", release.id)
    return release


def _drawn(store: Store, question: Question) -> list[list[int]]:
    measures = [asked.measured for asked in question.asked]
    while True:
        table = bounded_table(store, question.rows, question.limit, question.data_id)
        try:
            exact = exact_cells(table, question.where, question.keys, measures)
            break
        except FileNotFoundError:  # another kernel, at another version of the store, has removed it: build it again
            continue
    return [
        draw(cells, asked.noise, asked.measured.sensitivity(question.limit, question.keys.cells), asked.rho_nano)
        for cells, asked in zip(exact, question.asked, strict=True)
    ]
