"""The store: versions, tables in DuckDB and in Polars, what is refused."""

import hashlib
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from deltalake import DeltaTable

from workbench.errors import DataError, InputError, StoreError, UnknownNameError
from workbench.store.access import access_log
from workbench.store.pseudonyms import key_path
from workbench.store.store import Store, create_store, open_store


def impressions(*ids: int, **more: object) -> pl.DataFrame:
    at = [datetime(2024, 1, 1, 0, n % 60) for n in ids]
    frame = pl.DataFrame({"impression_id": [f"i{n}" for n in ids], "ts": at, "user_id": [f"user-{n % 3}" for n in ids]})
    return frame.with_columns(**{name: pl.lit(value) for name, value in more.items()})


@pytest.fixture
def empty(tmp_path: Path) -> Store:
    return create_store(tmp_path / "shop", origin={"seed": 7})


def test_a_new_store_is_empty(empty: Store) -> None:
    store = open_store(empty.folder)
    assert (store.version, dict(store.tables), dict(store.origin)) == (0, {}, {"seed": 7})
    assert len(bytes.fromhex(store.lineage_id)) == 16
    assert store.runs_folder == store.folder / "runs"
    assert "Nothing is loaded yet" in store._repr_html_()
    with pytest.raises(UnknownNameError):
        store.table("impressions")


def test_versions_stay_as_they_were(empty: Store) -> None:
    first = empty.write({"impressions": impressions(1, 2)}, source="test")
    second = first.write({"impressions": impressions(3), "clicks": pl.DataFrame({"impression_id": ["i1"]})}, source="t")
    assert (empty.version, first.version, second.version) == (0, 1, 2)
    assert (first.rows("impressions"), second.rows("impressions")) == (2, 3)
    assert not first.has("clicks")
    assert first.refresh().version == 2
    assert open_store(empty.folder, version=1).rows("impressions") == 2
    with pytest.raises(InputError, match="must be 0 to 2"):
        open_store(empty.folder, version=3)
    assert "impressions" in second._repr_html_()


def test_duckdb_polars_and_delta_read_the_same(empty: Store) -> None:
    store = empty.write({"impressions": impressions(1, 2, device="phone", score=0.5)}, source="test")
    store = store.write({"impressions": impressions(3, device="desktop", late=1)}, source="test")
    by_duckdb = store.table("impressions").pl()
    by_polars = store.lazy("impressions").collect()
    by_delta = pl.DataFrame(pa.table(DeltaTable(store.folder / "tables" / "impressions").to_pyarrow_table()))
    assert by_duckdb.equals(by_polars)
    assert by_polars.equals(by_delta.select(by_polars.columns).sort("impression_id"))
    assert by_polars["impression_id"].to_list() == ["i1", "i2", "i3"]  # The order of loading is kept.
    assert by_polars.schema["ts"] == pl.Datetime("us")
    assert store.columns("impressions") == {
        "impression_id": "VARCHAR",
        "ts": "TIMESTAMP",
        "user_id": "VARCHAR",
        "device": "VARCHAR",
        "score": "DOUBLE",
        "late": "INTEGER",
    }
    assert by_polars["late"].to_list() == [None, None, 1]


def test_a_connection_sees_this_version_and_nothing_else(empty: Store, tmp_path: Path) -> None:
    store = empty.write({"impressions": impressions(1)}, source="test")
    store.write({"clicks": pl.DataFrame({"impression_id": ["i1"]})}, source="test")
    outside = tmp_path / "outside.csv"
    outside.write_text("a,b\n1,2\n")
    with store.connect() as opened:
        assert opened.sql("SELECT table_name FROM information_schema.tables").fetchall() == [("impressions",)]
        assert opened.sql("SELECT current_setting('TimeZone')").fetchall() == [("UTC",)]
        opened.register("frame", pl.DataFrame({"x": [1]}))
        assert opened.sql("SELECT x FROM frame").fetchall() == [(1,)]
        for statement in (
            f"SELECT * FROM read_csv('{outside}')",
            f"COPY (SELECT 1) TO '{tmp_path / 'leak.parquet'}'",
            "INSTALL httpfs",
            "LOAD httpfs",
            "SET enable_external_access = true",
            "SET memory_limit = '1MB'",
            "RESET allowed_directories",
        ):
            with pytest.raises(Exception, match=r"Permission|disabled|Cannot"):
                opened.execute(statement)


