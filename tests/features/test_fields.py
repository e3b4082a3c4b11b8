"""The spec: one line changes it, mistakes are named, and what is written is read back."""

import polars as pl
import pytest

from workbench.errors import InputError, UnknownNameError
from workbench.features.fields import FeatureSpec, Field

DEVICE = Field("device", "categorical", "context", "impressions", "device")
AGE = Field("age", "numeric", "user", "users", "age")


def test_a_field_is_left_out_by_name_and_the_spec_says_so() -> None:
    spec = FeatureSpec((DEVICE, AGE), {}).without("age")
    assert spec.names == ("device",)
    assert spec.left_out == {"age": "left out by request"}


def test_a_field_is_added_at_the_end_or_replaced_in_its_place() -> None:
    spec = FeatureSpec((DEVICE, AGE), {"geo": "one value only"})
    geo = Field("geo", "categorical", "context", "impressions", "geo")
    assert spec.with_field(geo).names == ("device", "age", "geo")
    assert spec.with_field(geo).left_out == {}
    numeric = Field("device", "numeric", "context", "impressions", "device")
    assert spec.with_field(numeric).fields == (numeric, AGE)


def test_an_unknown_field_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'device'"):
        FeatureSpec((DEVICE, AGE), {}).without("devise")


def test_a_spec_without_fields_or_with_one_name_twice_is_refused() -> None:
    with pytest.raises(InputError, match="must be at least 1"):
        FeatureSpec((DEVICE,), {}).without("device")
    with pytest.raises(InputError, match="named twice: device"):
        FeatureSpec((DEVICE, DEVICE), {})


@pytest.mark.parametrize("wrong", [{"kind": "text"}, {"source": "advertiser"}, {"part": "minute"}])
def test_a_field_of_no_kind_source_or_part_is_refused(wrong: dict[str, str]) -> None:
    given = {"name": "x", "kind": "numeric", "source": "ad", "table": "ads", "column": "x", **wrong}
    with pytest.raises(UnknownNameError, match="must be one of"):
        Field(**given)


def test_what_is_written_is_read_back() -> None:
    hour = Field("hour", "categorical", "context", "impressions", "ts", part="hour")
    spec = FeatureSpec((hour, AGE), {"policy": "part of the decision"})
    assert FeatureSpec.from_json(spec.to_json()) == spec


def test_it_shows_itself() -> None:
    spec = FeatureSpec((DEVICE, AGE), {"<b>": "one value only"})
    assert spec.to_polars()["source"].to_list() == ["context", "user"]
    assert isinstance(spec.to_polars(), pl.DataFrame)
    assert "&lt;b&gt;" in spec._repr_html_()
    assert "users.age" in spec._repr_html_()
