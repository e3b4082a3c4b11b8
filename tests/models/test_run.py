"""A run opened again is the run that was made; a damaged one is refused in words."""

import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from workbench.errors import InputError, StoreError, UnknownNameError
from workbench.models.calibration import sigmoid
from workbench.models.run import Run, list_runs, open_run
from workbench.store.store import Store

FILES = {"spec.json", "events.jsonl", "metrics.json", "vocabulary.json", "calibrator.json", "card.md"}


@pytest.mark.parametrize("name", ["network", "trees"])
def test_a_run_opened_again_is_the_same_to_the_bit(network_run: Run, tree_run: Run, name: str) -> None:
    run = {"network": network_run, "trees": tree_run}[name]
    again, rows = open_run(run.folder), run.rows("test")
    assert np.array_equal(again.predict(rows), run.predict(rows))
    assert np.array_equal(again.logits(rows), run.logits(rows))
    assert (again.facts, again.spec, again.split, again.calibrator) == (
        run.facts,
        run.spec,
        run.split,
        run.calibrator,
    )
    assert again.metrics.to_json() == run.metrics.to_json()
    assert again.card.markdown == (run.folder / "card.md").read_text()


def test_the_folder_holds_what_it_should(network_run: Run, tree_run: Run) -> None:
    assert {path.name for path in network_run.folder.iterdir()} == FILES | {"model.safetensors"}
    assert {path.name for path in tree_run.folder.iterdir()} == FILES | {"model.txt"}


def test_calibrated_and_plain_predictions_follow_from_the_logit(network_run: Run) -> None:
    rows = network_run.rows("valid", n=50)
    logits = network_run.logits(rows)
    line = network_run.calibrator
    assert network_run.predict(rows, calibrated=False) == pytest.approx(sigmoid(logits), abs=1e-15)
    assert network_run.predict(rows) == pytest.approx(sigmoid(line.slope * logits + line.intercept), abs=1e-15)


def test_rows_of_a_part_are_drawn_by_seed_and_stay_in_order(network_run: Run) -> None:
    drawn, again, other = (network_run.rows("test", n=40, seed=seed) for seed in (1, 1, 2))
    assert drawn.equals(again)
    assert not drawn.equals(other)
    assert drawn["ts"].is_sorted()
    assert len(network_run.rows("test", n=10_000)) == network_run.metrics.rows
    assert drawn.columns == ["impression_id", "ts", "label", *network_run.spec.names]


def test_rows_are_taken_by_id(network_run: Run) -> None:
    rows = network_run.rows(ids=["i000007", "i000003"])
    assert rows["impression_id"].to_list() == ["i000007", "i000003"]


def test_parts_do_not_meet_and_the_test_lies_last(network_run: Run) -> None:
    train, valid, test = (network_run.rows(part) for part in ("train", "valid", "test"))
    assert train["ts"].max() < valid["ts"].min() < valid["ts"].max() < test["ts"].min()


def test_the_network_and_the_booster_take_what_they_are_given(network_run: Run, tree_run: Run) -> None:
    rows = network_run.rows("test", n=30)
    embedded = network_run.network.embed(network_run.encode(rows))
    assert embedded.fields.shape[:2] == (30, len(network_run.spec))
    logits = network_run.network.score(embedded)[:, 0].detach().numpy()
    assert logits == pytest.approx(network_run.logits(rows), abs=1e-5)
    raw = tree_run.booster.predict(tree_run.matrix(rows), raw_score=True)
    assert raw == pytest.approx(tree_run.logits(rows), abs=1e-12)


def test_asking_for_the_wrong_kind_of_model_says_what_to_use(network_run: Run, tree_run: Run) -> None:
    with pytest.raises(InputError, match=r"use run\.network"):
        _ = network_run.booster
    with pytest.raises(InputError, match=r"use run\.booster"):
        _ = tree_run.network


def test_unseen_categories_and_no_rows_are_fine(network_run: Run) -> None:
    rows = network_run.rows("test", n=3).with_columns(
        category=pl.lit("never seen"), device=pl.lit(None, dtype=pl.String)
    )
    assert np.isfinite(network_run.predict(rows)).all()
    assert network_run.predict(rows.head(0)).shape == (0,)


def test_a_column_that_is_not_there_is_named(network_run: Run) -> None:
    with pytest.raises(InputError, match="rows lack the columns category, device"):
        network_run.predict(network_run.rows("test", n=3).drop("category", "device"))


def test_an_unknown_part_and_no_rows_are_refused(network_run: Run) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'test'"):
        network_run.rows("tests")
    with pytest.raises(InputError, match="n == 0, must be >= 1"):
        network_run.rows("test", n=0)


def test_runs_are_listed_newest_first(network_run: Run, tree_run: Run, known_store: Store) -> None:
    listed = list_runs(known_store)
    assert {network_run.id, tree_run.id} <= {run.id for run in listed}
    made = [run.facts.made for run in listed]
    assert made == sorted(made, reverse=True)


@pytest.mark.parametrize("name", [*sorted(FILES - {"events.jsonl", "card.md"}), "model.safetensors"])
@pytest.mark.parametrize("damage", ["gone", "cut", "other"])
def test_a_damaged_run_is_refused(network_run: Run, tmp_path: Path, name: str, damage: str) -> None:
    folder = shutil.copytree(network_run.folder, tmp_path / "network")
    if damage == "gone":
        (folder / name).unlink()
    elif damage == "cut":
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[: len(content) // 2])
    else:
        (folder / name).write_text("{}")
    with pytest.raises(StoreError, match="train again"):
        open_run(folder)


def test_a_run_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no run"):
        open_run(tmp_path / "none")


def test_a_run_taken_out_of_its_store_predicts_but_has_no_rows(network_run: Run, tmp_path: Path) -> None:
    rows = network_run.rows("test", n=5)
    run = open_run(shutil.copytree(network_run.folder, tmp_path / "runs" / "network"))
    assert np.array_equal(run.predict(rows), network_run.predict(rows))
    with pytest.raises(StoreError):
        run.rows("test")


def test_it_shows_itself(network_run: Run) -> None:
    assert "dcnv2" in network_run._repr_html_()
    assert "LightGBM" in network_run._repr_html_()
    assert str(network_run).startswith("network: click by dcnv2; AUC 0.")
    assert network_run.to_polars()["run"].unique().to_list() == ["network"]
    assert "What it learnt from" in network_run.card._repr_html_()


def test_calibration_is_told_value_by_value(network_run: Run) -> None:
    table = network_run.calibration_by("category")
    rows = network_run.rows("test")
    assert table["rows"].sum() == len(rows)
    assert table["predicted"].sum() == pytest.approx(network_run.predict(rows).sum())
    with pytest.raises(UnknownNameError, match="did you mean 'category'"):
        network_run.calibration_by("categories")
