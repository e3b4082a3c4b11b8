"""The train panel's kernel half: settings become Python, training is a job, a run is shown with its intervals."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest

import workbench as wb
from tests.panels.conftest import table, until
from workbench.errors import UnknownNameError
from workbench.jobs._folder import read_json
from workbench.jobs.job import list_jobs
from workbench.models.names import MODELS
from workbench.panels.train import TrainPanel
from workbench.store.store import Store, create_store

FORM: dict[str, Any] = {"model": "lr", "target": "click", "device": "cpu", "epochs": 2, "seed": 0, "name": ""}


def ended(panel: TrainPanel) -> bool:
    return panel.frame["job"] is not None and panel.frame["job"]["state"] not in {"running", "stopping"}


def test_it_opens_on_the_newest_run(shop: Store) -> None:
    panel = wb.panel("train", shop)
    answer = panel.state["answer"]
    assert (panel.frame["phase"], answer["run"]) == ("answer", "first")
    until(panel, lambda: panel.state["fields"] != ())
    own = wb.open_run(shop.runs_folder / "first").metrics.auc
    assert answer["predictors"][0]["auc"] == {"value": own.value, "low": own.low, "high": own.high}
    assert {field["source"] for field in panel.state["fields"]} == {"user", "ad", "context"}
    assert table(panel, "reliability").height > 1
    assert panel.state["models"] == MODELS


def test_its_code_runs_as_it_stands(own_shop: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(own_shop.folder.parent)
    panel = TrainPanel(own_shop)
    panel.receive({"request": "TrainSettings", "form": {**FORM, "name": "typed", "seed": 3}})
    code = panel.frame["python"]
    assert "wb.open('shop')" in code
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - this is what is tested
    assert (names["run"].id, names["run"].facts.seed) == ("typed", 3)


def test_a_training_is_followed_to_its_run(own_shop: Store) -> None:
    panel = TrainPanel(own_shop)
    panel.receive({"request": "StartTraining", "form": {**FORM, "name": "second"}})
    assert panel.frame["phase"] == "working"
    until(panel, lambda: ended(panel) and panel.frame["phase"] == "answer")
    assert panel.state["answer"]["run"] == "second"
    assert [run["id"] for run in panel.state["runs"]] == ["second", "first"]
    curve = table(panel, "curve")
    assert curve["rows"].is_sorted()
    assert curve["train_loss"].is_between(0, 1).all()


def test_another_panel_takes_up_the_job_and_stops_it(own_shop: Store) -> None:
    first = TrainPanel(own_shop)
    first.receive({"request": "StartTraining", "form": {**FORM, "model": "dcnv2", "epochs": 200}})
    first.close()  # The kernel was restarted.
    second = TrainPanel(own_shop)
    assert second.frame["job"]["id"] == first.frame["job"]["id"]
    second.receive({"request": "StartTraining", "form": FORM})
    assert "is at work in this store" in second.frame["refusal"]
    until(second, lambda: second.frame["job"]["stage"] == "training dcnv2")
    second.receive({"request": "StopJob"})
    until(second, lambda: ended(second) and second.frame["phase"] == "answer")
    assert second.frame["job"]["state"] == "stopped"
    assert second.state["answer"]["stopped"]


def test_a_killed_training_is_said(own_shop: Store) -> None:
    panel = TrainPanel(own_shop)
    panel.receive({"request": "StartTraining", "form": FORM})
    (job,) = list_jobs(own_shop.folder)
    until(panel, (job.folder / "process.json").exists)
    os.kill(read_json(job.folder / "process.json")["pid"], signal.SIGKILL)  # type: ignore[index]
    until(panel, lambda: panel.frame["phase"] == "refused")
    assert "gone without a word" in panel.frame["refusal"]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({**FORM, "model": "dcnv3"}, "dcnv2"),
        ({**FORM, "device": "tpu"}, "device"),
        ({**FORM, "name": "first"}, "taken by an earlier run"),
        ({**FORM, "name": "../x"}, "must be 1 to 80 letters"),
        ({**FORM, "epochs": "many"}, "TrainForm|form.epochs must be a whole number"),
    ],
)
def test_wrong_settings_are_refused_and_start_nothing(shop: Store, form: dict[str, Any], said: str) -> None:
    panel = TrainPanel(shop)
    panel.receive({"request": "StartTraining", "form": form})
    assert panel.frame["phase"] == "refused"
    assert any(part in panel.frame["refusal"] for part in said.split("|"))
    assert list_jobs(shop.folder) == ()
    panel.receive({"request": "TrainSettings", "form": FORM})
    assert panel.frame["refusal"] is None


def test_unknown_runs_are_refused(shop: Store) -> None:
    with pytest.raises(UnknownNameError, match="first"):
        wb.panel("train", shop, run="frist")
    with pytest.raises(UnknownNameError, match="run"):
        wb.panel("train", shop, runs="first")
    panel = TrainPanel(shop)
    panel.receive({"request": "ChooseRun", "run": "../first"})
    assert "first" in panel.frame["refusal"]


def test_an_empty_store_says_what_to_do(tmp_path: Path) -> None:
    panel = TrainPanel(create_store(tmp_path / "new"))
    until(panel, lambda: panel.frame["phase"] == "refused")
    assert "load a log" in panel.frame["refusal"]
    assert "No model has been trained" in panel.fallback()


def test_a_newer_store_makes_the_answer_stale(own_shop: Store) -> None:
    panel = TrainPanel(own_shop)
    rows = own_shop.lazy("impressions").head(1).collect()
    own_shop.write(
        {"impressions": rows.with_columns(impression_id=rows["impression_id"] + "-b")}, source="x", pseudonymised=True
    )
    until(panel, lambda: panel.frame["phase"] == "stale")
    panel.receive({"request": "Refresh"})
    assert panel.frame["phase"] == "answer"
    assert panel.frame["store_version"] == own_shop.refresh().version


def test_nothing_of_people_is_kept(shop: Store) -> None:
    panel = TrainPanel(shop)
    kept = f"{panel.get_state()} {panel.fallback()}"
    people = shop.lazy("users").select("user_id").head(500).collect()["user_id"]
    assert not [user for user in people if user in kept]
    assert "AUC" in panel.fallback()
