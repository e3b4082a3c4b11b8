"""What files look like before anybody mapped them: kinds, units, and nothing of their cells."""

import gzip
import re
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from workbench.errors import DataError
from workbench.store.inspection import ColumnLook, inspect_file, kinds

LINES = [
    f"{n},{n % 2},{n}.5,2026-11-27 10:00:{n % 60:02d},{'phone' if n % 3 else 'pc'},note {n},0{n}," for n in range(40)
]


def columns(path: Path) -> dict[str, ColumnLook]:
    (look,) = inspect_file(path)
    return {column.name: column for column in look.columns}


def test_each_column_is_told_by_its_cells(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("\n".join(["id,click,bid,at,device,note,code,gone", *LINES]))
    found = columns(tmp_path / "log.csv")
    assert {name: look.kind for name, look in found.items()} == {
        "id": "whole",
        "click": "flag",
        "bid": "number",
        "at": "time",
        "device": "category",
        "note": "text",
        "code": "text",
        "gone": "empty",
    }
    assert (found["id"].unique, found["click"].unique) == (True, False)
    assert found["click"].ones == 0.5
    assert (found["gone"].nulls, found["gone"].distinct) == (1.0, 0)


@pytest.mark.parametrize(
    ("cell", "unit"),
    [
        ("1764234000", "s"),
        ("1764234000123", "ms"),
        ("1764234000123456", "us"),
        ("20261127", "%Y%m%d"),
        ("26112709", "%y%m%d%H"),
        ("2026112709", "%Y%m%d%H"),
        ("20261127093000", "%Y%m%d%H%M%S"),
        ("12345", ""),
        ("20261350", ""),
    ],
)
def test_numbers_that_are_times_say_how_they_are_written(tmp_path: Path, cell: str, unit: str) -> None:
    (tmp_path / "log.csv").write_text(f"at,n\n{cell},1\n{cell},2\n")
    assert columns(tmp_path / "log.csv")["at"].unit == unit


def test_all_formats_look_the_same(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"id": [1, 2, 3], "at": [datetime(2026, 11, 27)] * 3, "click": [0, 1, 0], "note": ["x", "y", "z"]}
    )
    frame.write_csv(tmp_path / "log.csv")
    frame.write_csv(tmp_path / "log.tsv", separator="\t")
    frame.write_ndjson(tmp_path / "log.jsonl")
    frame.write_parquet(tmp_path / "log.parquet")
    (tmp_path / "log.csv.gz").write_bytes(gzip.compress((tmp_path / "log.csv").read_bytes()))
    with duckdb.connect(tmp_path / "log.duckdb") as opened:
        opened.execute("CREATE TABLE events AS SELECT * FROM frame")
    found = {path.name: columns(path) for path in sorted(tmp_path.glob("log.*"))}
    assert len(found) == 6
    assert len({tuple((look.name, look.kind) for look in looks.values()) for looks in found.values()}) == 1


def test_a_database_has_a_look_for_each_table(tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / "log.duckdb") as opened:
        opened.execute("CREATE TABLE a AS SELECT 1 AS id; CREATE SCHEMA s; CREATE TABLE s.b AS SELECT 2 AS id, 3 AS n")
    looks = inspect_file(tmp_path / "log.duckdb")
    assert [(look.table, look.rows, len(look.columns)) for look in looks] == [("a", 1, 1), ("s.b", 1, 2)]


def test_files_with_the_same_columns_are_of_one_kind(tmp_path: Path) -> None:
    for name, head in (("1.csv", "a,b"), ("2.csv", "a,b"), ("3.csv", "a,c")):
        (tmp_path / name).write_text(f"{head}\n1,2\n")
    looks = [look for path in sorted(tmp_path.iterdir()) for look in inspect_file(path)]
    assert [[look.path.name for look in kind] for kind in kinds(looks)] == [["1.csv", "2.csv"], ["3.csv"]]


def test_only_the_first_rows_are_read(tmp_path: Path) -> None:
    rows = "".join(f"{n},{n}\n" for n in range(50_000))
    (tmp_path / "log.csv").write_text(f"a,b\n{rows}not,a,row\n")
    (look,) = inspect_file(tmp_path / "log.csv")
    assert look.rows == 1_000
    assert look.expected == pytest.approx(50_000, rel=0.1)


def test_five_hundred_columns_are_looked_at(tmp_path: Path) -> None:
    head = ",".join(f"c{n}" for n in range(500))
    row = ",".join("1.5" for _ in range(500))
    (tmp_path / "wide.csv").write_text("\n".join([head, *[row] * 100]))
    assert {look.kind for look in columns(tmp_path / "wide.csv").values()} == {"number"}


def test_what_is_not_a_log_is_refused_without_its_cells(tmp_path: Path) -> None:
    cell = "alice@shop.com"
    (tmp_path / "log.parquet").write_text(f"id\n{cell}\n")
    (tmp_path / "log.csv").write_text(f'id,note\n1,"{cell}\n2,x\n')
    for name, said in (
        ("log.parquet", "not a Parquet file"),
        ("log.csv", "never closed"),
        ("none.csv", "is not there"),
    ):
        with pytest.raises(DataError, match=said) as refused:
            inspect_file(tmp_path / name)
        assert not re.search("alice", str(refused.value))


@pytest.mark.parametrize(
    "first", ["1,2,shoes", "lin@shop.cn,a,b", "x,2026-11-27 10:00:00,y", "a,13900000000,b", "u,0.25,b"]
)
def test_a_file_without_a_header_does_not_show_its_first_row_as_names(tmp_path: Path, first: str) -> None:
    (tmp_path / "log.csv").write_text("\n".join([first] * 3))
    with pytest.raises(DataError, match="seems to have no header") as refused:
        inspect_file(tmp_path / "log.csv")
    assert not any(cell in str(refused.value) for cell in first.split(",") if len(cell) > 3)


def test_names_with_numbers_in_them_are_names(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("C1,2024,feature_10,价格\n1,a,2,3\n")
    assert list(columns(tmp_path / "log.csv")) == ["C1", "2024", "feature_10", "价格"]