def test_zoned_times_are_kept_in_utc(empty: Store) -> None:
    rows = pl.DataFrame({"impression_id": ["i1"], "ts": [datetime(2024, 1, 1, 8)]})
    zoned = rows.with_columns(pl.col("ts").dt.replace_time_zone("Asia/Shanghai"))
    store = empty.write({"impressions": zoned}, source="test")
    assert store.lazy("impressions").collect()["ts"].to_list() == [datetime(2024, 1, 1)]


def test_all_kinds_of_rows_are_taken(empty: Store) -> None:
    frame = impressions(1, 2)
    store = empty.write({"impressions": frame.lazy()}, source="lazy")
    store = store.write({"impressions": impressions(3).to_arrow()}, source="arrow")
    store = store.write({"impressions": impressions(4).to_arrow().to_reader()}, source="reader")
    assert store.rows("impressions") == 4


def test_a_hash_of_somebody_else_is_a_raw_id(empty: Store) -> None:
    hashed = hashlib.md5(b"alice@shop.com").hexdigest()  # noqa: S324  # what ad platforms hand over
    store = empty.write({"users": pl.DataFrame({"user_id": [hashed]})}, source="test")
    assert store.lazy("users").collect()["user_id"].to_list() == [store.pseudonym(hashed)]


def test_what_is_said_to_be_a_pseudonym_looks_like_one(empty: Store) -> None:
    rows = pl.DataFrame({"user_id": [empty.pseudonym("a"), "alice@shop.com"]})
    with pytest.raises(DataError, match="1 rows for users have a user_id that is no pseudonym") as refused:
        empty.write({"users": rows}, source="test", pseudonymised=True)
    assert "alice" not in str(refused.value)
    assert empty.refresh().version == 0


def test_raw_ids_become_pseudonyms_and_pseudonyms_stay(empty: Store) -> None:
    store = empty.write({"impressions": impressions(1)}, source="test")
    known = store.pseudonym("user-1")
    assert store.lazy("impressions").collect()["user_id"].to_list() == [known]
    store = store.write({"users": pl.DataFrame({"user_id": [known]})}, source="test", pseudonymised=True)
    assert store.lazy("users").collect()["user_id"].to_list() == [known]


@pytest.mark.parametrize(
    ("table", "rows", "message"),
    [
        ("impressions", impressions(1, 1), "repeat their key"),
        ("impressions", impressions(9), "a key .* the store already has"),
        ("impressions", impressions(1).drop("impression_id"), "lack impression_id"),
        ("impressions", impressions(1, propensity=1.5), "propensity above 1"),
        ("impressions", impressions(1, position=0), "position below 1"),
        ("impressions", impressions(1).with_columns(impression_id=pl.lit(None, pl.String)), "have no impression_id"),
        ("impressions", impressions(1, position="alice@shop.com"), "position is VARCHAR, must be INTEGER"),
    ],
)
def test_rows_that_break_the_schema_are_refused_whole(
    empty: Store, table: str, rows: pl.DataFrame, message: str
) -> None:
    store = empty.write({"impressions": impressions(9)}, source="test")
    with pytest.raises(DataError, match=message) as refused:
        store.write({"clicks": pl.DataFrame({"impression_id": ["i9"]}), table: rows}, source="test")
    assert "alice" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert store.refresh().version == 1
    assert not list((store.folder / "tables").rglob("*clicks*"))


def test_writers_wait_for_each_other_and_lose_nothing(empty: Store) -> None:
    def write(number: int) -> int:
        return empty.write({"impressions": impressions(number)}, source="test").version

    with ThreadPoolExecutor(4) as pool:
        versions = list(pool.map(write, range(8)))
    assert sorted(versions) == list(range(1, 9))
    assert sorted(empty.refresh().lazy("impressions").collect()["impression_id"]) == [f"i{n}" for n in range(8)]


def test_an_unknown_table_is_named_with_the_nearest(empty: Store) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'impressions'"):
        empty.write({"impresions": impressions(1)}, source="test")
    with pytest.raises(InputError, match="no tables were given"):
        empty.write({}, source="test")


