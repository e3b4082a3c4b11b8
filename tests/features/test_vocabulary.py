"""Codes and standardised numbers, from the training rows and from nothing else."""

import numpy as np
import polars as pl
import pytest

from workbench.errors import DataError, InputError
from workbench.features.fields import FeatureSpec, Field
from workbench.features.vocabulary import Vocabulary, learn_vocabulary

SPEC = FeatureSpec(
    (
        Field("price", "numeric", "ad", "ads", "price"),
        Field("device", "categorical", "context", "impressions", "device"),
        Field("geo", "categorical", "context", "impressions", "geo"),
    ),
    {},
)
TRAIN = pl.DataFrame(
    {
        "price": [1.0, 2.0, 3.0, None, 6.0, float("nan")],
        "device": ["phone", "phone", "tablet", "phone", "tablet", "fridge"],
        "geo": ["n", "s", "s", None, "s", "n"],
    }
)


def vocabulary(**options: int) -> Vocabulary:
    return learn_vocabulary(TRAIN, SPEC, **{"least_rows": 2, **options})


def test_categories_are_ordered_by_frequency_and_rare_ones_are_unknown() -> None:
    assert vocabulary().categories == {"device": ("phone", "tablet"), "geo": ("s", "n")}
    assert vocabulary(most_values=1).categories == {"device": ("phone",), "geo": ("s",)}


def test_codes_have_the_offset_of_their_field() -> None:
    learnt = vocabulary()
    encoded = learnt.encode(TRAIN)
    assert learnt.sizes == (3, 3)
    assert learnt.offsets.tolist() == [0, 3]
    assert encoded.categorical.dtype == np.int32
    assert encoded.categorical.tolist() == [[1, 5], [1, 4], [2, 4], [1, 3], [2, 4], [0, 5]]
    assert learnt.order == (2, 0, 1)


def test_numbers_are_standardised_over_those_known_and_missing_ones_marked() -> None:
    encoded = vocabulary().encode(TRAIN)
    known = np.array([1.0, 2.0, 3.0, 6.0])
    assert encoded.missing[:, 0].tolist() == [False, False, False, True, False, True]
    assert encoded.numeric[[0, 1, 2, 4], 0] == pytest.approx((known - known.mean()) / known.std(), abs=1e-6)
    assert encoded.numeric[[3, 5], 0].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan"), None])
def test_numbers_that_are_none_are_missing(value: float | None) -> None:
    row = pl.DataFrame({"price": [value], "device": ["phone"], "geo": ["n"]}, schema_overrides={"price": pl.Float64})
    encoded = vocabulary().encode(row)
    assert encoded.missing.item()
    assert encoded.numeric.item() == 0.0


def test_a_slip_of_the_log_counts_as_far_out_and_no_farther() -> None:
    row = pl.DataFrame({"price": [1e300], "device": ["phone"], "geo": ["n"]})
    assert vocabulary().encode(row).numeric.item() == 10.0


def test_unseen_categories_are_unknown() -> None:
    row = pl.DataFrame({"price": [1.0], "device": ["toaster"], "geo": [None]}, schema_overrides={"geo": pl.String})
    assert vocabulary().encode(row).categorical.tolist() == [[0, 3]]


def test_a_constant_number_and_an_absent_one_stay_finite() -> None:
    train = TRAIN.with_columns(price=pl.lit(None, dtype=pl.Float64))
    learnt = learn_vocabulary(train, SPEC, least_rows=2)
    assert np.isfinite(learnt.encode(TRAIN).numeric).all()
    same = learn_vocabulary(TRAIN.with_columns(price=pl.lit(4)), SPEC, least_rows=2)
    assert same.encode(TRAIN.with_columns(price=pl.lit(4))).numeric.tolist() == [[0.0]] * 6


def test_whole_numbers_may_stand_for_their_text() -> None:
    spec = FeatureSpec((Field("position", "categorical", "context", "impressions", "position"),), {})
    learnt = learn_vocabulary(pl.DataFrame({"position": ["1", "2", "1", "2"]}), spec, least_rows=1)
    assert learnt.encode(pl.DataFrame({"position": [2, 1]})).categorical.tolist() == [[2], [1]]


def test_columns_that_are_not_there_are_named_with_the_nearest() -> None:
    with pytest.raises(InputError, match=r"lack the columns device.*'device' may be the column 'devise'"):
        vocabulary().encode(TRAIN.rename({"device": "devise"}))


def test_text_where_a_number_should_be_is_named_without_showing_it() -> None:
    with pytest.raises(DataError, match="column 'price' is of type String, must be a number") as refused:
        vocabulary().encode(TRAIN.with_columns(price=pl.lit("dear")))
    assert "dear" not in str(refused.value)


def test_what_is_written_is_read_back() -> None:
    learnt = vocabulary()
    assert Vocabulary.from_json(SPEC, learnt.to_json()) == learnt


def test_codes_are_dense_and_every_value_of_a_large_field_has_its_own() -> None:
    values = [f"v{number % 5000}" for number in range(50_000)]
    spec = FeatureSpec((Field("id", "categorical", "ad", "impressions", "id"),), {})
    rows = pl.DataFrame({"id": values})
    codes = learn_vocabulary(rows, spec).encode(rows).categorical[:, 0]
    assert sorted(set(codes.tolist())) == list(range(1, 5001))
    assert rows.with_columns(code=codes).n_unique() == 5000
