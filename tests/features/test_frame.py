"""The joined rows, held against a log small enough to be read by eye."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest

from workbench.errors import DataError, InputError, UnknownNameError
from workbench.features.fields import FeatureSpec, Field
from workbench.features.frame import frame, joined_rows
from workbench.features.spec import infer_spec
from workbench.store.policy import read_policy
from workbench.store.store import Store

Tables = dict[str, pl.DataFrame]
StoreOf = Callable[[Tables], Store]


def test_rows_are_joined_in_order_of_time(tables: Tables, store_of: StoreOf) -> None:
    shuffled = tables | {"impressions": tables["impressions"].sample(fraction=1.0, shuffle=True, seed=1)}
    store = store_of(shuffled)
    rows = frame(store, infer_spec(store))
    assert rows["impression_id"].to_list() == [f"i{number:02}" for number in range(12)]
    assert rows.columns[:3] == ["impression_id", "ts", "label"]
    assert rows["category"].to_list() == ["shoes", "books", "shoes"] * 4
    assert rows["price_micros"].to_list() == [59e6, 12e6, 59e6] * 4
    assert rows["hour"].to_list() == [str(number) for number in range(12)]
    assert rows["weekday"].to_list()[:5] == ["1", "3", "5", "7", "2"]
    assert {rows.schema[field.name] for field in infer_spec(store).of_kind("categorical")} == {pl.String}


def test_labels_are_clicks_or_orders(tables: Tables, store_of: StoreOf) -> None:
    store = store_of(tables)
    spec = infer_spec(store)
    clicked = frame(store, spec).filter("label")["impression_id"].to_list()
    ordered = frame(store, spec, "order").filter("label")["impression_id"].to_list()
    assert (clicked, ordered) == (["i01", "i05"], ["i05"])


def test_the_profile_of_people_without_consent_reads_as_missing(tables: Tables, store_of: StoreOf) -> None:
    store = store_of(tables)
    rows = joined_rows(store, infer_spec(store).fields)
    # By turns: consented, refused, never asked, unknown to the users table.
    assert rows["trainable"].to_list() == [True, False, False, False] * 3
    assert rows["city"].to_list() == ["Ulm", None, None, None] * 3
    assert rows["age"].to_list() == [31.0, None, None, None] * 3
    assert rows["device"].null_count() == 0


def test_the_policy_decides_what_consent_is_asked_for(
    tables: Tables, store_of: StoreOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = store_of(tables)
    policy = read_policy()
    open_to_all = replace(
        policy, without_consent=replace(policy.without_consent, profile=True, personalised_training=True)
    )
    monkeypatch.setattr("workbench.features.frame.read_policy", lambda: open_to_all)
    rows = joined_rows(store, infer_spec(store).fields)
    assert rows["trainable"].all()
    assert rows["city"].to_list() == ["Ulm", "Bonn", "Kiel", None] * 3


def test_where_nobody_is_known_nobody_needs_to_consent(tables: Tables, store_of: StoreOf) -> None:
    store = store_of({"impressions": tables["impressions"].drop("user_id"), "clicks": tables["clicks"]})
    rows = joined_rows(store, infer_spec(store).fields)
    assert rows["trainable"].all()
    assert rows["person"].null_count() == len(rows)


def test_people_are_grouped_without_being_named(tables: Tables, store_of: StoreOf) -> None:
    store = store_of(tables)
    rows = joined_rows(store, ())
    assert rows["person"].n_unique() == 4
    assert "user_id" not in rows.columns


def test_ids_are_taken_in_their_order(tables: Tables, store_of: StoreOf) -> None:
    store = store_of(tables)
    assert frame(store, infer_spec(store), ids=["i07", "i02"])["impression_id"].to_list() == ["i07", "i02"]


def test_without_timestamps_the_order_of_the_file_stands(tables: Tables, store_of: StoreOf) -> None:
    impressions = tables["impressions"].drop("ts").reverse()
    store = store_of({"impressions": impressions, "clicks": tables["clicks"]})
    rows = frame(store, infer_spec(store))
    assert rows["impression_id"].to_list() == impressions["impression_id"].to_list()
    assert rows["ts"].null_count() == 12


def test_later_events_leave_earlier_rows_as_they_are(tables: Tables, store_of: StoreOf) -> None:
    store = store_of(tables)
    before = frame(store, infer_spec(store))
    late = pl.DataFrame({"impression_id": ["i11"], "ts": [before["ts"][11] + timedelta(hours=1)]})
    after = frame(store.write({"clicks": late}, source="test"), infer_spec(store))
    assert after.head(11).equals(before.head(11))
    assert after["label"].sum() == before["label"].sum() + 1


def test_ids_the_store_does_not_hold_are_counted_not_named(tables: Tables, store_of: StoreOf) -> None:
    store = store_of(tables)
    with pytest.raises(InputError, match="1 of 2 ids are not in the store") as refused:
        frame(store, infer_spec(store), ids=["i01", "secret"])
    assert "secret" not in str(refused.value)


def test_a_target_that_is_none_is_refused_with_the_nearest(tables: Tables, store_of: StoreOf) -> None:
    store = store_of(tables)
    with pytest.raises(UnknownNameError, match="did you mean 'click'"):
        frame(store, infer_spec(store), "clicks")


def test_a_target_whose_table_is_not_there_is_refused(tables: Tables, store_of: StoreOf) -> None:
    store = store_of({"impressions": tables["impressions"]})
    with pytest.raises(DataError, match=r"needs the table 'clicks'.*load it first"):
        frame(store, infer_spec(store))


def test_a_field_whose_column_is_not_there_is_named(tables: Tables, store_of: StoreOf) -> None:
    store = store_of(tables)
    absent = FeatureSpec((Field("tier", "categorical", "user", "users", "tier"),), {})
    with pytest.raises(DataError, match=r"'tier' needs the column users.tier.*spec.without"):
        frame(store, absent)


def test_text_where_a_number_should_be_is_refused_without_showing_it(tables: Tables, store_of: StoreOf) -> None:
    store = store_of(tables)
    wrong = infer_spec(store).with_field(Field("device", "numeric", "context", "impressions", "device"))
    with pytest.raises(DataError, match="numeric fields hold numbers") as refused:
        frame(store, wrong)
    assert "phone" not in str(refused.value)


def test_a_wrong_number_far_down_the_log_is_refused_without_showing_it(store_of: StoreOf) -> None:
    rows = 250_000  # The first batches are read by then, and what is raised is Arrow's.
    amounts = pl.Series("amount", ["1.5"]).extend_constant("1.5", rows - 2).append(pl.Series(["ana@example.org"]))
    ids = pl.select(impression_id="imp-" + pl.int_range(rows).cast(pl.String))
    store = store_of({"impressions": ids.with_columns(amounts), "clicks": ids.head(1)})
    wrong = FeatureSpec((Field("amount", "numeric", "context", "impressions", "amount"),), {})
    with pytest.raises(DataError, match="numeric fields hold numbers") as refused:
        frame(store, wrong)
    assert refused.value.__context__ is None
    assert "ana@" not in str(refused.value)
