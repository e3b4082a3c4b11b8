"""The private view panel beside others: the command line, other kernels, its own threads, and a kernel that died."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import workbench as wb
from tests.panels.conftest import table, until
from tests.panels.private_questions import CLICKS, COUNT, FORM, release, settle
from tests.privacy.conftest import shop_in, shop_tables
from workbench.panels.private_view import PrivateViewPanel
from workbench.privacy import gate
from workbench.privacy.ledger import open_ledger
from workbench.privacy.private import private
from workbench.store.store import Store

DYING = """
import os, sys
import workbench as wb
from workbench.panels.private_view import PrivateViewPanel
from workbench.privacy import gate
gate.draw = lambda *_: os._exit(9)
panel = PrivateViewPanel(wb.open(sys.argv[1]))
panel.receive({"request": "ReleaseView", "form": FORM, "epsilon": 0.5})
import time; time.sleep(60)
"""


@pytest.fixture
def store(tmp_path: Path, workbench_home: Path) -> Store:
    """A shop whose budget is epsilon 3."""
    assert workbench_home.is_dir()
    made = shop_in(tmp_path / "shop")
    wb.private(made, budget=wb.Budget(epsilon=3, delta=1e-7))
    return made


@pytest.fixture
def panel(store: Store) -> PrivateViewPanel:
    """The panel."""
    return PrivateViewPanel(store)


@pytest.fixture
def held(panel: PrivateViewPanel, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A release that is charged and waits for its draw until the event is set."""
    reached, go, draw = threading.Event(), threading.Event(), gate.draw

    def wait(*given: Any) -> list[int]:  # noqa: ANN401 - handed on as it came
        reached.set()
        assert go.wait(60)
        return draw(*given)

    monkeypatch.setattr(gate, "draw", wait)
    panel.receive({"request": "ReleaseView", "form": FORM, "epsilon": 0.5})
    assert reached.wait(60)
    yield go
    go.set()
    until(panel, lambda: not panel.frame["working"])


def other(store: Store) -> None:
    """Ask another question elsewhere."""
    asked = private(store.refresh()).table("impressions").limit(rows_per_user=3).spend(epsilon=0.2)
    asked.measure(n=wb.count()).release()


def kinds(panel: PrivateViewPanel) -> list[str]:
    return [line["kind"] for line in panel.state["history"]]


