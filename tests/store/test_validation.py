"""Repeated keys and orphans against brute force over random logs."""

from pathlib import Path

import numpy as np
import pytest

from workbench.store.store import create_store

MAPPING = {
    "file": [
        {"name": "shown*", "impressions": {"impression_id": "id", "note": "note"}},
        {"name": "clicked*", "clicks": {"impression_id": "id"}},
        {
            "name": "totals*",
            "totals": {"ad_id": "ad", "day": "day", "segment": "segment", "clicks": "clicks"},
        },
    ]
}


@pytest.mark.parametrize("seed", range(4))
def test_first_rows_win_and_orphans_go(tmp_path: Path, seed: int) -> None:
    draw = np.random.default_rng(seed)
    shown = [[f"i{n}" for n in draw.integers(0, 60, size=40)] for _ in range(3)]
    clicked = [f"i{n}" for n in draw.integers(0, 90, size=50)]
    store = create_store(tmp_path / "shop")
    for number, ids in enumerate(shown):
        rows = "".join(f"{name},{number}-{place}\n" for place, name in enumerate(ids))
        (tmp_path / f"shown{number}.csv").write_text(f"id,note\n{rows}")
    (tmp_path / "clicked.csv").write_text("id\n" + "".join(f"{name}\n" for name in clicked))

    store = store.load("generic", tmp_path / "shown0.csv", mapping=MAPPING).store
    rest = [tmp_path / name for name in ("clicked.csv", "shown2.csv", "shown1.csv")]
    result = store.load("generic", *rest, mapping=MAPPING)

    first: dict[str, str] = {}
    for number, ids in enumerate(shown):
        for place, name in enumerate(ids):
            first.setdefault(name, f"{number}-{place}")
    kept = result.store.lazy("impressions").collect()
    assert dict(zip(kept["impression_id"], kept["note"], strict=True)) == first
    good = list(dict.fromkeys(name for name in clicked if name in first))
    assert result.store.lazy("clicks").collect()["impression_id"].to_list() == good
    orphans = len({name for name in clicked if name not in first})
    assert result.rejected.get("names no row of impressions", 0) == orphans


def test_a_key_of_several_columns_counts_empty_cells_as_equal(tmp_path: Path) -> None:
    (tmp_path / "totals.csv").write_text(
        "ad,day,segment,clicks\na,2024-01-01,x,1\na,2024-01-01,,2\na,,,3\na,2024-01-01,,4\na,,,5\nb,,,6\n"
    )
    result = create_store(tmp_path / "shop").load("generic", tmp_path / "totals.csv", mapping=MAPPING)
    assert result.store.lazy("totals").collect()["clicks"].to_list() == [1, 2, 3, 6]
    assert dict(result.rejected) == {"repeats the key (ad_id, day, segment)": 2}


def test_orders_without_a_time_cannot_be_told_apart_and_stay(tmp_path: Path) -> None:
    mapping = {"file": [{"conversions": {"impression_id": "id", "ts": "ts", "kind": {"value": "order"}}}]}
    (tmp_path / "orders.csv").write_text("id,ts\na,\na,\nb,2024-01-01\nb,2024-01-01\n")
    result = create_store(tmp_path / "shop").load("generic", tmp_path / "orders.csv", mapping=mapping)
    assert result.store.lazy("conversions").collect()["impression_id"].to_list() == ["a", "a", "b"]


def test_rows_keyed_by_their_number_are_one_row_under_another_mapping(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("device,click\nphone,1\ntv,0\n")
    impressions = {"impression_id": {"row": True}, "device": "device"}
    clicks = {"when": {"column": "click", "is": 1}, "impression_id": {"row": True}}
    store = create_store(tmp_path / "shop")
    store = store.load("generic", tmp_path / "log.csv", mapping={"file": [{"impressions": impressions}]}).store
    both = {"file": [{"impressions": impressions, "clicks": clicks}]}
    result = store.load("generic", tmp_path / "log.csv", mapping=both)
    assert result.rows == {"impressions": 0, "clicks": 1}  # The new mapping adds the clicks it finds.
    assert dict(result.rejected) == {"repeats the key (impression_id)": 2}
    changed = {"file": [{"impressions": impressions, "clicks": {**clicks, "ts": {"value": "2026-01-01"}}}]}
    result = result.store.load("generic", tmp_path / "log.csv", mapping=changed)
    assert result.rows == {"impressions": 0, "clicks": 0}
    assert [result.store.rows(name) for name in ("impressions", "clicks")] == [2, 1]


def test_rows_keyed_by_their_number_are_one_row_in_two_folders(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "log.csv").write_text("device\nphone\ntv\n")
    mapping = {"file": [{"impressions": {"impression_id": {"row": True}, "policy": {"path": "folder"}}}]}
    result = create_store(tmp_path / "shop").load("generic", tmp_path / "a", tmp_path / "b", mapping=mapping)
    assert (result.rows, sum(result.rejected.values())) == ({"impressions": 2}, 2)
