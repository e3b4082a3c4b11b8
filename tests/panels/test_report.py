"""The report panel's kernel half; and what becomes of a panel inside a report."""

import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import workbench as wb
from tests.panels.conftest import until
from workbench.jobs.job import list_jobs
from workbench.panels.report import ReportPanel
from workbench.store.store import Store

FORM: dict[str, Any] = {
    "template": "campaign-review",
    "audience": "internal",
    "run": "first",
    "out": "out",
    "values": {},
}


def test_it_opens_ready_with_shared_as_the_default(shop: Store) -> None:
    panel = wb.panel("report", shop)
    assert panel.state["form"]["audience"] == "shared"
    assert panel.state["form"]["run"] == "first"
    assert "prepared_by" in {one["name"] for one in panel.state["parameters"]}
    assert panel.frame["phase"] == "ready"


def test_a_shared_report_is_made_and_its_gaps_are_named(own_shop: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(own_shop.folder.parent)
    panel = ReportPanel(own_shop)
    panel.receive(
        {"request": "MakeReport", "form": {**FORM, "audience": "shared", "values": {"prepared_by": "Lin Wei"}}}
    )
    until(panel, lambda: panel.frame["phase"] in {"answer", "refused"}, 180)
    answer = panel.state["answer"]
    assert (panel.frame["refusal"], answer["audience"], answer["shown"]) == (None, "shared", "out/shared.html")
    page = Path(answer["path"]).read_text()
    assert "Lin Wei" in page
    assert answer["size"] == len(page.encode())
    assert all({"cell", "what", "why"} == set(part) for part in answer["withheld"])
    again = ReportPanel(own_shop)
    assert again.state["answer"] == answer
    assert "shared report: shared.html" in again.fallback()


def test_its_code_is_what_was_chosen(own_shop: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(own_shop.folder.parent)
    panel = ReportPanel(own_shop)
    panel.receive({"request": "ReportSettings", "form": {**FORM, "values": {"prepared_by": 'O"Neil', "gone": "x"}}})
    code = panel.frame["python"]
    compile(code, "panel", "exec")
    assert "wb.report('campaign-review', store, run=wb.open_run(store.runs_folder / 'first')" in code
    assert "parameters={'prepared_by': 'O\"Neil'}" in code


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"template": "campaign-revue"}, "campaign-review"),
        ({"template": "../x.ipynb"}, "no such file"),
        ({"audience": "public"}, "shared"),
        ({"run": "frist"}, "first"),
        ({"out": " "}, "out is empty"),
    ],
)
def test_wrong_settings_are_refused_and_start_nothing(shop: Store, changes: dict[str, Any], said: str) -> None:
    panel = ReportPanel(shop)
    panel.receive({"request": "MakeReport", "form": {**FORM, **changes}})
    assert panel.frame["phase"] == "refused"
    assert said in panel.frame["refusal"]
    assert list_jobs(shop.folder) == ()


@pytest.fixture
def with_a_panel(tmp_path: Path) -> Path:
    """A template whose cell opens a panel."""
    cells = [
        new_markdown_cell("# A report with a panel"),
        new_code_cell("store_folder = ''\nrun_id = None\naudience = 'shared'", metadata={"tags": ["parameters"]}),
        new_code_cell("import workbench as wb\nwb.panel('train', wb.open(store_folder))"),
    ]
    path = tmp_path / "with-a-panel.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return path


def test_a_panel_in_an_internal_report_is_read_without_a_kernel(
    own_shop: Store, with_a_panel: Path, tmp_path: Path
) -> None:
    made = wb.report(with_a_panel, own_shop, audience="internal", out=tmp_path / "out")
    page = made.html.read_text()
    assert "Run first: click by lr" in page
    written = made.notebook.read_text()
    assert "widget-state" not in written
    assert "export default" not in page + written


def test_a_panel_in_a_shared_report_is_withheld(own_shop: Store, with_a_panel: Path, tmp_path: Path) -> None:
    made = wb.report(with_a_panel, own_shop, audience="shared", out=tmp_path / "out")
    assert "Run first" not in made.html.read_text()
    assert [part.cell for part in made.withheld] == [3]
    shutil.rmtree(tmp_path / "out")
