"""The private view panel as an analyst uses it: a budget, a price, a release by keyboard, what is kept of it."""

import json
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.lab import Lab
from workbench.privacy.budget import Budget
from workbench.privacy.measures import count
from workbench.privacy.private import private
from workbench.simulation.demo import demo
from workbench.store.store import open_store

if TYPE_CHECKING:
    from playwright.sync_api import Locator

pytestmark = pytest.mark.browser
TITLE = "What may be told to others?"
OPEN = "import workbench as wb\nstore = wb.open('{}')\nwb.panel('private_view', store)"
NESTED = "import ipywidgets\n" + OPEN.replace("wb.panel", "ipywidgets.VBox([ipywidgets.HTML('above'), wb.panel") + "])"
BUDGET = Budget(epsilon=3, delta=1e-7)
SLOW = 60_000


def tab_to(lab: Lab, name: str) -> None:
    """Go to a control by Tab alone; its name begins so."""
    focused = (
        "() => { const at = document.activeElement;"
        " return at.getAttribute('aria-label') ?? at.closest('label')?.innerText ?? at.innerText ?? ''; }"
    )
    met = []
    for _ in range(80):
        lab.page.keyboard.press("Tab")
        met.append(" ".join(str(lab.page.evaluate(focused)).split())[:120])
        if met[-1].startswith(name):
            return
    raise AssertionError(f"Tab never comes to {name!r}: {met}")


def told(lab: Lab) -> None:
    """Wait until the keyboard is at the answer."""
    lab.page.wait_for_function("document.activeElement.classList.contains('wb-told')", timeout=SLOW)


def drawn(panel: "Locator") -> None:
    """Wait until the panel's layout rests."""
    panel.evaluate(
        """one => new Promise(resolve => {
          let before = '';
          const look = () => {
            const now = JSON.stringify(one.getBoundingClientRect()) + one.querySelectorAll('*').length;
            now === before ? resolve() : setTimeout(look, 150);
            before = now;
          };
          look();
        })"""
    )


def test_a_question_is_priced_and_released_by_keyboard(lab: Lab, lab_root: Path) -> None:
    demo(lab_root / "private", impressions=5_000, seed=11)
    lab.open(lab.notebook("private.ipynb", OPEN.format("private")))
    lab.run_all()
    panel = lab.panel(TITLE)
    panel.get_by_label("Whose data is protected").focus()
    tab_to(lab, "Fix the budget")
    lab.page.keyboard.press("Enter")
    panel.get_by_role("button", name="No, go back").wait_for()
    assert lab.page.evaluate("document.activeElement.textContent") == "No, go back"
    tab_to(lab, "Yes, fix ε 3")
    lab.page.keyboard.press("Enter")
    panel.get_by_text(re.compile("ε 3 of 3 left")).wait_for(timeout=SLOW)
    lab.page.wait_for_function("document.activeElement.classList.contains('wb-budget')", timeout=SLOW)
    assert private(open_store(lab_root / "private")).spent == 0
    tab_to(lab, "＋ Add sum")
    lab.page.keyboard.press("Enter")
    tab_to(lab, "placement, ")
    lab.page.keyboard.press("Space")
    tab_to(lab, "Only rows where")
    lab.page.keyboard.type("device = 'phone'")
    tab_to(lab, "May spend ε")
    lab.page.keyboard.type("0.05", delay=30)
    lab.page.keyboard.press("Enter")
    panel.get_by_text(re.compile(r"This will cost ε 0\.05; ε 2\.95 of 3")).wait_for(timeout=SLOW)
    assert private(open_store(lab_root / "private")).spent == 0, "neither a price nor Enter spends anything"
    tab_to(lab, "Release for ε 0.05")
    lab.page.keyboard.press("Enter")
    panel.get_by_role("button", name="No, go back").wait_for()
    assert lab.faults() == []
    tab_to(lab, "Yes, spend ε 0.05")
    lab.page.keyboard.press("Enter")
    told(lab)
    panel.get_by_text(re.compile(r"^\d cells by placement")).first.wait_for(timeout=SLOW)
    panel.get_by_text("Asked before: showing it again is free.").wait_for(timeout=SLOW)
    spent = private(open_store(lab_root / "private")).spent
    assert spent == pytest.approx(0.05, rel=0.02)
    tab_to(lab, "What left, when, and by whom")
    lab.page.keyboard.press("Enter")
    tab_to(lab, "Show: n: rows; clicks: click, each row held within 0 to 1 · of impressions, by placement")
    lab.page.keyboard.press("Enter")
    told(lab)
    lab.command("docmanager:save")
    saved = kept(lab_root / "private.ipynb", "not for billing")
    people = open_store(lab_root / "private").lazy("users").select("user_id").collect()["user_id"]
    assert not [user for user in people if user in saved]
    assert private(open_store(lab_root / "private")).spent == spent
    assert lab.faults() == []
    assert lab.console == []
    assert lab.foreign_requests() == []


