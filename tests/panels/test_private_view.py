"""The private view panel's kernel half: a price before every release, each release charged once, refusals in words."""

import threading
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import workbench as wb
from tests.panels.conftest import table, until
from tests.panels.private_questions import CLICKS, COUNT, CTR, FORM, release, settle
from tests.privacy.conftest import shop_in, shop_tables
from workbench.errors import UnknownNameError
from workbench.panels.private_view import PrivateViewPanel
from workbench.privacy.private import private
from workbench.store.store import Store, create_store


@pytest.fixture
def store(tmp_path: Path, workbench_home: Path) -> Store:
    """A shop of its own lineage and ledger, whose budget is not fixed yet."""
    assert workbench_home.is_dir()
    return shop_in(tmp_path / "shop")


@pytest.fixture
def panel(store: Store) -> PrivateViewPanel:
    """The panel over a budget of epsilon 3."""
    wb.private(store, budget=wb.Budget(epsilon=3, delta=1e-7))
    return PrivateViewPanel(store)


def test_the_budget_is_fixed_first_and_for_good(store: Store) -> None:
    panel = wb.panel("private_view", store)
    assert (panel.frame["phase"], panel.state["budget"], panel.state["units"]) == ("empty", None, ("user_id",))
    panel.receive({"request": "PrivateTerms", "terms": {"unit": "user_id", "epsilon": 2, "delta": 1e-6}})
    assert "budget=wb.Budget(epsilon=2, delta=1e-06)" in panel.frame["python"]
    assert wb.panel("private_view", store).frame["phase"] == "empty", "typing fixes nothing"
    panel.receive({"request": "FixBudget", "terms": {"unit": "user_id", "epsilon": 2, "delta": 1e-6}})
    assert panel.frame["phase"] == "ready"
    assert panel.state["budget"] == {"unit": "user_id", "epsilon": 2, "delta": 1e-6, "spent": 0}
    panel.receive({"request": "FixBudget", "terms": {"unit": "user_id", "epsilon": 5, "delta": 1e-6}})
    assert "epsilon" in panel.frame["refusal"]
    assert private(store).budget.epsilon == 2


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"unit": "device", "epsilon": 1, "delta": 1e-6}, "user_id"),
        ({"unit": "user_id", "epsilon": None, "delta": 1e-6}, "needs epsilon and delta"),
        ({"unit": "user_id", "epsilon": -1, "delta": 1e-6}, "epsilon"),
        ({"unit": "user_id", "epsilon": 1, "delta": 2}, "delta"),
    ],
)
def test_wrong_terms_fix_nothing(store: Store, terms: dict[str, Any], said: str) -> None:
    panel = PrivateViewPanel(store)
    panel.receive({"request": "FixBudget", "terms": terms})
    assert panel.frame["phase"] == "refused"
    assert said in panel.frame["refusal"]
    assert PrivateViewPanel(store).state["budget"] is None


def test_a_price_is_the_engines_and_spends_nothing(panel: PrivateViewPanel, store: Store) -> None:
    price = settle(panel, measures=[COUNT, CLICKS, CTR])
    view = private(store).table("impressions").per("campaign_id", keys=private(store).public("campaigns"))
    own = (
        view.limit(rows_per_user=10)
        .spend(epsilon=0.5)
        .measure(n=wb.count(), clicks=wb.sum("click", 0, 1), ctr=wb.ratio("clicks", "n"))
    )
    assert (price["epsilon"], price["cells"], price["free"]) == (own.cost().epsilon, 2, False)
    assert price["more"] == private(store).budget.rho_nano // own.question()[0].rho_nano - 1
    assert {one["measure"]: one["error"] for one in price["errors"]} == dict(own.cost().errors)
    assert private(store).spent == 0
    assert [line["kind"] for line in panel.state["history"]] == ["budget"]


