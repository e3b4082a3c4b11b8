"""The privacy ledger: what was asked, what it spent and what was answered, for one store and all its versions.

The order is charge, draw, store, show. A charge is durable before noise is drawn; an answer is durable before anybody
sees it; the same question again is answered from here and costs nothing. Entries form a hash chain, so a changed ledger
is found out; a ledger put back from an older copy is found out where a report printed a later `head`. Neither can be
prevented on the disk of the person who keeps the data.
"""

import json
import sqlite3
from datetime import UTC, datetime
from getpass import getuser
from math import floor
from pathlib import Path

from workbench.display import html_block
from workbench.errors import BudgetError, InputError, StoreError
from workbench.privacy._ledger_file import LedgerFile
from workbench.privacy.accounting import epsilon_at
from workbench.privacy.budget import Budget
from workbench.privacy.entries import COLUMNS, Entry, check_chain, entries_table, entry_lines, genesis
from workbench.privacy.question import NEIGHBOURS, Presentation, Question, canonical_json
from workbench.privacy.release import Release, release_from
from workbench.store.home import home, private_folder
from workbench.store.store import Store

__all__ = ["Ledger", "ledger_path", "open_ledger"]


class Ledger:
    """The ledger of one store's lineage.

    Attributes:
        lineage_id: The store's lineage; copies of the store share the ledger.
    """

    def __init__(self, file: LedgerFile, lineage_id: str) -> None:
        self._file = file
        self.lineage_id = lineage_id

    def __repr__(self) -> str:
        return f"Ledger({self.lineage_id!r}, spent={self.spent:.3g}, left={self.left:.3g})"

    def __str__(self) -> str:
        budget = self.budget
        if budget is None:
            return "Privacy ledger: no budget is fixed yet"
        total = f"budget {budget}, over all versions and copies of this store"
        lines = entry_lines(self.entries(), budget)
        return "\n".join([f"Privacy ledger: {total}", f"spent  {self.spent:.3g}", f"left   {self.left:.3g}", *lines])

    def _repr_html_(self) -> str:
        budget = self.budget
        if budget is None:
            return html_block("Privacy ledger: no budget is fixed yet")
        headline = f"Privacy ledger: epsilon {self.spent:.2f} spent of {budget.epsilon:g}, {self.left:.2f} left"
        note = f"At delta {budget.delta:g}, over all versions and copies of this store. Head {self.head[:12]}."
        return html_block(headline, entries_table(self.entries(), budget), note=note)

    @property
    def head(self) -> str:
        """Hash of the last entry: names the ledger's whole content; 64 zeros while it is empty."""
        with self._file.reading() as db:
            return _head(db)

    @property
    def unit(self) -> str | None:
        """Column that names the person whose data is protected; None while nothing is fixed."""
        fixed = self._fixed()
        return None if fixed is None else str(fixed["unit"])

    @property
    def budget(self) -> Budget | None:
        """The whole budget, raises included; None while nothing is fixed."""
        fixed = self._fixed()
        return None if fixed is None else _budget(fixed)

    @property
    def spent_rho(self) -> int:
        """Charged so far, in billionths of rho."""
        with self._file.reading() as db:
            return _spent(db)

    @property
    def spent(self) -> float:
        """Epsilon that all charges together amount to, at the budget's delta; 0 while nothing is fixed."""
        budget = self.budget
        return 0.0 if budget is None else epsilon_at(self.spent_rho, budget.conversion_delta)

    @property
    def left(self) -> float:
        """The budget's epsilon less what is spent; 0 while nothing is fixed."""
        budget = self.budget
        return 0.0 if budget is None else max(0.0, budget.epsilon - self.spent)

    @property
    def raises(self) -> tuple[str, ...]:
        """Why the budget was raised, oldest first; every report prints them."""
        return tuple(
            str(json.loads(entry.query or "{}")["reason"]) for entry in self.entries() if entry.kind == "raise"
        )

    def entries(self) -> tuple[Entry, ...]:
        """All entries, oldest first."""
        with self._file.reading() as db:
            return tuple(Entry(*row) for row in db.execute(f"SELECT {', '.join(COLUMNS)} FROM entries ORDER BY seq"))

    def fix(self, unit: str, budget: Budget | None, store_version: int) -> Budget:
        """Fix unit and budget for good, or check them against what was fixed before.

        Args:
            unit: Column that names the person.
            budget: The budget; None takes the one already fixed.
            store_version: Version of the store.

        Returns:
            The budget in force.

        Raises:
            BudgetError: If the ledger was fixed with another unit or budget.
            InputError: If no budget is fixed and none is given.
        """
        with self._file.writing() as db:
            fixed = _last_fixed(db)
            if fixed is None:
                if budget is None:
                    raise InputError(
                        "this store has no privacy budget yet, must be fixed at the first call: "
                        f"wb.private(store, unit={unit!r}, budget=wb.Budget(epsilon=3, delta=1e-7))"
                    )
                self._append(db, "budget", "budget", store_version, _limits(unit, budget, None), *_allowed(budget))
                return budget
        known = _budget(fixed)
        if fixed["unit"] != unit:
            raise BudgetError(
                f"unit == {unit!r}, but the ledger of this store protects {fixed['unit']!r}: use that unit"
            )
        if budget not in (None, known):
            raise BudgetError(
                f"budget is {budget}, but this store's ledger was fixed at {known}: leave the budget out, or raise "
                "it with a reason that every later report prints: ledger.raise_budget(budget, reason='...') or "
                "`workbench ledger --raise`"
            )
        return known

    def raise_budget(self, budget: Budget, *, reason: str, store_version: int = 0) -> None:
        """Raise the budget; every later report prints the reason.

        Args:
            budget: The new total, more than before in epsilon and not less in delta.
            reason: Why, in a sentence.
            store_version: Version of the store.

        Raises:
            InputError: If there is no reason.
            BudgetError: If nothing is fixed yet or the new total is not above the old.
        """
        if len(reason.strip()) < 10:
            raise InputError("raising a budget needs a reason of at least 10 characters: every later report prints it")
        with self._file.writing() as db:
            fixed = _last_fixed(db)
            if fixed is None:
                raise BudgetError(
                    "no budget is fixed yet, so there is none to raise: call wb.private(store, ...) first"
                )
            known = _budget(fixed)
            if budget.epsilon <= known.epsilon or budget.delta < known.delta or budget.rho_nano <= known.rho_nano:
                raise BudgetError(f"budget is {budget}, must be above {known}: budgets are only ever raised")
            subject = f"raise {db.execute('SELECT count(*) FROM entries').fetchone()[0]}"
            query = _limits(str(fixed["unit"]), budget, reason.strip())
            self._append(db, "raise", subject, store_version, query, *_allowed(budget))

    def charged(self, qkey: str) -> bool:
        """Say whether a question was charged before: asking it again is free."""
        return self._found(qkey, "charge", "qkey") is not None

    def charge(self, question: Question, store_version: int) -> bool:
        """Charge a question, durably, before anything is drawn.

        Args:
            question: The question.
            store_version: Version of the store.

        Returns:
            Whether it was charged now; False where it was charged before, then nothing is spent.

        Raises:
            BudgetError: If the budget does not allow it; nothing is charged.
        """
        with self._file.writing() as db:
            known = db.execute(_FIND.format(column="seq"), (self.lineage_id, question.qkey, "charge")).fetchone()
            if known is not None:
                return False
            fixed = _last_fixed(db)
            if fixed is None:
                raise BudgetError("no budget is fixed yet: call wb.private(store, unit=..., budget=...) first")
            budget, spent = _budget(fixed), _spent(db)
            if spent + question.rho_nano > budget.rho_nano:
                raise BudgetError(_exhausted(budget, spent, question.rho_nano))
            self._append(db, "charge", question.qkey, store_version, question.content, question.rho_nano, 0)
            return True

    def stored(self, qkey: str) -> list[list[int]] | None:
        """The stored answer of a question, one list of cells a measure; None where there is none."""
        found = self._found(qkey, "answer", "answer")
        return None if found is None else json.loads(found)["measures"]

    def store(self, qkey: str, drawn: list[list[int]], store_version: int) -> list[list[int]]:
        """Keep a drawn answer, unless another kernel has kept one for the same question meanwhile.

        Args:
            qkey: The question's hash; it must have been charged.
            drawn: Noisy answers, one list of cells a measure.
            store_version: Version of the store.

        Returns:
            The answer that is kept: the only one that may ever be shown.
        """
        with self._file.writing() as db:
            kept = db.execute(_FIND.format(column="answer"), (self.lineage_id, qkey, "answer")).fetchone()
            if kept is None:
                answer = canonical_json({"measures": drawn})
                self._append(db, "answer", qkey, store_version, None, 0, 0, answer)
                return drawn
        measures: list[list[int]] = json.loads(kept[0])["measures"]
        return measures

    def show(self, question: Question, presentation: Presentation, store_version: int) -> Release:
        """Note how a stored answer is shown, and hand it out.

        Raises:
            StoreError: If the question has no stored answer.
        """
        shown = presentation.release_id(question.qkey)
        if self._found(shown, "show", "qkey") is None:
            with self._file.writing() as db:
                if db.execute(_FIND.format(column="seq"), (self.lineage_id, shown, "show")).fetchone() is None:
                    self._append(db, "show", shown, store_version, presentation.content(question.qkey))
        return self.answer(shown)

    def answer(self, id: str) -> Release:
        """Build a release again from the ledger alone.

        Args:
            id: The release's id.

        Returns:
            The release, equal to what was shown.

        Raises:
            StoreError: If the ledger has no such release.
        """
        presentation, budget = self._found(id, "show", "query"), self.budget
        if presentation is None or budget is None:
            raise StoreError(f"release {id!r} is not in the ledger of this store: only released answers can be shown")
        qkey = json.loads(presentation)["question"]
        with self._file.reading() as db:
            asked = db.execute(
                _FIND.format(column="query, store_version"), (self.lineage_id, qkey, "charge")
            ).fetchone()
        answer = self._found(qkey, "answer", "answer")
        if asked is None or answer is None:
            raise StoreError(f"release {id!r} has no charged and stored answer: the ledger is incomplete")
        return release_from(id, asked[0], answer, presentation, budget, store_version=asked[1])

    def verify(self) -> str:
        """Check the chain, the totals and that every answer was charged.

        Returns:
            The head.

        Raises:
            StoreError: Naming the first entry that does not fit.
        """
        check_chain(self.entries(), self.lineage_id)
        return self.head

    def _fixed(self) -> dict[str, object] | None:
        with self._file.reading() as db:
            return _last_fixed(db)

    def _found(self, qkey: str, kind: str, column: str) -> str | None:
        with self._file.reading() as db:
            row = db.execute(_FIND.format(column=column), (self.lineage_id, qkey, kind)).fetchone()
        return None if row is None else str(row[0])

    def _append(
        self,
        db: sqlite3.Connection,
        kind: str,
        qkey: str,
        store_version: int,
        query: str | None = None,
        rho_nano: int = 0,
        delta: int = 0,
        answer: str | None = None,
    ) -> None:
        seq, previous = db.execute("SELECT coalesce(max(seq), 0) + 1 FROM entries").fetchone()[0], _head(db)
        if seq == 1:
            previous = genesis(self.lineage_id)
        at = datetime.now(UTC).isoformat(timespec="seconds")
        named = (
            seq,
            kind,
            self.lineage_id,
            qkey,
            at,
            _who(),
            None,
            store_version,
            rho_nano,
            delta,
            query,
            answer,
            previous,
        )
        hash = Entry(*named, hash="").expected_hash()
        marks = ", ".join("?" * len(COLUMNS))
        db.execute(f"INSERT INTO entries ({', '.join(COLUMNS)}) VALUES ({marks})", (*named, hash))


