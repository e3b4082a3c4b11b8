"""Loading: what goes in, what is set aside, what is refused, and that the same file changes nothing twice."""

import gzip
import shutil
from datetime import datetime
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from workbench.errors import DataError, InputError
from workbench.progress import Progress
from workbench.store.store import Store, create_store, open_store

SHOP = {
    "file": [
        {
            "impressions": {
                "impression_id": "id",
                "ts": {"column": "time", "zone": "Asia/Shanghai"},
                "user_id": "uid",
                "position": "place",
                "cost_micros": {"column": "cost", "unit": "decimal"},
                "keep": ["f_*"],
            },
            "clicks": {"when": {"column": "click", "is": 1}, "impression_id": "id"},
        }
    ]
}
HEADER = "id,time,uid,place,cost,click,f_size,f_code\n"


def log(path: Path, *lines: str) -> Path:
    path.write_text(HEADER + "".join(f"{line}\n" for line in lines))
    return path


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return create_store(tmp_path / "shop")


def test_cells_become_values(store: Store, tmp_path: Path) -> None:
    path = log(
        tmp_path / "log.csv",
        "a,2024-01-01 08:00:00,u1,1,1.25,1,2.5,007",
        "b,2024-01-01T00:30:00Z,u2,2,0.000001,0,,010",
        "c,,,,,0,7,",
    )
    result = store.load("generic", path, mapping=SHOP)
    rows = result.store.lazy("impressions").collect()
    assert rows["ts"].to_list() == [datetime(2024, 1, 1), datetime(2024, 1, 1, 0, 30), None]
    assert rows["user_id"].to_list() == [store.pseudonym("u1"), store.pseudonym("u2"), None]
    assert rows["cost_micros"].to_list() == [1_250_000, 1, None]
    assert rows["f_size"].to_list() == [2.5, None, 7.0]
    assert rows["f_code"].to_list() == ["007", "010", None]  # Leading zeros: a code.
    assert result.store.lazy("clicks").collect()["impression_id"].to_list() == ["a"]
    assert (result.rows, dict(result.rejected), result.unmapped) == ({"impressions": 3, "clicks": 1}, {}, ())
    assert "added 3 impressions, 1 clicks" in str(result)
    assert "impressions" in result._repr_html_()


@pytest.mark.parametrize("name", ["log.tsv", "log.csv.gz", "log.csv.zst", "log.jsonl", "log.parquet", "semicolon.csv"])
def test_every_format_gives_the_same_rows(store: Store, tmp_path: Path, name: str) -> None:
    lines = [f"i{n},2024-01-01 08:00:{n:02d},u{n % 3},{n % 5 + 1},0.{n:02d},{n % 2},{n}.5,c{n}" for n in range(20)]
    plain = log(tmp_path / "log.csv", *lines)
    frame = pl.read_csv(plain, infer_schema=False)
    target = tmp_path / "other" / name
    target.parent.mkdir()
    if name.endswith((".tsv", "semicolon.csv")):
        frame.write_csv(target, separator="\t" if name.endswith("tsv") else ";")
    elif name.endswith(".gz"):
        target.write_bytes(gzip.compress(plain.read_bytes()))
    elif name.endswith(".zst"):
        with pa.output_stream(str(target), compression="zstd") as packed:
            packed.write(plain.read_bytes())
    elif name.endswith(".jsonl"):
        frame.write_ndjson(target)
    else:
        typed = frame.with_columns(pl.col("place", "click").cast(pl.Int64), pl.col("cost", "f_size").cast(pl.Float64))
        typed.with_columns(pl.col("time").str.to_datetime()).write_parquet(target)
    first = store.load("generic", plain, mapping=SHOP).store
    second = create_store(tmp_path / "second").load("generic", target, mapping=SHOP).store
    for table in ("impressions", "clicks"):
        one, two = first.lazy(table).collect(), second.lazy(table).collect()
        assert one.schema == two.schema
        assert one.drop("user_id", strict=False).equals(two.drop("user_id", strict=False))


def test_the_same_file_twice_changes_nothing(store: Store, tmp_path: Path) -> None:
    path = log(tmp_path / "log.csv", "a,,u1,1,,1,1,x", "b,,u2,1,,0,1,x")
    first = store.load("generic", path, mapping=SHOP)
    moved = shutil.copy(path, tmp_path / "renamed.csv")
    files = sorted(path for path in store.folder.rglob("*") if path.name != "access.jsonl")
    again = first.store.load("generic", moved, mapping=SHOP)
    assert again.already_loaded
    assert again.store.version == 1
    assert "had been loaded before: nothing was changed" in str(again)
    assert "stays at version 1" in again._repr_html_()
    assert files == sorted(path for path in store.folder.rglob("*") if path.name != "access.jsonl")


