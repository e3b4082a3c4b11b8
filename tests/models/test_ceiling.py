"""The ceiling is read where a simulator left it, for the very rows a model is tested on, and nowhere else."""

import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import workbench as wb
from workbench.models.ceiling import ceiling_logits
from workbench.store.store import Store, open_store


def test_the_ceiling_is_the_simulators_own(demo_store: Store) -> None:
    truth = wb.truth(demo_store).impressions.select("impression_id", "p_click_observable").head(500).collect()
    logits = ceiling_logits(demo_store, "click", truth["impression_id"][::-1])
    assert logits is not None
    assert 1 / (1 + np.exp(-logits)) == pytest.approx(truth["p_click_observable"][::-1].to_numpy(), abs=1e-12)


def test_it_is_known_for_clicks_of_the_simulated_log_alone(demo_store: Store, known_store: Store) -> None:
    ids = demo_store.lazy("impressions").select("impression_id").head(3).collect()["impression_id"]
    assert ceiling_logits(demo_store, "order", ids) is None
    assert ceiling_logits(demo_store, "click", [*ids, "loaded later"]) is None
    assert ceiling_logits(known_store, "click", ["i000001"]) is None


def test_without_its_truth_a_simulated_store_is_a_log_like_any_other(demo_store: Store, tmp_path: Path) -> None:
    alone = open_store(shutil.copytree(demo_store.folder, tmp_path / "shop"))
    ids = alone.lazy("impressions").select("impression_id").head(3).collect()["impression_id"]
    assert ceiling_logits(alone, "click", ids) is None


def test_a_fit_on_the_demo_shows_it(demo_store: Store, tmp_path: Path) -> None:
    for end in ("", ".truth"):
        folder = demo_store.folder
        shutil.copytree(folder.with_name(folder.name + end), tmp_path / f"shop{end}")
    run = wb.fit(open_store(tmp_path / "shop"), "lr", epochs=1, baselines=())
    assert run.metrics.ceiling is not None
    ids = run.rows("test")["impression_id"]
    expected = wb.truth(demo_store).ceilings(ids).observable
    assert run.metrics.ceiling.score.auc.value == pytest.approx(expected.auc, abs=1e-12)
    assert run.metrics.ceiling.score.log_loss.value == pytest.approx(expected.log_loss, abs=1e-9)
    assert run.metrics.to_polars()["predictor"].to_list() == ["lr", "constant", "ceiling"]
    assert isinstance(run.metrics.to_polars(), pl.DataFrame)
