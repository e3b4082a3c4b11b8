"""The decision panel as an auditor uses it; copy with a script in it stays text; a saved notebook names nobody."""

import json
import re
import shutil
from pathlib import Path

import polars as pl
import pytest

from tests.browser.lab import Lab
from workbench.store.store import open_store

pytestmark = pytest.mark.browser
TITLE = "Why did this person see this ad?"
OPEN = "import workbench as wb\nstore = wb.open('{}')\nwb.panel('decision', store)"
SCRIPT = "<img src=x onerror=\"document.title='seen'\"><b>Only today</b>"


def test_a_decision_is_explained_and_changed_by_keyboard(lab: Lab, lab_root: Path) -> None:
    lab.open(lab.notebook("audit.ipynb", OPEN.format("shop")))
    lab.run_all()
    panel = lab.panel(TITLE)
    panel.get_by_role("button", name="Take another").press("Enter")
    panel.get_by_text(re.compile(r"^Score \d")).wait_for(timeout=60_000)
    panel.get_by_role("img", name="Picture of the ad").wait_for()
    value = panel.get_by_label("Value")
    value.focus()
    lab.page.keyboard.press("ArrowDown")
    panel.get_by_text(re.compile("^Score would be")).wait_for()
    panel.get_by_text("Can this be believed?").press("Enter")
    panel.get_by_text(re.compile("Adds up")).wait_for()
    lab.command("docmanager:save")
    lab.page.wait_for_timeout(1_500)
    saved = (lab_root / "audit.ipynb").read_text()
    outputs = json.loads(saved)["cells"][0]["outputs"]
    assert "change of the logit" in json.dumps(outputs), "a reader without a kernel sees the answer"
    people = open_store(lab_root / "shop").lazy("users").select("user_id").collect()["user_id"]
    assert not [user for user in people if user in saved]
    assert lab.faults() == []
    assert lab.console == []
    assert lab.foreign_requests() == []


def test_copy_with_a_script_in_it_stays_text(lab: Lab, lab_root: Path) -> None:
    folder = lab_root / "spiked"
    shutil.copytree(lab_root / "shop", folder, ignore=shutil.ignore_patterns("jobs"))
    store = open_store(folder)
    for file in store.files("creatives"):
        rows = pl.read_parquet(file)
        rows.with_columns(text=pl.lit(SCRIPT)).write_parquet(file)
    lab.open(lab.notebook("spiked.ipynb", OPEN.format("spiked")))
    lab.run_all()
    panel = lab.panel(TITLE)
    panel.get_by_role("button", name="Take another").click()
    panel.get_by_text("<b>Only today</b>").wait_for(timeout=60_000)
    assert lab.page.title() != "seen"
    assert lab.console == []


def test_it_is_readable_in_every_dress(lab: Lab) -> None:
    lab.page.set_viewport_size({"width": 1280, "height": 1100})
    lab.open(lab.notebook("dresses.ipynb", OPEN.format("shop")))
    lab.run_all()
    panel = lab.panel(TITLE)
    panel.get_by_role("button", name="Take another").click()
    panel.locator(".wb-answer").wait_for(timeout=60_000)
    lab.look("decision")
    assert lab.console == []
