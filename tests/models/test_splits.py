"""Cuts forward in time that keep moments whole."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from workbench.errors import DataError, InputError
from workbench.models.splits import PARTS, Split, split_forward

START = datetime(2026, 3, 2)


def log_of(hours: list[int | None]) -> pl.DataFrame:
    moments = [None if hour is None else START + timedelta(hours=hour) for hour in hours]
    return pl.DataFrame({"ts": moments}, schema={"ts": pl.Datetime("us")})


@pytest.mark.parametrize("seed", range(5))
def test_each_part_lies_after_the_one_before_and_moments_stay_whole(seed: int) -> None:
    hours = np.sort(np.random.default_rng(seed).integers(0, 40, size=1000)).tolist()
    rows = log_of(hours).with_columns(part=split_forward(log_of(hours)).part(log_of(hours)))
    assert rows.group_by("ts").agg(pl.col("part").n_unique())["part"].max() == 1
    ends = rows.group_by("part").agg(low=pl.col("ts").min(), high=pl.col("ts").max())
    by_part = {row["part"]: row for row in ends.to_dicts()}
    assert by_part["train"]["high"] < by_part["valid"]["low"]
    assert by_part["valid"]["high"] < by_part["test"]["low"]


def test_shares_are_those_asked_for_where_moments_differ() -> None:
    rows = log_of(list(range(1000)))
    counts = split_forward(rows, train=0.6, valid=0.2).part(rows).value_counts().rows()
    assert dict(counts) == {"train": 600, "valid": 200, "test": 200}


def test_without_timestamps_the_file_is_cut_and_says_so() -> None:
    rows = log_of([None] * 100)
    split = split_forward(rows)
    assert split.part(rows).to_list() == ["train"] * 70 + ["valid"] * 15 + ["test"] * 15
    assert "no timestamps" in str(split)


def test_rows_without_a_moment_belong_to_no_part() -> None:
    rows = log_of([None, *range(100), None])
    part = split_forward(rows).part(rows)
    assert part.null_count() == 2


def test_rows_loaded_later_belong_to_no_part() -> None:
    split = split_forward(log_of(list(range(100))))
    assert split.part(log_of([99, 100, 2000])).to_list() == ["test", None, None]


def test_later_rows_and_labels_move_no_earlier_cut() -> None:
    rows = log_of(list(range(100))).with_columns(label=pl.Series([False] * 100))
    shuffled = rows.with_columns(label=pl.Series([False] * 85 + [True] * 15))
    assert split_forward(rows) == split_forward(shuffled)


@pytest.mark.parametrize("hours", [[5] * 100, [5] * 99 + [6], [1] * 50 + [2] * 50])
def test_too_few_moments_are_refused(hours: list[int]) -> None:
    with pytest.raises(DataError, match="too many rows bear one moment"):
        split_forward(log_of(hours))


def test_shares_that_leave_no_test_are_refused() -> None:
    with pytest.raises(InputError, match="must be < 1"):
        split_forward(log_of([1, 2, 3]), train=0.8, valid=0.2)


@pytest.mark.parametrize("hours", [list(range(50)), [None] * 50])
def test_what_is_written_is_read_back(hours: list[int | None]) -> None:
    split = split_forward(log_of(hours))
    assert Split.from_json(split.to_json()) == split
    assert set(split.part(log_of(hours))) == set(PARTS)
