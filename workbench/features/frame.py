"""The rows a model sees: impressions joined with their ads, creatives and people, as they stood at the decision."""

from collections.abc import Sequence

import duckdb
import polars as pl
import pyarrow as pa

from workbench.checks import check_name
from workbench.errors import DataError, InputError
from workbench.features.fields import FeatureSpec, Field
from workbench.store.policy import read_policy
from workbench.store.sql import quoted
from workbench.store.store import Store

__all__ = ["TARGETS", "frame", "joined_rows"]

TARGETS = {
    "click": ("clicks", "TRUE"),
    "order": ("conversions", "coalesce(kind, 'order') = 'order'"),
}
_KEYS = {"ads": "ad_id", "creatives": "creative_id", "users": "user_id", "campaigns": "campaign_id"}
_BATCH_ROWS = 100_000
_PARTS = {"": "{}", "hour": "hour({})", "weekday": "isodow({})"}


def frame(store: Store, spec: FeatureSpec, target: str = "click", *, ids: Sequence[str] | None = None) -> pl.DataFrame:
    """Build the rows a model sees.

    Args:
        store: The store.
        spec: The fields.
        target: `click` (the impression was clicked) or `order` (it was followed by an order).
        ids: Impressions to take, in this order; all of them by time where None, by file order where the log has no
            timestamps.

    Returns:
        `impression_id`, `ts` (null where the log has none), `label` (bool), then one raw column a field: text for
        categorical ones, Float64 for numeric ones. Fields of people who did not consent are null.

    Raises:
        UnknownNameError: If the target is none of these.
        InputError: If ids name impressions the store does not hold.
        DataError: If the store lacks a table or column the spec or the target needs.
    """
    return joined_rows(store, spec.fields, target, ids=ids).drop("person", "trainable")


def joined_rows(
    store: Store,
    fields: Sequence[Field],
    target: str = "click",
    *,
    ids: Sequence[str] | None = None,
    coded: bool = False,
) -> pl.DataFrame:
    """Build the rows of `frame` with two columns more, for splitting and for intervals.

    Args:
        store: The store.
        fields: The fields; may be none.
        target: `click` or `order`.
        ids: Impressions to take, in this order; all of them where None.
        coded: Whether categorical fields stay Polars' categories, a quarter of the memory of text.

    Returns:
        The columns of `frame`, `person` (a 64-bit hash of the pseudonym, null where nobody is known: for grouping
        rows, never a field) and `trainable` (whether the policy on people's data lets a personalised model be trained
        on the row).

    Raises:
        UnknownNameError: If the target is none of these.
        InputError: If ids name impressions the store does not hold.
        DataError: If the store lacks a table or column the spec or the target needs.
    """
    check_name(target, TARGETS, name="target")
    _check_columns(store, fields, target)
    sql = _sql(store, fields, target, chosen=ids is not None)
    with store.connect() as connection:
        if ids is not None:
            chosen = pl.DataFrame({"id": ids}, schema={"id": pl.String}).with_row_index("rank")
            connection.register("chosen", chosen.to_arrow())
        try:
            rows = _read(connection.sql(sql), [field.name for field in fields if field.kind == "categorical"])
        except (duckdb.Error, pa.ArrowException, OSError):
            # Arrow hands on DuckDB's text, which may hold cells: nothing of it may stay, not even as ours' context.
            rows = None
    if rows is None:
        raise DataError(
            "the fields could not be read from the store: check that numeric fields hold numbers, or leave the "
            "field out with spec.without(name)"
        )
    if ids is not None and len(rows) < len(ids):
        raise InputError(f"{len(ids) - len(rows)} of {len(ids)} ids are not in the store: give ids of its impressions")
    by = ["_place"] if ids is not None else ["ts", "_place"]
    order = rows.select(pl.arg_sort_by(by, nulls_last=True)).to_series()
    # Column by column, so that the log is never there twice.
    rows = pl.DataFrame([rows.drop_in_place(name).gather(order) for name in rows.columns]).drop("_place")
    return rows if coded else rows.with_columns(pl.col(pl.Categorical).cast(pl.String))


