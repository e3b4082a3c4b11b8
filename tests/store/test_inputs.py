"""Bad input: each gets one clear error, and no error shows a cell."""

import gzip
from pathlib import Path

import duckdb
import polars as pl
import pytest

from workbench.errors import DataError, WorkbenchError
from workbench.store.store import Store, create_store

CELL = "alice@shop.com"
MAPPING = {"file": [{"impressions": {"impression_id": "id", "position": "place", "note": "note"}}]}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return create_store(tmp_path_factory.mktemp("inputs") / "shop")


def refusal(store: Store, path: Path, **more: object) -> str:
    with pytest.raises(WorkbenchError) as refused:
        store.load("generic", path, mapping={"file": [{**MAPPING["file"][0], **more}]})
    assert CELL not in str(refused.value)
    assert CELL not in repr(refused.value.__context__)
    assert refused.value.__cause__ is None
    assert store.refresh().version == 0
    assert not (store.folder / "rejected").exists()
    assert not (store.folder / "tables").exists()
    return str(refused.value)


def text(path: Path, content: str) -> Path:
    path.write_text(content)
    return path


def test_a_missing_file(store: Store, tmp_path: Path) -> None:
    assert "is not there: give a file or a folder" in refusal(store, tmp_path / "none.csv")


def test_no_path(store: Store) -> None:
    with pytest.raises(WorkbenchError, match="no path was given"):
        store.load("generic", mapping=MAPPING)


def test_an_empty_file(store: Store, tmp_path: Path) -> None:
    assert "log.csv is empty (0 bytes)" in refusal(store, text(tmp_path / "log.csv", ""))
    assert "nothing but empty lines" in refusal(store, text(tmp_path / "log.csv", "\n\n"))


def test_a_header_alone(store: Store, tmp_path: Path) -> None:
    assert "a header but no rows" in refusal(store, text(tmp_path / "log.csv", "id,place,note\n"))


def test_an_unusual_delimiter_is_guessed_and_named(store: Store, tmp_path: Path) -> None:
    message = refusal(store, text(tmp_path / "log.csv", f"id:place:note\n1:2:{CELL}\n"))
    assert "one column when split at comma, tab, semicolon or |" in message
    assert 'delimiter = ":" by the look of it' in message


def test_a_wrong_delimiter_in_the_mapping_is_named(store: Store, tmp_path: Path) -> None:
    message = refusal(store, text(tmp_path / "log.csv", f"id,place,note\n1,2,{CELL}\n"), delimiter=";")
    assert "one column when split at ;" in message
    assert 'delimiter = ","' in message


def test_a_column_that_is_not_there_is_named_with_the_nearest(store: Store, tmp_path: Path) -> None:
    message = refusal(store, text(tmp_path / "log.csv", f"id,plce,note\n1,2,{CELL}\n"))
    assert "no column 'place' (did you mean 'plce'?)" in message


def test_a_file_without_a_header_does_not_show_its_first_row(store: Store, tmp_path: Path) -> None:
    message = refusal(store, text(tmp_path / "log.csv", f"1,2,{CELL}\n2,3,{CELL}\n"))
    assert "it has 3 columns: correct the mapping, or give the file a header" in message


def test_a_column_named_twice(store: Store, tmp_path: Path) -> None:
    assert "names a column twice (" in refusal(store, text(tmp_path / "log.csv", "id,place,note,id\n1,2,3,4\n"))


def test_a_line_with_too_many_cells(store: Store, tmp_path: Path) -> None:
    rows = "".join(f"{n},1,x\n" for n in range(500))
    message = refusal(store, text(tmp_path / "log.csv", f"id,place,note\n{rows}500,1,{CELL},more\n"))
    assert message.startswith("line 502 of log.csv has another number of cells than the header")


def test_a_quote_that_is_never_closed(store: Store, tmp_path: Path) -> None:
    message = refusal(store, text(tmp_path / "log.csv", f'id,place,note\n1,1,"{CELL}\n2,1,x\n'))
    assert message.startswith("line 2 of log.csv opens a quote that is never closed")


