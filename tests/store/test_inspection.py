"""What files look like before anybody mapped them: kinds, units, and nothing of their cells."""

import gzip
import re
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from workbench.errors import DataError
from workbench.store.inspection import ColumnLook, first_cells, inspect_file, kinds, unmapped_input
from workbench.store.masking import masked_samples
from workbench.store.pseudonyms import PseudonymKey
from workbench.store.suggestion import suggest

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
        opened.execute('CREATE TABLE "my.log" AS SELECT 1 AS id, 2 AS b, 3 AS c')
    looks = inspect_file(tmp_path / "log.duckdb")
    found = {look.table: (look.rows, len(look.columns)) for look in looks}
    assert found == {"a": (1, 1), "main.my.log": (1, 3), "s.b": (1, 2)}


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
    "first",
    [
        "1,2,shoes",
        "lin@shop.cn,a,b",
        "x,2026-11-27 10:00:00,y",
        "a,13900000000,b",
        "u,0.25,b",
        "王小,138-0013-8000,北京",
        "u,fe80::1,x",
        "Lin Wei,Berlin,phone",
    ],
)
def test_a_file_without_a_header_does_not_show_its_first_row_as_names(tmp_path: Path, first: str) -> None:
    (tmp_path / "log.csv").write_text("\n".join([first] * 3))
    with pytest.raises(DataError, match="seems to have no header") as refused:
        inspect_file(tmp_path / "log.csv")
    assert not any(cell in str(refused.value) for cell in first.split(",") if len(cell) > 3)


def test_names_with_numbers_in_them_are_names(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("C1,2024,feature_10000000,价格,0,ad\n1,a,2,3,x,7\n2,b,1,3,y,ad\n")
    assert list(columns(tmp_path / "log.csv")) == ["C1", "2024", "feature_10000000", "价格", "0", "ad"]


def test_a_stray_word_does_not_change_what_a_column_is(tmp_path: Path) -> None:
    rows = [f"2026-11-27 10:00:{n % 60:02d},{n % 2},{n}" for n in range(60)]
    (tmp_path / "log.csv").write_text("\n".join(["time,clk,n", *rows, "NULL,NA,7", "Total,,30"]))
    (look,) = inspect_file(tmp_path / "log.csv")
    assert [column.kind for column in look.columns] == ["time", "flag", "whole"]
    assert look.missing == ("NULL", "NA")


@pytest.mark.parametrize(("yes", "no"), [("true", "false"), ("True", "False"), ("TRUE", "FALSE")])
def test_true_and_false_are_a_flag(tmp_path: Path, yes: str, no: str) -> None:
    (tmp_path / "log.csv").write_text(f"ad,clk\n1,{yes}\n2,{no}\n")
    found = columns(tmp_path / "log.csv")["clk"]
    assert (found.kind, found.unit, found.ones) == ("flag", "true", 0.5)


@pytest.mark.parametrize(
    ("cell", "format"),
    [("27/11/2026 10:00", "%d/%m/%Y %H:%M"), ("11/27/2026 10:00:01", "%m/%d/%Y %H:%M:%S"), ("27.11.2026", "%d.%m.%Y")],
)
def test_dates_of_spreadsheets_are_times(tmp_path: Path, cell: str, format: str) -> None:
    (tmp_path / "log.csv").write_text(f"at,n\n{cell},1\n{cell},2\n")
    found = columns(tmp_path / "log.csv")["at"]
    assert (found.kind, found.unit) == ("time", format)


@pytest.mark.parametrize("name", ["times", "*", "^.*$", "cell", "c0", "rows"])
def test_any_name_will_do(tmp_path: Path, name: str) -> None:
    (tmp_path / "log.csv").write_text(f"{name},ad\nx,1\ny,2\n")
    assert list(columns(tmp_path / "log.csv")) == [name, "ad"]
    choice = suggest(inspect_file(tmp_path / "log.csv"))
    cells = first_cells(unmapped_input(tmp_path / "log.csv"))
    assert list(masked_samples(cells, choice, PseudonymKey(bytes(32)))) == [name, "ad"]
