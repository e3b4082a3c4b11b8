"""The private view panel: what may be told to others? Kernel half of `widgets/src/private-view.tsx`."""

from collections.abc import Sequence
from dataclasses import replace
from keyword import iskeyword

import polars as pl

from workbench.checks import check_name
from workbench.display import html_block
from workbench.errors import InputError, WorkbenchError
from workbench.panels.panel import Panel, answers
from workbench.panels.protocol import (
    BudgetTerms,
    BudgetView,
    DomainLine,
    FixBudget,
    HistoryLine,
    MeasureError,
    MeasureForm,
    PrivateAnswer,
    PrivateForm,
    PrivatePrice,
    PrivateSettings,
    PrivateTable,
    PrivateTerms,
    PrivateViewState,
    ReleasedMeasureLine,
    ReleaseView,
    ShowRelease,
)
from workbench.privacy.continuity import continued_ledger
from workbench.privacy.entries import describe_entries
from workbench.privacy.measures import summable
from workbench.privacy.private import PrivateStore, private, protectable_units
from workbench.privacy.release import MIME, Release
from workbench.privacy.rows import private_rows
from workbench.privacy.spec import private_from_spec, view_from_spec
from workbench.privacy.view import View
from workbench.store.store import Store

__all__ = ["PrivateViewPanel"]

_MOST_CELLS = 1_000
_MOST_HISTORY = 50
_COUNT = MeasureForm("n", "count", "", None, None, "", "")


class PrivateViewPanel(Panel):
    """A question about people, its price before it is asked, and its answer with intervals.

    Everything the panel keeps has left through the privacy gate, or was typed by the analyst. Naming a price touches no
    data; a release is charged once, and the same question again is free.

    Args:
        store: The store.
        release: Id of an earlier release to show; the newest where None.

    Raises:
        StoreError: If the ledger has no such release.
    """

    NAME = "private_view"
    OPENS_ON = ("release",)

    def __init__(self, store: Store, release: str | None = None) -> None:
        self._private: PrivateStore | None = None
        self._release: Release | None = None
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
        super().__init__(store, self._state)
        with self._refusing():
            self._open()
            shown = release or next((line.release for line in self._state.history if line.release), None)
            if shown is not None:
                self._show(self._opened().released(shown))

    def python(self) -> str:
        """The calls that ask the question; they release only what was released already, which is free."""
        state = self._state
        if self._private is None:
            terms = state.terms
            budget = f"wb.Budget(epsilon={_number(terms.epsilon)}, delta={_number(terms.delta)})"
            return f"{self.opening()}\np = wb.private(store, unit={terms.unit!r}, budget={budget})\np"
        opened = f"{self.opening()}\np = wb.private(store, unit={self._private.unit!r})"
        if state.price is None:
            return f"{opened}\np"
        last = "view.release()" if state.price.free else "view.cost()  # view.release() asks, and charges the budget"
        return f"{opened}\nview = (\n{_view_code(state.form, state.domains)}\n)\n{last}"

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

    @answers(PrivateTerms)
    def settle_terms(self, request: PrivateTerms) -> None:
        """Keep the terms, so that the code follows them; nothing is fixed."""
        self._state = replace(self._state, terms=request.terms)
        self.show(self._state, refusal=None)

    @answers(FixBudget)
    def fix(self, request: FixBudget) -> None:
        """Fix unit and budget for good."""
        terms = request.terms
        check_name(terms.unit, self._state.units, name="unit")
        if terms.epsilon is None or terms.delta is None:
            raise InputError("the budget needs epsilon and delta: for example 3 and 0.0000001")
        budget = {"epsilon": terms.epsilon, "delta": terms.delta}
        private_from_spec(self.store, {"unit": terms.unit, "budget": budget})
        self._state = replace(self._state, terms=terms)
        self._open()

    @answers(PrivateSettings)
    def settle(self, request: PrivateSettings) -> None:
        """Keep the question and name its price; nothing is spent."""
        self._price(request.form)
        self.show(self._state, refusal=None)

    @answers(ReleaseView)
    def release(self, request: ReleaseView) -> None:
        """Release the answer, if it still costs no more than was shown."""
        view = self._view(request.form)
        price = view.cost().epsilon
        self._price(request.form)
        if price > request.epsilon * (1 + 1e-9):
            self.show(self._state)
            raise InputError(
                f"the release costs epsilon {price:.3g} now, epsilon {request.epsilon:.3g} was shown: "
                "nothing was released; look at the price, then ask again"
            )

        def ask() -> None:
            released = view.release()
            self._open(request.form)
            self._show(released)

        self.in_background("Releasing", ask)

    @answers(ShowRelease)
    def show_again(self, request: ShowRelease) -> None:
        """Show an earlier release from the ledger, at no cost."""
        self._show(self._opened().released(request.release))

    def _opened(self) -> PrivateStore:
        if self._private is None:
            raise InputError("no budget is fixed yet: say whose data is protected and how much may be told, first")
        return self._private

    def _open(self, form: PrivateForm | None = None) -> None:
        """Read what can be asked, what is spent and what left so far."""
        units = protectable_units(self.store)
        if not units:
            raise InputError("this store holds no impressions yet, so there is nobody to ask about: load a log first")
        unit = continued_ledger(self.store).unit
        terms = self._state.terms
        self._state = replace(self._state, units=units, terms=replace(terms, unit=unit or terms.unit or units[0]))
        if unit is None:
            self.show(self._state, phase="empty")
            return
        self._private = opened = private(self.store, unit)
        # Asked once here, so that naming a price never touches the database while a release uses it.
        opened.currency(["campaign_id"])
        tables = _tables(self.store, unit)
        known = [table.name for table in tables]
        form = form or self._state.form
        if form.table not in known:
            form = replace(form, table="impressions" if "impressions" in known else known[0])
        budget = BudgetView(unit, opened.budget.epsilon, opened.budget.delta, opened.spent)
        self._state = replace(
            self._state, budget=budget, tables=tables, domains=_domains(self.store), history=_history(opened)
        )
        self._price(form)
        self.show(self._state, refusal=None, phase="working" if self._frame.working else "ready")

    def _view(self, form: PrivateForm) -> View:
        opened = self._opened()
        names = [one.name for one in form.measures]
        if len(set(names)) < len(names):
            raise InputError("two measures have the same name: give each its own")
        domains = {one.name: one for one in self._state.domains}
        for key in form.keys:
            check_name(key, domains, name="public domain")
        spec: dict[str, object] = {
            "table": form.table,
            "limit": form.limit,
            "measures": {one.name: _measure_spec(one) for one in form.measures},
        }
        if form.where.strip():
            spec["where"] = form.where
        if form.keys:
            spec |= {"per": [domains[key].column for key in form.keys], "keys": list(form.keys)}
        if form.epsilon is not None:
            spec["epsilon"] = form.epsilon
        return view_from_spec(opened, spec)

    def _price(self, form: PrivateForm) -> None:
        self._state = replace(self._state, form=form, price=None, problem="")
        try:
            cost = self._view(form).cost()
        except WorkbenchError as error:
            self._state = replace(self._state, problem=str(error))
            return
        errors = tuple(MeasureError(name, error) for name, error in cost.errors.items())
        price = PrivatePrice(cost.epsilon, cost.epsilon_after, cost.allowed, not cost.rho, cost.cells, errors)
        self._state = replace(self._state, price=price)

    def _show(self, release: Release) -> None:
        self._release = release
        cells = release.frame.head(_MOST_CELLS)
        answer = PrivateAnswer(
            release.id,
            release.table,
            release.unit,
            release.limit,
            release.where,
            release.keys,
            release.frame.height,
            cells.height,
            release.epsilon,
            release.delta,
            release.store_version,
            tuple(ReleasedMeasureLine(one.name, one.what, one.currency) for one in release.measures),
        )
        self._state = replace(self._state, answer=answer)
        self.show(self._state, {"release": _long(release, cells)}, phase="answer", working="")


