"""The extension in JupyterLab: launcher, palette, sidebar, settings, languages; and a console that stays empty."""

import re
import shutil
import subprocess
import sys
import time
import urllib.error
from pathlib import Path

import pytest

from tests.browser.lab import Lab
from workbench.jobs.start import start_job

pytestmark = pytest.mark.browser


def sidebar(lab: Lab) -> None:
    lab.page.get_by_role("tab", name=re.compile("Campaign Workbench|广告分析工作台")).click()
    lab.page.locator(".wb-sidebar section").first.wait_for()


def test_the_sidebar_names_stores_and_opens_a_run(lab: Lab) -> None:
    lab.open()
    sidebar(lab)
    bar = lab.page.locator(".wb-sidebar")
    store = bar.get_by_role("region", name="shop", exact=True)
    assert store.get_by_text("20,000 rows").is_visible()
    tables = store.locator(".wb-tables li").all_inner_texts()
    assert all(re.fullmatch(r"\w+\s+[\d,]+ rows\s+v\d+", line) for line in tables)
    assert any(re.match("impressions\\b", line) for line in tables)
    assert store.get_by_role("button", name="Load data…").is_visible()
    store.get_by_role("button", name=re.compile("^first AUC")).focus()
    lab.page.keyboard.press("Enter")
    lab.panel("Can we foresee clicks?").get_by_text(re.compile("Run first, test slice")).wait_for()
    assert lab.faults() == []
    assert lab.console == []
    assert lab.foreign_requests() == []


def test_a_job_is_seen_and_stopped_from_the_sidebar(lab: Lab, lab_root: Path) -> None:
    shutil.copytree(lab_root / "shop", lab_root / "busy", ignore=shutil.ignore_patterns("jobs"))
    start_job(lab_root / "busy", "train", ["--store", str(lab_root / "busy"), "--name", "long", "--epochs", "300"])
    lab.open()
    sidebar(lab)
    store = lab.page.get_by_role("region", name="busy", exact=True)
    store.get_by_text("training dcnv2").first.wait_for(timeout=30_000)
    lab.page.locator(".wb-status", has_text="at work").wait_for()
    store.get_by_role("button", name="Stop").click()
    store.get_by_role("button", name=re.compile("^long AUC")).wait_for(timeout=60_000)
    assert lab.console == []


def test_the_launcher_and_the_palette_open_a_panel_as_code(lab: Lab) -> None:
    lab.open()
    group = lab.page.locator(".jp-Launcher-section", has_text="Campaign Workbench")
    group.wait_for()
    assert group.locator(".jp-LauncherCard-label").all_inner_texts() == [
        "New campaign notebook",
        "Load data",
        "Train a model",
        "Decision audit",
        "Private view",
        "Report",
    ]
    group.locator(".jp-LauncherCard", has_text="Train a model").click()
    lab.panel("Can we foresee clicks?")
    assert "wb.open(" in lab.page.locator(".jp-CodeCell").first.inner_text()
    labels = lab.page.evaluate(
        "window.jupyterapp.commands.listCommands().filter(c => c.startsWith('campaign-workbench:'))"
        ".map(c => window.jupyterapp.commands.label(c))"
    )
    assert {"New campaign notebook", "Load data", "Train a model", "Show campaign stores"} <= set(labels)
    assert lab.console == []


def test_the_sidebar_opens_the_load_panel_of_its_store(lab: Lab) -> None:
    lab.open()
    sidebar(lab)
    lab.page.get_by_role("region", name="shop", exact=True).get_by_role("button", name="Load data…").press("Enter")
    lab.page.locator(".jp-CodeCell", has_text='wb.panel("load", store)').wait_for(timeout=60_000)
    assert 'store = wb.open("shop")' in lab.page.locator(".jp-CodeCell").first.inner_text()
    assert lab.console == []


def test_without_a_store_the_sidebar_offers_data_and_the_demo(lab: Lab, lab_root: Path) -> None:
    lab.page.route("**/campaign-workbench/api/stores*", lambda route: route.fulfill(json={"stores": []}))
    lab.open()
    lab.page.get_by_role("tab", name=re.compile("Campaign Workbench")).click()
    bar = lab.page.locator(".wb-sidebar")
    bar.get_by_role("button", name="Build the demo").wait_for()
    assert lab.faults() == []
    lab.page.screenshot(path=lab_root / "sidebar-empty.png")
    bar.get_by_role("button", name="Load data").click()
    lab.page.locator(".jp-CodeCell", has_text='wb.open("campaigns", create=True)').wait_for(timeout=60_000)
    assert lab.console == []


def test_it_speaks_chinese_in_the_dark(lab: Lab, lab_root: Path) -> None:
    lab.open(theme="dark", language="zh")
    sidebar(lab)
    lab.page.get_by_text("隐私预算").first.wait_for()
    lab.page.get_by_role("button", name="载入数据…").first.wait_for()
    lab.page.screenshot(path=lab_root / "sidebar-dark-zh.png")
    assert lab.faults() == []
    assert lab.console == []


def test_settings_of_the_wrong_kind_change_nothing(lab: Lab, lab_home: Path) -> None:
    # JupyterLab's own editor refuses them; a file edited by hand is not asked.
    with pytest.raises(urllib.error.HTTPError, match="400"):
        lab.set("campaign-workbench:plugin", {"language": 7})
    lab.open()
    file = lab_home / "settings" / "campaign-workbench" / "plugin.jupyterlab-settings"
    file.write_text('{"language": 7, "pollSeconds": "often", "statusBar": [], "unknown": true}')
    lab.page.reload()
    lab.page.wait_for_selector("#jupyterlab-splash", state="detached", timeout=60_000)
    sidebar(lab)
    assert lab.page.get_by_text("Privacy budget").first.is_visible()
    assert lab.page.evaluate("globalThis.campaignWorkbench.language") == "en"
    file.unlink()


def test_the_sidebar_is_there_within_a_moment(lab: Lab) -> None:
    lab.open()
    began = time.monotonic()
    sidebar(lab)
    print(f"sidebar {time.monotonic() - began:.2f} s after JupyterLab")  # noqa: T201 - a figure, never a condition


@pytest.mark.parametrize(("kind", "name"), [("labextension", "campaign-workbench v"), ("server", "workbench.server ")])
def test_jupyter_lists_the_extension_as_enabled_and_well(kind: str, name: str) -> None:
    command = [sys.executable, "-m", "jupyter", kind, *(["extension"] if kind == "server" else []), "list"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    # That the plugin is really at work is shown by the empty consoles of all the tests here, not by this list.
    lines = [line for line in re.sub(r"\x1b\[\d+m", "", shown.stdout + shown.stderr).splitlines() if name in line]
    assert [word for word in ("enabled", "OK") if not any(word in line for line in lines)] == []