def open_ledger(store: Store) -> Ledger:
    """Open the ledger of a store's lineage; it lies in the workbench's home, so copying a store resets nothing.

    Raises:
        StoreError: If it cannot be opened.
    """
    path = ledger_path(store.lineage_id)
    private_folder(path.parent)
    return Ledger(LedgerFile(path), store.lineage_id)


def ledger_path(lineage_id: str) -> Path:
    """Say where the ledger of a store lies: `ledgers/LINEAGE.sqlite` in the workbench's home."""
    return home() / "ledgers" / f"{lineage_id}.sqlite"


_FIND = "SELECT {column} FROM entries WHERE scope = ? AND qkey = ? AND kind = ?"


def _head(db: sqlite3.Connection) -> str:
    row = db.execute("SELECT hash FROM entries ORDER BY seq DESC LIMIT 1").fetchone()
    return "0" * 64 if row is None else str(row[0])


def _spent(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT coalesce(sum(rho_nano), 0) FROM entries WHERE kind = 'charge'").fetchone()[0])


def _last_fixed(db: sqlite3.Connection) -> dict[str, object] | None:
    kinds = "kind IN ('budget', 'raise')"
    row = db.execute(f"SELECT query FROM entries WHERE {kinds} ORDER BY seq DESC LIMIT 1").fetchone()
    return None if row is None else json.loads(row[0])


def _limits(unit: str, budget: Budget, reason: str | None) -> str:
    limits = {"unit": unit, "neighbours": NEIGHBOURS, "epsilon": budget.epsilon, "delta": budget.delta}
    return canonical_json(limits if reason is None else {**limits, "reason": reason})


def _allowed(budget: Budget) -> tuple[int, int]:
    return budget.rho_nano, budget.threshold_delta


def _budget(fixed: dict[str, object]) -> Budget:
    return Budget(float(str(fixed["epsilon"])), float(str(fixed["delta"])))


def _exhausted(budget: Budget, spent: int, asked: int) -> str:
    delta = budget.conversion_delta
    largest = floor(epsilon_at(max(0, budget.rho_nano - spent), delta) * 1000) / 1000
    spend = f"spend less with .spend(epsilon={largest:g}), " if largest > 0 else ""
    return (
        f"this release asks epsilon {epsilon_at(asked, delta):.3g}; {epsilon_at(spent, delta):.3g} of {budget} is "
        f"spent, so one more release may spend at most {largest:g}. Nothing was drawn: {spend}ask what was answered "
        "before (free), or raise the budget with a reason: ledger.raise_budget(budget, reason='...')"
    )


def _who() -> str:
    try:
        return getuser()
    except (KeyError, OSError, ImportError):  # a container's user may have no name
        return "unknown"