def test_a_release_is_charged_once(panel: PrivateViewPanel, store: Store) -> None:
    price = settle(panel, measures=[COUNT, CLICKS])
    release(panel, price["epsilon"], measures=[COUNT, CLICKS])
    assert (panel.frame["phase"], panel.frame["refusal"]) == ("answer", None)
    answer, cells = panel.state["answer"], table(panel, "release")
    own = private(store).released(answer["release"])
    assert cells["cell"].to_list() == ["c1", "c2", "c1", "c2"]
    assert cells["measure"].to_list() == ["n", "n", "clicks", "clicks"]
    assert cells.filter(measure="n")["value"].to_list() == own.frame["n"].cast(float).to_list()
    assert cells.filter(measure="n")["low"].to_list() == own.frame["n_low"].cast(float).to_list()
    assert panel.state["price"]["free"], "the same question again"
    spent = private(store).spent
    assert spent == panel.state["budget"]["spent"] > 0
    release(panel, 0, measures=[COUNT, CLICKS])
    assert (panel.frame["refusal"], private(store).spent) == (None, spent)
    assert panel.state["answer"] == answer


def test_a_price_that_rose_meanwhile_releases_nothing(panel: PrivateViewPanel, store: Store) -> None:
    settle(panel)
    release(panel, 0.1)
    assert "epsilon 0.1 was shown: nothing was released" in panel.frame["refusal"]
    assert (panel.state["answer"], private(store).spent) == (None, 0)


def test_what_the_budget_does_not_allow_is_refused(panel: PrivateViewPanel, store: Store) -> None:
    price = settle(panel, epsilon=4)
    assert not price["allowed"]
    release(panel, price["epsilon"], epsilon=4)
    assert "budget" in panel.frame["refusal"]
    assert (panel.state["answer"], private(store).spent) == (None, 0)
    assert settle(panel)["allowed"], "a refusal leaves the panel at work"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"measures": [COUNT, COUNT]}, "two measures have the same name"),
        ({"measures": []}, "measure"),
        ({"measures": [{**CLICKS, "high": None}]}, "has no bounds"),
        ({"measures": [{**CLICKS, "column": "device"}]}, "device"),
        ({"measures": [{**COUNT, "name": "1 n"}]}, "name"),
        ({"measures": [CTR]}, "ratio"),
        ({"keys": ["campains"]}, "campaigns"),
        ({"where": "user_id = 'x' OR ("}, "where"),
        ({"where": "nothing > 1"}, "nothing"),
        ({"limit": 0}, "rows_per_user"),
        ({"limit": None}, "has no bound"),
        ({"epsilon": -1}, "epsilon"),
    ],
)
def test_a_question_that_cannot_be_asked_says_why(panel: PrivateViewPanel, changes: dict[str, Any], said: str) -> None:
    problem = settle(panel, **changes)["problem"]
    assert said in problem
    assert "c1" not in problem, "no cell value in a refusal"
    assert settle(panel)["epsilon"] == pytest.approx(0.5, rel=0.01)


