"""From cells to values: types found out, times and money, columns of the log's own."""

from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from workbench.errors import DataError, InputError
from workbench.store.store import Store, create_store


def load(tmp_path: Path, cells: list[str], **value: Any) -> pl.Series:  # noqa: ANN401  # a mapping's words
    (tmp_path / "log.csv").write_text("id;cell\n" + "".join(f"{n};{cell}\n" for n, cell in enumerate(cells)))
    name = value.pop("name", "cell")
    mapping = {"file": [{"impressions": {"impression_id": "id", name: {"column": "cell", **value}}}]}
    store = create_store(tmp_path / "shop").load("generic", tmp_path / "log.csv", mapping=mapping).store
    return store.lazy("impressions").collect()[name]


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1", "", "-20"], [1, None, -20]),
        (["1.0", "2"], [1.0, 2.0]),
        (["1e3", "-.5"], [1000.0, -0.5]),
        (["007", "12"], ["007", "12"]),
        (["1", "one"], ["1", "one"]),
        (["NaN", "1.5"], ["NaN", "1.5"]),
        (["2024-01-02", "2024-01-03 04:05:06"], [datetime(2024, 1, 2), datetime(2024, 1, 3, 4, 5, 6)]),
        (["12345678901234567890", "1"], [12345678901234567890.0, 1.0]),
        (["", ""], [None, None]),
    ],
)
def test_types_of_further_columns_are_found_out(tmp_path: Path, cells: list[str], values: list[object]) -> None:
    assert load(tmp_path, cells).to_list() == values


@pytest.mark.parametrize(
    ("cell", "words", "expected"),
    [
        ("1704067200", {"unit": "s"}, datetime(2024, 1, 1)),
        ("1704067200123", {"unit": "ms"}, datetime(2024, 1, 1, 0, 0, 0, 123_000)),
        ("14102100", {"format": "%y%m%d%H"}, datetime(2014, 10, 21)),
        ("2024-01-01 08:00:00", {"zone": "Asia/Shanghai"}, datetime(2024, 1, 1)),
        ("2024-01-01 08:00:00+05:30", {"zone": "Asia/Shanghai"}, datetime(2024, 1, 1, 2, 30)),
        ("2024-01-01T08:00:00Z", {}, datetime(2024, 1, 1, 8)),
        ("2024-01-01 08:00:00 UTC", {"zone": "Asia/Shanghai"}, datetime(2024, 1, 1, 8)),
        ("2024-01-01 08:00:00 GMT", {}, datetime(2024, 1, 1, 8)),
        ("1900-01-01 00:00:00", {}, datetime(1900, 1, 1)),
        ("2200-12-31 23:59:59", {}, datetime(2200, 12, 31, 23, 59, 59)),
        ("2024-07-01 12:00", {"zone": "Europe/Berlin"}, datetime(2024, 7, 1, 10)),
        ("14102123", {"format": "%y%m%d%H", "zone": "Asia/Shanghai"}, datetime(2014, 10, 21, 15)),
    ],
)
def test_times_are_utc(tmp_path: Path, cell: str, words: dict[str, str], expected: datetime) -> None:
    assert load(tmp_path, [cell], name="ts", **words).to_list() == [expected]


@pytest.mark.parametrize(
    ("cell", "unit", "micros"),
    [("3.9", "decimal", 3_900_000), ("0.1", "decimal", 100_000), ("199", "cents", 1_990_000), ("5", "micros", 5)],
)
def test_money_is_whole_micros(tmp_path: Path, cell: str, unit: str, micros: int) -> None:
    assert load(tmp_path, [cell], name="cost_micros", unit=unit).to_list() == [micros]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("infinity", {}),
        ("-infinity", {}),
        ("290000-01-01", {}),
        ("0044-03-15 (BC) 12:00:00", {}),
        ("-0044-03-15", {}),
        ("1899-12-31 23:59:59", {}),
        ("2201-01-01", {}),
        ("9999999999999", {"unit": "s"}),
        ("2024-01-01 00:00:00 Asia/Shanghai", {}),
        ("2024-01-01 00:00:00 CET", {"zone": "Europe/Berlin"}),
        ("2024-01-01 00:00:00 UTC+8", {}),
        ("2024-01-01 00:00:00 GMT+08:00", {}),
        ("2024-01-01 01:00:00 PM", {}),
    ],
)
def test_what_is_no_time_of_a_log_is_refused(tmp_path: Path, cell: str, words: dict[str, str]) -> None:
    with pytest.raises(DataError, match="is not a time") as refused:
        load(tmp_path, [cell], name="ts", **words)
    assert cell not in str(refused.value)


def test_a_day_beyond_any_log_is_refused(tmp_path: Path) -> None:
    (tmp_path / "totals.csv").write_text("ad,day\na,2024-01-01\na,infinity\n")
    mapping = {"file": [{"totals": {"ad_id": "ad", "day": "day"}}]}
    with pytest.raises(DataError, match=r"Line 3 .* that is not a date"):
        create_store(tmp_path / "shop").load("generic", tmp_path / "totals.csv", mapping=mapping)


@pytest.mark.parametrize("cell", ["1.5", "0x10", "1e3", "99999999999999999999"])
def test_a_whole_number_is_not_rounded_to(tmp_path: Path, cell: str) -> None:
    with pytest.raises(DataError, match="not a whole number"):
        load(tmp_path, [cell], name="position")


@pytest.fixture
def empty(tmp_path: Path) -> Store:
    return create_store(tmp_path / "shop")


