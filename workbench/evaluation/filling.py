"""The one query that fills moments from a store: impressions to users, users to sums.

DuckDB sums integers exactly (128 bits wide) and products in float64, so money in micros neither wraps nor is cut.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

import duckdb
import numpy as np

from workbench.errors import DataError, InputError
from workbench.evaluation.moments import Moments, Unit
from workbench.evaluation.segments import Key, join_tables
from workbench.store.store import Store

__all__ = ["MOST_GROUPS", "Group", "currency_of", "fill", "unit_sql"]

MOST_GROUPS = 100_000
"""A table longer than this is no longer read by anyone; most often an id was named by mistake."""

_ORDERS = """orders AS (
    SELECT impression_id,
           count(*) FILTER (kind IS DISTINCT FROM 'refund') AS conversions,
           sum(CASE WHEN kind = 'refund' THEN -abs(revenue_micros) ELSE revenue_micros END) AS revenue
    FROM conversions GROUP BY impression_id
)"""
_MEASURES = {
    "impressions": "1",
    "clicks": "CAST(clicks.impression_id IS NOT NULL AS BIGINT)",
    "converted": "CAST(clicks.impression_id IS NOT NULL AND coalesce(orders.conversions, 0) > 0 AS BIGINT)",
    "conversions": "coalesce(orders.conversions, 0)",
    "cost": "coalesce(impressions.cost_micros, 0)",
    "revenue": "coalesce(orders.revenue, 0)",
}


@dataclass(frozen=True)
class Group:
    """What the store knows of one group.

    Attributes:
        keys: Values of the keys grouped by; None where unknown.
        moments: Its sums. Users who fall into two groups count in both.
    """

    keys: tuple[object, ...]
    moments: Moments


def fill(store: Store, keys: Sequence[Key], *, where: str = "") -> list[Group]:
    """Sum up every measure that the store logged, by group.

    Args:
        store: The campaign tables.
        keys: What to group by; none for one group of all.
        where: SQL over the keys that chooses impressions, of our own making; empty for all.

    Returns:
        The groups, sorted by key, unknown last. With no keys always one group, if need be an empty one.

    Raises:
        InputError: If there are more than `MOST_GROUPS` groups.
        DataError: If DuckDB cannot read the tables.
    """
    try:
        with store.connect() as connection:
            unit, measures = _logged(store, connection)
            rows = connection.execute(_query(store, keys, unit, measures, where)).fetchall()
    except duckdb.Error:
        raise DataError("the campaign tables cannot be summed up: look at store.quality()") from None
    if len(rows) > MOST_GROUPS:
        names = ", ".join(key.name for key in keys)
        raise InputError(f"by == {names} gives more than {MOST_GROUPS:,} groups: name coarser columns")
    groups = [_group(row, len(keys), unit, measures) for row in rows]
    return groups or ([] if keys else [Group((), Moments.none(unit, measures))])


def unit_sql(unit: Unit) -> str:
    """Give the SQL that tells independent units apart; impressions without a user count each alone."""
    own = "'impression ' || impressions.impression_id"
    return f"coalesce(impressions.user_id, {own})" if unit == "user" else own


def currency_of(store: Store, by: Sequence[str]) -> str:
    """Find the currency of the money in this store.

    Args:
        store: The campaign tables.
        by: What results are grouped by.

    Returns:
        Its code, for example `EUR`; empty where the log names none or where results are grouped by currency.

    Raises:
        InputError: If campaigns use several currencies and results are not grouped by currency.
    """
    if not store.has("campaigns") or "currency" not in store.columns("campaigns"):
        return ""
    with store.connect() as connection:
        found = connection.execute(
            "SELECT DISTINCT currency FROM campaigns WHERE currency IS NOT NULL ORDER BY currency"
        ).fetchall()
    if len(found) > 1 and "currency" in by:
        return ""
    if len(found) > 1:
        names = ", ".join(repr(name) for name in ("currency", *by))
        raise InputError(
            f"campaigns use {len(found)} currencies, must be one in a sum: group by currency too, by=({names},)"
        )
    return str(found[0][0]) if found else ""


def _logged(store: Store, connection: duckdb.DuckDBPyConnection) -> tuple[Unit, tuple[str, ...]]:
    """Find out whether users are named and which measures the log knows; what it does not know is not zero."""
    own = store.columns("impressions")
    users, costs = (
        _filled(connection, "impressions", column) if column in own else False for column in ("user_id", "cost_micros")
    )
    clicks, orders = store.has("clicks"), store.has("conversions")
    known = {
        "impressions": True,
        "clicks": clicks,
        "converted": clicks and orders,
        "conversions": orders,
        "cost": costs,
        "revenue": orders and _filled(connection, "conversions", "revenue_micros"),
    }
    return "user" if users else "impression", tuple(name for name in _MEASURES if known[name])


def _filled(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> bool:
    """Whether a column holds anything but nulls."""
    return connection.execute(f"SELECT 1 FROM {table} WHERE {column} IS NOT NULL LIMIT 1").fetchone() is not None


def _query(store: Store, keys: Sequence[Key], unit: Unit, measures: tuple[str, ...], where: str) -> str:
    names = [f"key_{place}" for place in range(len(keys))]
    sums = [f"sum({measure})" for measure in measures]
    products = [
        f"sum(CAST({first} AS DOUBLE) * CAST({second} AS DOUBLE))"
        for first, second in combinations_with_replacement(measures, 2)
    ]
    joins = [join_tables(store, keys)]
    with_orders = store.has("conversions")
    if store.has("clicks"):
        joins.append("LEFT JOIN clicks ON clicks.impression_id = impressions.impression_id")
    if with_orders:
        joins.append("LEFT JOIN orders ON orders.impression_id = impressions.impression_id")
    grouping = f"GROUP BY {', '.join(names)} ORDER BY {', '.join(f'{name} NULLS LAST' for name in names)}"
    return f"""
        WITH {_ORDERS + ", " if with_orders else ""}facts AS (
            SELECT {"".join(f"{key.sql} AS {name}, " for key, name in zip(keys, names, strict=True))}
                   {unit_sql(unit)} AS unit,
                   {", ".join(f"sum({_MEASURES[measure]}) AS {measure}" for measure in measures)}
            FROM impressions {" ".join(joins)}
            {f"WHERE {where}" if where else ""}
            GROUP BY ALL
        )
        SELECT {", ".join([*names, "count(*)", *sums, *products])}
        FROM facts {grouping if keys else "HAVING count(*) > 0"}
        LIMIT {MOST_GROUPS + 1}"""


def _group(row: tuple[object, ...], keys: int, unit: Unit, measures: tuple[str, ...]) -> Group:
    size = len(measures)
    count, *numbers = (float(str(value)) for value in row[keys:])
    sums, products = np.array(numbers[:size]), np.empty((size, size))
    upper = np.triu_indices(size)
    products[upper] = numbers[size:]
    products.T[upper] = numbers[size:]
    return Group(row[:keys], Moments(unit, int(count), measures, sums, products))
