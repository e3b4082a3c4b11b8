"""What goes wrong around open panels, in the browser: each is said in a sentence, and nothing is lost by it."""

import os
import random
import re
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.lab import Lab
from workbench.jobs._folder import read_json
from workbench.jobs.job import Job, list_jobs
from workbench.privacy.private import private
from workbench.simulation.demo import demo
from workbench.store.store import create_store, open_store

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

pytestmark = pytest.mark.browser
LOAD, TRAIN, PRIVATE, REPORT = (
    "What is in these files?",
    "Can we foresee clicks?",
    "What may be told to others?",
    "Send it.",
)
STORE = "import workbench as wb\nstore = wb.open('{}')"
LONG_TASKS = """() => {
  window.longest = 0;
  const seen = list => {
    for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration);
  };
  new PerformanceObserver(seen).observe({type: 'longtask'});
}"""


def quiet(lab: Lab) -> None:
    assert lab.console == []
    assert lab.foreign_requests() == []


def until(lab: Lab, met: Callable[[], bool], seconds: float = 60) -> None:
    """Wait, while the page goes on, until something outside of it has come about."""
    for _ in range(int(seconds * 10)):
        if met():
            return
        lab.page.wait_for_timeout(100)
    pytest.fail(f"still not so after {seconds:g} s")


def newest(lab: Lab, title: str) -> "Locator":
    """The panel of that title which was opened last."""
    return lab.page.get_by_role("region", name=title, exact=True).last


def train(lab: Lab, store: Path) -> Job:
    """Start a long training in the newest train panel; gives its job once the panel shows it at work."""
    panel = newest(lab, TRAIN)
    panel.get_by_label("Most passes over the log").fill("300")
    panel.get_by_role("button", name="Train", exact=True).click()
    panel.get_by_text("training dcnv2").first.wait_for(timeout=60_000)
    return list_jobs(store)[0]


@pytest.mark.prove
def test_kernels_jobs_and_stores_that_go_away(lab: Lab, lab_root: Path) -> None:
    shop = Path(shutil.copytree(lab_root / "shop", lab_root / "going", ignore=shutil.ignore_patterns("jobs")))
    lab.open(
        lab.notebook("going.ipynb", STORE.format("going"), "wb.panel('train', store)", "wb.panel('report', store)")
    )
    lab.run_all()
    trains, sends = lab.panel(TRAIN), lab.panel(REPORT)
    trains.get_by_text(re.compile(r"^AUC 0\.\d{3} \(0\.")).wait_for()

    # The kernel is shut down while a job is at work: read-only, but Stop goes through the server.
    job = train(lab, shop)
    lab.command("kernelmenu:shutdown")
    for panel in (trains, sends):
        panel.get_by_text(re.compile("The kernel is not there, so this is read-only")).wait_for(timeout=30_000)
        assert panel.locator("fieldset.wb-body:disabled").count() == 1
    trains.get_by_text(re.compile(r"Last answer: \d+ \w+ \d{4}")).wait_for()
    assert trains.get_by_role("button", name="Train", exact=True).is_disabled()
    lab.page.screenshot(path=lab_root / "kernel-gone.png")
    assert trains.get_by_text(re.compile(r"^AUC 0\.\d{3} \(0\.")).is_visible()
    assert list_jobs(shop)[0].state == "running"
    trains.get_by_role("button", name="Stop").click()
    until(lab, lambda: list_jobs(shop)[0].state == "stopped")
    assert list_jobs(shop)[0].id == job.id
    # Axe takes a table in a disabled fieldset for one that no key reaches, which is not so.
    assert [one for one in lab.faults() if one["id"] != "scrollable-region-focusable"] == []
    trains.get_by_role("region", name="Beside simpler predictors").focus()
    assert lab.page.evaluate("document.activeElement.className") == "wb-scroll"
    lab.command("notebook:run-all-cells")  # Without a kernel this starts one, and runs no cell yet.
    lab.run_all()
    newest(lab, TRAIN).get_by_text(re.compile("It was stopped early")).wait_for(timeout=60_000)
    until(lab, lambda: newest(lab, REPORT).get_by_role("button", name="Make the report").is_enabled())

    # A job is killed under the panel that shows it.
    job = train(lab, shop)
    os.kill(read_json(job.folder / "process.json")["pid"], signal.SIGKILL)  # type: ignore[index]
    panel = newest(lab, TRAIN)
    panel.get_by_role("alert").get_by_text(re.compile("gone without a word: .* Start it again")).wait_for()
    assert not panel.get_by_role("progressbar").is_visible()
    assert panel.get_by_text(re.compile("It was stopped early")).is_visible(), "the last answer stays"
    assert panel.get_by_role("button", name="Train", exact=True).is_enabled()

    # The store is moved away and put back.
    lab.page.get_by_role("tab", name="Campaign Workbench").click()
    bar = lab.page.locator(".wb-sidebar")
    bar.get_by_role("region", name="going", exact=True).wait_for(timeout=20_000)
    away = shop.rename(lab_root / "elsewhere")
    for title in (TRAIN, REPORT):
        said = newest(lab, title).get_by_role("alert").get_by_text(re.compile("holds no store any more: put it back"))
        said.wait_for(timeout=20_000)
    bar.get_by_role("region", name="going", exact=True).wait_for(state="detached", timeout=20_000)
    lab.page.screenshot(path=lab_root / "store-away.png")
    away.rename(shop)
    for title in (TRAIN, REPORT):
        newest(lab, title).get_by_role("alert").wait_for(state="detached", timeout=20_000)
    bar.get_by_role("region", name="going", exact=True).wait_for(timeout=20_000)
    quiet(lab)


