"""A writer killed or stopped at any point leaves the previous version whole, and the next one carries on from it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from workbench.store.store import Store, create_store, open_store

MAPPING = """
[[file]]
[file.impressions]
impression_id = "id"
user_id = "user"
extra = "extra"
[file.clicks]
when = { column = "click", is = 1 }
impression_id = "id"
"""

# Kills itself when the named function is called for the nth time, before or after the call.
LOADER = """
import os, signal, sys
from importlib import import_module
from workbench.store.store import open_store

folder, log, mapping, place, nth, when = sys.argv[1:]
module, name = place.split(":")
home = import_module(module)
real, calls = getattr(home, name), 0

def deadly(*words, **more):
    global calls
    calls += 1
    if calls == int(nth) and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    result = real(*words, **more)
    if calls == int(nth):
        os.kill(os.getpid(), signal.SIGKILL)
    return result

store = open_store(folder)
setattr(home, name, deadly)
store.load("generic", log, mapping=mapping)
"""

POINTS = [
    ("workbench.store.loading:run_watched", 1, "after"),  # read, nothing written
    ("workbench.store.loading:run_watched", 2, "after"),  # one table staged
    ("workbench.store._writing:append", 1, "before"),  # all staged, nothing committed
    ("workbench.store._delta:sync", 1, "after"),
    ("workbench.store._writing:append", 1, "after"),  # one of two tables committed
    ("workbench.store._writing:append", 2, "after"),  # both committed, store.json still old
    ("workbench.store._writing:write_catalog", 1, "before"),
    ("workbench.store._catalog:replace_file", 1, "before"),
]


@pytest.fixture
def loaded(tmp_path: Path) -> Store:
    (tmp_path / "shop.toml").write_text(MAPPING)
    log(tmp_path / "first.csv", 0, 50)
    return create_store(tmp_path / "shop").load("generic", tmp_path / "first.csv", mapping=tmp_path / "shop.toml").store


def log(path: Path, begin: int, rows: int) -> Path:
    lines = [f"i{n},user-{n % 7},{n / 4},{int(n % 5 == 0)}" for n in range(begin, begin + rows)]
    path.write_text("\n".join(["id,user,extra,click", *lines]) + "\n")
    return path


def contents(store: Store) -> dict[str, pl.DataFrame]:
    return {name: store.lazy(name).collect() for name in store.tables}


@pytest.mark.parametrize(("place", "nth", "when"), POINTS)
def test_a_killed_load_leaves_the_previous_version(
    loaded: Store, tmp_path: Path, place: str, nth: int, when: str
) -> None:
    before = contents(loaded)
    second = log(tmp_path / "second.csv", 50, 40)
    words = [loaded.folder, second, tmp_path / "shop.toml", place, nth, when]
    done = subprocess.run([sys.executable, "-c", LOADER, *map(str, words)], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL

    again = open_store(loaded.folder)
    assert again.version == 1
    assert all(frame.equals(before[name]) for name, frame in contents(again).items())

    result = again.load("generic", second, mapping=tmp_path / "shop.toml")
    assert result.rows == {"impressions": 40, "clicks": 8}
    store = result.store
    assert (store.version, store.rows("impressions"), store.rows("clicks")) == (2, 90, 18)
    assert store.lazy("impressions").collect()["impression_id"].to_list() == [f"i{n}" for n in range(90)]
    assert not (store.folder / ".staging").exists()
    assert all(frame.equals(before[name]) for name, frame in contents(open_store(loaded.folder, version=1)).items())


# Presses Ctrl-C a moment after the named function is called for the nth time.
STOPPED = """
import os, signal, sys, threading
from importlib import import_module
from workbench.store.store import open_store

folder, log, mapping, place, nth, moment = sys.argv[1:]
signal.signal(signal.SIGINT, signal.default_int_handler)
module, name = place.split(":")
home = import_module(module)
real, calls = getattr(home, name), 0

