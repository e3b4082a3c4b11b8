"""The access log."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from workbench.errors import StoreError, UnknownNameError
from workbench.store.access import access_log, log_access


def test_entries_are_appended_and_read_back(tmp_path: Path) -> None:
    log_access(tmp_path, "open", "shop")
    log_access(tmp_path, "explain", "run-1 用户")
    first, second = access_log(tmp_path)
    assert (first.action, first.subject) == ("open", "shop")
    assert (second.action, second.subject) == ("explain", "run-1 用户")
    assert first.at.tzinfo is not None
    assert first.user
    assert stat.S_IMODE((tmp_path / "access.jsonl").stat().st_mode) == 0o600


def test_entries_of_many_writers_never_mix(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: log_access(tmp_path, "export", f"{n}-" + "x" * 500), range(80)))
    subjects = {entry.subject.split("-")[0] for entry in access_log(tmp_path)}
    assert subjects == {str(n) for n in range(80)}


def test_a_line_cut_short_is_left_out(tmp_path: Path) -> None:
    log_access(tmp_path, "open", "shop")
    with (tmp_path / "access.jsonl").open("a") as file:
        file.write('{"at": "2026-')
    assert len(access_log(tmp_path)) == 1
    assert access_log(tmp_path / "none") == ()


def test_an_entry_that_a_full_disk_cuts_short_is_refused_and_spoils_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    with monkeypatch.context() as patched:
        patched.setattr("os.write", lambda file, line: write(file, line[:20]))
        with pytest.raises(StoreError, match=r"No space left on device.*room on its disk"):
            log_access(tmp_path, "open", "shop")
    log_access(tmp_path, "explain", "run-1")
    assert [entry.subject for entry in access_log(tmp_path)] == ["run-1"]


def test_unknown_actions_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'release'"):
        log_access(tmp_path, "relese", "x")
    with pytest.raises(StoreError, match="every use is recorded"):
        log_access(tmp_path / "none", "open", "x")
