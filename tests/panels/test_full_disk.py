"""A disk that fills up while a job of a panel writes: one line, nothing half-written, and the panel goes on."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.panels.conftest import until
from tests.panels.test_load import opened, plain
from workbench.jobs.job import list_jobs
from workbench.models.listing import summarise_runs
from workbench.panels.panel import Panel
from workbench.panels.report import ReportPanel
from workbench.panels.train import TrainPanel
from workbench.store.store import Store, create_store

# The job's process, and what it starts, may write no file beyond this. Python takes it as it takes a full disk: the
# write gives fewer bytes, the next one fails. So do DuckDB and torch, which no patched function would reach.
LIMIT = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, ({bytes}, {bytes}))
"""
TRAIN = {"model": "lightgbm", "target": "click", "device": "cpu", "epochs": 1, "seed": 0, "name": "new"}
REPORT: dict[str, Any] = {"template": "small.ipynb", "audience": "internal", "run": "first", "out": "out", "values": {}}


@pytest.fixture
def room(tmp_path: Path, workbench_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the kernel works."""
    assert workbench_home.is_dir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@contextmanager
def little_room(folder: Path, bytes: int) -> Iterator[None]:
    """Let jobs that are started within write no file larger than so many bytes."""
    (folder / "limit").mkdir()
    (folder / "limit" / "sitecustomize.py").write_text(LIMIT.format(bytes=bytes))
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PYTHONPATH", str(folder / "limit"), prepend=os.pathsep)
        yield


def refused(panel: Panel) -> str:
    """Wait for the end of the panel's job, which must be a refusal in one line; gives it."""
    until(panel, lambda: panel.frame["phase"] in {"refused", "answer"}, 180)
    job = list_jobs(panel.store.folder)[0]
    log = (job.folder / "output.log").read_text()
    assert (panel.frame["phase"], job.state) == ("refused", "refused"), log
    assert panel.frame["refusal"] == job.message
    assert "\n" not in job.message
    assert not [word for word in ("Traceback", ".part", ".staging", "unexpected", "--debug") if word in job.message]
    assert "Traceback" not in log
    return job.message


def begun(store: Store) -> list[str]:
    """Names under the store's folder of what was begun and not finished."""
    names = [str(path.relative_to(store.folder)) for path in store.folder.rglob("*")]
    return [name for name in names if ".part" in name or ".staging" in name or ".bounding" in name]


def test_a_training_leaves_no_run(own_shop: Store, room: Path) -> None:
    panel = TrainPanel(own_shop)
    with little_room(room, 4_000 + (own_shop.folder / "access.jsonl").stat().st_size):  # That log grows with every use.
        panel.receive({"request": "StartTraining", "form": TRAIN})
        message = refused(panel)
    assert "run 'new' cannot be written to" in message
    assert "room on its disk" in message
    assert [run.id for run in summarise_runs(own_shop.runs_folder)] == ["first"]
    assert [path.name for path in own_shop.runs_folder.iterdir()] == ["first"]
    assert begun(own_shop) == []
    assert own_shop.refresh().version == own_shop.version
    panel.receive({"request": "StartTraining", "form": TRAIN})
    until(panel, lambda: panel.frame["phase"] in {"refused", "answer"})
    assert (panel.frame["refusal"], panel.state["answer"]["run"]) == (None, "new")


def test_a_load_leaves_the_store_as_it_was(room: Path) -> None:
    draw = random.Random(5)
    rows = [f"2026-11-27 10:{n % 60:02d}:00,person-{draw.random()},ad-1,0,secret {draw.random()}" for n in range(3_000)]
    (room / "log.csv").write_text("\n".join(["time,uid,ad,clk,note", *rows]))
    store = create_store(room / "shop")
    panel, _ = opened(store, "log.csv")
    form = plain(panel.state["form"])
    with little_room(room, 40_000):
        panel.receive({"request": "StartLoading", "form": form})
        message = refused(panel)
    assert "the rows of impressions could not be written" in message
    assert "Make room" in message
    assert "secret" not in message
    assert "person" not in message
    assert (store.refresh().version, dict(store.refresh().tables), begun(store)) == (0, {}, [])
    panel.receive({"request": "StartLoading", "form": form})
    until(panel, lambda: panel.frame["phase"] in {"refused", "answer"})
    assert panel.frame["refusal"] is None
    assert store.refresh().rows("impressions") == 3_000


def test_a_report_leaves_no_page(own_shop: Store, room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # What IPython would write down of its cells is no part of the report, and not of this machine's user either.
    monkeypatch.setenv("IPYTHONDIR", str(room / "ipython"))
    named = new_code_cell("store_folder = ''\nrun_id = None\naudience = 'internal'", metadata={"tags": ["parameters"]})
    nbformat.write(new_notebook(cells=[new_markdown_cell("# A small report"), named]), room / "small.ipynb")
    panel = ReportPanel(own_shop)
    with little_room(room, 12_000):
        panel.receive({"request": "MakeReport", "form": REPORT})
        message = refused(panel)
    assert "out cannot be written to" in message
    assert "room" in message
    assert list((room / "out").iterdir()) == []
    assert begun(own_shop) == []
    assert panel.state["answer"] is None
    panel.receive({"request": "MakeReport", "form": REPORT})
    until(panel, lambda: panel.frame["phase"] in {"refused", "answer"}, 180)
    assert panel.frame["refusal"] is None
    assert (room / "out" / "report.html").is_file()