def _read(found: duckdb.DuckDBPyRelation, texts: Sequence[str]) -> pl.DataFrame:
    """Take rows batch by batch, each text once: a log then costs its codes, not its texts, and is sorted by them."""
    reader = found.to_arrow_reader(_BATCH_ROWS)
    empty = _coded(pl.DataFrame(reader.schema.empty_table()), texts)
    return pl.concat([empty, *(_coded(pl.DataFrame(pa.Table.from_batches([batch])), texts) for batch in reader)])


def _coded(batch: pl.DataFrame, texts: Sequence[str]) -> pl.DataFrame:
    """Numbers are copied: a column that shares Arrow's memory keeps the whole batch alive, its texts among it."""
    copied = pl.col(pl.Float64, pl.UInt64).gather(pl.int_range(pl.len()))
    return batch.with_columns(pl.col(texts).cast(pl.Categorical), copied)


def _check_columns(store: Store, fields: Sequence[Field], target: str) -> None:
    if not store.has("impressions"):
        raise DataError("the store has no impressions, a model needs some: load a log of impressions and clicks first")
    table = TARGETS[target][0]
    if not store.has(table):
        raise DataError(f"target == {target!r} needs the table {table!r}, which the store lacks: load it first")
    for field in fields:
        if not store.has(field.table) or field.column not in store.columns(field.table):
            raise DataError(
                f"field {field.name!r} needs the column {field.table}.{field.column}, which the store lacks: "
                f"leave it out with spec.without({field.name!r})"
            )
        if field.table != "impressions" and _KEYS.get(field.table) not in store.columns("impressions"):
            raise DataError(
                f"field {field.name!r} is in {field.table}, which impressions do not name by "
                f"{_KEYS.get(field.table, 'a key')}: leave it out with spec.without({field.name!r})"
            )


def _sql(store: Store, fields: Sequence[Field], target: str, *, chosen: bool) -> str:
    columns = store.columns("impressions")
    asks = "user_id" in columns and store.has("users") and "consent_personalised" in store.columns("users")
    # Where nobody is known, nobody's data is used; a person without a recorded consent has given none.
    consented = "(shown.user_id IS NULL OR coalesce(users.consent_personalised, FALSE))"
    without = read_policy().without_consent
    profiled = "TRUE" if without.profile or not asks else consented
    trainable = "TRUE" if without.personalised_training or not asks else consented
    tables = {field.table for field in fields if field.table != "impressions"} | ({"users"} if asks else set())
    table, condition = TARGETS[target]
    known = "CASE WHEN shown.user_id IS NOT NULL THEN hash(shown.user_id) END"
    person = known if "user_id" in columns else "CAST(NULL AS UBIGINT)"
    selected = [
        "shown.impression_id",
        ("shown.ts" if "ts" in columns else "CAST(NULL AS TIMESTAMP)") + " AS ts",
        "happened.impression_id IS NOT NULL AS label",
        *(_expression(field, profiled) for field in fields),
        f"{person} AS person",
        f"{trainable} AS trainable",
        f"{'chosen.rank' if chosen else 'place'} AS _place",
    ]
    joins = [f"LEFT JOIN {name} ON {name}.{_KEYS[name]} = shown.{_KEYS[name]}" for name in sorted(tables)]
    if chosen:
        joins.append("JOIN chosen ON chosen.id = shown.impression_id")
    return (
        "WITH shown AS (SELECT *, row_number() OVER () AS place FROM impressions), "
        f"happened AS (SELECT DISTINCT impression_id FROM {table} WHERE {condition}) "
        f"SELECT {', '.join(selected)} FROM shown "
        f"LEFT JOIN happened ON happened.impression_id = shown.impression_id {' '.join(joins)}"
    )


def _expression(field: Field, profiled: str) -> str:
    table = "shown" if field.table == "impressions" else field.table
    column = f"{table}.{quoted(field.column)}"
    value = _PARTS[field.part].format(column)
    typed = f"CAST({value} AS {'VARCHAR' if field.kind == 'categorical' else 'DOUBLE'})"
    if field.source == "user" and profiled != "TRUE":
        typed = f"CASE WHEN {profiled} THEN {typed} END"
    return f"{typed} AS {quoted(field.name)}"