def test_a_price_and_what_follows_it_read_no_rows(panel: PrivateViewPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("table", "connect", "lazy", "columns", "rows"):
        monkeypatch.setattr(Store, name, lambda *_: pytest.fail("the store was read"))
    revenue = {**CLICKS, "name": "spent", "column": "revenue", "high": 500}
    assert settle(panel, measures=[COUNT, revenue], where="device = 'phone'")["epsilon"] > 0
    assert "'click'" in settle(panel, keys=["devices"], measures=[COUNT, {**CLICKS, "column": "klick"}])["problem"]


def test_the_panel_reads_through_a_connection_of_its_own(panel: PrivateViewPanel, store: Store) -> None:
    assert panel.store is not store


def test_requests_are_answered_while_a_release_is_at_work(
    panel: PrivateViewPanel, store: Store, held: threading.Event
) -> None:
    assert panel.frame["phase"] == "working"
    assert settle(panel, measures=[COUNT, CLICKS])["epsilon"] > 0
    for request in (
        {"request": "Refresh"},
        {"request": "FixBudget", "terms": {"unit": "user_id", "epsilon": 3, "delta": 1e-7}},
        {"request": "ShowRelease", "release": "0" * 32},
        {"request": "ReleaseView", "form": {**FORM, "limit": 3}, "epsilon": 0.5},
    ):
        panel.receive(request)
        assert "at work" in panel.frame["refusal"], request
        assert panel.frame["working"] == "Releasing"
    held.set()
    until(panel, lambda: not panel.frame["working"])
    assert (panel.frame["phase"], panel.frame["refusal"]) == ("answer", None)
    assert panel.state["answer"]["subject"]["keys"] == ("campaign_id",)
    assert [one["name"] for one in panel.state["form"]["measures"]] == ["n", "clicks"], "what was typed since stays"
    assert private(store).spent == pytest.approx(0.5, rel=0.01)


def test_a_kernel_that_died_after_the_charge_finds_its_answer_at_no_cost(panel: PrivateViewPanel, store: Store) -> None:
    died = subprocess.run([sys.executable, "-c", f"FORM = {FORM!r}\n{DYING}", store.folder], check=False, timeout=120)
    assert died.returncode == 9
    until(panel, lambda: kinds(panel) == ["charge", "budget"])
    assert panel.state["budget"]["spent"] == pytest.approx(0.5, rel=0.01)
    again = PrivateViewPanel(store)
    assert (kinds(again), again.state["answer"]) == (["charge", "budget"], None)
    assert settle(again)["free"]
    release(again, 0)
    assert (again.frame["phase"], kinds(again)) == ("answer", ["release", "budget"])
    assert private(store).spent == pytest.approx(0.5, rel=0.01)
    shown = PrivateViewPanel(store)
    assert shown.state["answer"] == again.state["answer"]
    assert table(shown, "release").equals(table(again, "release"))


def test_a_release_that_breaks_says_what_it_was_charged(
    panel: PrivateViewPanel, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("Could not convert string 'ana@example.org'")

    with monkeypatch.context() as broken:
        broken.setattr(gate, "draw", fail)
        release(panel)
    assert panel.frame["phase"] == "refused"
    assert "broken off (RuntimeError): what it was charged is paid" in panel.frame["refusal"]
    assert "ana@" not in str(panel.get_state())
    assert (panel.state["budget"]["spent"] > 0, kinds(panel)) == (True, ["charge", "budget"])
    assert panel.state["price"]["free"]
    release(panel, 0)
    assert (panel.frame["phase"], panel.frame["refusal"]) == ("answer", None)
    assert private(store).spent == pytest.approx(0.5, rel=0.01)


def test_what_others_spend_and_raise_is_followed(panel: PrivateViewPanel, store: Store) -> None:
    before = settle(panel)
    other(store)
    until(panel, lambda: kinds(panel) == ["release", "budget"])
    assert panel.state["budget"]["spent"] > 0
    after = panel.state["price"]
    assert (after["epsilon"], after["epsilon_after"] > before["epsilon_after"]) == (before["epsilon"], True)
    raising = [sys.executable, "-m", "workbench", "ledger", "--store", store.folder, "--raise", "5"]
    subprocess.run([*raising, "--reason", "two more quarters"], check=True, capture_output=True, timeout=120)
    until(panel, lambda: panel.state["budget"]["epsilon"] == 5)
    raised = panel.state["history"][0]
    assert (raised["kind"], raised["epsilon"], raised["reason"]) == ("raise", 5, "two more quarters")
    assert panel.frame["phase"] == "ready"


def test_a_refusal_ends_when_the_budget_was_raised(panel: PrivateViewPanel, store: Store) -> None:
    release(panel, 4, epsilon=4)
    assert panel.frame["phase"] == "refused"
    open_ledger(store).raise_budget(wb.Budget(epsilon=9, delta=1e-7), reason="two more quarters")
    until(panel, lambda: panel.frame["refusal"] is None)
    assert panel.state["price"]["allowed"]


def test_a_price_that_a_raise_made_higher_is_not_paid(panel: PrivateViewPanel, store: Store) -> None:
    shown = settle(panel, epsilon=None)["epsilon"]
    open_ledger(store).raise_budget(wb.Budget(epsilon=9, delta=1e-7), reason="two more quarters")
    release(panel, shown, epsilon=None)
    assert "nothing was released" in panel.frame["refusal"]
    assert (private(store).spent, panel.state["price"]["epsilon"] > shown) == (0, True)


def test_a_budget_fixed_elsewhere_takes_the_place_of_the_terms(tmp_path: Path, workbench_home: Path) -> None:
    assert workbench_home.is_dir()
    store = shop_in(tmp_path / "new")
    panel = PrivateViewPanel(store)
    wb.private(store, budget=wb.Budget(epsilon=1, delta=1e-7))
    panel.receive({"request": "FixBudget", "terms": {"unit": "user_id", "epsilon": 3, "delta": 1e-7}})
    assert "fixed at" in panel.frame["refusal"]
    assert panel.state["budget"]["epsilon"] == 1
    assert settle(panel)["epsilon"] > 0


def test_a_store_that_is_moved_and_put_back(panel: PrivateViewPanel, store: Store, tmp_path: Path) -> None:
    release(panel)
    answer = panel.state["answer"]
    store.folder.rename(tmp_path / "elsewhere")
    until(panel, lambda: panel.frame["phase"] == "refused")
    assert "holds no store" in panel.frame["refusal"]
    release(panel, limit=3)
    assert "holds no store" in panel.frame["refusal"]
    assert panel.state["answer"] == answer
    (tmp_path / "elsewhere").rename(store.folder)
    assert settle(panel)["free"]
    assert panel.frame["phase"] == "answer"


def test_a_ledger_that_was_lost_stops_everything(panel: PrivateViewPanel, store: Store) -> None:
    release(panel)
    open_ledger(store)._file.path.unlink()
    panel.receive({"request": "Refresh"})
    assert "privacy ledger of this store is missing" in panel.frame["refusal"]


def test_a_domain_that_is_gone_leaves_the_question(panel: PrivateViewPanel, store: Store) -> None:
    settle(panel)
    catalog = json.loads((store.folder / "store.json").read_text())
    del catalog["public"]["campaigns"]
    (store.folder / "store.json").write_text(json.dumps(catalog))
    assert "not declared" in settle(panel)["problem"]
    panel.receive({"request": "Refresh"})
    assert (panel.state["form"]["keys"], panel.state["problem"]) == ((), "")
    assert "campaigns" not in {domain["name"] for domain in panel.state["domains"]}


def test_new_data_make_a_price_stale_before_any_answer(panel: PrivateViewPanel, store: Store) -> None:
    rows = shop_tables()["impressions"].head(40)
    store.write({"impressions": rows.with_columns(impression_id=rows["impression_id"] + "-b")}, source="more")
    until(panel, lambda: panel.frame["phase"] == "stale")
    panel.receive({"request": "Refresh"})
    assert (panel.frame["phase"], panel.frame["store_version"]) == ("ready", 2)


def test_what_the_browser_draws_stays_bounded(tmp_path: Path, workbench_home: Path) -> None:
    assert workbench_home.is_dir()
    wide = shop_tables()["impressions"].with_columns(pl.lit(1).alias(f"extra_{at}") for at in range(500))
    store = shop_in(tmp_path / "wide", impressions=wide)
    store.declare("years", "day", [date(2000, 1, 1) + timedelta(days=at) for at in range(10_000)])
    wb.private(store, budget=wb.Budget(epsilon=3, delta=1e-7))
    panel = PrivateViewPanel(store)
    counts = [{**COUNT, "name": f"n{at}"} for at in range(20)]
    release(panel, keys=["years"], measures=counts)
    assert panel.frame["refusal"] is None
    assert (panel.state["answer"]["cells"], panel.state["answer"]["shown"]) == (10_000, 250)
    assert table(panel, "release").height == 20 * 250
    asked = private(store).table("impressions").limit(rows_per_user=10).spend(epsilon=0.1)
    for name in range(60):
        asked.measure(**{f"n{name}": wb.count()}).release()
    until(panel, lambda: len(panel.state["history"]) == 50)
    assert len(json.dumps(panel.state)) < 100_000
