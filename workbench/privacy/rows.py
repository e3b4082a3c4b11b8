"""The rows a private view counts: one table's rows with their person, and what each row says by itself.

Everything a view may filter, group or sum by is computed here, before bounding: nothing changes a row afterwards.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from workbench.errors import InputError, UnknownNameError
from workbench.schema import TABLES
from workbench.store.sql import quoted

__all__ = ["UNIT", "PrivateRows", "private_rows"]

UNIT = "__unit"
"""Column of the bounded table that tells people apart; it cannot be asked about."""

_KINDS = {"VARCHAR", "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "FLOAT", "DOUBLE", "DATE", "TIMESTAMP"}


@dataclass(frozen=True)
class PrivateRows:
    """How the rows of one table are read for private views.

    Attributes:
        table: The table.
        unit: Column that names the person.
        key: Columns that name a row once; empty where rows have no name.
        content: All columns of the table, in order: what a row's keyed hash is taken over.
        kept: Column -> DuckDB type of what may be asked about, without what names a person or a row.
        derived: Derived column -> SQL, over the row `r` and what is joined to it one to one.
        joins: SQL of those joins.
        tables: Tables that are read.
    """

    table: str
    unit: str
    key: tuple[str, ...]
    content: tuple[str, ...]
    kept: Mapping[str, str]
    derived: Mapping[str, str]
    joins: str
    tables: tuple[str, ...]

    @cached_property
    def columns(self) -> dict[str, str]:
        """Column -> DuckDB type of everything a view may name."""
        return dict(self.kept)

    def select(self) -> str:
        """SQL list of the columns of a row, named; every one is a function of the row and what is joined to it."""
        return ", ".join(f"{self.derived.get(name, f'r.{quoted(name)}')} AS {quoted(name)}" for name in self.kept)


def private_rows(table: str, unit: str, store: Mapping[str, Mapping[str, str]]) -> PrivateRows:
    """Describe how a table's rows are read.

    Impressions carry `click` (0 or 1), `order` (orders following it) and `revenue_micros` (orders less refunds) where
    the store has clicks and conversions. These follow the impression, hence its person; where they name a person of
    their own, they count only for an impression of that same person, since nobody else's rows may move what somebody
    adds. An outcome that names nobody is a fact about its impression and goes where that goes. Tables with `ts` carry
    `day` and `hour` (UTC).

    Args:
        table: Name of the table.
        unit: Column that names the person.
        store: Table -> column -> DuckDB type of what the store holds.

    Returns:
        The description.

    Raises:
        UnknownNameError: If the store has no such table.
        InputError: If its rows name no person.
    """
    if table not in store:
        raise UnknownNameError(f"table == {table!r}, must be one of {', '.join(sorted(_with(unit, store)))}")
    columns = store[table]
    if unit not in columns:
        raise InputError(
            f"table {table} has no column {unit}, so what one person adds to it cannot be bounded: "
            f"ask {' or '.join(sorted(_with(unit, store)))}; clicks and revenue are measures of impressions"
        )
    key = TABLES[table].key if table in TABLES else ()
    derived: dict[str, str] = {}
    kinds: dict[str, str] = {}
    joins = ""
    tables: tuple[str, ...] = (table,)
    if columns.get("ts") == "TIMESTAMP":
        derived |= {"day": "CAST(r.ts AS DATE)", "hour": "CAST(extract(hour FROM r.ts) AS INTEGER)"}
        kinds |= {"day": "DATE", "hour": "INTEGER"}
    if table == "impressions" and "clicks" in store:
        derived["click"] = "CAST(c.impression_id IS NOT NULL AS INTEGER)"
        kinds["click"] = "INTEGER"
        joins += _joined("SELECT DISTINCT {named} FROM clicks", "c", unit, store["clicks"])
        tables += ("clicks",)
    if table == "impressions" and "conversions" in store:
        derived |= {"order": "CAST(coalesce(o.orders, 0) AS BIGINT)"}
        kinds |= {"order": "BIGINT"}
        if "revenue_micros" in store["conversions"]:
            derived["revenue_micros"] = f"CAST(least(greatest(coalesce(o.revenue, 0), -{2**62}), {2**62}) AS BIGINT)"
            kinds["revenue_micros"] = "BIGINT"
        joins += _joined(_orders(store["conversions"]), "o", unit, store["conversions"])
        tables += ("conversions",)
    kept = {**_own(columns, {unit, *key, *kinds}), **kinds}
    return PrivateRows(table, unit, key, tuple(columns), kept, derived, joins, tables)


def _with(unit: str, store: Mapping[str, Mapping[str, str]]) -> list[str]:
    return [name for name, columns in store.items() if unit in columns]


def _own(columns: Mapping[str, str], taken: Collection[str]) -> dict[str, str]:
    """Columns of the table itself that may be asked about: SQL takes names that differ in case alone for one.

    So a name that is taken is left out however it is written, and so are two columns that SQL cannot tell apart.
    """
    spelt = Counter(name.lower() for name in columns)
    barred = {name.lower() for name in taken}
    return {
        name: kind
        for name, kind in columns.items()
        if kind in _KINDS and name[:2] != "__" and spelt[name.lower()] == 1 and name.lower() not in barred
    }


def _joined(select: str, alias: str, unit: str, columns: Mapping[str, str]) -> str:
    """SQL that joins what happened to a row, one to one: by impression, and by person where the table names one."""
    named, same = "impression_id", f"{alias}.impression_id = r.impression_id"
    if unit != "impression_id" and unit.lower() in {name.lower() for name in columns}:
        # As text: a comparison that must read a person's name as a number would fail, and tell that it did.
        named += f", {quoted(unit)}"
        same += f" AND CAST({alias}.{quoted(unit)} AS VARCHAR) = CAST(r.{quoted(unit)} AS VARCHAR)"
    return f" LEFT JOIN ({select.format(named=named)}) {alias} ON {same}"


def _orders(columns: Mapping[str, str]) -> str:
    """Orders and revenue less refunds by `{named}`; sums in 128 bits, since a failing cast would tell that it did."""
    refund = "kind IS NOT DISTINCT FROM 'refund'" if "kind" in columns else "FALSE"
    money = "CAST(revenue_micros AS HUGEINT)"
    revenue = f", sum(CASE WHEN {refund} THEN -abs({money}) ELSE {money} END) AS revenue"
    shown = revenue if "revenue_micros" in columns else ""
    return f"SELECT {{named}}, count(*) FILTER (NOT {refund}) AS orders{shown} FROM conversions GROUP BY {{named}}"
