"""What a row says by itself: derived columns against a second computation."""

from collections.abc import Callable
from datetime import datetime

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl
import pytest

from workbench.errors import InputError, UnknownNameError
from workbench.privacy.aggregate import aggregate_sql
from workbench.privacy.bounding import bounded_sql, bounded_table
from workbench.privacy.measures import Measured
from workbench.privacy.private import PrivateStore
from workbench.privacy.rows import private_rows
from workbench.store.store import Store

PEOPLE = ("a", "b", "c")


def test_derived_columns_equal_a_second_computation(unspent: PrivateStore) -> None:
    rows = private_rows("impressions", "user_id", {name: unspent.store.columns(name) for name in unspent.store.tables})
    got = pl.read_parquet(bounded_table(unspent.store, rows, 10_000, "v1"))
    signed = pl.when(kind="refund").then(-pl.col("revenue_micros")).otherwise("revenue_micros")
    outcomes = (
        unspent.store.lazy("conversions")
        .group_by("impression_id")
        .agg(order=(pl.col("kind") == "order").sum().cast(pl.Int64), revenue_micros=signed.sum())
    )
    clicks = unspent.store.lazy("clicks").select("impression_id", click=pl.lit(1))
    expected = (
        unspent.store.lazy("impressions")
        .drop_nulls("user_id")
        .join(clicks, on="impression_id", how="left")
        .join(outcomes, on="impression_id", how="left")
        .with_columns(pl.col("click", "order", "revenue_micros").fill_null(0))
        .with_columns(day=pl.col("ts").dt.date(), hour=pl.col("ts").dt.hour().cast(pl.Int32))
        .select(*rows.columns)
        .collect()
    )
    assert expected["revenue_micros"].sum() > 0
    casted = got.select(*rows.columns).cast(expected.schema)  # type: ignore[arg-type]  # a schema is a mapping
    assert casted.sort(casted.columns).equals(expected.sort(expected.columns))


def test_a_table_whose_rows_name_nobody_is_refused(unspent: PrivateStore) -> None:
    columns = {name: unspent.store.columns(name) for name in unspent.store.tables}
    with pytest.raises(InputError, match=r"table clicks has no column user_id.*measures of impressions"):
        private_rows("clicks", "user_id", columns)
    with pytest.raises(UnknownNameError, match="must be one of impressions"):
        private_rows("impresions", "user_id", columns)


def test_people_and_rows_cannot_be_asked_about() -> None:
    columns = {
        "impressions": {"impression_id": "VARCHAR", "user_id": "VARCHAR", "device": "VARCHAR", "tags": "VARCHAR[]"}
    }
    assert list(private_rows("impressions", "user_id", columns).columns) == ["device"]


def own(text: str) -> dict[str, str]:
    return dict.fromkeys(text.split(), "VARCHAR")


OUTCOMES = {
    "impressions": own("impression_id user_id device"),
    "clicks": own("impression_id user_id"),
    "conversions": own("impression_id user_id kind") | {"revenue_micros": "BIGINT"},
}


def small_worlds(draw: np.random.Generator, worlds: int) -> dict[str, pl.DataFrame]:
    """Many worlds of 3 people whose impression ids repeat, with clicks and orders that name whomever they like.

    No two worlds share a person, an impression or a device, so they lie in one table.
    """

    def column(of: npt.NDArray[np.int64], values: list[str | None]) -> pl.Series:
        picked = [values[at] for at in draw.integers(0, len(values), len(of))]
        return pl.Series(
            [None if value is None else f"{world}-{value}" for world, value in zip(of, picked, strict=True)]
        )

    shown, clicked, bought = (np.repeat(np.arange(worlds), draw.integers(1, most, worlds)) for most in (9, 9, 13))
    ids, people = [f"i{at}" for at in range(4)], [*PEOPLE, None]
    return {
        "impressions": pl.DataFrame(
            {
                "impression_id": column(shown, [*ids]),
                "user_id": column(shown, people),
                "device": column(shown, ["d0", "d1"]),
            }
        ),
        "clicks": pl.DataFrame({"impression_id": column(clicked, [*ids]), "user_id": column(clicked, people)}),
        "conversions": pl.DataFrame(
            {
                "impression_id": column(bought, [*ids]),
                "user_id": column(bought, people),
                "kind": draw.choice(["order", "refund"], len(bought)),
                "revenue_micros": draw.integers(-5, 6, len(bought)),
            }
        ),
    }


