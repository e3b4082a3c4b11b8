"""The private view panel as an analyst uses it: a budget, a price, a release by keyboard, what is kept of it."""

import json
import re
from pathlib import Path

import pytest

from tests.browser.lab import Lab
from workbench.privacy.private import private
from workbench.simulation.demo import demo
from workbench.store.store import open_store

pytestmark = pytest.mark.browser
TITLE = "What may be told to others?"
OPEN = "import workbench as wb\nstore = wb.open('{}')\nwb.panel('private_view', store)"


def test_a_question_is_priced_and_released_by_keyboard(lab: Lab, lab_root: Path) -> None:
    demo(lab_root / "private", impressions=5_000, seed=11)
    lab.open(lab.notebook("private.ipynb", OPEN.format("private")))
    lab.run_all()
    panel = lab.panel(TITLE)
    panel.get_by_role("button", name="Fix the budget…").press("Enter")
    panel.get_by_role("button", name=re.compile("Yes, fix")).press("Enter")
    panel.get_by_text(re.compile("ε 3 of 3 left")).wait_for(timeout=8000)
    assert private(open_store(lab_root / "private")).spent == 0
    panel.get_by_role("button", name="Add sum").press("Enter")
    panel.get_by_role("checkbox", name="placement, ").press("Space")
    where = panel.get_by_label("Only rows where")
    where.focus()
    lab.page.keyboard.type("device = 'phone'")
    lab.page.keyboard.press("Enter")
    panel.get_by_text(re.compile("This will cost ε 0.3; ε 2.7 of 3")).wait_for(timeout=8000)
    assert private(open_store(lab_root / "private")).spent == 0, "neither a price nor Enter spends anything"
    panel.get_by_role("button", name=re.compile("Release for ε 0.3")).press("Enter")
    lab.page.keyboard.press("Tab")
    assert lab.page.evaluate("document.activeElement.textContent") == "Yes, spend ε 0.3"
    lab.page.keyboard.press("Enter")
    panel.get_by_text(re.compile(r"^\d cells by placement")).first.wait_for(timeout=60_000)
    panel.get_by_text("Asked before: showing it again is free.").wait_for(timeout=8000)
    spent = private(open_store(lab_root / "private")).spent
    assert spent == pytest.approx(0.3, rel=0.01)
    panel.get_by_text("What left, when, and by whom").first.press("Enter")
    panel.get_by_role("button", name="Show", exact=True).press("Enter")
    lab.command("docmanager:save")
    lab.page.wait_for_timeout(1_500)
    saved = (lab_root / "private.ipynb").read_text()
    outputs = json.loads(saved)["cells"][0]["outputs"]
    assert "not for billing" in json.dumps(outputs), "a reader without a kernel sees the release"
    people = open_store(lab_root / "private").lazy("users").select("user_id").collect()["user_id"]
    assert not [user for user in people if user in saved]
    assert private(open_store(lab_root / "private")).spent == spent
    assert lab.faults() == []
    assert lab.console == []
    assert lab.foreign_requests() == []


@pytest.mark.parametrize(
    ("theme", "language", "title"),
    [
        ("light", "en", TITLE),
        ("dark", "zh", "哪些可以对外发布？"),
        ("dark", "en", TITLE),
        ("light", "zh", "哪些可以对外发布？"),
    ],
)
def test_it_is_readable_in_every_dress(lab: Lab, lab_root: Path, theme: str, language: str, title: str) -> None:
    name = f"private-{theme}-{language}"
    demo(lab_root / name, impressions=20_000, seed=12)
    lab.page.set_viewport_size({"width": 1280, "height": 1500})
    lab.open(lab.notebook(f"{name}.ipynb", OPEN.format(name)), theme=theme, language=language)
    lab.run_all()
    panel = lab.panel(title)
    panel.locator(".wb-controls").wait_for(timeout=8000)
    lab.page.wait_for_timeout(300)
    panel.screenshot(path=lab_root / f"{name}-terms.png")
    panel.locator("button", has_text=re.compile("Fix the budget|设定预算")).click()
    panel.locator("button.wb-main").click()
    panel.locator("button", has_text=re.compile("Add sum|添加 求和")).click()
    panel.locator("button", has_text=re.compile("Add ratio|添加 比率")).click()
    panel.locator(".wb-check input").first.click()
    panel.locator(".wb-price b").wait_for(timeout=8000)
    panel.locator("button", has_text=re.compile("Release for|发布…")).and_(panel.locator(":enabled")).click()
    panel.screenshot(path=lab_root / f"{name}-sure.png")
    panel.locator("button.wb-main").click()
    panel.locator(".wb-answer").wait_for(timeout=60_000)
    panel.locator("summary").last.click()
    lab.page.wait_for_timeout(300)
    panel.screenshot(path=lab_root / f"{name}.png")
    assert lab.faults() == []
    assert lab.console == []
    lab.page.set_viewport_size({"width": 760, "height": 1500})
    lab.page.wait_for_timeout(500)
    panel.screenshot(path=lab_root / f"{name}-narrow.png")
    overflow = panel.evaluate("one => one.scrollWidth - one.clientWidth")
    assert overflow <= 0
