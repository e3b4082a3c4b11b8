"""The report panel as a person uses it, by keyboard, down to the page it makes."""

import re
import shutil
from pathlib import Path

import pytest

from tests.browser.lab import Lab

pytestmark = pytest.mark.browser
OPEN = "import workbench as wb\nstore = wb.open('{}')\nwb.panel('report', store)"


def test_an_internal_report_is_made_and_opened(lab: Lab, lab_root: Path) -> None:
    shutil.copytree(lab_root / "shop", lab_root / "sending", ignore=shutil.ignore_patterns("jobs"))
    lab.open(lab.notebook("sending.ipynb", OPEN.format("sending")))
    lab.run_all()
    panel = lab.panel("Send it.")
    assert panel.get_by_label("Shared: may leave the house").is_checked()
    panel.get_by_label("Shared: may leave the house").focus()
    lab.page.keyboard.press("ArrowDown")
    panel.get_by_text("Do not pass it on.").wait_for()
    lab.page.wait_for_timeout(500)
    panel.get_by_role("button", name="Make the report").press("Enter")
    panel.get_by_role("progressbar").wait_for(timeout=20_000)
    panel.get_by_text(re.compile("Internal report: report.html")).wait_for(timeout=120_000)
    assert lab.faults() == []
    panel.get_by_role("button", name="Open").click()
    lab.page.get_by_role("tab", name="report.html").wait_for()
    assert lab.console == []
    assert lab.foreign_requests() == []


def test_it_is_readable_in_every_dress(lab: Lab) -> None:
    lab.open(lab.notebook("send.ipynb", OPEN.format("shop")))
    lab.run_all()
    lab.panel("Send it.")
    lab.look("report")
    assert lab.console == []
