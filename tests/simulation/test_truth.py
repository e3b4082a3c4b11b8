"""The truth: whole, in agreement with the store, and refused where it is not its own."""

import json
import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from workbench.errors import StoreError
from workbench.simulation.causes import CLICK_CAUSES, sigmoid
from workbench.simulation.truth import Truth, truth, truth_folder
from workbench.store.store import Store, create_store, open_store


@pytest.fixture(scope="module")
def found(demo_store: Store) -> Truth:
    return truth(demo_store)


def test_each_impression_has_its_terms_and_they_add_up(demo_store: Store, found: Truth) -> None:
    rows = found.impressions.collect()
    ids = demo_store.lazy("impressions").select("impression_id").sort("impression_id").collect()
    assert rows["impression_id"].equals(ids["impression_id"])
    logit = found.intercept + rows.select(pl.col("^term_.*$")).cast(pl.Float64).sum_horizontal().to_numpy()
    assert np.abs(sigmoid(logit) - rows["p_click"].to_numpy()).max() < 1e-12
    for name in ("p_click", "p_click_observable", "p_order"):
        assert rows[name].is_between(0, 1, closed="none").all()


def test_clicks_of_the_truth_are_those_of_the_store(demo_store: Store, found: Truth) -> None:
    clicked = found.impressions.filter("click").select("impression_id").collect()["impression_id"]
    assert set(clicked) == set(demo_store.lazy("clicks").collect()["impression_id"])


def test_causes_act_through_columns_that_are_there(demo_store: Store, found: Truth) -> None:
    assert list(found.causes) == [cause.name for cause in CLICK_CAUSES if not cause.part]
    assert found.hidden == ("taste", "arm")
    columns = {column for name in ("impressions", "ads", "creatives", "users") for column in demo_store.columns(name)}
    columns.add("hour")  # Models take it from the time.
    assert {field for fields in found.causes.values() for field in fields} <= columns


def test_ceilings_of_a_slice(found: Truth) -> None:
    everything = found.ceilings()
    assert everything.impressions == 20_000
    assert everything.oracle.expected_auc > everything.observable.expected_auc > everything.oracle.expected_auc - 0.01
    ids = found.impressions.select("impression_id").tail(4000).collect()["impression_id"]
    for given in (ids, ids.to_list(), (name for name in ids)):
        part = found.ceilings(given)
        assert part.impressions == 4000
        assert 0 < part.clicks < everything.clicks
        assert part.oracle.expected_log_loss < part.observable.expected_log_loss
    assert found.ceilings([]).impressions == 0


def test_contributions_name_the_largest_cause(found: Truth) -> None:
    rows = found.contributions().collect()
    named = [name for name in found.causes if name not in found.hidden]
    moved = rows.select(named).to_numpy()
    assert np.abs(moved.mean(axis=0)).max() < 1e-4
    assert rows["top_cause"].to_list() == [named[place] for place in np.abs(moved).argmax(axis=1)]
    assert (rows["top_cause"] == "interest").mean() > 0.6


def test_results_show_themselves(found: Truth) -> None:
    assert found.to_polars()["metric"].to_list() == list(found.effects)
    assert "true lift" in found._repr_html_()
    assert "observable" in found.ceilings()._repr_html_()
    assert found.ceilings().to_polars()["ceiling"].to_list() == ["oracle", "observable"]
    assert not any(canary in found._repr_html_() for canary in found.canaries)


def test_a_store_that_is_not_simulated_has_none(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"is not a simulated store, .* make one with wb.demo"):
        truth(create_store(tmp_path / "own"))


def test_a_truth_that_is_lost_or_of_another_log_is_refused(demo_store: Store, found: Truth, tmp_path: Path) -> None:
    shutil.copytree(demo_store.folder, tmp_path / "shop")
    copy, folder = open_store(tmp_path / "shop"), truth_folder(tmp_path / "shop")
    with pytest.raises(StoreError, match="is not at"):
        truth(copy)
    shutil.copytree(found.folder, folder)
    assert truth(copy).hash == found.hash
    facts = json.loads((folder / "truth.json").read_text())
    (folder / "truth.json").write_text(json.dumps({**facts, "hash": "0" * 64}))
    with pytest.raises(StoreError, match="holds the truth of another log"):
        truth(copy)
    (folder / "truth.json").write_text("{")
    with pytest.raises(StoreError, match="is not at"):
        truth(copy)
    (folder / "truth.json").write_text(json.dumps(facts))
    (folder / "impressions.parquet").unlink()
    with pytest.raises(StoreError, match="cannot be read: make the store again"):
        truth(copy).ceilings()
