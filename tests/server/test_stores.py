"""What is told of stores, and that telling it stays light."""

import json
import subprocess
import sys
from pathlib import Path

import workbench as wb
from workbench.privacy.continuity import continued_ledger
from workbench.server.stores import Stores, find_stores
from workbench.store.store import create_store


def test_the_search_is_bounded(tmp_path: Path) -> None:
    for name in ("a", "b/c", "b/c/d/e", ".h/a", "node_modules/a"):
        create_store(tmp_path / name)
    assert find_stores(tmp_path) == (tmp_path / "a", tmp_path / "b/c")
    assert find_stores(tmp_path, most=1) == (tmp_path / "a",)
    assert find_stores(tmp_path / "a") == (tmp_path / "a",)


def test_a_damaged_store_is_told_with_its_fault(tmp_path: Path) -> None:
    create_store(tmp_path / "shop")
    kept = (tmp_path / "shop" / "store.json").read_text()
    stores = Stores(tmp_path)
    (tmp_path / "shop" / "store.json").write_text("{")
    (state,) = stores.states()
    assert (
        state.fault == "shop/store.json is damaged: restore the file from a copy; the tables beside it are not touched"
    )
    (tmp_path / "shop" / "store.json").write_text(kept)
    assert stores.states()[0].fault is None


def test_the_budget_is_the_ledgers_and_none_is_made(tmp_path: Path) -> None:
    store, stores = wb.demo(tmp_path / "shop", impressions=2_000, seed=3), Stores(tmp_path)
    assert stores.states()[0].budget is None
    wb.private(store, unit="user_id", budget=wb.Budget(epsilon=3))
    told, ledger = stores.states()[0].budget, continued_ledger(store)
    assert told is not None
    assert (told.spent, told.epsilon, told.unit) == (ledger.spent, 3, "user_id")


def test_reports_are_told_while_they_are_there(tmp_path: Path) -> None:
    store, stores = create_store(tmp_path / "shop"), Stores(tmp_path)
    page = tmp_path / "out" / "shared.html"
    page.parent.mkdir()
    page.touch()
    store.record("report", "campaign-review", {"audience": "shared", "html": str(page)})
    store.record("report", "campaign-review", {"audience": "shared", "html": "/etc/passwd"})
    assert [(report.path, report.audience) for report in stores.states()[0].reports] == [("out/shared.html", "shared")]
    page.unlink()
    assert stores.states()[0].reports == ()


def test_nothing_heavy_is_imported(tmp_path: Path) -> None:
    create_store(tmp_path / "shop").record("run", "x", {})
    code = (
        "import json, sys; from pathlib import Path; from workbench.server.handlers import routes\n"
        f"assert routes('/', {str(tmp_path)!r})[0][2]['stores'].states()[0].fault is None\n"
        "print(json.dumps([name for name in ('torch', 'lightgbm', 'shap', 'opendp', 'altair', 'duckdb', 'polars') "
        "if name in sys.modules]))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(told.stdout) == []