@pytest.mark.prove
def test_two_browsers_on_one_notebook(lab: Lab, browser: "Browser", lab_root: Path) -> None:
    store = demo(lab_root / "both", impressions=5_000, seed=23)
    cells = (STORE.format("both"), "wb.panel('train', store)", "wb.panel('private_view', store)")
    lab.open(lab.notebook("both.ipynb", *cells))
    lab.run_all()
    lab.panel(PRIVATE).get_by_role("button", name="Fix the budget…").wait_for()
    lab.command("docmanager:save")
    until(lab, lambda: "What may be told" in (lab_root / "both.ipynb").read_text())
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    other = Lab(context.new_page(), lab.address, lab_root)
    other.open("both.ipynb")
    both = (lab, other)
    mine, theirs = (one.panel(TRAIN) for one in both)

    # Settings, a training and its end are seen in both.
    theirs.get_by_label("Seed").fill("41")
    until(lab, lambda: mine.get_by_label("Seed").input_value() == "41")
    train(lab, store.folder)
    theirs.get_by_text("training dcnv2").first.wait_for(timeout=20_000)
    assert theirs.get_by_role("button", name="Train", exact=True).is_disabled()
    theirs.get_by_role("button", name="Stop").click()
    for one in (mine, theirs):
        one.get_by_text(re.compile("It was stopped early")).wait_for(timeout=60_000)
    assert [job.state for job in list_jobs(store.folder)] == ["stopped"]

    # A budget is fixed in one, and what both release at once is spent once.
    mine, theirs = (one.panel(PRIVATE) for one in both)
    mine.get_by_role("button", name="Fix the budget…").click()
    mine.get_by_role("button", name=re.compile("Yes, fix")).click()
    for one in (mine, theirs):
        one.get_by_text(re.compile("ε 3 of 3 left")).wait_for(timeout=20_000)
    theirs.get_by_role("checkbox", name="placement, ").check()
    until(lab, lambda: mine.get_by_role("checkbox", name="placement, ").is_checked())
    for one in (mine, theirs):
        one.get_by_role("button", name=re.compile("^Release for")).click()
    at_once = mine.evaluate("() => Date.now() + 1500")
    for one in (mine, theirs):
        yes = one.get_by_role("button", name=re.compile("^Yes, spend"))
        yes.evaluate("(button, then) => void setTimeout(() => button.click(), then - Date.now())", at_once)
    for one in (mine, theirs):
        one.get_by_text(re.compile(r"^\d cells by placement")).first.wait_for(timeout=60_000)
        one.get_by_text("Asked before: showing it again is free.").wait_for(timeout=20_000)
    opened = private(open_store(store.folder))
    assert [entry.kind for entry in opened.ledger.entries()].count("charge") == 1
    for one in both:
        quiet(one)
    context.close()


