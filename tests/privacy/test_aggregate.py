"""Exact answers against a second computation, and at the ends of 64 bits."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from workbench.errors import DataError
from workbench.privacy.aggregate import exact_cells
from workbench.privacy.keys import PublicKeys
from workbench.privacy.measures import Measured
from workbench.privacy.noise import LARGEST
from workbench.privacy.where import parse_where
from workbench.store.public import PublicDomain

DAYS = tuple(date(2026, 3, 2) + timedelta(days=at) for at in range(4))
KEYS = PublicKeys((PublicDomain("devices", "device", ("tv", "phone")), PublicDomain("calendar", "day", DAYS)))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    draw = np.random.default_rng(2)
    frame = pl.DataFrame(
        {
            "__unit": draw.integers(0, 20, 500).astype(np.uint64),
            "device": draw.choice(["phone", "tv", "watch"], 500),
            "day": [DAYS[at] if at < 3 else None for at in draw.integers(0, 4, 500)],
            "spend": [None if at % 7 == 0 else int(at) for at in draw.integers(-50, 50, 500)],
            "slot": draw.integers(0, 3, 500).astype(np.int32),
            "seen": draw.choice([True, False], 500),
        }
    )
    frame.write_parquet(tmp_path / "t.parquet")
    return tmp_path / "t.parquet"


def test_cells_equal_a_second_computation(table: Path) -> None:
    measures = [Measured("count"), Measured("sum", "spend", -10, 30), Measured("count_users")]
    where = parse_where("spend <> 3 OR spend IS NULL", {"spend": "BIGINT"})
    rows = pl.read_parquet(table).filter((pl.col("spend") != 3) | pl.col("spend").is_null())
    for asked in (measures, measures[:2]):
        got = exact_cells(table, where, KEYS, asked)
        for cell, (device, day) in enumerate(KEYS.combinations()):
            here = rows.filter((pl.col("device") == device) & (pl.col("day") == day))
            truth = [here.height, here["spend"].clip(-10, 30).fill_null(0).sum(), here["__unit"].n_unique()]
            assert [int(array[cell]) for array in got] == truth[: len(asked)]
    assert got[0][3] == 0, "a cell without rows is there and holds 0"


def test_whole_numbers_truth_values_and_totals_make_cells(table: Path) -> None:
    rows = pl.read_parquet(table)
    slots = PublicKeys((PublicDomain("slots", "slot", (2, 0)),))
    assert exact_cells(table, None, slots, [Measured("count")])[0].tolist() == [
        rows.filter(slot=2).height,
        rows.filter(slot=0).height,
    ]
    seen = PublicKeys((PublicDomain("seen", "seen", ("true", "false")),))
    assert exact_cells(table, None, seen, [Measured("count")])[0].tolist() == [
        rows.filter(seen=True).height,
        rows.filter(seen=False).height,
    ]
    assert exact_cells(table, None, PublicKeys(), [Measured("count_users")])[0].tolist() == [20]


def test_a_condition_nobody_meets_gives_zeros(table: Path) -> None:
    never = parse_where("device = 'none'", {"device": "VARCHAR"})
    for keys in (KEYS, PublicKeys()):
        for array in exact_cells(
            table, never, keys, [Measured("count"), Measured("sum", "spend", 1, 2), Measured("count_users")]
        ):
            assert array.tolist() == [0] * keys.cells


def test_sums_beyond_62_bits_are_held(tmp_path: Path) -> None:
    frame = pl.DataFrame({"__unit": [1, 2, 3], "spend": [2**61, 2**61, 2**61]}, schema_overrides={"__unit": pl.UInt64})
    frame.write_parquet(tmp_path / "t.parquet")
    (total,) = exact_cells(tmp_path / "t.parquet", None, PublicKeys(), [Measured("sum", "spend", 0, 2**62)])
    assert total.tolist() == [LARGEST]


def test_a_damaged_table_is_named_without_its_content(tmp_path: Path) -> None:
    (tmp_path / "t.parquet").write_bytes(b"alice@shop.com")
    with pytest.raises(DataError) as caught:
        exact_cells(tmp_path / "t.parquet", None, PublicKeys(), [Measured("count")])
    assert "alice" not in str(caught.value)
    with pytest.raises(FileNotFoundError):
        exact_cells(tmp_path / "gone.parquet", None, PublicKeys(), [Measured("count")])
