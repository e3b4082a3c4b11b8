"""A run's folder is named once and is whole or not there."""

import json
import re
from pathlib import Path

import pytest

from workbench.errors import InputError, StoreError
from workbench.models.folder import EventLog, name_run, read_json, write_json, writing_run


def test_a_name_is_made_of_model_moment_and_chance(tmp_path: Path) -> None:
    made = {name_run(tmp_path, "dcnv2", None) for _ in range(20)}
    assert len(made) > 15
    assert all(re.fullmatch(r"dcnv2-\d{8}-\d{6}-[0-9a-f]{4}", name) for name in made)


@pytest.mark.parametrize("name", ["", ".hidden", "a/b", "../up", "a b", "x" * 81])
def test_a_name_that_could_not_be_a_folders_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="letters, digits, dots"):
        name_run(tmp_path, "dcnv2", name)


def test_a_taken_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "first").mkdir()
    with pytest.raises(InputError, match="'first' is taken"):
        name_run(tmp_path, "dcnv2", "first")


def test_a_run_is_put_under_its_name_when_it_is_whole(tmp_path: Path) -> None:
    with writing_run(tmp_path / "runs", "first") as folder:
        (folder / "spec.json").write_text("{}")
        assert not (tmp_path / "runs" / "first").exists()
    assert (tmp_path / "runs" / "first" / "spec.json").exists()
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["first"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_a_failure_leaves_nothing(tmp_path: Path, error: type[BaseException]) -> None:
    with pytest.raises(error), writing_run(tmp_path, "first"):
        raise error
    assert list(tmp_path.iterdir()) == []


def test_a_name_taken_meanwhile_is_refused_and_the_other_run_kept(tmp_path: Path) -> None:
    def take_it_meanwhile() -> None:
        (tmp_path / "first").mkdir()
        (tmp_path / "first" / "spec.json").write_text("{}")

    with pytest.raises(StoreError, match="taken meanwhile"), writing_run(tmp_path, "first"):
        take_it_meanwhile()
    assert [path.name for path in tmp_path.rglob("*")] == ["first", "spec.json"]


def test_a_folder_that_cannot_be_written_to_is_refused(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file where the folder should be")
    with pytest.raises(StoreError, match="cannot be written to"), writing_run(tmp_path / "runs", "first"):
        pass


def test_a_disk_that_fills_up_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    full = OSError(28, "No space left on device")
    with pytest.raises(StoreError, match=r"left on device.*room on its disk"), writing_run(tmp_path / "runs", "first"):
        raise full
    assert list((tmp_path / "runs").iterdir()) == []


def test_events_are_written_as_they_happen(tmp_path: Path) -> None:
    events = EventLog(tmp_path / "events.jsonl")
    events.append("begin", {"rows": 3})
    events.append("look", {"valid_loss": 0.5})
    read = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert [(event["event"], event.get("rows")) for event in read] == [("begin", 3), ("look", None)]


@pytest.mark.parametrize("content", [None, "", "{", "[1]"])
def test_damaged_json_is_refused(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "spec.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(StoreError, match="missing or damaged"):
        read_json(path)


def test_json_holds_no_number_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "x.json", {"auc": float("nan")})