def test_the_same_content_twice_in_one_load_counts_once(store: Store, tmp_path: Path) -> None:
    path = log(tmp_path / "log.csv", "a,,u1,1,,1,1,x")
    result = store.load("generic", path, shutil.copy(path, tmp_path / "copy.csv"), mapping=SHOP)
    assert sorted(file.already_loaded for file in result.files) == [False, True]
    assert result.rows == {"impressions": 1, "clicks": 1}


def test_an_overlapping_file_adds_only_what_is_new(store: Store, tmp_path: Path) -> None:
    first = store.load("generic", log(tmp_path / "log.csv", "a,,u1,1,,1,1,x", "b,,u2,1,,0,1,x"), mapping=SHOP).store
    longer = log(tmp_path / "log.csv", "a,,u1,1,,1,1,x", "b,,u2,1,,0,1,x", "c,,u3,1,,1,1,x", "c,,u3,1,,1,1,x")
    result = first.load("generic", longer, mapping=SHOP)
    assert result.rows == {"impressions": 1, "clicks": 1}
    assert dict(result.rejected) == {"repeats the key (impression_id)": 5}
    assert result.store.lazy("impressions").collect()["impression_id"].to_list() == ["a", "b", "c"]
    assert result.rejected_file is not None
    listed = pl.read_parquet(result.rejected_file)
    assert listed.filter(table="impressions")["line"].to_list() == [2, 3, 5]
    assert listed["file_sha256"].unique().to_list() == [result.files[0].digest]


def test_rows_are_set_aside_with_line_column_and_reason_never_the_cell(store: Store, tmp_path: Path) -> None:
    path = log(
        tmp_path / "log.csv",
        "a,,alice@shop.com,1,,1,1,x",
        ",,alice@shop.com,1,,0,1,x",
        'd,,alice@shop.com,0,,1,1,"two\nlines"',
        "",
        "e,,alice@shop.com,1,-3,0,1,x",
        "a,,bob,1,,1,1,x",
    )
    result = store.load("generic", path, mapping=SHOP)
    assert result.rejected_file is not None
    listed = pl.read_parquet(result.rejected_file)
    assert listed.filter(table="impressions").select("line", "column", "reason").rows() == [
        (3, "id", "is missing"),
        (4, "place", "is below 1"),
        (7, "cost", "is below 0"),
        (8, "impression_id", "repeats the key (impression_id)"),
    ]
    # The click of "d" names an impression that was set aside: an orphan.
    assert listed.filter(table="clicks").select("line", "reason").rows() == [
        (4, "names no row of impressions"),
        (8, "repeats the key (impression_id)"),
    ]
    assert result.rows == {"impressions": 1, "clicks": 1}
    for file in (result.rejected_file, *result.store.folder.rglob("*")):
        if file.is_file():
            assert b"alice" not in file.read_bytes()


def test_a_wrong_cell_deep_in_the_file_refuses_the_load(store: Store, tmp_path: Path) -> None:
    lines = [f"i{n},,u{n % 9},1,0.5,0,1,c" for n in range(120_000)]
    lines[110_000] = "x,,u1,1,alice@shop.com,0,1,c"
    lines[115_000] = "y,,u1,1,bob@shop.com,0,1,c"
    path = log(tmp_path / "log.csv", *lines)
    with pytest.raises(DataError) as refused:
        store.load("generic", path, mapping=SHOP)
    assert str(refused.value) == (
        "Line 110,002 of log.csv has text in 'cost' that is not an amount of money, which is mapped to "
        "impressions.cost_micros (BIGINT). 2 of 120,000 rows are like this. Nothing was loaded: fix the file, "
        "correct the mapping (unit, format, column), or set such rows aside with max_rejected=0.00002."
    )
    assert store.refresh().version == 0
    assert not (store.folder / "rejected").exists()
    result = store.load("generic", path, mapping=SHOP, max_rejected=0.00002)
    assert result.rows["impressions"] == 119_998
    assert dict(result.rejected) == {"cost is not an amount of money": 2}
    assert result.rejected_file is not None
    assert pl.read_parquet(result.rejected_file)["line"].to_list() == [110_002, 115_002]


def test_the_line_is_counted_past_line_ends_in_cells(store: Store, tmp_path: Path) -> None:
    path = log(tmp_path / "log.csv", 'a,,u,1,,0,1,"two\nlines"', "", 'b,,u,1,,0,1,"three\n\nlines"', "c,,u,here,,0,1,x")
    with pytest.raises(DataError, match=r"Line 8 of log.csv has text in 'place' that is not a whole number"):
        store.load("generic", path, mapping=SHOP)
    path = log(tmp_path / "ragged.csv", 'a,,u,1,,0,1,"two\nlines"', "", "c,,u,1")
    with pytest.raises(DataError, match=r"line 5 of ragged.csv has another number of cells"):
        store.load("generic", path, mapping=SHOP)


