"""A job read from its folder: whole, damaged, killed, half-written, or not a job at all."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from workbench.errors import InputError, StoreError, UnknownNameError
from workbench.jobs.job import Job, find_job, job_updates, list_jobs, open_job, stop_job
from workbench.progress import Progress

ID = "train-20261124-071500-3f9a"


def make_job(
    store: Path, id: str = ID, *, pid: int | None = None, created: float | None = None, age: float = 0
) -> Path:
    folder = store / "jobs" / id
    folder.mkdir(parents=True)
    began = datetime.now(UTC) - timedelta(seconds=age)
    (folder / "job.json").write_text(
        json.dumps({"kind": id.partition("-")[0], "arguments": ["--a", "b"], "began": began.isoformat()})
    )
    if pid is not None:
        created = psutil.Process(pid).create_time() if created is None else created
        (folder / "process.json").write_text(json.dumps({"pid": pid, "created": created}))
    return folder


def test_a_job_at_work_is_read(tmp_path: Path) -> None:
    folder = make_job(tmp_path, pid=os.getpid())
    (folder / "progress.jsonl").write_text(json.dumps(Progress("training", 3, 9, "rows", 1.5).__dict__) + "\n")
    job = open_job(folder)
    assert (job.id, job.kind, job.arguments, job.state) == (ID, "train", ("--a", "b"), "running")
    assert job.progress == Progress("training", 3, 9, "rows", 1.5)
    assert job.at_work
    (folder / "stopping").touch()
    assert open_job(folder).state == "stopping"


def test_a_process_that_is_gone_is_lost_and_says_so(tmp_path: Path) -> None:
    job = open_job(make_job(tmp_path, pid=os.getpid(), created=1.0))  # The number belongs to another process now.
    assert job.state == "lost"
    assert "gone without a word" in job.message


def test_a_job_that_never_spoke_is_given_a_minute(tmp_path: Path) -> None:
    assert open_job(make_job(tmp_path)).state == "running"
    assert open_job(make_job(tmp_path, "train-20261124-071500-3f9b", age=90)).state == "lost"


def test_the_end_counts_whatever_became_of_the_process(tmp_path: Path) -> None:
    folder = make_job(tmp_path, pid=os.getpid(), created=1.0)
    (folder / "end.json").write_text(json.dumps({"state": "done", "message": "", "result": {"run": "first"}}))
    job = open_job(folder)
    assert (job.state, dict(job.result)) == ("done", {"run": "first"})
    stop_job(folder)
    assert not (folder / "stop").exists()


def test_a_line_cut_short_is_left_for_later(tmp_path: Path) -> None:
    folder = make_job(tmp_path, pid=os.getpid())
    whole = json.dumps(Progress("loading", 1, 2, "rows", 0.5).__dict__)
    (folder / "progress.jsonl").write_text(f"{whole}\nnonsense\n{whole[:20]}")
    first, second = job_updates(folder)
    assert first == Progress("loading", 1, 2, "rows", 0.5)
    assert second.stage == "unknown"
    (folder / "progress.jsonl").write_text(f"{whole}\nnonsense\n{whole}\n")
    assert job_updates(folder, 2) == [first]


def test_damaged_jobs_are_named_and_left_out_of_lists(tmp_path: Path) -> None:
    make_job(tmp_path, pid=os.getpid())
    bad = make_job(tmp_path, "load-20261124-071501-0000")
    (bad / "job.json").write_text("{")
    (tmp_path / "jobs" / "notes").mkdir()
    assert [job.id for job in list_jobs(tmp_path)] == [ID]
    with pytest.raises(StoreError, match="gone or damaged"):
        open_job(bad)
    assert list_jobs(tmp_path / "nowhere") == ()


@pytest.mark.parametrize(
    "id", ["../x", "..", "", "train-20261124-071500-3f9a/..", "/etc", "train", "TRAIN-20261124-071500-3F9A"]
)
def test_only_an_id_finds_a_job(tmp_path: Path, id: str) -> None:
    with pytest.raises(InputError, match="must be an id"):
        find_job(tmp_path, id)


def test_an_unknown_job_is_refused_and_the_nearest_named(tmp_path: Path) -> None:
    make_job(tmp_path)
    with pytest.raises(UnknownNameError, match=ID):
        find_job(tmp_path, ID[:-1] + "b")


def test_jobs_come_newest_first(tmp_path: Path) -> None:
    make_job(tmp_path, "train-20261124-071500-0001", age=10)
    make_job(tmp_path, "load-20261124-071510-0002", age=2)
    jobs: tuple[Job, ...] = list_jobs(tmp_path)
    assert [job.kind for job in jobs] == ["load", "train"]