def test_lineage_is_recorded_beside_the_versions(empty: Store) -> None:
    store = empty.write({"impressions": impressions(1)}, source="test")
    assert not store.has("lineage")
    store.record("run", "run-1", {"auc": 0.7})
    store.record("report", "report-1", {})
    assert store.refresh().version == 1
    assert store.lazy("lineage").collect()["name"].to_list() == ["run-1", "report-1"]
    recorded = store.table("lineage").project("kind, store_version, detail").fetchall()
    assert recorded == [("run", 1, '{"auc": 0.7}'), ("report", 1, "{}")]


def test_every_use_is_logged(empty: Store) -> None:
    open_store(empty.folder).write({"impressions": impressions(1)}, source="test").log("release", "qkey-1")
    assert [entry.action for entry in access_log(empty.folder)] == ["create", "open", "write", "release"]


def test_a_copy_keeps_lineage_and_key(empty: Store, tmp_path: Path) -> None:
    store = empty.write({"impressions": impressions(1)}, source="test")
    shutil.copytree(store.folder, tmp_path / "copy")
    copy = open_store(tmp_path / "copy")
    assert copy.lineage_id == store.lineage_id
    assert copy.pseudonym("user-1") == store.pseudonym("user-1")
    assert copy.lazy("impressions").collect().equals(store.lazy("impressions").collect())


def test_writing_without_the_key_is_refused_and_reading_is_not(empty: Store) -> None:
    store = empty.write({"impressions": impressions(1)}, source="test")
    key_path(store.lineage_id).unlink()
    with pytest.raises(StoreError, match="copy it there"):
        store.write({"impressions": impressions(2)}, source="test")
    assert open_store(store.folder).rows("impressions") == 1
    assert not key_path(store.lineage_id).exists()


def test_what_is_no_store_is_refused(tmp_path: Path, empty: Store) -> None:
    with pytest.raises(StoreError, match="holds no store"):
        open_store(tmp_path / "nowhere")
    with pytest.raises(StoreError, match="already holds a store"):
        create_store(empty.folder)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("")
    with pytest.raises(StoreError, match="is not empty"):
        create_store(tmp_path / "full")
    with pytest.raises(StoreError, match="cannot be made"):
        create_store(tmp_path / "full" / "file" / "shop")


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '{"format": 1}', "\xff", '{"format": 1, "lineage_id": "x", "version": 3, "versions": {}}'],
)
def test_a_damaged_catalog_is_named(empty: Store, content: str) -> None:
    (empty.folder / "store.json").write_bytes(content.encode("latin-1"))
    with pytest.raises(StoreError, match=r"store\.json.*restore the file"):
        open_store(empty.folder)


def test_a_newer_format_asks_for_an_update(empty: Store) -> None:
    catalog = json.loads((empty.folder / "store.json").read_text())
    (empty.folder / "store.json").write_text(json.dumps({**catalog, "format": 2}))
    with pytest.raises(StoreError, match="update the workbench"):
        open_store(empty.folder)


def test_a_lost_data_file_is_named(empty: Store) -> None:
    store = empty.write({"impressions": impressions(1)}, source="test")
    next((store.folder / "tables" / "impressions").glob("*.parquet")).unlink()
    with pytest.raises(StoreError, match="misses 1 of its 1 files"):
        open_store(store.folder).rows("impressions")


def test_a_read_only_folder_is_refused_with_one_error(empty: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    real = os.open

    def read_only(path: object, flags: int, *rest: int, **more: int) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) and str(path).startswith(str(empty.folder)):
            raise OSError(30, "Read-only file system")
        return real(path, flags, *rest, **more)  # type: ignore[arg-type]  # whatever os.open was called with

    monkeypatch.setattr("os.open", read_only)
    with pytest.raises(StoreError, match="Read-only file system"):
        empty.write({"impressions": impressions(1)}, source="test")
    with pytest.raises(StoreError, match=r"access log .*Read-only file system"):
        open_store(empty.folder)


def test_a_store_is_made_where_there_is_none_and_opened_where_there_is(tmp_path: Path) -> None:
    made = open_store(tmp_path / "shop", create=True)
    assert (made.version, open_store(tmp_path / "shop", create=True).lineage_id) == (0, made.lineage_id)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file.txt").touch()
    with pytest.raises(StoreError, match="is not empty"):
        open_store(tmp_path / "other", create=True)


def test_threads_read_one_store_side_by_side(demo_store: Store) -> None:
    def read(_: int) -> int:
        # A statement of one thread must not end what another is reading.
        return len(demo_store.table("impressions").select("impression_id").fetchall())

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(read, range(64))) == {demo_store.rows("impressions")}
