"""Opening a store for private views: the first call fixes whose data is protected, and the budget."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import duckdb

from workbench.display import html_block, html_table
from workbench.errors import BudgetError, DataError, InputError
from workbench.privacy.budget import Budget
from workbench.privacy.continuity import continued_ledger
from workbench.privacy.keys import PublicKeys, public_keys
from workbench.privacy.ledger import Ledger
from workbench.privacy.release import SINGLE, Release
from workbench.privacy.rows import PrivateRows, private_rows
from workbench.privacy.view import View
from workbench.schema import TABLES
from workbench.store.store import Store

__all__ = ["PrivateStore", "private", "protectable_units"]


@dataclass(frozen=True)
class PrivateStore:
    """A store seen through the privacy gate.

    The guarantee is for whoever reads what is released, not against the analyst, who holds the rows: over everything
    released from this store, all versions and copies together, one person's data changes what is seen by at most the
    budget.

    Attributes:
        store: The store, at one version.
        ledger: The ledger of its lineage.
        unit: Column that names the person.
    """

    store: Store
    ledger: Ledger
    unit: str

    @property
    def budget(self) -> Budget:
        """The budget in force."""
        budget = self.ledger.budget
        if budget is None:
            raise BudgetError("no budget is fixed: call wb.private(store, unit=..., budget=...) again")
        return budget

    @property
    def spent(self) -> float:
        """Epsilon spent so far, at the budget's delta."""
        return self.ledger.spent

    @property
    def left(self) -> float:
        """The budget's epsilon less what is spent."""
        return self.ledger.left

    def table(self, name: str) -> View:
        """Begin a view of a table.

        Args:
            name: A table whose rows name their person, for example `impressions`.

        Raises:
            UnknownNameError: If the store has no such table.
            InputError: If its rows name no person.
        """
        return View(self, private_rows(name, self.unit, self._columns))

    def public(self, *names: str) -> PublicKeys:
        """Pick declared public domains; together they make the cells of a view.

        Args:
            names: Names under which they were declared, for example `campaigns`, `calendar`.

        Raises:
            UnknownNameError: If one is not declared.
        """
        return public_keys(self.store.public, names)

    def released(self, id: str) -> Release:
        """Build a release again from the ledger.

        Raises:
            StoreError: If the ledger has no such release.
        """
        return self.ledger.answer(id)

    def data_id(self, rows: PrivateRows) -> str:
        """Name the version of the data behind some rows: a hash of random file names, nothing of the content."""
        return self._data_ids(rows.tables)

    def currency(self, per: Sequence[str]) -> str:
        """Name the currency of the money columns; campaigns are public.

        Raises:
            InputError: If campaigns have several currencies and the keys do not tell them apart.
        """
        currencies = self._currencies
        if len(currencies) > 1 and "campaign_id" not in per:
            raise InputError(
                f"the campaigns have {len(currencies)} currencies ({', '.join(currencies)}), which cannot be added up: "
                "add campaign_id to per(...)"
            )
        return "/".join(currencies)

    def _repr_html_(self) -> str:
        budget = self.budget
        spent = f"epsilon {self.spent:.2f} of {budget.epsilon:g} spent, {self.left:.2f} left"
        headline = f"Private views, {self.unit} protected: {spent}"
        rows = [[name, d.column, len(d.values)] for name, d in self.store.public.items()]
        declared = html_table(["public domain", "column", "values"], rows, caption="Declared public domains")
        note = (
            f"At delta {budget.delta:g}, over all versions and copies of this store. The guarantee is for readers of "
            "what is released; it does not hide rows from whoever holds the store."
        )
        return html_block(headline, declared, note=note)

    @cached_property
    def _columns(self) -> Mapping[str, Mapping[str, str]]:
        return {name: self.store.columns(name) for name in self.store.tables}

    @cached_property
    def _currencies(self) -> tuple[str, ...]:
        if "currency" not in self._columns.get("campaigns", {}):
            return ()
        named = self.store.table("campaigns").filter("currency IS NOT NULL").project("currency").distinct()
        return tuple(sorted(str(row[0]) for row in named.fetchall()))

    def _data_ids(self, tables: Sequence[str]) -> str:
        return hashlib.sha256("\n".join(self._files[name] for name in tables).encode()).hexdigest()

    @cached_property
    def _files(self) -> dict[str, str]:
        # Version numbers would not do: two copies of a store that go on apart reach the same number with other rows.
        return {
            name: f"{name} {' '.join(sorted(path.name for path in self.store.files(name)))}"
            for name in self.store.tables
        }


def private(store: Store, unit: str = "user_id", budget: Budget | None = None) -> PrivateStore:
    """Open a store for private views.

    The first call fixes unit and budget in the ledger of the store's lineage, for all its versions and copies.

    Args:
        store: The store.
        unit: Column that names the person whose data is protected; `impression_id` where the log names no people, and
            then a single impression is protected, not a person, which every release says.
        budget: The whole budget; may be left out once it is fixed.

    Returns:
        The store behind the gate.

    Raises:
        BudgetError: If the ledger was fixed with another unit or budget.
        InputError: If the log names no people, or no budget is fixed and none is given.
        StoreError: If the ledger cannot be used, was changed outside the workbench, or lacks releases of this store.
    """
    personal = _personal()
    if unit not in [*personal, SINGLE]:
        raise InputError(
            f"unit == {unit!r}, must be one of {', '.join([*personal, SINGLE])}: the column that names a person, or "
            f"{SINGLE} where the log names nobody"
        )
    people = next((name for name in personal if _names(store, name)), None)
    if unit == SINGLE and people:
        raise InputError(f"unit == {unit!r}, but this log names people: use unit={people!r}, which protects them whole")
    if not _names(store, unit):
        raise InputError(
            f"no impression of this log names its {unit}, so nobody's part in it can be bounded and no user-level "
            f"guarantee can be given: load a log with users, or protect single impressions with unit={SINGLE!r}"
        )
    ledger = continued_ledger(store)
    ledger.fix(unit, budget, store.version)
    return PrivateStore(store, ledger, unit)


def protectable_units(store: Store) -> tuple[str, ...]:
    """Name the columns by which a store's people can be protected; `impression_id` alone where it names nobody."""
    people = tuple(name for name in _personal() if _names(store, name))
    return people or ((SINGLE,) if _names(store, SINGLE) else ())


def _personal() -> list[str]:
    return sorted({column.name for table in TABLES.values() for column in table.columns if column.personal})


def _names(store: Store, unit: str) -> bool:
    table = (
        "impressions" if store.has("impressions") else next((n for n in store.tables if unit in store.columns(n)), "")
    )
    if not table or unit not in store.columns(table):
        return False
    try:
        return bool(store.table(table).filter(f"{unit} IS NOT NULL").limit(1).fetchall())
    except duckdb.Error:
        raise DataError(f"table {table} cannot be read: restore the store from a copy") from None