def _tables(store: Store, unit: str) -> tuple[PrivateTable, ...]:
    columns = {name: store.columns(name) for name in store.tables}
    asked = [private_rows(name, unit, columns) for name in columns if unit in columns[name]]
    return tuple(PrivateTable(rows.table, tuple(rows.columns), summable(rows.columns)) for rows in asked)


def _domains(store: Store) -> tuple[DomainLine, ...]:
    return tuple(DomainLine(name, domain.column, len(domain.values)) for name, domain in store.public.items())


def _history(opened: PrivateStore) -> tuple[HistoryLine, ...]:
    """The last entries, newest first."""
    entries = opened.ledger.entries()
    shown = {entry.seq: entry.qkey for entry in entries if entry.kind == "show"}
    lines = describe_entries(entries, opened.budget)[-_MOST_HISTORY:]
    return tuple(
        HistoryLine(line.when, line.who, line.kind, line.epsilon, line.what, shown.get(line.number, ""))
        for line in reversed(lines)
    )


def _measure_spec(measure: MeasureForm) -> object:
    if measure.kind == "ratio":
        return {"ratio": [measure.top, measure.bottom]}
    if measure.kind == "sum":
        bounds = {"low": measure.low, "high": measure.high}
        return {"sum": measure.column, **{end: bound for end, bound in bounds.items() if bound is not None}}
    return measure.kind


def _long(release: Release, cells: pl.DataFrame) -> pl.DataFrame:
    """One row a figure: the cell's values in words, the measure, its figure and interval."""
    keys = [pl.col(key).cast(pl.String) for key in release.keys]
    label = pl.concat_str(keys, separator=" · ") if keys else pl.lit("")
    return pl.concat(
        cells.select(
            label.alias("cell"),
            pl.lit(one.name).alias("measure"),
            *(pl.col(f"{one.name}{end}").cast(pl.Float64).alias(end[1:] or "value") for end in ("", "_low", "_high")),
        )
        for one in release.measures
    )


def _view_code(form: PrivateForm, domains: Sequence[DomainLine]) -> str:
    columns = {one.name: one.column for one in domains}
    lines = [f"p.table({form.table!r})"]
    if form.where.strip():
        lines.append(f".where({form.where!r})")
    if form.keys:
        per = ", ".join(repr(columns[key]) for key in form.keys)
        lines.append(f".per({per}, keys=p.public({', '.join(map(repr, form.keys))}))")
    lines.append(f".limit(rows_per_user={form.limit})")
    if form.epsilon is not None:
        lines.append(f".spend(epsilon={_number(form.epsilon)})")
    lines.append(f".measure({', '.join(_measure_code(one) for one in form.measures)})")
    return "\n".join(f"    {line}" for line in lines)


def _measure_code(measure: MeasureForm) -> str:
    made = f"wb.{measure.kind}()"
    if measure.kind == "sum":
        made = f"wb.sum({measure.column!r}, {_number(measure.low)}, {_number(measure.high)})"
    if measure.kind == "ratio":
        made = f"wb.ratio({measure.top!r}, {measure.bottom!r})"
    return f"**{{{measure.name!r}: {made}}}" if iskeyword(measure.name) else f"{measure.name}={made}"


def _number(value: float | None) -> str:
    return repr(int(value)) if value is not None and value == int(value) else repr(value)
