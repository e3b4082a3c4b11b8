"""Jobs for real: started, watched, stopped, killed, out of room."""

import os
import shutil
import signal
import time
from collections.abc import Callable
from io import FileIO
from pathlib import Path

import psutil
import pytest

from workbench.errors import StoreError
from workbench.jobs._folder import read_json, write_json
from workbench.jobs.job import Job, job_updates, open_job, stop_job
from workbench.jobs.start import start_job
from workbench.jobs.worker import Worker, working
from workbench.models.run import open_run
from workbench.progress import Progress
from workbench.store.store import Store, create_store

WAIT = 90


def wait(folder: Path, met: Callable[[Job], bool]) -> Job:
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        job = open_job(folder)
        if met(job):
            return job
        if not job.at_work:
            break
        time.sleep(0.05)
    raise AssertionError(f"{open_job(folder)}: {(folder / 'output.log').read_text()}")


@pytest.fixture
def shop(demo_store: Store, tmp_path: Path) -> Path:
    """The demo store with jobs and runs of its own."""
    return Path(shutil.copytree(demo_store.folder, tmp_path / "shop", ignore=shutil.ignore_patterns("jobs", "runs")))


def training(shop: Path, *arguments: str) -> Job:
    return start_job(shop, "train", ["--store", str(shop), "--model", "dcnv2", "--name", "one", *arguments])


def test_a_training_is_stopped_by_a_flag_and_keeps_its_run(shop: Path) -> None:
    job = training(shop, "--epochs", "200")
    wait(job.folder, lambda job: job.progress is not None and job.progress.stage == "training dcnv2")
    stop_job(job.folder)
    stop_job(job.folder)
    wait(job.folder, lambda job: job.state != "running")
    ended = wait(job.folder, lambda job: not job.at_work)
    assert (ended.state, ended.result["run"]) == ("stopped", "one")
    assert open_run(shop / "runs" / "one").facts.ended == "stopped"
    figures = [set(update.figures) for update in job_updates(job.folder)]
    assert {"train_loss"} <= set.union(*figures)
    assert (job.folder.stat().st_mode & 0o077) == 0


def test_a_stop_before_training_began_leaves_nothing(shop: Path) -> None:
    job = training(shop)
    stop_job(job.folder)  # The process has not even said who it is.
    ended = wait(job.folder, lambda job: not job.at_work)
    assert ended.state == "stopped"
    left = list((shop / "runs").iterdir()) if (shop / "runs").exists() else []
    assert not [path.name for path in left if path.name.startswith(".")]


def test_a_killed_job_is_lost(shop: Path) -> None:
    job = training(shop, "--epochs", "200")
    wait(job.folder, lambda job: job.progress is not None)
    os.kill(read_json(job.folder / "process.json")["pid"], signal.SIGKILL)  # type: ignore[index]
    ended = wait(job.folder, lambda job: not job.at_work)
    assert ended.state == "lost"
    assert not (job.folder / "end.json").exists()


def test_a_refusal_is_said_in_one_line(shop: Path) -> None:
    job = start_job(shop, "train", ["--store", str(shop), "--model", "dcnv3"])
    ended = wait(job.folder, lambda job: not job.at_work)
    assert ended.state == "refused"
    assert "dcnv2" in ended.message
    assert "Traceback" not in (job.folder / "output.log").read_text()


def test_wrong_usage_is_refused_too(shop: Path) -> None:
    job = start_job(shop, "train", ["--store", str(shop), "--epoch", "1"])
    assert wait(job.folder, lambda job: not job.at_work).state == "refused"


def test_a_store_that_cannot_be_written_starts_no_job(tmp_path: Path) -> None:
    store = create_store(tmp_path / "shop")
    (store.folder / "jobs").write_text("a file in the way")
    with pytest.raises(StoreError, match="cannot be started"):
        start_job(store.folder, "train", [])
    with pytest.raises(StoreError, match="cannot be started"):
        start_job(tmp_path / "gone", "train", [])


def test_progress_is_thinned_but_never_misses_an_end(tmp_path: Path) -> None:
    worker = Worker(tmp_path)
    for done in range(1, 1_001):
        worker.on_progress(Progress("reading", done, 1_000, "rows", done / 1000, {"loss": 0.5}))
    updates = job_updates(tmp_path)
    assert [update.done for update in updates] == [1, 1_000]
    assert updates[0].figures == {"loss": 0.5}


def test_a_full_disk_ends_the_work_not_the_telling(tmp_path: Path) -> None:
    worker = Worker(tmp_path / "gone")
    worker.on_progress(Progress("reading", 1, 2, "rows", 1.0))
    worker.end(1, "no room")  # Readers find the process gone: nothing could be written.
    assert not (tmp_path / "gone").exists()


def test_a_job_says_how_it_ended_in_the_room_held_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "room").write_bytes(b"held")

    def full(path: Path, content: object) -> None:
        if (tmp_path / "room").exists():
            raise OSError(28, "No space left on device")
        write_json(path, content)  # type: ignore[arg-type]  # what the worker gave

    monkeypatch.setattr("workbench.jobs.worker.write_json", full)
    monkeypatch.setenv("WORKBENCH_JOB", str(tmp_path))
    with pytest.raises(SystemExit), working():
        pytest.fail("there was no room to say who does the work")
    ended = read_json(tmp_path / "end.json")
    assert ended is not None
    assert ended["state"] == "refused"
    assert "No space left on device" in ended["message"]


def test_a_moment_cut_short_by_a_full_disk_spoils_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = Worker(tmp_path)

    class Full(FileIO):
        def write(self, line: bytes) -> int:  # type: ignore[override]  # bytes are what the worker gives
            return super().write(line[:9])

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", lambda path, *_, **__: Full(path, "a"))
        worker.on_progress(Progress("reading", 1, 3, "rows", 1.0))
    worker.on_progress(Progress("writing", 2, 3, "rows", 2.0))
    worker.on_progress(Progress("ending", 3, 3, "rows", 3.0))
    assert [update.done for update in job_updates(tmp_path)[1:]] == [2, 3]


def test_a_job_that_cannot_be_started_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("workbench.jobs.start.write_json", full)
    with pytest.raises(StoreError, match="with room on it"):
        start_job(tmp_path, "train", [])
    assert list((tmp_path / "jobs").iterdir()) == []


def test_a_command_run_by_hand_is_no_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORKBENCH_JOB", raising=False)
    with working() as worker:
        assert worker is None


@pytest.mark.parametrize(
    ("status", "asked", "state"),
    [(0, False, "done"), (0, True, "stopped"), (130, True, "stopped"), (1, True, "refused")],
)
def test_how_it_ended_is_said(tmp_path: Path, status: int, asked: bool, state: str) -> None:
    Worker(tmp_path, {"run": "one"}, asked).end(status, "" if status == 0 else "why")
    ended = read_json(tmp_path / "end.json")
    assert ended is not None
    assert (ended["state"], ended["result"]) == (state, {"run": "one"})
    assert psutil.pid_exists(os.getpid())
