"""Names to group by: found where they are, refused where they make no sense."""

from collections.abc import Callable

import polars as pl
import pytest

from workbench.errors import DataError, InputError, UnknownNameError
from workbench.evaluation.segments import find_keys, join_tables
from workbench.store.store import Store, create_store

Tables = dict[str, pl.DataFrame]


def test_columns_are_found_from_near_to_far(write_store: Callable[..., Store], tables: Tables) -> None:
    store = write_store(**tables)
    found = find_keys(store, ["device", "category", "name", "interest", "day"])
    assert [key.tables for key in found] == [(), ("ads",), ("ads", "campaigns"), ("users",), ()]
    joins = join_tables(store, found)
    assert joins.index("JOIN ads") < joins.index("JOIN campaigns") < joins.index("JOIN users")


def test_one_name_may_stand_alone(write_store: Callable[..., Store], tables: Tables) -> None:
    assert [key.name for key in find_keys(write_store(**tables), "device")] == ["device"]


@pytest.mark.parametrize(
    ("by", "message"),
    [
        ("devise", "by == 'devise'.*did you mean 'device'"),
        ("user_id", "names a person"),
        (["day", "day"], "names day twice"),
        ("impression_id", "must be one of"),
        ('device" OR 1=1 --', "must be one of"),
    ],
)
def test_other_names_are_refused(
    write_store: Callable[..., Store], tables: Tables, by: str | list[str], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        find_keys(write_store(**tables), by)


def test_unreachable_tables_offer_no_columns(write_store: Callable[..., Store], tables: Tables) -> None:
    store = write_store(impressions=tables["impressions"].drop("ad_id"), ads=tables["ads"])
    with pytest.raises(UnknownNameError, match="by == 'category'"):
        find_keys(store, "category")


def test_a_column_with_a_quote_in_its_name_is_only_a_name(write_store: Callable[..., Store], tables: Tables) -> None:
    odd = 'size "x"'
    store = write_store(impressions=tables["impressions"].with_columns(pl.lit("s").alias(odd)))
    with store.connect() as connection:
        (key,) = find_keys(store, odd)
        assert connection.execute(f"SELECT DISTINCT {key.sql} FROM impressions").fetchall() == [("s",)]


def test_the_campaign_may_come_from_the_ad(write_store: Callable[..., Store], tables: Tables) -> None:
    store = write_store(impressions=tables["impressions"].drop("campaign_id"), ads=tables["ads"])
    (key,) = find_keys(store, "campaign_id")
    assert key.tables == ("ads",)


def test_a_store_without_impressions_says_what_to_do(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(DataError, match="load a log first"):
        find_keys(create_store(tmp_path_factory.mktemp("empty") / "store"), ())