def exact(tables: dict[str, pl.DataFrame], limit: int, measures: list[Measured], seed: int) -> pl.DataFrame:
    """Exact figures by device, the rows of every table in an order of their own."""
    with duckdb.connect(config={"threads": 1}) as db:
        db.execute("SET VARIABLE salt = 'salt'")
        for name, rows in tables.items():
            db.register(name, rows.sample(fraction=1, shuffle=True, seed=seed).to_arrow())
        bounded = bounded_sql(private_rows("impressions", "user_id", OUTCOMES), limit)
        sql, _ = aggregate_sql(f"({bounded})", None, ["device"], measures)
        found = pl.from_arrow(db.sql(sql).to_arrow_table())
        assert isinstance(found, pl.DataFrame)
        return found


def test_outcomes_that_name_other_people_move_no_answer_beyond_the_bound() -> None:
    limit = 2
    measures = [Measured("count"), Measured("sum", "click"), Measured("sum", "order", 0, 2)]
    measures.append(Measured("sum", "revenue_micros", -4, 4))
    tables = small_worlds(np.random.default_rng(3), 4_000)
    whole, named = exact(tables, limit, measures, 0), [f"__m{at}" for at in range(len(measures))]
    most = np.zeros(len(measures), dtype=np.int64)
    for seed, person in enumerate(PEOPLE, start=1):
        others = pl.col("user_id").is_null() | ~pl.col("user_id").str.ends_with(f"-{person}")
        without = exact({name: rows.filter(others) for name, rows in tables.items()}, limit, measures, seed)
        joined = whole.join(without, on="device", how="full", coalesce=True, suffix="_without")
        moved = [(pl.col(name).fill_null(0) - pl.col(f"{name}_without").fill_null(0)).abs() for name in named]
        world = pl.col("device").str.split("-").list.first()
        reached = joined.group_by(world).agg(
            pl.sum_horizontal(one).sum().alias(n) for n, one in zip(named, moved, strict=True)
        )
        most = np.maximum(most, reached.select(pl.col(named).max()).to_numpy()[0])
    assert list(most) == [one.sensitivity(limit, 2).l1 for one in measures], "the bound holds and is attained"


def test_an_order_counts_for_the_impression_of_its_own_buyer(make_shop: Callable[..., Store]) -> None:
    shown = {"impression_id": ["i1", "i2", "i3"], "user_id": [f"{at:032x}" for at in (1, 2, 3)]}
    bought = {
        "impression_id": ["i1", "i2", "i3", "i3"],
        "user_id": [f"{at:032x}" for at in (9, 2, 3, 9)],
        "ts": [datetime(2026, 3, 2, hour) for hour in range(4)],  # the store keeps UTC without a zone
        "revenue_micros": [7, 7, 7, 7],
        "kind": ["order"] * 4,
    }
    impressions, conversions = pl.DataFrame(shown), pl.DataFrame(bought)
    store = make_shop("buyers", impressions=impressions, conversions=conversions)
    rows = private_rows("impressions", "user_id", {name: store.columns(name) for name in store.tables})
    with store.connect() as connection:
        connection.execute("SET VARIABLE salt = 'salt'")
        found = connection.sql(bounded_sql(rows, 5)).pl()
    assert sorted(found["order"]) == [0, 1, 1]
    assert found["revenue_micros"].sum() == 14


def test_names_that_differ_in_case_alone_are_one_name() -> None:
    impressions = own("impression_id user_id Impression_ID USER_ID Mood mood device Day") | {
        "ts": "TIMESTAMP",
        "Click": "BIGINT",
        "ORDER": "BIGINT",
        "Revenue_Micros": "BIGINT",
    }
    rows = private_rows("impressions", "user_id", {**OUTCOMES, "impressions": impressions})
    assert list(rows.columns) == ["device", "ts", "day", "hour", "click", "order", "revenue_micros"]
    assert rows.columns["day"] == "DATE"
