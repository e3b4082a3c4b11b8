"""Private views written as a table of a TOML file, for the command line.

table = "impressions"
where = "device = 'phone'"
per = ["campaign_id", "day"]
keys = ["campaigns", "calendar"]
limit = 10
epsilon = 0.5                     # or share = 0.1; a tenth of the budget by default

[measures]
n = "count"
users = "count_users"
clicks = { sum = "click", low = 0, high = 1 }
ctr = { ratio = ["clicks", "n"] }

[budget]                          # the first time only, or to check that it is still so
epsilon = 3
delta = 1e-7
"""

from collections.abc import Callable, Mapping

from workbench.checks import check_name
from workbench.errors import InputError
from workbench.privacy.budget import Budget
from workbench.privacy.measures import Count, CountUsers, Measure, count, count_users, ratio, sum
from workbench.privacy.private import PrivateStore, private
from workbench.privacy.view import View
from workbench.store.store import Store

__all__ = ["private_from_spec", "view_from_spec"]

_ENTRIES = {"table", "where", "per", "keys", "limit", "epsilon", "share", "noise", "measures", "unit", "budget"}
_SIMPLE: dict[str, Callable[[], Count | CountUsers]] = {"count": count, "count_users": count_users}


def private_from_spec(store: Store, spec: Mapping[str, object]) -> PrivateStore:
    """Open a store for private views as a specification says.

    Args:
        store: The store.
        spec: Entries `unit` (default `user_id`) and `budget` (`epsilon`, `delta`); both may be left out once fixed.

    Raises:
        InputError: If an entry is of another kind.
        BudgetError: If the ledger was fixed with another unit or budget.
    """
    budget = spec.get("budget")
    if budget is None:
        return private(store, _text(spec, "unit", "user_id"))
    given = _mapping(budget, "budget", "epsilon = 3, delta = 1e-7")
    for name in given:
        check_name(name, {"epsilon", "delta"}, name="budget entry")
    if "epsilon" not in given:
        raise InputError("entry budget has no epsilon: write budget = { epsilon = 3, delta = 1e-7 }")
    numbers = {name: _number(value, f"budget.{name}") for name, value in given.items()}
    return private(store, _text(spec, "unit", "user_id"), Budget(**numbers))


def view_from_spec(private_store: PrivateStore, spec: Mapping[str, object]) -> View:
    """Build a view from a specification.

    Args:
        private_store: The store behind the gate.
        spec: The entries shown at the top of this module, as `tomllib` reads them.

    Returns:
        The view, ready for `cost` or `release`.

    Raises:
        UnknownNameError: If an entry, table, column, domain or measure does not exist.
        InputError: If an entry is missing or of another kind.
    """
    for name in spec:
        check_name(name, _ENTRIES, name="entry")
    if "table" not in spec or "measures" not in spec:
        raise InputError(
            'a release needs the entries table and measures: table = "impressions", [measures] n = "count"'
        )
    view = private_store.table(_text(spec, "table", ""))
    if "where" in spec:
        view = view.where(_text(spec, "where", ""))
    if "per" in spec or "keys" in spec:
        keys = private_store.public(*_texts(spec["keys"], "keys")) if "keys" in spec else None
        view = view.per(*_texts(spec.get("per"), "per"), keys=keys)
    if "limit" in spec:
        limit = spec["limit"]
        if not isinstance(limit, int):
            raise InputError("entry limit must be a whole number, the most rows of one person: limit = 10")
        view = view.limit(rows_per_user=limit)
    if "noise" in spec:
        check_name(_text(spec, "noise", ""), {"gaussian", "laplace"}, name="noise")
        view = view.noise("laplace" if spec["noise"] == "laplace" else "gaussian")
    spending = {name: _number(spec[name], name) for name in ("epsilon", "share") if name in spec}
    if spending:
        view = view.spend(**spending)
    measures = _mapping(spec["measures"], "measures", 'n = "count"')
    return view.measure(**{name: _measure(name, entry) for name, entry in measures.items()})


def _measure(name: str, entry: object) -> Measure:
    if isinstance(entry, str):
        check_name(entry, _SIMPLE, name=f"measure {name}")
        return _SIMPLE[entry]()
    if isinstance(entry, Mapping) and isinstance(entry.get("sum"), str) and entry.keys() <= {"sum", "low", "high"}:
        bounds = {end: _number(entry[end], f"{name}.{end}") for end in ("low", "high") if end in entry}
        return sum(entry["sum"], bounds.get("low"), bounds.get("high"))
    if isinstance(entry, Mapping) and set(entry) == {"ratio"}:
        parts = _texts(entry["ratio"], f"{name}.ratio")
        if len(parts) == 2:
            return ratio(*parts)
    raise InputError(
        f'measure {name} must be "count", "count_users", {{ sum = "click", low = 0, high = 1 }} or '
        '{ ratio = ["clicks", "n"] }'
    )


def _text(spec: Mapping[str, object], name: str, default: str) -> str:
    value = spec.get(name, default)
    if not isinstance(value, str):
        raise InputError(f"entry {name} must be text in quotes")
    return value


def _texts(value: object, name: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise InputError(f'entry {name} must be a list of names: {name} = ["campaign_id"]')
    return value


def _number(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"entry {name} must be a number")
    return value


def _mapping(value: object, name: str, example: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise InputError(f"entry {name} must be a table: [{name}] {example}")
    return value
