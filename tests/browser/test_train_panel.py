"""The train panel as a person uses it: by mouse and by keyboard, through a reload, a restart and a long cell."""

import re
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.lab import Lab
from workbench.jobs.job import list_jobs

if TYPE_CHECKING:
    from playwright.sync_api import Locator

pytestmark = pytest.mark.browser
TITLE = "Can we foresee clicks?"
OPEN = "import workbench as wb\nstore = wb.open('{}')\nwb.panel('train', store)"


@pytest.fixture
def own(lab_root: Path, request: pytest.FixtureRequest) -> str:
    """A shop that a test may change; its folder's name."""
    name = re.sub(r"\W", "-", request.node.name)
    shutil.copytree(lab_root / "shop", lab_root / name, ignore=shutil.ignore_patterns("jobs"))
    return name


def opened(lab: Lab, shop: str, *cells: str, **settings: str) -> "Locator":
    lab.open(lab.notebook(f"{shop}.ipynb", OPEN.format(shop), *cells), **settings)
    lab.run_all()
    return lab.panel(TITLE)


def quiet(lab: Lab) -> None:
    assert lab.console == []
    assert lab.foreign_requests() == []


def test_a_run_is_shown_and_another_trained_by_keyboard(lab: Lab, own: str) -> None:
    panel = opened(lab, own)
    panel.get_by_text(re.compile(r"^AUC 0\.\d{3} \(0\.")).wait_for()
    name = panel.get_by_label("Name of the run")
    name.focus()
    lab.page.keyboard.type("typed")
    passes = panel.get_by_label("Most passes over the log")
    passes.focus()
    lab.page.keyboard.type("1")
    lab.page.wait_for_timeout(600)
    panel.get_by_text("The same in Python").click()
    panel.get_by_text("epochs=1").wait_for()
    passes.focus()
    lab.page.keyboard.press("Enter")
    panel.get_by_role("progressbar").wait_for(timeout=20_000)
    panel.get_by_text(re.compile("Run typed, test slice")).wait_for(timeout=60_000)
    panel.get_by_role("button", name="Show first").click()
    panel.get_by_text(re.compile("Run first, test slice")).wait_for()
    assert lab.faults() == []
    quiet(lab)


def test_a_reload_and_a_restart_take_the_training_up_again(lab: Lab, own: str) -> None:
    panel = opened(lab, own)
    panel.get_by_label("Most passes over the log").fill("300")
    panel.get_by_role("button", name="Train", exact=True).click()
    bar = panel.get_by_role("progressbar")
    bar.wait_for(timeout=20_000)
    panel.get_by_text("training dcnv2").first.wait_for(timeout=30_000)
    lab.command("docmanager:save")
    lab.command("kernelmenu:restart")
    lab.page.get_by_role("button", name="Confirm Kernel Restart").click()
    panel.get_by_text("Run the cell again to go on.").wait_for(timeout=20_000)
    lab.run_all()
    again = lab.page.get_by_role("region", name=TITLE, exact=True).last
    again.get_by_role("progressbar").wait_for(timeout=20_000)
    again.get_by_role("button", name="Stop").click()
    again.get_by_text(re.compile("It was stopped early")).wait_for(timeout=60_000)
    quiet(lab)


def test_a_long_cell_holds_up_neither_progress_nor_stop(lab: Lab, lab_root: Path, own: str) -> None:
    panel = opened(lab, own)
    panel.get_by_label("Most passes over the log").fill("300")
    panel.get_by_role("button", name="Train", exact=True).click()
    panel.get_by_text("training dcnv2").first.wait_for(timeout=30_000)
    lab.run_cell("import time; time.sleep(60)")
    share = panel.get_by_role("progressbar")
    before = float(share.get_attribute("value") or 0)
    lab.page.wait_for_timeout(2_000)
    assert float(share.get_attribute("value") or 0) > before
    began = time.monotonic()
    panel.get_by_role("button", name="Stop").click()
    panel.get_by_text("Stopping").first.wait_for(timeout=2_000)
    while list_jobs(lab_root / own)[0].state == "running":
        assert time.monotonic() - began < 40, "the stop did not go round the busy kernel"
        lab.page.wait_for_timeout(100)
    panel.get_by_text(re.compile("It was stopped early")).wait_for(timeout=60_000)
    quiet(lab)


def test_it_is_readable_in_every_dress(lab: Lab) -> None:
    lab.page.set_viewport_size({"width": 1280, "height": 1100})
    lab.open(lab.notebook("dresses.ipynb", OPEN.format("shop")), theme="dark", language="zh")
    lab.run_all()
    lab.panel("能预测点击吗？").locator(".wb-answer").wait_for()
    lab.look("train")
    quiet(lab)
