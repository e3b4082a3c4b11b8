"""The decision panel's kernel half: contributions that add up, what-if, and nothing of the person kept."""

import contextlib
import io
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import workbench as wb
from tests.panels.conftest import until
from workbench.errors import UnknownNameError
from workbench.panels.decision import DecisionPanel
from workbench.store.access import access_log
from workbench.store.store import Store, create_store


def explained(shop: Store) -> tuple[DecisionPanel, str, list[dict[str, Any]]]:
    """A panel on one decision, and all it told the open page."""
    run = wb.open_run(shop.runs_folder / "first")
    impression = str(run.rows("test", n=1, seed=3)["impression_id"][0])
    panel = DecisionPanel(shop, impression=impression)
    heard: list[dict[str, Any]] = []
    panel.send = heard.append
    until(panel, lambda: panel.frame["phase"] == "answer")
    return panel, impression, heard


def test_the_answer_is_what_the_engine_says(shop: Store) -> None:
    panel, impression, _ = explained(shop)
    run = wb.open_run(shop.runs_folder / "first")
    why = wb.explain(run, run.rows(ids=[impression]), 100)
    answer = panel.state["answer"]
    assert answer["score"] == pytest.approx(why.probability[0])
    assert answer["base"] + sum(one["value"] for one in answer["contributions"]) == pytest.approx(
        answer["output"], abs=1e-4
    )
    assert answer["additivity_error"] <= answer["tolerance"]
    assert {one["field"] for one in answer["contributions"]} == set(run.spec.names)
    assert impression in panel.fallback()


def test_what_would_change_it_is_the_models_own_answer(shop: Store) -> None:
    panel, impression, heard = explained(shop)
    run = wb.open_run(shop.runs_folder / "first")
    row = run.rows(ids=[impression])
    field = run.spec.of_kind("categorical")[0].name
    other = run.vocabulary.categories[field][-1]
    panel.receive({"request": "Suppose", "values": {field: other}})
    expected = run.predict(row.with_columns(pl.lit(other).alias(field)))[0]
    assert heard[-1] == {"told": "Supposed", "values": {field: other}, "score": pytest.approx(expected)}
    panel.receive({"request": "Suppose", "values": {"nothing": "x"}})
    assert panel.frame["phase"] == "refused"
    number = run.spec.of_kind("numeric")[0].name
    panel.receive({"request": "Suppose", "values": {number: "many"}})
    assert "is a number" in panel.frame["refusal"]
    assert "many" not in panel.frame["refusal"]


def test_what_concerns_the_person_is_told_and_never_kept(shop: Store) -> None:
    panel, impression, heard = explained(shop)
    panel.receive({"request": "ShowFacts"})
    facts = next(told for told in reversed(heard) if told["told"] == "DecisionFacts")
    assert facts["impression"] == impression
    assert facts["picture"]
    assert facts["copy"]
    kept = f"{panel.get_state()} {panel.fallback()}"
    shown = [field["shown"] for field in facts["fields"] if len(field["shown"]) >= 4]
    assert shown
    assert not [value for value in [*shown, facts["copy"], facts["moment"]] if value and value in kept]
    user = shop.lazy("impressions").filter(pl.col("impression_id") == impression).collect()["user_id"][0]
    assert user not in kept + str(heard)


def test_every_look_is_in_the_access_log(shop: Store) -> None:
    before = len([entry for entry in access_log(shop.folder) if entry.action == "explain"])
    explained(shop)
    assert len([entry for entry in access_log(shop.folder) if entry.action == "explain"]) == before + 1


def test_another_decision_is_of_the_held_out_part(shop: Store) -> None:
    panel = wb.panel("decision", shop)
    assert panel.frame["phase"] == "empty"
    panel.receive({"request": "AnotherDecision"})
    until(panel, lambda: panel.frame["phase"] == "answer")
    held_out = wb.open_run(shop.runs_folder / "first").rows("test")["impression_id"]
    first = panel.state["answer"]["impression"]
    assert first in set(held_out)
    panel.receive({"request": "AnotherDecision"})
    until(panel, lambda: panel.frame["phase"] == "answer" and panel.state["answer"]["impression"] != first)


def test_two_browsers_do_not_work_at_once(shop: Store) -> None:
    panel = DecisionPanel(shop)
    panel.receive({"request": "AnotherDecision"})
    panel.receive({"request": "AnotherDecision"})
    assert "the panel is at work" in panel.frame["refusal"]
    until(panel, lambda: panel.frame["phase"] == "answer")
    assert panel.frame["refusal"] is None


def test_its_code_runs_as_it_stands(shop: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop.folder.parent)
    panel, _, _ = explained(shop)
    with contextlib.redirect_stdout(io.StringIO()):
        exec(panel.frame["python"], {})  # noqa: S102 - this is what is tested


@pytest.mark.parametrize("impression", ["nowhere", "' OR 1=1 --", "", "x" * 500])
def test_an_impression_the_store_does_not_hold_is_refused(shop: Store, impression: str) -> None:
    panel = DecisionPanel(shop)
    panel.receive({"request": "ExplainDecision", "form": {"run": "first", "impression": impression}})
    until(panel, lambda: panel.frame["phase"] == "refused")
    assert "impression" in panel.frame["refusal"]
    assert panel.state["answer"] is None


def test_without_a_model_it_says_what_to_do(tmp_path: Path) -> None:
    panel = DecisionPanel(create_store(tmp_path / "new"))
    assert "train one first" in panel.frame["refusal"]
    panel.receive({"request": "AnotherDecision"})
    assert "train one first" in panel.frame["refusal"]


def test_an_unknown_run_is_refused(shop: Store) -> None:
    with pytest.raises(UnknownNameError, match="first"):
        wb.panel("decision", shop, run="frist")


def test_a_run_that_vanished_is_said(own_shop: Store) -> None:
    panel = DecisionPanel(own_shop)
    (own_shop.runs_folder / "first").rename(own_shop.runs_folder / "second")
    panel.receive({"request": "AnotherDecision"})
    until(panel, lambda: panel.frame["phase"] == "refused")
    assert "there is no run" in panel.frame["refusal"]
