"""The command line as people type it: one line for a refusal, no traceback, no cell values, exit status by meaning."""

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench import cli
from workbench.store.store import Store

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Type a command line; returns exit status, standard output and standard error."""

    def typed(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["workbench", *map(str, words)])
        capfd.readouterr()
        status = 0
        try:
            cli.main()
        except SystemExit as stop:
            status = int(stop.code or 0)
        shown = capfd.readouterr()
        return status, shown.out, shown.err

    return typed


@pytest.fixture
def log(tmp_path: Path) -> Path:
    rows = [f"i{n},2026-03-0{1 + n % 9} 10:00:00,u{n % 7},{n % 2}" for n in range(50)]
    path = tmp_path / "log.csv"
    path.write_text("\n".join(["impression,when,who,clicked", *rows]) + "\n")
    return path


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "mapping.toml"
    path.write_text(
        "[[file]]\n[file.impressions]\n"
        'impression_id = "impression"\nts = "when"\nuser_id = "who"\n'
        "[file.clicks]\n"
        'when = { column = "clicked", is = 1 }\nimpression_id = "impression"\nts = "when"\n'
    )
    return path


def test_every_command_explains_itself() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "workbench.cli", "--help"], capture_output=True, text=True, check=False, timeout=60
    )
    assert shown.returncode == 0
    commands = [
        command.name or command.callback.__name__ for command in cli.app.registered_commands if command.callback
    ]
    assert len(commands) >= 12
    for command in {*commands, "data"} - {"data_get"}:
        assert command in shown.stdout


def test_a_wrong_option_is_wrong_usage(run: Run) -> None:
    status, _, err = run("quality", "--stroe", "x")
    assert status == 2
    assert "--store" in err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("quality", "--store", "nowhere"), "nowhere"),
        (("load", "open-bandt", "x.csv", "--store", "shop"), "open-bandit"),
        (("data", "get", "open-bandits"), "open-bandit"),
        (("release", "--store", "nowhere", "--spec", "missing.toml"), "missing.toml"),
        (("report", "campaign-review", "--store", "nowhere"), "nowhere"),
        (("demo", "--store", "shop", "--impressions", "0"), "impressions"),
        (("demo", "--store", "shop", "--config", "movng"), "did you mean 'moving'"),
    ],
)
def test_refusals_are_one_clear_line(
    words: tuple[str, ...], says: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, err = run(*words)
    assert status == 1
    assert out == ""
    assert err.startswith("workbench: ")
    assert says in err
    assert "Traceback" not in err


def test_a_missing_file_is_named(run: Run, tmp_path: Path, mapping: Path) -> None:
    status, _, err = run("load", "generic", tmp_path / "gone.csv", "--store", tmp_path / "shop", "--mapping", mapping)
    assert status == 1
    assert "gone.csv" in err


def test_debug_shows_the_traceback(run: Run) -> None:
    from workbench.errors import StoreError

    with pytest.raises(StoreError):
        run("quality", "--store", "nowhere", "--debug")


def test_foreign_errors_show_no_text(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("alice@shop.example")

    monkeypatch.setattr("workbench.cli.wb.open", fail, raising=False)
    status, out, err = run("quality", "--store", "shop")
    assert status == 1
    assert "alice" not in out + err
    assert "RuntimeError" in err


def test_unknown_model_and_run_suggest_the_nearest(run: Run, demo_store: Store) -> None:
    status, _, err = run("train", "--store", demo_store.folder, "--model", "dcnv")
    assert (status, "dcnv2" in err) == (1, True)
    status, _, err = run("explain", "--run", "nobody", "--store", demo_store.folder, "--out", "x.parquet")
    assert (status, "nobody" in err) == (1, True)


def test_load_then_quality_then_the_same_file_again(run: Run, log: Path, mapping: Path, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    words = ("load", "generic", log, "--store", shop, "--mapping", mapping)
    status, out, _ = run(*words, "--dry-run")
    assert status == 0
    assert not shop.exists()
    status, out, _ = run(*words)
    assert status == 0
    assert "50" in out
    status, out, _ = run("quality", "--store", shop, "--json")
    assert status == 0
    assert json.loads(out)
    status, out, _ = run(*words)
    assert status == 0
    assert "loaded before" in out


def test_doctor_names_parts_and_state(run: Run) -> None:
    status, out, _ = run("doctor", "--json")
    parts = {finding["part"]: finding["state"] for finding in json.loads(out)}
    assert {"Python", "torch", "GPU", "browser", "disk", "Chinese fonts"} <= set(parts)
    assert status == (1 if "broken" in parts.values() else 0)


def test_release_is_priced_then_charged_once(run: Run, demo_store: Store, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    shutil.copytree(demo_store.folder, shop)
    spec = tmp_path / "question.toml"
    spec.write_text(
        'table = "impressions"\nper = ["device"]\nkeys = ["devices"]\nlimit = 20\nepsilon = 0.1\n'
        "budget = { epsilon = 3, delta = 1e-7 }\n[measures]\n"
        'n = "count"\nclicks = { sum = "click", low = 0, high = 1 }\nctr = { ratio = ["clicks", "n"] }\n'
    )
    status, out, err = run("release", "--store", shop, "--spec", spec, "--cost")
    assert status == 0, err
    first = run("release", "--store", shop, "--spec", spec)
    assert first[0] == 0, first[2]
    assert run("release", "--store", shop, "--spec", spec)[1] == first[1]
    status, out, _ = run("ledger", "--store", shop)
    assert (status, "0.1" in out) == (0, True)


def test_ctrl_c_stops_with_one_line_and_leaves_no_report(demo_store: Store, tmp_path: Path) -> None:
    line = [sys.executable, "-m", "workbench.cli", "report", "campaign-review", "--store", str(demo_store.folder)]
    running = subprocess.Popen(
        [*line, "--audience", "internal", "--out", str(tmp_path)],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    time.sleep(4)  # Well inside the run of the notebook, which takes several times as long.
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130, err
    assert out == ""
    assert err.strip().splitlines()[-1].startswith("workbench: stopped")
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_refused_before_any_work(run: Run, demo_store: Store, tmp_path: Path) -> None:
    words = ("explain", "--store", demo_store.folder, "--run", "x", "--out")
    for place in (tmp_path, tmp_path / "absent" / "why.parquet"):
        status, _, err = run(*words, place)
        assert (status, "--out" in err) == (1, True)


def test_a_run_is_named_not_pathed(run: Run, demo_store: Store, tmp_path: Path) -> None:
    words = ("explain", "--store", demo_store.folder, "--out", tmp_path / "why.parquet", "--run")
    for name in ("../../shop", ""):
        status, _, err = run(*words, name)
        assert (status, "run == " in err) == (1, True)