def test_a_field_that_turns_to_text_says_how_to_map_it(store: Store, tmp_path: Path) -> None:
    lines = [f"i{n},,u,1,,0,{n},c" for n in range(15_000)] + ["x,,u,1,,0,large,c"]
    path = log(tmp_path / "log.csv", *lines)
    with pytest.raises(DataError, match=r"Line 15,002 .* map 'f_size' as text \(type = \"text\"\)"):
        store.load("generic", path, mapping=SHOP)
    impressions = {**SHOP["file"][0]["impressions"], "f_size": {"column": "f_size", "type": "text"}}
    store.load("generic", path, mapping={"file": [{"impressions": impressions}]})


def test_a_condition_on_a_number_refuses_text(store: Store, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"'click' that is not a number, which says what is a row of clicks"):
        store.load("generic", log(tmp_path / "log.csv", "a,,u,1,,yes,1,x", "b,,u,1,,1,1,x"), mapping=SHOP)


def test_times_that_cannot_be_are_refused_not_raised(store: Store, tmp_path: Path) -> None:
    mapping = {"file": [{"impressions": {"impression_id": "id", "ts": {"column": "cost", "unit": "s"}}}]}
    path = log(tmp_path / "log.csv", "a,,u,1,1704067200.5,0,1,x", "b,,u,1,99999999999999999999,0,1,x")
    with pytest.raises(DataError, match=r"Line 3 .* that is not a time"):
        store.load("generic", path, mapping=mapping)
    result = store.load("generic", path, mapping=mapping, max_rejected=0.5)
    assert result.store.lazy("impressions").collect()["ts"].to_list() == [datetime(2024, 1, 1, 0, 0, 0, 500_000)]