def test_columns_that_name_people_are_pseudonyms_wherever_they_go(empty: Store, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("id,uid,ip,size\n1,7001,10.0.0.9,4\n")
    impressions = {
        "impression_id": "id",
        "user_id": "uid",
        "again": {"column": "uid", "type": "integer"},
        "address": {"column": "ip", "personal": True},
        "keep": ["*"],
    }
    result = empty.load("generic", tmp_path / "log.csv", mapping={"file": [{"impressions": impressions}]})
    row = result.store.lazy("impressions").collect().row(0, named=True)
    assert row == {
        "impression_id": "1",
        "user_id": empty.pseudonym("7001"),
        "again": empty.pseudonym("7001"),
        "address": empty.pseudonym("10.0.0.9"),
        "id": 1,
        "size": 4,
    }


def test_names_of_further_columns_are_free(empty: Store, tmp_path: Path) -> None:
    names = ["row", "file", "fault", "c0", "rowid", 'a "b" c', "x;y=(z)", "用户"]
    (tmp_path / "log.csv").write_text("id|" + "|".join(n.replace('"', "'") for n in names) + "\n1" + "|2" * len(names))
    mapping = {"file": [{"impressions": {"impression_id": "id", "keep": ["[!i]*"]}}]}
    store = empty.load("generic", tmp_path / "log.csv", mapping=mapping).store
    rows = store.lazy("impressions").collect()
    assert rows.columns == ["impression_id", *(n.replace('"', "'") for n in names)]
    assert set(rows.drop("impression_id").row(0)) == {2}
    assert store.table("impressions").pl().equals(rows)


def test_a_field_keeps_the_type_the_store_gave_it(empty: Store, tmp_path: Path) -> None:
    mapping = {"file": [{"impressions": {"impression_id": "id", "size": "size"}}]}
    for number, size in enumerate(["1.5", "2", "large"]):
        (tmp_path / f"log{number}.csv").write_text(f"id,size\n{number},{size}\n")
    store = empty.load("generic", tmp_path / "log0.csv", mapping=mapping).store
    store = store.load("generic", tmp_path / "log1.csv", mapping=mapping).store
    assert store.lazy("impressions").collect()["size"].to_list() == [1.5, 2.0]
    with pytest.raises(DataError, match="'size' that is not a number"):
        store.load("generic", tmp_path / "log2.csv", mapping=mapping)


SHOWN = {"name": "imp*", "impressions": {"impression_id": "id", "user_id": "uid"}}
PICKED = {"impression_id": "id", "user_id": {"pick": "u_{which}"}}


@pytest.mark.parametrize(
    "blocks",
    [
        [SHOWN, {"name": "cl*", "clicks": {"impression_id": "id", "user_id": "uid"}}],  # Clicks declare no user_id.
        [SHOWN, {"name": "cl*", "clicks": {"impression_id": "id", "keep": ["uid", "UID"]}}],
        [SHOWN, {"name": "cl*", "clicks": {"impression_id": "id", "place": "uid"}}],
        [SHOWN, {"name": "cl*", "clicks": {"impression_id": "id", "User_ID": "uid"}}],
        [SHOWN, {"name": "cl*", "clicks": {"impression_id": "id", "place": {"pick": "u{part}"}}}],
        [SHOWN, {"name": "cl*", "ads": {"ad_id": {"column": "uid", "prefix": "x-"}}}],
        [SHOWN, {"name": "cl*", "clicks": {"impression_id": "id", "keep": ["user_*"]}}],
        [{"impressions": {**PICKED, "keep": ["u_*"]}}],
        [{"impressions": {**PICKED, "geo": "u_b"}}],
        [{"name": "cl*", "impressions": PICKED}, {"name": "imp*", "ads": {"ad_id": "id", "keep": ["u_*"]}}],
        [{"impressions": {"impression_id": "id", "geo": "user_id"}}],
    ],
)
def test_nobody_is_named_whichever_table_or_block_says_who_is_a_person(
    empty: Store, tmp_path: Path, blocks: list[dict[str, Any]]
) -> None:
    people = "".join(f"i{n},{'ab'[n % 2]},id,{','.join([f'alice{n}@shop.com'] * 4)}\n" for n in range(4))
    for name in ("imp.csv", "cl.csv"):
        (tmp_path / name).write_text(f"id,which,part,uid,u_a,u_b,user_id\n{people}{name},,,,,,\n")
    store = empty.load("generic", tmp_path / "imp.csv", tmp_path / "cl.csv", mapping={"file": blocks}).store
    frames = [store.lazy(name).collect() for name in store.tables]
    assert not any("alice" in str(cell) for frame in frames for row in frame.rows() for cell in row)
    assert any(empty.pseudonym("alice1@shop.com") in frame.rows()[1] for frame in frames)


def test_pseudonyms_do_not_go_where_numbers_belong(empty: Store, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("id,which,uid\n1,id,7\n")
    position = {"name": "imp*", "impressions": {"impression_id": "id", "position": "uid"}}
    with pytest.raises(InputError, match="file 1: position is INTEGER, it cannot hold the pseudonyms of 'uid'"):
        empty.load("generic", tmp_path / "log.csv", mapping={"file": [position, {"users": {"user_id": "uid"}}]})
    chosen = {"impression_id": "id", "user_id": "uid", "position": {"pick": "u{which}"}}
    with pytest.raises(DataError, match=r"impressions.position \(INTEGER\) from columns that name people"):
        empty.load("generic", tmp_path / "log.csv", mapping={"file": [{"impressions": chosen}]})
