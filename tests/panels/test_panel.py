"""What all panels share, where things go wrong around them: stores that move, full disks, junk."""

import pytest

import workbench as wb
from tests.panels.conftest import until
from workbench.jobs.job import Job, list_jobs
from workbench.panels.panel import Panel
from workbench.panels.train import TrainPanel
from workbench.store.store import Store

LONG = {"model": "lr", "target": "click", "device": "auto", "epochs": 300, "seed": 0, "name": "long"}


def training(panel: Panel) -> Job:
    """Start a long job in a panel; gives it once it trains: stopped now, it leaves a run."""
    panel.receive({"request": "StartTraining", "form": LONG})
    until(panel, lambda: panel.frame["job"]["stage"] == "training lr" and panel.frame["job"]["done"] > 0)
    return list_jobs(panel.store.folder)[0]


def test_a_store_that_was_moved_is_said_and_found_again_when_it_is_back(own_shop: Store) -> None:
    panel = TrainPanel(own_shop)
    assert panel.frame["phase"] == "answer"
    away = own_shop.folder.rename(own_shop.folder.with_name("away"))
    until(panel, lambda: panel.frame["phase"] == "refused")
    assert f"{own_shop.folder} holds no store any more: put it back" in panel.frame["refusal"]
    panel.receive({"request": "Refresh"})
    assert panel.frame["phase"] == "refused", "the panel lives on"
    panel.receive({"request": "StartTraining", "form": LONG})
    assert "put it back" in panel.frame["refusal"]
    assert not own_shop.folder.exists(), "nothing is written where the store was"
    until(panel, lambda: "holds no store any more" in panel.frame["refusal"])
    away.rename(own_shop.folder)
    until(panel, lambda: panel.frame["refusal"] is None)
    assert (panel.frame["phase"], panel.frame["job"]) == ("answer", None)


def test_a_job_whose_store_was_moved_meanwhile_is_followed_again_when_it_is_back(own_shop: Store) -> None:
    panel = TrainPanel(own_shop)
    training(panel)
    away = own_shop.folder.rename(own_shop.folder.with_name("away"))
    until(panel, lambda: panel.frame["phase"] == "refused")
    away.rename(own_shop.folder)
    until(panel, lambda: panel.frame["phase"] == "working")
    panel.receive({"request": "StopJob"})
    until(panel, lambda: not panel.at_work and panel.frame["phase"] in {"answer", "refused"})


def test_a_disk_without_room_refuses_the_job_and_leaves_the_panel_ready(
    own_shop: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = TrainPanel(own_shop)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("workbench.jobs.start.write_json", full)
        panel.receive({"request": "StartTraining", "form": LONG})
    assert "No space left on device" in panel.frame["refusal"]
    assert panel.frame["job"] is None
    training(panel)
    panel.receive({"request": "StopJob"})
    until(panel, lambda: panel.state["answer"]["run"] == "long")


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        "StartTraining",
        {"request": "Sql", "text": "SELECT * FROM users"},
        {"request": "StartTraining"},
        {"request": "StartTraining", "form": {**LONG, "epochs": "many"}},
        {"request": "StartTraining", "form": {**LONG, "model": "x" * 30_000}},
        {"request": "StopJob", "job": "../../other"},
    ],
)
def test_what_is_no_request_of_the_panel_changes_nothing(shop: Store, content: object) -> None:
    panel = TrainPanel(shop)
    before = panel.state
    panel.receive(content)
    assert panel.frame["phase"] == "refused"
    assert panel.state == before
    assert list_jobs(shop.folder) == ()


def test_it_nests_in_boxes_of_ipywidgets(shop: Store) -> None:
    import ipywidgets

    panel = wb.panel("train", shop)
    box = ipywidgets.VBox([ipywidgets.Label("above"), panel])
    assert f"IPY_MODEL_{panel.model_id}" in box.get_state()["children"]
