"""What a row says by itself: derived columns against a second computation."""

import polars as pl
import pytest

from workbench.errors import InputError, UnknownNameError
from workbench.privacy.bounding import bounded_table
from workbench.privacy.private import PrivateStore
from workbench.privacy.rows import private_rows


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
