"""Whole files and the writer's lock."""

import subprocess
import sys
from pathlib import Path

import pytest

from workbench.errors import StoreError
from workbench.store._files import replace_file, writer_lock


def test_a_failed_replacement_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "store.json"
    replace_file(file, b"old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="No space"):
        replace_file(file, b"new")
    assert file.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["store.json"]


def test_the_second_writer_gets_one_clear_error(tmp_path: Path) -> None:
    held = pytest.raises(StoreError, match="being written by another process")
    with writer_lock(tmp_path), held, writer_lock(tmp_path, wait=0.05):
        pass
    with writer_lock(tmp_path, wait=0):
        pass


def test_the_lock_dies_with_its_owner(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from workbench.store._files import writer_lock\n"
        "with writer_lock(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "held\n"
        with pytest.raises(StoreError), writer_lock(tmp_path, wait=0):
            pass
        owner.kill()
    with writer_lock(tmp_path, wait=5):
        pass


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written to"), writer_lock(tmp_path / "file"):
        pass
