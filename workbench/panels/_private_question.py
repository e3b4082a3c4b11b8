"""A question typed in the private view panel: the view it stands for, what that costs, and the calls that ask it."""

from collections.abc import Sequence
from keyword import iskeyword

from workbench.checks import check_name
from workbench.errors import InputError
from workbench.panels.protocol import BudgetTerms, DomainLine, MeasureError, MeasureForm, PrivateForm, PrivatePrice
from workbench.privacy.private import PrivateStore
from workbench.privacy.spec import view_from_spec
from workbench.privacy.view import View

__all__ = ["budget_code", "price_of", "view_code", "view_of"]


def view_of(opened: PrivateStore, form: PrivateForm, domains: Sequence[DomainLine]) -> View:
    """Build the view a form stands for; touches no data.

    Args:
        opened: The store behind the gate.
        form: The question as typed.
        domains: The public domains that were offered.

    Raises:
        InputError: If the question cannot be asked so.
        UnknownNameError: If it names a table, column or domain that does not exist.
    """
    names = [one.name for one in form.measures]
    if len(set(names)) < len(names):
        raise InputError("two measures have the same name: give each its own")
    columns = {one.name: one.column for one in domains}
    for key in form.keys:
        check_name(key, columns, name="public domain")
    spec: dict[str, object] = {"table": form.table, "measures": {one.name: _spec(one) for one in form.measures}}
    if form.where.strip():
        spec["where"] = form.where
    if form.keys:
        spec |= {"per": [columns[key] for key in form.keys], "keys": list(form.keys)}
    if form.limit is not None:
        spec["limit"] = form.limit
    if form.epsilon is not None:
        spec["epsilon"] = form.epsilon
    return view_from_spec(opened, spec)


def price_of(opened: PrivateStore, view: View) -> PrivatePrice:
    """What a view would spend, and how many more like it the budget allows; touches no data.

    Releases add up in rho, so that many small ones cost less together than the sum of their epsilons: how many fit is
    what a person cannot see from epsilon.
    """
    cost = view.cost()
    rho_nano = round(cost.rho * 1e9)
    room = opened.budget.rho_nano - opened.ledger.spent_rho
    more = max(0, room // rho_nano - 1) if rho_nano else 0
    errors = tuple(MeasureError(name, error) for name, error in cost.errors.items())
    return PrivatePrice(cost.epsilon, cost.epsilon_after, cost.allowed, not rho_nano, more, cost.cells, errors)


def view_code(form: PrivateForm, domains: Sequence[DomainLine]) -> str:
    """The calls that build the view from `p`, one a line."""
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
    lines.append(f".measure({', '.join(map(_code, form.measures))})")
    return "\n".join(f"    {line}" for line in lines)


def budget_code(terms: BudgetTerms) -> str:
    """The budget as an analyst would type it."""
    return f"wb.Budget(epsilon={_number(terms.epsilon)}, delta={_number(terms.delta)})"


def _spec(measure: MeasureForm) -> object:
    if measure.kind == "ratio":
        return {"ratio": [measure.top, measure.bottom]}
    if measure.kind == "sum":
        bounds = {"low": measure.low, "high": measure.high}
        return {"sum": measure.column, **{end: bound for end, bound in bounds.items() if bound is not None}}
    return measure.kind


def _code(measure: MeasureForm) -> str:
    made = f"wb.{measure.kind}()"
    if measure.kind == "sum":
        made = f"wb.sum({measure.column!r}, {_number(measure.low)}, {_number(measure.high)})"
    if measure.kind == "ratio":
        made = f"wb.ratio({measure.top!r}, {measure.bottom!r})"
    return f"**{{{measure.name!r}: {made}}}" if iskeyword(measure.name) else f"{measure.name}={made}"


def _number(value: float | None) -> str:
    return repr(int(value)) if value is not None and value == int(value) else repr(value)