def wide(path: Path, columns: int = 500, rows: int = 300) -> None:
    """A log of many columns, most of them numbers, with people in it."""
    draw = random.Random(9)
    head = ["time", "uid", "ad", "click", *(f"measure_{n}" for n in range(columns - 4))]
    lines = [",".join(head)]
    for n in range(rows):
        cells = [f"2026-11-27 10:{n % 60:02d}:00", f"person-{n}", f"ad-{n % 9}", int(n % 10 == 0)]
        lines.append(",".join(map(str, [*cells, *(f"{draw.random():.3f}" for _ in head[4:])])))
    path.write_text("\n".join(lines))


def test_files_that_are_wide_or_not_what_they_say(lab: Lab, lab_root: Path) -> None:
    create_store(lab_root / "odd")
    wide(lab_root / "wide.csv")
    (lab_root / "text.parquet").write_text("time,uid\n2026-11-27,person-secret\n")
    (lab_root / "gbk.csv").write_bytes("时间,用户\n2026-11-27,某人\n".encode("gbk"))
    lab.page.set_viewport_size({"width": 1280, "height": 1100})
    lab.open(lab.notebook("odd.ipynb", f"{STORE.format('odd')}\nwb.panel('load', store, files='wide.csv')"))
    lab.idle()
    lab.page.evaluate(LONG_TASKS)
    lab.run_all()
    panel = lab.panel(LOAD)
    panel.get_by_text("wide.csv: impressions, clicks", exact=True).wait_for(timeout=30_000)
    drawn = lab.page.evaluate("window.longest")
    assert panel.locator("tbody tr").count() == 40
    panel.get_by_role("button", name="Show all 500 columns").click()
    panel.get_by_label("Where measure_495 goes").select_option("")
    panel.get_by_text("Left out: measure_495.").wait_for(timeout=20_000)
    assert panel.locator("tbody tr").count() == 500
    assert panel.get_by_label("Where measure_495 goes").input_value() == ""
    assert "person-" not in panel.inner_text()
    print(f"longest task {drawn:.0f} ms to draw, {lab.page.evaluate('window.longest'):.0f} ms in all")  # noqa: T201 - figures

    # A panel 480 px wide scrolls its table, never the page.
    room = lab.page.evaluate("document.querySelector('.wb-panel').getBoundingClientRect().width")
    lab.page.set_viewport_size({"width": int(1280 - room + 480), "height": 1100})
    lab.page.wait_for_function("document.querySelector('.wb-panel').getBoundingClientRect().width <= 481")
    assert panel.evaluate("one => one.scrollWidth - one.clientWidth") <= 0
    assert lab.page.evaluate("document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth") <= 0
    panel.screenshot(path=lab_root / "load-wide-narrow.png")
    assert lab.faults() == []

    # Files that lie are refused in one sentence; what was chosen before stays.
    path = panel.get_by_label("File or folder")
    for name, said in (("text.parquet", "is not a Parquet file"), ("gbk.csv", "is not UTF-8 text")):
        path.fill(name)
        path.press("Enter")
        panel.get_by_role("alert").get_by_text(re.compile(f"{name} {said}")).wait_for(timeout=20_000)
        assert "secret" not in panel.inner_text()
        assert "某人" not in panel.inner_text()
        assert panel.get_by_text("Left out: measure_495.").is_visible()
    assert open_store(lab_root / "odd").version == 0
    quiet(lab)