def stopped(*words, **more):
    global calls
    calls += 1
    if calls == int(nth):
        threading.Timer(float(moment), os.kill, (os.getpid(), signal.SIGINT)).start()
    return real(*words, **more)

store = open_store(folder)
setattr(home, name, stopped)
try:
    store.load("generic", log, mapping=mapping)
except KeyboardInterrupt:
    sys.exit(130)
"""

MOMENTS = [
    ("workbench.store.loading:run_watched", 1, 0),
    ("workbench.store.loading:run_watched", 1, 0.02),  # in the middle of a statement, while this thread waits
    ("workbench.store.loading:run_watched", 1, 0.15),
    ("workbench.store.loading:pseudonymise", 1, 0.02),  # in the middle of a statement in this thread
    ("workbench.store.loading:mark_duplicates", 1, 0.01),
    ("workbench.store.loading:run_watched", 2, 0.02),
]


@pytest.mark.parametrize(("place", "nth", "moment"), MOMENTS)
def test_ctrl_c_stops_a_load_and_leaves_the_previous_version(
    loaded: Store, tmp_path: Path, place: str, nth: int, moment: float
) -> None:
    before = contents(loaded)
    second = log(tmp_path / "second.csv", 50, 150_000)
    words = [loaded.folder, second, tmp_path / "shop.toml", place, nth, moment]
    done = subprocess.run(
        [sys.executable, "-c", STOPPED, *map(str, words)], check=False, timeout=60, capture_output=True
    )
    assert (done.returncode, done.stderr) == (130, b"")
    again = open_store(loaded.folder)
    assert again.version == 1
    assert all(frame.equals(before[name]) for name, frame in contents(again).items())
    assert not (loaded.folder / ".staging").exists()


def test_a_first_load_killed_after_its_commit_leaves_an_empty_store(tmp_path: Path) -> None:
    (tmp_path / "shop.toml").write_text(MAPPING)
    first = log(tmp_path / "first.csv", 0, 30)
    store = create_store(tmp_path / "shop")
    words = [store.folder, first, tmp_path / "shop.toml", "workbench.store._writing:write_catalog", 1, "before"]
    subprocess.run([sys.executable, "-c", LOADER, *map(str, words)], check=False, timeout=60)
    assert dict(open_store(store.folder).tables) == {}
    assert store.load("generic", first, mapping=tmp_path / "shop.toml").store.rows("impressions") == 30


def test_a_load_killed_by_the_clock_leaves_the_previous_version(loaded: Store, tmp_path: Path) -> None:
    big = log(tmp_path / "big.csv", 50, 60_000)
    words = [loaded.folder, big, tmp_path / "shop.toml", "workbench.store._writing:append", 99, "before"]
    with subprocess.Popen([sys.executable, "-c", LOADER, *map(str, words)]) as writer:
        while writer.poll() is None and not (loaded.folder / ".staging" / "spill").exists():
            if any((loaded.folder / ".staging").glob("*")):
                break
            time.sleep(0.005)
        os.kill(writer.pid, signal.SIGKILL)
    assert open_store(loaded.folder).rows("impressions") in {50, 60_050}  # Never a part.
    assert open_store(loaded.folder).version == (1 if open_store(loaded.folder).rows("impressions") == 50 else 2)


def test_readers_keep_their_version_while_another_process_loads(loaded: Store, tmp_path: Path) -> None:
    before = contents(loaded)
    big = log(tmp_path / "big.csv", 50, 20_000)
    words = [loaded.folder, big, tmp_path / "shop.toml", "workbench.store._writing:append", 99, "before"]
    with subprocess.Popen([sys.executable, "-c", LOADER, *map(str, words)]) as writer:
        while writer.poll() is None:
            assert loaded.lazy("impressions").collect().equals(before["impressions"])
            assert open_store(loaded.folder).rows("impressions") in {50, 20_050}
            time.sleep(0.05)
    assert writer.returncode == 0
    assert loaded.rows("impressions") == 50
    assert loaded.refresh().rows("impressions") == 20_050
