"""The store a load goes into: made where there is none, and gone again where the first load fails."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest

from workbench.errors import DataError, InputError, StoreError
from workbench.store.first_load import discard, store_to_load
from workbench.store.home import home
from workbench.store.pseudonyms import key_path
from workbench.store.store import create_store, open_store

MAPPING = {"file": [{"impressions": {"impression_id": "id"}}]}


def keys() -> set[Path]:
    return set((home() / "keys").glob("*")) if (home() / "keys").exists() else set()


def test_a_first_load_that_fails_leaves_no_store_and_no_key(tmp_path: Path) -> None:
    before = keys()
    (tmp_path / "log.csv").write_text("other\n1\n")
    with pytest.raises(DataError), store_to_load(tmp_path / "shop") as store:
        store.load("generic", tmp_path / "log.csv", mapping=MAPPING)
    assert not (tmp_path / "shop").exists()
    assert keys() == before
    with pytest.raises(KeyboardInterrupt), store_to_load(tmp_path / "shop"):
        raise KeyboardInterrupt
    assert not (tmp_path / "shop").exists()


def test_a_store_that_was_there_or_was_filled_stays(tmp_path: Path) -> None:
    rows = pl.DataFrame({"impression_id": ["i1"]})
    with pytest.raises(InputError), store_to_load(tmp_path / "shop") as store:
        store.write({"impressions": rows}, source="test").write({}, source="test")
    assert open_store(tmp_path / "shop").rows("impressions") == 1
    empty = create_store(tmp_path / "empty")
    with pytest.raises(KeyboardInterrupt), store_to_load(empty.folder):
        raise KeyboardInterrupt
    assert open_store(empty.folder).version == 0
    empty.declare("devices", "device", ["phone"])
    discard(empty)
    assert key_path(empty.lineage_id).exists()
    assert open_store(empty.folder).public


def test_a_folder_in_use_is_refused_and_untouched(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(StoreError, match="is not empty"), store_to_load(tmp_path):
        pass
    assert [entry.name for entry in tmp_path.iterdir()] == ["notes.txt"]


def test_loads_that_make_one_store_at_once_share_it(tmp_path: Path) -> None:
    def load(number: int) -> str:
        (tmp_path / f"log{number}.csv").write_text(f"id\ni{number}\n")
        with store_to_load(tmp_path / "shop") as store:
            return store.load("generic", tmp_path / f"log{number}.csv", mapping=MAPPING).store.lineage_id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(load, range(4)))) == 1
    assert sorted(open_store(tmp_path / "shop").lazy("impressions").collect()["impression_id"]) == [
        "i0",
        "i1",
        "i2",
        "i3",
    ]
