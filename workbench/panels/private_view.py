"""The private view panel: what may be told to others? Kernel half of `widgets/src/private-view.tsx`."""

from dataclasses import replace

from workbench.checks import check_name
from workbench.display import html_block
from workbench.errors import BudgetError, InputError, StoreError, WorkbenchError
from workbench.panels._private_answer import answer_of, figures_of, history_of
from workbench.panels._private_question import budget_code, price_of, view_code, view_of
from workbench.panels.panel import Panel, answers
from workbench.panels.protocol import (
    BudgetTerms,
    BudgetView,
    DomainLine,
    FixBudget,
    MeasureForm,
    PrivateForm,
    PrivateSettings,
    PrivateTable,
    PrivateTerms,
    PrivateViewState,
    Refresh,
    ReleaseView,
    ShowRelease,
)
from workbench.privacy.accounting import epsilon_at
from workbench.privacy.continuity import continued_ledger
from workbench.privacy.gate import pass_gate
from workbench.privacy.history import Event, ledger_events
from workbench.privacy.measures import summable
from workbench.privacy.private import PrivateStore, private, protectable_units
from workbench.privacy.question import Presentation, Question
from workbench.privacy.release import MIME, Release
from workbench.privacy.rows import private_rows
from workbench.privacy.spec import private_from_spec
from workbench.store.store import Store

__all__ = ["PrivateViewPanel"]

_COUNT = MeasureForm("n", "count", "", None, None, "", "")