def test_nothing_is_loaded_where_no_row_can_be_kept(store: Store, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no row can be kept \(2: place is below 1\)\. Nothing was loaded"):
        store.load("generic", log(tmp_path / "log.csv", "a,,u,0,,0,1,x", "b,,u,0,,0,1,x"), mapping=SHOP)
    assert store.refresh().version == 0


def test_orphans_are_looked_for_where_the_parent_is_known(store: Store, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("imp,amount\na,10\nzz,5\n")
    orders = {"conversions": {"impression_id": "imp", "revenue_micros": {"column": "amount", "unit": "cents"}}}
    alone = create_store(tmp_path / "alone").load("generic", tmp_path / "orders.csv", mapping={"file": [orders]})
    assert alone.rows == {"conversions": 2}
    shown = store.load("generic", log(tmp_path / "log.csv", "a,,u,1,,0,1,x"), mapping=SHOP).store
    result = shown.load("generic", tmp_path / "orders.csv", mapping={"file": [orders]})
    assert result.rows == {"conversions": 1}
    assert dict(result.rejected) == {"names no row of impressions": 1}
    assert result.store.lazy("conversions").collect()["revenue_micros"].to_list() == [100_000]


def test_columns_that_go_nowhere_are_named(store: Store, tmp_path: Path) -> None:
    mapping = {"file": [{"impressions": {"impression_id": "id"}}]}
    result = store.load("generic", log(tmp_path / "log.csv", "a,,u,1,,0,1,x"), mapping=mapping)
    assert result.unmapped == ("time", "uid", "place", "cost", "click", "f_size", "f_code")
    assert "Columns not used: time" in result._repr_html_()


def test_progress_ends_each_stage_with_its_rows(store: Store, tmp_path: Path) -> None:
    seen: list[Progress] = []
    path = log(tmp_path / "log.csv", *(f"i{n},,u,1,,0,1,x" for n in range(5_000)))
    store.load("generic", path, mapping=SHOP, on_progress=seen.append)
    ended = [(moment.stage, moment.done) for moment in seen if moment.done == moment.total and moment.unit == "rows"]
    assert ("reading log.csv", 5_000) in ended
    assert ("writing impressions", 5_000) in ended


def test_the_order_of_the_file_is_kept(store: Store, tmp_path: Path) -> None:
    ids = [f"i{n * 7919 % 300_007}" for n in range(200_000)]
    path = log(tmp_path / "log.csv", *(f"{name},,u{name},1,,0,1,x" for name in ids))
    loaded = store.load("generic", path, mapping=SHOP).store
    assert loaded.lazy("impressions").collect()["impression_id"].to_list() == ids
    assert [name for (name,) in loaded.table("impressions").project("impression_id").fetchall()] == ids


def test_a_load_needs_the_key_and_a_sane_share(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="max_rejected == 2, must be >= 0 and <= 1"):
        store.load("generic", log(tmp_path / "log.csv", "a,,u,1,,0,1,x"), mapping=SHOP, max_rejected=2)


def test_the_users_sample_of_another_shape_loads(store: Store, shared_data: Path) -> None:
    mapping = {
        "file": [
            {
                "ads": {
                    "once": True,
                    "ad_id": "adgroup_id",
                    "campaign_id": "campaign_id",
                    "category": "cate_id",
                    "brand": "brand",
                    "price_micros": {"column": "price", "unit": "decimal"},
                },
                "users": {"once": True, "user_id": "userid", "keep": ["*_level", "final_gender_code", "occupation"]},
                "impressions": {
                    "impression_id": {"row": True},
                    "ts": "time_stamp",
                    "user_id": "userid",
                    "ad_id": "adgroup_id",
                    "campaign_id": "campaign_id",
                    "placement": "pid",
                },
                "clicks": {"when": {"column": "clk", "is": 1}, "impression_id": {"row": True}, "ts": "time_stamp"},
            }
        ]
    }
    path = shared_data / "formats" / "fuxictr_tiny_taobaoad" / "train_sample.csv"
    raw = pl.read_csv(path, infer_schema=False)
    result = store.load("generic", path, mapping=mapping)
    assert result.rows["impressions"] == raw.height == 100
    assert result.rows["ads"] == raw["adgroup_id"].n_unique()
    assert result.rows["users"] == raw["userid"].n_unique()
    assert result.rows["clicks"] == (raw["clk"] == "1").sum()
    assert not result.rejected
    loaded = open_store(store.folder)
    assert loaded.lazy("impressions").collect()["user_id"].to_list() == [store.pseudonym(u) for u in raw["userid"]]
    price = loaded.lazy("ads").collect().filter(ad_id=raw["adgroup_id"][0])["price_micros"].item()
    assert price == round(float(raw["price"][0]) * 1_000_000)


def test_open_bandit_is_loaded_as_its_files_say(store: Store, shared_data: Path) -> None:
    path = shared_data / "open-bandit" / "random" / "men" / "men.csv"
    raw = pl.read_csv(path)
    loaded = store.load("open-bandit", path.parent).store
    rows = loaded.lazy("impressions").collect()
    assert rows["ad_id"].to_list() == [f"men-{item}" for item in raw["item_id"]]
    assert rows["propensity"].to_list() == raw["propensity_score"].to_list()
    assert rows["ts"].dt.replace_time_zone("UTC").to_list() == raw["timestamp"].str.to_datetime().to_list()
    assert rows["policy"].unique().to_list() == ["random"]
    picked = [row[f"user-item_affinity_{row['item_id']}"] for row in raw.iter_rows(named=True)]
    assert rows["user_item_affinity"].to_list() == picked
    assert loaded.rows("clicks") == raw["click"].sum()
    assert loaded.rows("ads") == 34
    assert "user_id" not in loaded.columns("impressions")


def test_a_log_without_one_click_says_that_there_were_none(store: Store, tmp_path: Path) -> None:
    quiet = store.load("generic", log(tmp_path / "log.csv", "a,,u1,1,,0,1,x", "b,,u2,1,,0,1,x"), mapping=SHOP)
    assert quiet.rows == {"impressions": 2, "clicks": 0}
    assert quiet.store.has("clicks")
    assert quiet.store.rows("clicks") == 0
    assert quiet.store.lazy("clicks").collect().schema == {"impression_id": pl.String}
    assert quiet.store.table("clicks").fetchall() == []
    assert "Only 0 clicks" in str(quiet.store.quality())
    later = quiet.store.load("generic", log(tmp_path / "more.csv", "c,,u1,1,,1,1,x"), mapping=SHOP).store
    assert later.lazy("clicks").collect()["impression_id"].to_list() == ["c"]


def test_clicks_that_were_all_set_aside_are_not_none(store: Store, tmp_path: Path) -> None:
    (tmp_path / "clicks.csv").write_text("id\nzz\n")
    shown = store.load(
        "generic",
        log(tmp_path / "log.csv", "a,,u1,1,,0,1,x"),
        mapping={"file": [{"impressions": SHOP["file"][0]["impressions"]}]},
    ).store
    result = shown.load(
        "generic",
        tmp_path / "clicks.csv",
        log(tmp_path / "b.csv", "b,,u1,1,,0,1,x"),
        mapping={
            "file": [{"name": "clicks*", "clicks": {"impression_id": "id"}}, {"impressions": {"impression_id": "id"}}]
        },
    )
    assert result.rows == {"impressions": 1, "clicks": 0}
    assert not result.store.has("clicks")
