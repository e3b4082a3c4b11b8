"""The private folder for keys and ledgers."""

import stat
from pathlib import Path

import pytest

from workbench.errors import StoreError
from workbench.store.home import home, private_folder


def test_home_follows_the_environment_and_is_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "deep" / "home"))
    assert home() == tmp_path / "deep" / "home"
    assert stat.S_IMODE(home().stat().st_mode) == 0o700


def test_home_without_the_environment_is_the_platforms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORKBENCH_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    assert home() == tmp_path / "campaign-workbench"


def test_an_open_folder_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    assert stat.S_IMODE(private_folder(folder).stat().st_mode) == 0o700


def test_a_path_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="set WORKBENCH_HOME"):
        private_folder(tmp_path / "file" / "home")