class PrivateViewPanel(Panel):
    """A question about people, its price before it is asked, and its answer with intervals.

    Everything the panel keeps has left through the privacy gate, or was typed by the analyst. Naming a price touches no
    data; a release is charged once, and the same question again is free.

    Args:
        store: The store; the panel opens its newest version for itself, since a cell may use this object meanwhile.
        release: Id of an earlier release to show; the newest where None.

    Raises:
        StoreError: If the store is not there any more.
    """

    NAME = "private_view"
    OPENS_ON = ("release",)

    def __init__(self, store: Store, release: str | None = None) -> None:
        self._private: PrivateStore | None = None
        self._release: Release | None = None
        self._events: tuple[Event, ...] = ()
        self._head = ""
        self._state = PrivateViewState(
            terms=BudgetTerms("", 3.0, 1e-7),
            units=(),
            budget=None,
            form=PrivateForm("", "", (), 10, None, (_COUNT,)),
            tables=(),
            domains=(),
            price=None,
            problem="",
            answer=None,
            history=(),
        )
        with self._lock:  # The look begins with the panel.
            super().__init__(store.refresh(), self._state)
            with self._refusing():
                self._open()
                shown = release or self._newest()
                if shown:
                    self._show(self._opened().released(shown))

    def python(self) -> str:
        """The calls that ask the question; they release only what was released already, which is free."""
        state = self._state
        if self._private is None:
            unit, budget = state.terms.unit, budget_code(state.terms)
            return f"{self.opening()}\np = wb.private(store, unit={unit!r}, budget={budget})\np"
        opened = f"{self.opening()}\np = wb.private(store, unit={self._private.unit!r})"
        if state.price is None:
            return f"{opened}\np"
        last = "view.release()" if state.price.free else "view.cost()  # view.release() asks, and charges the budget"
        return f"{opened}\nview = (\n{view_code(state.form, state.domains)}\n)\n{last}"

    def fallback(self) -> str:
        """The release that is shown; all of it may be told to others."""
        if self._release is None:
            return html_block("What may be told to others?", note="Nothing has been released yet.")
        return self._release._repr_html_()

    def bundle(self) -> dict[str, object]:
        """Also names the release, so that a shared report can draw it from the ledger."""
        named = {MIME: {"release": self._release.id}} if self._release is not None else {}
        return {**super().bundle(), **named}

    def answer_again(self) -> None:
        """Price the question on the store's newest version; the release stays what it was."""
        self._open()
        if self._release is not None:
            self._show(self._release)

    @answers(Refresh)
    def refresh(self, request: Refresh) -> None:
        """Take up the store's newest version and what was spent meanwhile."""
        self._check_rest()
        super().refresh(request)

    @answers(PrivateTerms)
    def settle_terms(self, request: PrivateTerms) -> None:
        """Keep the terms, so that the code follows them; nothing is fixed."""
        self._state = replace(self._state, terms=request.terms)
        self._show_settled()

    @answers(FixBudget)
    def fix(self, request: FixBudget) -> None:
        """Fix unit and budget for good."""
        self._check_rest()
        terms = request.terms
        check_name(terms.unit, self._state.units, name="unit")
        if terms.epsilon is None or terms.delta is None:
            raise InputError("the budget needs epsilon and delta: for example 3 and 0.0000001")
        budget = {"epsilon": terms.epsilon, "delta": terms.delta}
        self._state = replace(self._state, terms=terms)
        try:
            private_from_spec(self.store, {"unit": terms.unit, "budget": budget})
        except BudgetError:  # Somebody else has fixed another meanwhile: that one is shown.
            self._open()
            raise
        self._open()

    @answers(PrivateSettings)
    def settle(self, request: PrivateSettings) -> None:
        """Keep the question and name its price; nothing is spent."""
        self._price(request.form)
        self._show_settled()

    @answers(ReleaseView)
    def release(self, request: ReleaseView) -> None:
        """Release the answer, if it still costs no more than was shown."""
        opened = self._opened()
        self._check_rest()
        self._price(request.form)
        question, presentation = view_of(opened, request.form, self._state.domains).question()
        rho_nano = 0 if opened.ledger.charged(question.qkey) else question.rho_nano
        price = epsilon_at(rho_nano, opened.budget.conversion_delta)
        self.show(self._state)
        if price > request.epsilon * (1 + 1e-9):
            raise InputError(
                f"the release costs epsilon {price:.3g} now, epsilon {request.epsilon:.3g} was shown: "
                "nothing was released; look at the price, then ask again"
            )
        self.in_background("Releasing", lambda: self._ask(opened, question, presentation))

    @answers(ShowRelease)
    def show_again(self, request: ShowRelease) -> None:
        """Show an earlier release from the ledger, at no cost."""
        self._check_rest()
        self._account()
        self._show(self._opened().released(request.release))

    def _ask(self, opened: PrivateStore, question: Question, presentation: Presentation) -> None:
        """Ask the very question that was priced, and say what it spent however it ends."""
        released = None
        try:
            released = pass_gate(opened.store, opened.ledger, question, presentation)
        except WorkbenchError:
            raise
        except Exception as error:  # noqa: BLE001 - texts of foreign errors may hold cells, so only their kind is shown
            raise StoreError(
                f"the release was broken off ({type(error).__name__}): what it was charged is paid, so the same "
                "question again costs nothing more"
            ) from None
        finally:
            with self._lock:
                self._account()
                if released is None:
                    self.show(self._state)
                else:
                    self._show(released)

    def _opened(self) -> PrivateStore:
        if self._private is None:
            raise InputError("no budget is fixed yet: say whose data is protected and how much may be told, first")
        return self._private

    def _newest(self) -> str:
        return next((event.release for event in reversed(self._events) if event.release), "")

    def _check_rest(self) -> None:
        if self._frame.working:
            raise InputError("the panel is at work, must be at rest: wait for its answer, then ask again")

    def _open(self) -> None:
        """Read what can be asked, what is spent and what left so far."""
        units = protectable_units(self.store)
        if not units:
            raise InputError("this store holds no impressions yet, so there is nobody to ask about: load a log first")
        unit = continued_ledger(self.store).unit
        terms = self._state.terms
        self._state = replace(self._state, units=units, terms=replace(terms, unit=unit or terms.unit or units[0]))
        if unit is None:
            self.show(self._state, refusal=None, phase="empty", store_version=self.store.version)
            return
        opened = private(self.store, unit)
        opened.currency(["campaign_id"])  # Now, so that naming a price reads nothing.
        tables, domains, form = _tables(self.store, unit), _domains(self.store), self._state.form
        known, declared = [table.name for table in tables], {domain.name for domain in domains}
        if form.table not in known:
            form = replace(form, table="impressions" if "impressions" in known else known[0])
        form = replace(form, keys=tuple(key for key in form.keys if key in declared))
        self._private = opened
        self._state = replace(self._state, tables=tables, domains=domains, form=form)
        self._account()
        self.show(self._state, refusal=None, phase="ready", store_version=self.store.version)

    def _account(self) -> None:
        """Read what was spent and what left, and name the price by it."""
        opened = self._opened()
        self._head = opened.ledger.head
        budget = opened.budget
        self._events = ledger_events(opened.ledger.entries(), budget)
        view = BudgetView(opened.unit, budget.epsilon, budget.delta, opened.spent)
        self._state = replace(self._state, budget=view, history=history_of(self._events))
        self._price(self._state.form)

    def _price(self, form: PrivateForm) -> None:
        self._state = replace(self._state, form=form, price=None, problem="")
        try:
            opened = self._opened()
            price = price_of(opened, view_of(opened, form, self._state.domains))
        except WorkbenchError as error:
            self._state = replace(self._state, problem=str(error))
        else:
            self._state = replace(self._state, price=price)

    def _show(self, release: Release) -> None:
        self._release = release
        self._state = replace(self._state, answer=answer_of(release, self._events))
        self.show(self._state, {"release": figures_of(release)}, phase="answer")

    def _show_settled(self) -> None:
        """Show what was typed; a refusal has been read then, and an answer stays as old as it is."""
        if self._frame.phase == "refused":
            phase = "answer" if self._state.answer else "empty" if self._private is None else "ready"
            self.show(answered=self._frame.answered, phase=phase)
        self.show(self._state, refusal=None)

    def _look(self) -> None:
        """Also follow the ledger, which the command line and other kernels use too."""
        with self._lock:
            super()._look()
            if self._private is None or self._frame.working:
                return
            if self._private.ledger.head != self._head:
                self._account()
                self._show_settled()
            if self._frame.phase == "ready" and self.store.refresh().version != self._frame.store_version:
                self.show(phase="stale")


def _tables(store: Store, unit: str) -> tuple[PrivateTable, ...]:
    columns = {name: store.columns(name) for name in store.tables}
    asked = [private_rows(name, unit, columns) for name in columns if unit in columns[name]]
    return tuple(PrivateTable(rows.table, tuple(rows.columns), summable(rows.columns)) for rows in asked)


def _domains(store: Store) -> tuple[DomainLine, ...]:
    return tuple(DomainLine(name, domain.column, len(domain.values)) for name, domain in store.public.items())