@pytest.mark.parametrize("name", ["log.csv", "log.jsonl"])
def test_binary_garbage(store: Store, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(bytes(range(256)) * 40)
    assert f"{name} is not" in refusal(store, tmp_path / name)


def test_another_encoding(store: Store, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_bytes(b"id,place,note\n" + "1,2,促销\n".encode("gbk") * 3)
    assert "not UTF-8" in refusal(store, tmp_path / "log.csv")
    (tmp_path / "deep.csv").write_bytes(b"id,place,note\n" + b"1,2,x\n" * 5000 + "1,2,促销\n".encode("gbk"))
    assert "not UTF-8" in refusal(store, tmp_path / "deep.csv")


def test_files_that_are_not_what_their_name_says(store: Store, tmp_path: Path) -> None:
    content = f"id,place,note\n1,2,{CELL}\n"
    assert "is not a Parquet file" in refusal(store, text(tmp_path / "log.parquet", content))
    assert "log.csv.gz cannot be read" in refusal(store, text(tmp_path / "log.csv.gz", content))
    assert "log.csv.zst cannot be read" in refusal(store, text(tmp_path / "log.csv.zst", content))
    assert "no ending the loader knows" in refusal(store, text(tmp_path / "log.xls", content))


def test_a_packed_file_that_was_cut_off(store: Store, tmp_path: Path) -> None:
    whole = gzip.compress(("id,place,note\n" + "".join(f"{n},1,{n * 7919}\n" for n in range(20_000))).encode())
    (tmp_path / "log.csv.gz").write_bytes(whole[: len(whole) // 2])
    assert "log.csv.gz cannot be read" in refusal(store, tmp_path / "log.csv.gz")


def test_a_line_that_is_no_json_object(store: Store, tmp_path: Path) -> None:
    good = '{"id": "1", "place": 1, "note": "x"}\n'
    message = refusal(store, text(tmp_path / "log.jsonl", good * 3 + f'{{"id": "{CELL}\n'))
    assert message == "line 4 of log.jsonl is not a JSON object: write one object a line"
    message = refusal(store, text(tmp_path / "deep.jsonl", good * 3000 + f'{{"id": "{CELL}\n'))
    assert "deep.jsonl" in message
    assert "JSON" in message


def test_a_folder_without_files_of_the_source(store: Store, tmp_path: Path) -> None:
    text(tmp_path / "notes.csv", "a\n1\n")
    with pytest.raises(DataError, match=r"holds no file that source 'open-bandit' reads, must be named all.csv"):
        store.load("open-bandit", tmp_path)


def test_parquet_without_rows(store: Store, tmp_path: Path) -> None:
    pl.DataFrame({"id": [], "place": [], "note": []}).write_parquet(tmp_path / "log.parquet")
    assert "columns but no rows" in refusal(store, tmp_path / "log.parquet")


def test_a_folder_name_the_mapping_does_not_know(store: Store, tmp_path: Path) -> None:
    (tmp_path / "odd").mkdir()
    log = text(tmp_path / "odd" / "all.csv", "timestamp,item_id,position,click,propensity_score,user-item_affinity_1\n")
    log.write_text(log.read_text() + "2024-01-01,1,1,0,0.5,0\n")
    with pytest.raises(DataError, match="must be one of random, bts"):
        store.load("open-bandit", log)


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize(
    ("name", "other"), [("log[1]", "log1"), ("h*x", "hzx"), ("q?", "qq"), ("[*", "[["), ("a=b", "c")]
)
def test_a_name_that_looks_like_a_pattern_is_a_name(tmp_path: Path, name: str, other: str, form: str) -> None:
    for stem, device in ((name, "right"), (other, "wrong")):
        frame = pl.DataFrame({"id": [device], "device": [device]})
        file = tmp_path / stem / f"{stem}.{form}"
        file.parent.mkdir()
        if form == "csv":
            frame.write_csv(file)
        elif form == "jsonl":
            frame.write_ndjson(file)
        else:
            frame.write_parquet(file)
    mapping = {"file": [{"impressions": {"impression_id": "id", "keep": ["*"]}}]}
    shop = create_store(tmp_path / "shop").load("generic", tmp_path / name / f"{name}.{form}", mapping=mapping).store
    assert shop.lazy("impressions").collect().rows() == [("right", "right", "right")]


@pytest.mark.parametrize("name", ["st[1]", "s*t", "s?", "device=phone"])
def test_a_store_in_a_folder_that_looks_like_a_pattern(tmp_path: Path, name: str) -> None:
    mapping = {"file": [{"impressions": {"impression_id": "id", "position": "place"}}]}
    shop = create_store(tmp_path / name)
    shop = shop.load("generic", text(tmp_path / "a.csv", "id,place\ni1,1\ni2,0\n"), mapping=mapping).store
    shop = shop.load("generic", text(tmp_path / "b.csv", "id,place\ni1,1\ni3,2\n"), mapping=mapping).store
    shop = shop.write({"impressions": pl.LazyFrame({"impression_id": ["i4"]})}, source="test")
    shop.record("run", "r", {})
    expected = [("i1", 1), ("i3", 2), ("i4", None)]
    assert shop.lazy("impressions").collect().rows() == expected
    assert shop.table("impressions").fetchall() == expected
    assert shop.lazy("lineage").collect().height == 1
    assert "2 set aside" in str(shop.quality())


def test_long_cells_and_empty_files_are_called_what_they_are(store: Store, tmp_path: Path) -> None:
    head = "id,place,note\n"
    long = create_store(tmp_path / "long").load(
        "generic", text(tmp_path / "long.csv", head + "1,2," + "x" * 200_000 + "\n"), mapping=MAPPING
    )
    assert long.rows == {"impressions": 1}
    longer = refusal(store, text(tmp_path / "line.csv", head + "1,2,3\n" * 60 + "1,2," + "x" * 3_000_000 + "\n"))
    assert "is longer than 2 MB, as where a quote is never closed: fix that line. Nothing" in longer
    (tmp_path / "logs" / "monday").mkdir(parents=True)
    text(tmp_path / "logs" / "monday" / "log.csv", "")
    assert f"{Path('monday') / 'log.csv'} is empty (0 bytes): take it out" in refusal(store, tmp_path / "logs")


def database(path: Path, **tables: str) -> Path:
    """A DuckDB file with tables by name, each from a query."""
    with duckdb.connect(path) as opened:
        for name, query in tables.items():
            opened.execute(f"CREATE TABLE {name} AS {query}")
    return path


def test_a_database_is_read_like_a_file(tmp_path: Path) -> None:
    log = "SELECT 'imp-' || range AS id, 1 + range % 3 AS place, 'x' AS note FROM range(5)"
    clicks = "SELECT 'imp-1' AS id"
    path = database(tmp_path / "log[1].duckdb", events=log, clicked=clicks)
    blocks = [
        {"table": "events", "impressions": {"impression_id": "id", "position": "place", "keep": ["note"]}},
        {"table": "clicked", "clicks": {"impression_id": "id"}},
    ]
    store = create_store(tmp_path / "shop")
    loaded = store.load("generic", path, mapping={"file": blocks})
    assert dict(loaded.rows) == {"impressions": 5, "clicks": 1}
    assert loaded.store.columns("impressions")["note"] == "VARCHAR"
    assert loaded.store.load("generic", path, mapping={"file": blocks}).already_loaded
    assert dict(store.load("generic", path, mapping={"file": blocks}, dry_run=True).rows)["impressions"] == 5


def test_databases_that_cannot_be_used(store: Store, tmp_path: Path) -> None:
    assert "is not a DuckDB file" in refusal(store, text(tmp_path / "log.duckdb", f"id,place\n1,{CELL}\n" * 900))
    two = database(tmp_path / "two.duckdb", a="SELECT 1 AS id", b="SELECT 2 AS id")
    assert "holds 2 tables (a, b): say which one" in refusal(store, two)
    assert "'c'" in refusal(store, two, table="c")
    (tmp_path / "secret.csv").write_text(CELL)
    with duckdb.connect(tmp_path / "view.duckdb") as opened:
        opened.execute(f"CREATE VIEW spy AS SELECT * FROM read_text('{tmp_path / 'secret.csv'}')")
    assert "holds no table" in refusal(store, tmp_path / "view.duckdb")
    with duckdb.connect(two):
        assert "is open for writing elsewhere" in refusal(store, two)
