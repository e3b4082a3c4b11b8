"""The names one may group by, and how SQL reaches them from an impression."""

from collections.abc import Iterable
from dataclasses import dataclass

from workbench.checks import check_name
from workbench.errors import DataError, InputError
from workbench.schema import TABLES
from workbench.store.store import Store

__all__ = ["Key", "find_keys", "join_tables"]

_JOINS = {
    "ads": "LEFT JOIN ads ON ads.ad_id = impressions.ad_id",
    "campaigns": "LEFT JOIN campaigns ON campaigns.campaign_id = {campaign}",
    "creatives": "LEFT JOIN creatives ON creatives.creative_id = impressions.creative_id",
    "users": "LEFT JOIN users ON users.user_id = impressions.user_id",
}
_LINKS = {"ads": "ad_id", "campaigns": "campaign_id", "creatives": "creative_id", "users": "user_id"}
_CLOCK = {"day": "CAST(impressions.ts AS DATE)", "hour": "hour(impressions.ts)"}
_NESTED = ("STRUCT", "MAP", "BLOB", "UNION")
_ALONE = ("impression_id", "ts")  # Every impression has its own; `day` and `hour` are the groups meant.
_PERSONAL = {column.name for table in TABLES.values() for column in table.columns if column.personal}


@dataclass(frozen=True)
class Key:
    """One name to group by.

    Attributes:
        name: As the analyst typed it.
        sql: The expression that gives it for an impression.
        tables: Tables it needs besides `impressions`, in joining order.
    """

    name: str
    sql: str
    tables: tuple[str, ...] = ()


def find_keys(store: Store, names: str | Iterable[str], *, argument: str = "by") -> tuple[Key, ...]:
    """Find the columns named: of impressions first, then of ads, campaigns, creatives and users.

    Args:
        store: Where the tables are.
        names: Columns, or `day` or `hour` (UTC) of the impression; one name alone may be given as text.
        argument: The argument's name, for messages.

    Returns:
        One key for each name, in the order given.

    Raises:
        DataError: If the store holds no impressions.
        InputError: If a name stands twice, names a person, or cannot be grouped by.
        UnknownNameError: If there is no such column; the nearest is suggested.
    """
    if not store.has("impressions"):
        raise DataError("the store holds no impressions: load a log first, for example with store.load(...)")
    given = (names,) if isinstance(names, str) else tuple(names)
    twice = sorted({name for name in given if given.count(name) > 1})
    if twice:
        raise InputError(f"{argument} names {', '.join(twice)} twice: name each column once")
    reachable = _reachable(store)
    for name in given:
        if name in _PERSONAL:
            raise InputError(f"{argument} == {name!r} names a person, must be a column that many share: leave it out")
        check_name(name, reachable, name=argument)
    return tuple(reachable[name] for name in given)


def join_tables(store: Store, keys: Iterable[Key]) -> str:
    """Write the joins that reach these keys from `impressions`."""
    needed = {table for key in keys for table in key.tables}
    campaign = _campaign_sql(store)
    return "\n".join(_JOINS[table].format(campaign=campaign) for table in _JOINS if table in needed)


def _reachable(store: Store) -> dict[str, Key]:
    """List every column one may group by; where two tables share a name, the nearer table gives it."""
    own = store.columns("impressions")
    found = {name: Key(name, sql) for name, sql in _CLOCK.items() if "ts" in own}
    tables = {"impressions": ()} | {table: _way(store, table) for table in _JOINS if _way(store, table)}
    for table, way in tables.items():
        for name, type in store.columns(table).items():
            shared = name not in _PERSONAL and name not in _ALONE
            if shared and not type.startswith(_NESTED) and not type.endswith("]"):
                found.setdefault(name, Key(name, f'{table}."{name.replace(chr(34), chr(34) * 2)}"', way))
    if "campaign_id" in found:
        way = ("ads",) if "ads.campaign_id" in _campaign_sql(store) else ()
        found["campaign_id"] = Key("campaign_id", _campaign_sql(store), way)
    return found


def _way(store: Store, table: str) -> tuple[str, ...]:
    """Give the tables to join so that `table` can be read; none where no key leads there."""
    if not store.has(table):
        return ()
    if table == "campaigns":
        campaign = _campaign_sql(store)
        return () if not campaign else ("ads", "campaigns") if "ads.campaign_id" in campaign else ("campaigns",)
    return (table,) if _LINKS[table] in store.columns("impressions") else ()


def _campaign_sql(store: Store) -> str:
    """Give the campaign of an impression: its own, or else its ad's."""
    own = "campaign_id" in store.columns("impressions")
    through_ad = store.has("ads") and {"ad_id", "campaign_id"} <= set(store.columns("ads"))
    through_ad = through_ad and "ad_id" in store.columns("impressions")
    if own and through_ad:
        return "coalesce(impressions.campaign_id, ads.campaign_id)"
    return "impressions.campaign_id" if own else "ads.campaign_id" if through_ad else ""
