"""`wb.fit` end to end: it finds a known cause, keeps to time and consent, and refuses what it cannot use."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from workbench.errors import DataError, InputError, UnknownNameError
from workbench.features.spec import infer_spec
from workbench.models.fit import fit
from workbench.models.run import Run, list_runs, open_run
from workbench.progress import Progress
from workbench.store.store import Store, create_store

Tables = dict[str, pl.DataFrame]
Log = Callable[..., Tables]
StoreOf = Callable[[Tables], Store]


def test_a_network_and_trees_find_the_known_cause(network_run: Run, tree_run: Run) -> None:
    for run in (network_run, tree_run):
        assert run.metrics.auc.low > 0.6
        assert run.metrics.baselines["constant"].log_loss_gain.low > 0
    rows = network_run.rows("test").drop_nulls("interest")
    seen = rows.with_columns(match=pl.col("interest") == pl.col("category"), chance=network_run.predict(rows))
    by_match = dict(seen.group_by("match").agg(pl.col("chance").mean()).iter_rows())
    # True chances: 0.45 where they match, 0.10 where not.
    assert by_match[True] > 2 * by_match[False]


def test_baselines_stand_beside_the_model(network_run: Run, tree_run: Run) -> None:
    assert list(network_run.metrics.baselines) == ["constant", "lightgbm"]
    assert list(tree_run.metrics.baselines) == ["constant"]
    assert network_run.metrics.ceiling is None, "no ceiling is known of a log that was not simulated"


def test_a_run_is_recorded_and_its_use_logged(network_run: Run, known_store: Store) -> None:
    recorded = known_store.refresh().lazy("lineage").filter(pl.col("name") == "network").collect()
    assert recorded["kind"].to_list() == ["run"]
    log = [json.loads(line) for line in (known_store.folder / "access.jsonl").read_text().splitlines()]
    assert ("train", network_run.id) in {(entry["action"], entry["subject"]) for entry in log}


def test_people_without_consent_are_not_learnt_from_and_are_tested_on(network_run: Run) -> None:
    counts = network_run.facts.rows
    assert counts["no consent"] > 0
    assert counts["train"] + counts["valid"] + counts["no consent"] == 2550
    assert counts["test"] == 450
    tested = network_run.rows("test")
    assert tested["interest"].null_count() > 0
    assert network_run.rows("train")["interest"].null_count() == 0
    assert np.isfinite(network_run.predict(tested)).all()


def test_one_seed_gives_the_same_run_to_the_bit(network_run: Run, known_store: Store) -> None:
    again = fit(known_store, name="again", device="cpu", baselines=())
    rows = network_run.rows("test")
    assert np.array_equal(again.predict(rows), network_run.predict(rows))
    assert again.metrics.score == network_run.metrics.score


def test_what_came_later_changes_nothing_that_was_learnt(log: Log, tmp_path: Path) -> None:
    tables = log()
    test_ids = tables["impressions"]["impression_id"][-450:]
    later = tables["clicks"].filter(~pl.col("impression_id").is_in(test_ids.to_list()))
    others = pl.DataFrame({"impression_id": test_ids.gather_every(2)})
    runs = [
        fit(create_store(tmp_path / name).write(tables | {"clicks": clicks}, source="test"), epochs=2, baselines=())
        for name, clicks in (("as it was", tables["clicks"]), ("shuffled", pl.concat([later, others])))
    ]
    rows = runs[0].rows("train", n=200)
    assert np.array_equal(runs[0].predict(rows), runs[1].predict(rows))
    assert runs[0].vocabulary == runs[1].vocabulary
    assert runs[0].metrics.log_loss != runs[1].metrics.log_loss


def test_a_log_without_people_and_timestamps_is_split_by_the_file(log: Log, store_of: StoreOf) -> None:
    tables = log(moments=False)
    bare = {"impressions": tables["impressions"].drop("user_id"), "ads": tables["ads"], "clicks": tables["clicks"]}
    run = fit(store_of(bare), "lr", epochs=2, baselines=())
    assert "no timestamps" in run.card.markdown
    assert "taken as independent" in run.card.markdown
    assert run.facts.rows["test"] == 450
    assert run.rows("test")["impression_id"].to_list() == tables["impressions"]["impression_id"][-450:].to_list()


def test_a_spec_of_ones_own_is_used(known_store: Store) -> None:
    spec = infer_spec(known_store).without("interest", "ad_id")
    run = fit(known_store, "lr", spec=spec, epochs=1, baselines=())
    assert run.spec == spec
    assert "interest" not in run.rows("test", n=5).columns


def test_numbers_that_are_none_do_no_harm(log: Log, store_of: StoreOf) -> None:
    tables = log()
    broken = pl.when(pl.int_range(pl.len()) % 3 == 0).then(float("inf")).otherwise(float("nan"))
    tables["impressions"] = tables["impressions"].with_columns(
        broken=broken, load_seconds=pl.col("load_seconds") * 1e30
    )
    run = fit(store_of(tables), epochs=2, baselines=())
    assert np.isfinite(run.predict(run.rows("test"))).all()


def test_progress_is_told_by_stage(known_store: Store) -> None:
    told: list[Progress] = []
    fit(known_store, epochs=1, on_progress=told.append)
    stages = list(dict.fromkeys(progress.stage for progress in told))
    assert stages == ["reading impressions", "training dcnv2", "training lightgbm"]


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ({"model": "dcn"}, "did you mean 'dcnv2'"),
        ({"target": "clicks"}, "did you mean 'click'"),
        ({"device": "gpu"}, "must be one of auto, cpu, cuda, mps"),
        ({"baselines": ("lightgbn",)}, "did you mean 'lightgbm'"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(known_store: Store, given: dict[str, str], hint: str) -> None:
    with pytest.raises(UnknownNameError, match=hint):
        fit(known_store, **given)


def test_a_taken_name_and_no_epochs_are_refused(known_store: Store, network_run: Run) -> None:
    with pytest.raises(InputError, match="'network' is taken"):
        fit(known_store, name=network_run.id)
    with pytest.raises(InputError, match="epochs == 0, must be >= 1"):
        fit(known_store, epochs=0)


def test_a_store_without_impressions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no impressions"):
        fit(create_store(tmp_path / "empty"))


def test_a_target_of_one_class_is_refused(log: Log, store_of: StoreOf) -> None:
    tables = log()
    ids = tables["impressions"].select("impression_id")
    with pytest.raises(DataError, match="one class: it came in 3,000 of 3,000"):
        fit(store_of(tables | {"clicks": ids}))


def test_a_target_that_comes_only_at_the_end_is_refused(log: Log, store_of: StoreOf) -> None:
    tables = log()
    late = tables["impressions"].select("impression_id").tail(100)
    with pytest.raises(DataError, match="one class in the first 70 %"):
        fit(store_of(tables | {"clicks": late}))


def test_too_few_rows_are_refused_with_the_least(log: Log, store_of: StoreOf) -> None:
    with pytest.raises(DataError, match="training rows with consent, must be at least 200"):
        fit(store_of(log(rows=150)))


def test_few_rows_are_trained_on_in_small_batches(log: Log, store_of: StoreOf) -> None:
    run = fit(store_of(log(rows=400)), epochs=2)
    assert run.facts.rows["train"] < 2048
    assert run.metrics.rows == 60


def test_nothing_is_left_of_a_run_that_failed(log: Log, store_of: StoreOf, monkeypatch: pytest.MonkeyPatch) -> None:
    store = store_of(log())

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("as if memory ran out")

    monkeypatch.setattr("workbench.models.fit.measure", broken)
    with pytest.raises(RuntimeError):
        fit(store, epochs=1, baselines=())
    assert list(store.runs_folder.iterdir()) == []
    assert list_runs(store) == ()


STOPPED = """
import sys
from workbench.models.fit import fit
from workbench.store.store import open_store
run = fit(open_store(sys.argv[1]), name="stopped", device="cpu", epochs=100_000)
print(run.facts.ended)
"""


def test_ctrl_c_keeps_a_run_that_predicts(log: Log, store_of: StoreOf) -> None:
    store = store_of(log())
    # Training that has no reason to end: only the signal can end it.
    code = STOPPED.replace(
        "run = ",
        "import dataclasses, workbench.models.presets as p\n"
        "p.PRESETS['dcnv2'] = dataclasses.replace(p.PRESETS['dcnv2'], "
        "schedule=dataclasses.replace(p.PRESETS['dcnv2'].schedule, patience=10**9))\nrun = ",
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(store.folder)], stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    deadline = time.monotonic() + 120
    while not _looks(store) and time.monotonic() < deadline:
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    shown, _ = process.communicate(timeout=60)
    assert shown.strip() == "stopped"
    run = open_run(store.runs_folder / "stopped")
    assert "STOPPED EARLY" in run.card.markdown
    assert list(run.metrics.baselines) == ["constant"]
    assert ((run.predict(run.rows("test")) > 0) & (run.predict(run.rows("test")) < 1)).all()


def _looks(store: Store) -> int:
    """Looks written so far to the events of the run that is being made."""
    files = list(store.runs_folder.glob(".stopped.*/events.jsonl"))
    return sum('"look"' in line for path in files for line in path.read_text().splitlines())
