"""Fetching the Open Bandit logs."""

import hashlib
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from workbench.errors import DataError, MissingPartError, StoreError
from workbench.store import open_bandit
from workbench.store.open_bandit import fetch_open_bandit


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    try:
        return fetch_open_bandit(tmp_path_factory.mktemp("fetched") / "open-bandit")
    except MissingPartError as error:
        pytest.skip(f"the package index cannot be reached: {error}")


def test_the_fetched_logs_are_the_shared_ones(fetched: Path, shared_data: Path) -> None:
    shared = shared_data / "open-bandit"
    for file in [*shared.rglob("*.csv"), shared / "LICENSE"]:
        assert (fetched / file.relative_to(shared)).read_bytes() == file.read_bytes()
    assert len(list(fetched.rglob("*.csv"))) == 12


def test_fetching_again_needs_no_client(fetched: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert fetch_open_bandit(fetched) == fetched


def answer(status: int, content: bytes | None = None):  # noqa: ANN201  # stands in for subprocess.run
    def run(words: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        if content is not None:
            (Path(words[words.index("--dest") + 1]) / "obp-0.4.1-py3-none-any.whl").write_bytes(content)
        return subprocess.CompletedProcess(words, status, "", "secret-host.example: no route")

    return run


def test_a_client_that_cannot_reach_its_index_is_told_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_bandit.subprocess, "run", answer(1))
    with pytest.raises(MissingPartError, match=r"pip could not fetch obp==0\.4\.1") as refused:
        fetch_open_bandit(tmp_path / "logs")
    assert "secret-host" not in str(refused.value)
    assert not (tmp_path / "logs").exists()


def test_another_file_than_the_pinned_one_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_bandit.subprocess, "run", answer(0, b"something else"))
    with pytest.raises(DataError, match="is not the file that was pinned"):
        fetch_open_bandit(tmp_path / "logs")
    assert not (tmp_path / "logs").exists()


def wheel(path: Path) -> bytes:
    with ZipFile(path, "w") as packed:
        packed.writestr("obp/dataset/obd/random/all/all.csv", "a\n1\n")
        packed.writestr("obp/dataset/obd/../../../escaped.csv", "a\n1\n")
        packed.writestr("obp/dataset/obd/.DS_Store", "x")
        packed.writestr("obp/policy/linear.py", "x")
        packed.writestr("obp-0.4.1.dist-info/LICENSE", "Apache")
    return path.read_bytes()


def test_only_the_logs_and_their_licence_are_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = wheel(tmp_path / "wheel.zip")
    monkeypatch.setattr(open_bandit, "WHEEL_SHA256", hashlib.sha256(content).hexdigest())
    monkeypatch.setattr(open_bandit.subprocess, "run", answer(0, content))
    folder = fetch_open_bandit(tmp_path / "deep" / "logs")
    found = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert found == [".sha256", "LICENSE", "random/all/all.csv"]
    assert not list(tmp_path.rglob("escaped.csv"))
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written to"):
        fetch_open_bandit(tmp_path / "file" / "logs")
