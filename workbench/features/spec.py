"""Infer which columns a model may see: those known when the ad was chosen, and nothing that names a person."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from workbench.errors import DataError
from workbench.features.fields import FeatureSpec, Field, Kind, Source
from workbench.schema import TABLES
from workbench.store.sql import quoted
from workbench.store.store import Store

__all__ = ["FeatureSpec", "Field", "infer_spec"]

# Integers with at most so many values are codes, those with more are amounts.
MOST_INTEGER_CODES = 50
# A time of day or week says something about later rows only when the log holds it at least twice.
LEAST_DAYS = {"hour": 2, "weekday": 14}

_DECIDED = "part of the decision or of its price, not known before it"
_OUTCOME = "an outcome, known only afterwards"
_LEFT_OUT = {
    "propensity": _DECIDED,
    "policy": _DECIDED,
    "arm": _DECIDED,
    "cost_micros": _DECIDED,
    "bid_micros": _DECIDED,
    "revenue_micros": _OUTCOME,
    "consent_personalised": "a permission, not a trait",
    "state": "a state of today, not of the moment the ad was chosen",
    "text": "free text; the creative's id stands for it",
}
_OUTCOMES = ("click", "conver", "order", "purchase", "revenue", "label", "target")
_AD_NAMES = ("ad_", "item", "product", "brand", "category", "creative", "campaign", "advertiser", "price")
_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")


@dataclass(frozen=True)
class _Facts:
    """What a column holds: rows of its table, values that are not missing, distinct values (to about 2 %)."""

    rows: int
    values: int
    distinct: int
    constant: bool


def infer_spec(store: Store, target: str = "click") -> FeatureSpec:
    """Infer the fields of a model from the columns of a store.

    Fields come from impressions and from the ads, creatives and users they name. Left out, with the reason: what the
    policy decided, outcomes, ids of people, columns with one value or with nearly one value a row, and types that are
    neither category nor number. Where there are timestamps, hour and weekday are derived from them.

    Args:
        store: The store.
        target: What is to be foreseen; a column of that name is no field.

    Returns:
        The spec; change it with `without` and `with_field`.

    Raises:
        DataError: If the store has no impressions, or no column a model could use.
    """
    if not store.has("impressions"):
        raise DataError("the store has no impressions, a model needs some: load a log of impressions and clicks first")
    fields: dict[str, Field] = {}
    left_out: dict[str, str] = {}
    for table, key in (("impressions", ""), ("ads", "ad_id"), ("creatives", "creative_id"), ("users", "user_id")):
        if not store.has(table) or (key and key not in store.columns("impressions")):
            continue
        facts, twins = _facts(store, table), _twins(store, table)
        for column, type_ in store.columns(table).items():
            if column in fields or column == key:
                continue
            reason = _reason(table, column, type_, facts[column], target) or twins.get(column, "")
            if reason:
                left_out.setdefault(column, reason)
                continue
            fields[column] = Field(column, _kind(column, type_, facts[column]), _source(table, column), table, column)
    for field, reason in _parts_of_time(store):
        if reason:
            left_out[field.name] = reason
        else:
            fields.setdefault(field.name, field)
    if not fields:
        raise DataError("no column of the store can be a field: give impressions a column known when the ad was chosen")
    ordered = sorted(fields.values(), key=lambda field: (field.kind == "numeric", _SOURCES.index(field.source)))
    return FeatureSpec(tuple(ordered), left_out)


_SOURCES: tuple[Source, ...] = ("user", "ad", "context")


def _reason(table: str, column: str, type_: str, facts: _Facts, target: str) -> str:  # noqa: PLR0911 - a list of rules
    known = TABLES[table].column(column)
    if known is not None and known.personal:
        return "names a person or a device"
    if column in TABLES[table].key:
        return "names the row"
    if column in _LEFT_OUT or column.endswith("_arm"):
        return _LEFT_OUT.get(column, _DECIDED)
    if column == target or (table == "impressions" and column.startswith(_OUTCOMES)):
        return _OUTCOME
    if not _is_category(type_) and not _is_number(type_):
        return f"type {type_.split('(', maxsplit=1)[0]} is neither category nor number"
    if facts.values == 0 or facts.constant:
        return "no values" if facts.values == 0 else "one value only"
    if _kind(column, type_, facts) == "categorical" and facts.distinct > 100 and 2 * facts.distinct > facts.rows:
        return "nearly one value a row: it names the row and says nothing of others"
    return ""


def _kind(column: str, type_: str, facts: _Facts) -> Kind:
    if _is_category(type_) or column.endswith("_id") or column == "position":
        return "categorical"
    few = facts.distinct <= MOST_INTEGER_CODES and not column.endswith("_micros")
    return "categorical" if type_ in _INTEGERS and few else "numeric"


def _is_category(type_: str) -> bool:
    return type_ in {"VARCHAR", "BOOLEAN"} or type_.startswith("ENUM")


def _is_number(type_: str) -> bool:
    return type_ in _INTEGERS or type_ in {"FLOAT", "DOUBLE"} or type_.startswith("DECIMAL")


def _source(table: str, column: str) -> Source:
    if table == "users" or column.startswith("user"):
        return "user"
    return "ad" if table in {"ads", "creatives"} or column.startswith(_AD_NAMES) else "context"


def _facts(store: Store, table: str) -> dict[str, _Facts]:
    """Read what each column holds, in one pass over the table."""
    columns = store.columns(table)
    counted = []
    for column, type_ in columns.items():
        named = quoted(column)
        plain = _is_category(type_) or _is_number(type_)
        counted.append(f"count({named})")
        counted.append(f"approx_count_distinct({named})" if plain else "0")
        counted.append(f"coalesce(min({named}) = max({named}), FALSE)" if plain else "FALSE")
    with store.connect() as connection:
        found = connection.execute(f"SELECT count(*), {', '.join(counted)} FROM {table}").fetchone() or ()
    groups = zip(columns, found[1::3], found[2::3], found[3::3], strict=True)
    return {column: _Facts(found[0], values, distinct, constant) for column, values, distinct, constant in groups}


def _twins(store: Store, table: str) -> dict[str, str]:
    """Columns of ads or creatives that say the same as an earlier one, value for value.

    Two names for one thing teach a model nothing more, and an explanation would have to halve the credit.
    """
    columns = [column for column, type_ in store.columns(table).items() if _is_category(type_)]
    if table not in {"ads", "creatives"} or len(columns) < 2:
        return {}
    texts = {column: f"coalesce({quoted(column)}::VARCHAR, '')" for column in columns}
    pairs = list(combinations(columns, 2))
    counted = [f"count(DISTINCT {text})" for text in texts.values()]
    counted += [f"count(DISTINCT ({texts[first]}, {texts[second]}))" for first, second in pairs]
    with store.connect() as connection:
        found = connection.execute(f"SELECT {', '.join(counted)} FROM {table}").fetchone() or ()
    distinct, together = dict(zip(columns, found, strict=False)), found[len(columns) :]
    return {
        second: f"says the same as {first}"
        for (first, second), both in zip(pairs, together, strict=True)
        if distinct[first] == distinct[second] == both
    }


def _parts_of_time(store: Store) -> Iterator[tuple[Field, str]]:
    """Fields derived from the timestamp, each with the reason against it."""
    if "ts" not in store.columns("impressions"):
        return
    with store.connect() as connection:
        found = connection.execute("SELECT date_diff('hour', min(ts), max(ts)) FROM impressions").fetchone()
    days = 0.0 if found is None or found[0] is None else found[0] / 24
    hour = Field("hour", "categorical", "context", "impressions", "ts", part="hour")
    weekday = Field("weekday", "categorical", "context", "impressions", "ts", part="weekday")
    for field in (hour, weekday):
        least = LEAST_DAYS[field.part]
        yield field, "" if days >= least else f"the log spans {days:.1f} days, fewer than {least}"
