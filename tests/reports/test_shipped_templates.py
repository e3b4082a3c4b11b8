"""Every template that ships runs without a model and says what is missing."""

import shutil
from pathlib import Path

import pytest

import workbench as wb
from workbench.reports.report import report
from workbench.shipped import shipped
from workbench.store.store import Store

TEMPLATES = sorted(path.stem for path in shipped("notebooks", "templates").glob("*.ipynb"))


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_without_a_run_says_what_is_missing(template: str, demo_store: Store, tmp_path: Path) -> None:
    shutil.copytree(demo_store.folder, tmp_path / "shop")
    written = report(template, wb.open(tmp_path / "shop"), audience="internal", out=tmp_path / "out")
    assert "No model was given." in written.html.read_text(encoding="utf-8")