def kept(notebook: Path, words: str) -> str:
    """Wait until a saved notebook keeps some words in its output; gives all of it."""
    end = time.monotonic() + 60
    while True:
        saved = notebook.read_text()
        if words in json.dumps(json.loads(saved)["cells"][0]["outputs"]):
            return saved
        assert time.monotonic() < end, "a reader without a kernel does not see the release"
        time.sleep(0.2)


def test_it_nests_in_a_box_and_works_there(lab: Lab, lab_root: Path) -> None:
    private(demo(lab_root / "boxed", impressions=5_000, seed=13), budget=BUDGET)
    lab.open(lab.notebook("boxed.ipynb", NESTED.format("boxed")))
    lab.run_all()
    panel = lab.panel(TITLE)
    lab.page.locator(".widget-vbox .wb-panel").wait_for(timeout=SLOW)
    panel.get_by_label("At most rows a person").fill("5")
    panel.get_by_role("button", name=re.compile("Release for ε")).and_(panel.locator(":enabled")).click(timeout=SLOW)
    panel.get_by_role("button", name=re.compile("Yes, spend ε")).click()
    panel.get_by_text(re.compile(r"^n [\d,]+ \([\d,]+ to [\d,]+\)$")).wait_for(timeout=SLOW)
    assert private(open_store(lab_root / "boxed")).spent > 0
    assert lab.faults() == []
    assert lab.console == []


def test_what_the_command_line_spends_is_followed(lab: Lab, lab_root: Path) -> None:
    store = demo(lab_root / "followed", impressions=5_000, seed=14)
    opened = private(store, budget=BUDGET)
    lab.open(lab.notebook("followed.ipynb", OPEN.format("followed")))
    lab.run_all()
    panel = lab.panel(TITLE)
    panel.get_by_text("ε 3 of 3 left").wait_for(timeout=SLOW)
    opened.table("impressions").limit(rows_per_user=5).spend(epsilon=1).measure(n=count()).release()
    panel.get_by_text("ε 2 of 3 left").wait_for(timeout=SLOW)
    opened.ledger.raise_budget(Budget(epsilon=5, delta=1e-7), reason="two more quarters")
    panel.get_by_text("ε 4 of 5 left").wait_for(timeout=SLOW)
    panel.get_by_text("What left, when, and by whom").first.click()
    panel.get_by_text("Budget raised to ε 5: two more quarters").wait_for()
    assert lab.console == []


def test_it_is_readable_in_every_dress(lab: Lab, lab_root: Path) -> None:
    demo(lab_root / "dresses", impressions=20_000, seed=12)
    lab.page.set_viewport_size({"width": 1280, "height": 1500})
    lab.open(lab.notebook("dresses.ipynb", OPEN.format("dresses")))
    lab.run_all()
    panel = lab.panel(TITLE)
    panel.get_by_role("button", name="Fix the budget…").click(timeout=SLOW)
    drawn(panel)
    lab.look("private-terms")
    panel.get_by_role("button", name=re.compile("^Yes, fix")).click()
    panel.get_by_role("button", name="Add sum").click(timeout=SLOW)
    panel.get_by_role("button", name="Add ratio").click()
    panel.locator(".wb-check input").first.click()
    panel.locator(".wb-price b").wait_for(timeout=SLOW)
    release = panel.get_by_role("button", name=re.compile("^Release for")).and_(panel.locator(":enabled"))
    release.click(timeout=SLOW)
    drawn(panel)
    lab.look("private-sure")
    panel.get_by_role("button", name=re.compile("^Yes, spend")).click()
    panel.locator(".wb-answer").wait_for(timeout=SLOW)
    panel.get_by_text("Asked before").wait_for(timeout=SLOW)
    panel.locator("summary").last.click()
    drawn(panel)
    lab.look("private")
    lab.page.set_viewport_size({"width": 1280, "height": 2600})
    for width in (760, 480):
        panel.evaluate("(one, width) => { one.style.width = `${width}px`; }", width)
        drawn(panel)
        lab.look(f"private-{width}")
    assert lab.console == []