@pytest.mark.parametrize(
    "changes", [{}, {"keys": []}, {"epsilon": None}, {"where": "device = 'phone'"}, {"measures": [COUNT, CLICKS, CTR]}]
)
def test_its_code_asks_the_same_question(
    panel: PrivateViewPanel, store: Store, changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(store.folder.parent)
    price = settle(panel, **changes)
    names: dict[str, Any] = {}
    exec(panel.frame["python"], names)  # noqa: S102 - this is what is tested
    assert names["view"].cost().epsilon == price["epsilon"]
    assert private(store).spent == 0, "code that is copied before a release only names the price"
    release(panel, price["epsilon"], **changes)
    spent = private(store).spent
    exec(panel.frame["python"], names)  # noqa: S102 - this is what is tested
    assert private(store).spent == spent
    assert panel.frame["python"].endswith("view.release()")


def test_names_that_python_keeps_for_itself_are_written_as_they_must(panel: PrivateViewPanel) -> None:
    settle(panel, measures=[{**COUNT, "name": "class"}])
    compile(panel.frame["python"], "panel", "exec")


def test_earlier_releases_are_listed_and_shown_again(panel: PrivateViewPanel, store: Store) -> None:
    release(panel)
    first = panel.state["answer"]["release"]
    release(panel, keys=["devices"])
    assert panel.state["answer"]["subject"]["keys"] == ("device",)
    spent, history = private(store).spent, panel.state["history"]
    assert [line["release"] for line in history if line["release"]] == [panel.state["answer"]["release"], first]
    panel.receive({"request": "ShowRelease", "release": first})
    assert (panel.state["answer"]["subject"]["keys"], panel.frame["phase"]) == (("campaign_id",), "answer")
    assert private(store).spent == spent
    again = PrivateViewPanel(store)
    assert again.state["answer"]["subject"]["keys"] == ("device",), "it opens on the newest"
    assert wb.panel("private_view", store, release=first).state["answer"]["release"] == first
    panel.receive({"request": "ShowRelease", "release": "0" * 64})
    assert "release" in panel.frame["refusal"]


def test_an_unknown_release_is_refused_in_the_panel(panel: PrivateViewPanel, store: Store) -> None:
    assert panel.frame["refusal"] is None
    shown = PrivateViewPanel(store, release="0" * 64)
    assert shown.frame["phase"] == "refused"
    assert "release" in shown.frame["refusal"]


def test_new_data_make_the_answer_stale_and_the_price_new(panel: PrivateViewPanel, store: Store) -> None:
    release(panel)
    assert panel.state["price"]["free"]
    rows = shop_tables()["impressions"].head(40)
    later = rows.with_columns(impression_id=rows["impression_id"] + "-b", ts=datetime(2026, 3, 4))
    store.write({"impressions": later}, source="more")
    until(panel, lambda: panel.frame["phase"] == "stale")
    answer = panel.state["answer"]
    panel.receive({"request": "Refresh"})
    assert panel.frame["phase"] == "answer"
    assert panel.state["answer"] == answer, "what left stays as it left"
    assert not panel.state["price"]["free"]


def test_two_panels_charge_the_same_question_once(store: Store) -> None:
    wb.private(store, budget=wb.Budget(epsilon=3, delta=1e-7))
    panels = [PrivateViewPanel(store.refresh()) for _ in range(4)]
    racing = [threading.Thread(target=release, args=(panel,)) for panel in panels]
    for one in racing:
        one.start()
    for one in racing:
        one.join()
    assert [panel.frame["refusal"] for panel in panels] == [None] * 4
    assert len({panel.state["answer"]["release"] for panel in panels}) == 1
    assert private(store).spent == pytest.approx(0.5, rel=0.01)


def test_nothing_of_people_is_kept(panel: PrivateViewPanel) -> None:
    release(panel, measures=[COUNT, CLICKS])
    kept = f"{panel.get_state()} {panel.fallback()} {panel.bundle()}"
    people = {user for user in shop_tables()["impressions"]["user_id"] if user is not None}
    assert not [user for user in people if user in kept]
    assert "95" in panel.fallback()


def test_a_log_without_people_protects_single_impressions(tmp_path: Path, workbench_home: Path) -> None:
    assert workbench_home.is_dir()
    nobody = shop_tables()["impressions"].drop("user_id")
    panel = PrivateViewPanel(shop_in(tmp_path / "nobody", impressions=nobody))
    assert panel.state["units"] == ("impression_id",)
    panel.receive({"request": "FixBudget", "terms": panel.state["terms"]})
    release(panel)
    assert panel.state["answer"]["subject"]["unit"] == "impression_id"


def test_an_empty_store_says_what_to_do(tmp_path: Path) -> None:
    panel = PrivateViewPanel(create_store(tmp_path / "new"))
    assert (panel.frame["phase"], "load a log first" in panel.frame["refusal"]) == ("refused", True)
    panel.receive({"request": "ReleaseView", "form": FORM, "epsilon": 1})
    assert "no budget is fixed yet" in panel.frame["refusal"]


def test_its_answer_stands_in_a_shared_report(panel: PrivateViewPanel, store: Store, tmp_path: Path) -> None:
    release(panel)
    shown = panel.state["answer"]["release"]
    cells = [
        new_markdown_cell("# A report with a private view"),
        new_code_cell("store_folder = ''\nrun_id = None\naudience = 'shared'", metadata={"tags": ["parameters"]}),
        new_code_cell(f"import workbench as wb\nwb.panel('private_view', wb.open(store_folder), release={shown!r})"),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "private.ipynb")
    made = wb.report(tmp_path / "private.ipynb", store, audience="shared", out=tmp_path / "out")
    page = made.html.read_text()
    assert [part.cell for part in made.withheld] == []
    assert str(abs(private(store).released(shown).frame["n"][0])) in page
    assert "not for billing" in page


def test_unknown_openings_are_refused(store: Store) -> None:
    with pytest.raises(UnknownNameError, match="release"):
        wb.panel("private_view", store, releases="x")
