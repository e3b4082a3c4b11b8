"""Moments out of a store: against sums by hand, against Polars, and where a log is incomplete."""

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from workbench.errors import InputError
from workbench.evaluation import filling
from workbench.evaluation.filling import currency_of, fill
from workbench.evaluation.moments import Moments
from workbench.evaluation.segments import find_keys
from workbench.store.store import Store

Tables = dict[str, pl.DataFrame]


def test_sums_equal_those_by_hand(write_store: Callable[..., Store], tables: Tables) -> None:
    store = write_store(**tables)
    first, second = fill(store, find_keys(store, "campaign_id"))
    assert (first.keys, second.keys) == (("c1",), ("c2",))
    assert dict(zip(first.moments.names, first.moments.sums, strict=True)) == {
        "impressions": 6,
        "clicks": 3,
        "converted": 3,
        "conversions": 3,
        "cost": 600_000,
        "revenue": 32_000_000,
    }
    # u1 saw 3 and clicked 2, u2 saw 2 and clicked 1, u3 saw 1.
    assert first.moments.count == 3
    assert first.moments.product("impressions", "clicks") == 3 * 2 + 2 * 1
    assert first.moments.product("revenue", "revenue") == 26e6**2 + 6e6**2
    assert second.moments.sum("clicks") == 0


def test_moments_equal_those_of_polars_on_the_demo(demo_store: Store) -> None:
    (group,) = fill(demo_store, ())
    impressions, clicks = demo_store.lazy("impressions"), demo_store.lazy("clicks")
    users = (
        impressions.join(clicks.select("impression_id", click=1), on="impression_id", how="left")
        .group_by(pl.coalesce("user_id", "impression_id"))
        .agg(pl.len().alias("impressions"), pl.col("click").sum(), pl.col("cost_micros").cast(pl.Int64).sum())
        .collect()
    )
    names = {"impressions": "impressions", "clicks": "click", "cost": "cost_micros"}
    expected = Moments.of("user", {name: users[column].to_numpy() for name, column in names.items()})
    assert group.moments.count == expected.count
    for one in names:
        assert group.moments.sum(one) == expected.sum(one)
        for other in names:
            assert group.moments.product(one, other) == pytest.approx(expected.product(one, other), rel=1e-12)


def test_large_sums_of_money_do_not_wrap(write_store: Callable[..., Store]) -> None:
    rows, price = 1_000, 9_000_000_000_000_000  # Their sum, 9e18, is past what 32 bits and float32 can hold.
    store = write_store(
        impressions=pl.DataFrame(
            {
                "impression_id": [str(row) for row in range(rows)],
                "user_id": ["u"] * rows,
                "ts": [datetime(2026, 1, 1, tzinfo=UTC)] * rows,
                "cost_micros": [price] * rows,
            }
        )
    )
    (group,) = fill(store, ())
    assert group.moments.sum("cost") == rows * price


def test_impressions_without_a_user_count_alone(write_store: Callable[..., Store], tables: Tables) -> None:
    some = tables["impressions"].with_columns(
        user_id=pl.when(pl.col.user_id == "u1").then(None).otherwise(pl.col.user_id)
    )
    (group,) = fill(write_store(impressions=some), ())
    assert (group.moments.unit, group.moments.count) == ("user", 3 + 3)


@pytest.mark.parametrize("absent", [True, False])
def test_a_log_without_users_counts_impressions(
    write_store: Callable[..., Store], tables: Tables, absent: bool
) -> None:
    frame = tables["impressions"].drop("user_id")
    if not absent:
        frame = frame.with_columns(user_id=pl.lit(None, pl.String))
    (group,) = fill(write_store(impressions=frame, clicks=tables["clicks"]), ())
    assert (group.moments.unit, group.moments.count) == ("impression", 9)
    assert group.moments.product("clicks", "clicks") == 3


def test_what_was_not_logged_is_no_measure(write_store: Callable[..., Store], tables: Tables) -> None:
    bare = tables["impressions"].with_columns(cost_micros=pl.lit(None, pl.Int64))
    (group,) = fill(write_store(impressions=bare), ())
    assert group.moments.names == ("impressions",)


def test_unknown_values_form_the_last_group(write_store: Callable[..., Store], tables: Tables) -> None:
    store = write_store(**tables)
    assert [group.keys for group in fill(store, find_keys(store, ["device"]))] == [("desktop",), ("phone",), (None,)]
    # u4 has no profile.
    assert [group.keys for group in fill(store, find_keys(store, ["interest"]))] == [("shoes",), ("toys",), (None,)]


def test_choosing_no_impression_leaves_one_empty_group(write_store: Callable[..., Store], tables: Tables) -> None:
    store = write_store(**tables)
    (group,) = fill(store, (), where="impressions.device = 'tv'")
    assert group.moments.count == 0
    np.testing.assert_array_equal(group.moments.sums, 0)
    assert fill(store, find_keys(store, "device"), where="impressions.device = 'tv'") == []


def test_too_many_groups_are_refused(
    write_store: Callable[..., Store], tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "MOST_GROUPS", 2)
    store = write_store(**tables)
    with pytest.raises(InputError, match="by == ad_id gives more than 2 groups"):
        fill(store, find_keys(store, "ad_id"))


def test_several_currencies_are_not_added_up(write_store: Callable[..., Store], tables: Tables) -> None:
    mixed = tables["campaigns"].with_columns(currency=pl.Series(["EUR", "CNY"]))
    store = write_store(**(tables | {"campaigns": mixed}))
    with pytest.raises(InputError, match=r"by=\('currency', 'day',\)"):
        currency_of(store, ("day",))
    assert currency_of(store, ("currency",)) == ""
