"""What becomes a field: known at the decision, about more than one row, and never a person's name."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from workbench.errors import DataError
from workbench.features.fields import Field
from workbench.features.spec import infer_spec
from workbench.store.store import Store, create_store

Tables = dict[str, pl.DataFrame]
StoreOf = Callable[[Tables], Store]


def test_fields_are_inferred_with_kind_and_source(tables: Tables, store_of: StoreOf) -> None:
    spec = infer_spec(store_of(tables))
    assert {field.name: (field.kind, field.source) for field in spec} == {
        "city": ("categorical", "user"),
        "ad_id": ("categorical", "ad"),
        "category": ("categorical", "ad"),
        "position": ("categorical", "context"),
        "device": ("categorical", "context"),
        "hour": ("categorical", "context"),
        "weekday": ("categorical", "context"),
        "age": ("numeric", "user"),
        "price_micros": ("numeric", "ad"),
        "load_seconds": ("numeric", "context"),
    }
    kinds = [field.kind for field in spec]
    assert kinds == sorted(kinds), "categorical fields stand first"


def test_what_the_policy_decided_and_ids_of_people_are_never_fields(tables: Tables, store_of: StoreOf) -> None:
    left_out = infer_spec(store_of(tables)).left_out
    for column in ("propensity", "policy", "arm", "aa_arm", "cost_micros"):
        assert "decision" in left_out[column]
    assert "person" in left_out["user_id"]
    assert left_out["site"] == "one value only"
    assert left_out["consent_personalised"] == "a permission, not a trait"


def test_a_column_that_says_the_same_as_another_is_left_out(tables: Tables, store_of: StoreOf) -> None:
    assert infer_spec(store_of(tables)).left_out["product_id"] == "says the same as ad_id"


def test_outcomes_and_names_of_rows_are_never_fields(tables: Tables, store_of: StoreOf) -> None:
    rows = 300
    impressions = pl.DataFrame(
        {
            "impression_id": [f"i{number}" for number in range(rows)],
            "ad_id": ["a1", "a2", "a1"] * 100,
            "clicked": [0, 1, 0] * 100,
            "conversion_value": [0.0, 1.5, 2.5] * 100,
            "request": [f"r{number}" for number in range(rows)],
            "floor_price": [number / 7 for number in range(rows)],
        }
    )
    spec = infer_spec(store_of({"ads": tables["ads"], "impressions": impressions}))
    assert "afterwards" in spec.left_out["clicked"]
    assert "afterwards" in spec.left_out["conversion_value"]
    assert "names the row" in spec.left_out["request"]
    assert "floor_price" in spec.names


def test_whole_numbers_are_codes_while_few_and_amounts_when_many(store_of: StoreOf) -> None:
    rows = 200
    impressions = pl.DataFrame(
        {
            "impression_id": [f"i{number}" for number in range(rows)],
            "slots": [number % 5 for number in range(rows)],
            "age_days": list(range(rows)),
        }
    )
    spec = infer_spec(store_of({"impressions": impressions}))
    assert [(field.name, field.kind) for field in spec] == [("slots", "categorical"), ("age_days", "numeric")]


def test_a_log_without_people_ads_or_timestamps_has_a_spec(store_of: StoreOf) -> None:
    impressions = pl.DataFrame(
        {"impression_id": ["i1", "i2", "i3"], "user_feature_0": ["x", "y", "x"], "item_price": [0.5, 1.5, 2.5]}
    )
    spec = infer_spec(store_of({"impressions": impressions}))
    assert [(field.name, field.source) for field in spec] == [("user_feature_0", "user"), ("item_price", "ad")]
    assert "hour" not in spec.left_out


def test_parts_of_time_need_a_log_that_holds_them_twice(tables: Tables, store_of: StoreOf) -> None:
    start = tables["impressions"]["ts"][0]
    week = [start + timedelta(hours=14 * number) for number in range(12)]
    impressions = tables["impressions"].with_columns(ts=pl.Series(week))
    spec = infer_spec(store_of({"impressions": impressions}))
    assert "hour" in spec.names
    assert spec.left_out["weekday"] == "the log spans 6.4 days, fewer than 14"


def test_one_line_overrides(tables: Tables, store_of: StoreOf) -> None:
    spec = infer_spec(store_of(tables))
    amount = Field("position", "numeric", "context", "impressions", "position")
    assert "city" not in spec.without("city").names
    assert amount in spec.with_field(amount).fields


def test_a_store_without_impressions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no impressions.*load a log"):
        infer_spec(create_store(tmp_path / "empty"))


def test_a_store_without_any_usable_column_is_refused(store_of: StoreOf) -> None:
    store = store_of({"impressions": pl.DataFrame({"impression_id": ["i1", "i2"]})})
    with pytest.raises(DataError, match="no column of the store can be a field"):
        infer_spec(store)
