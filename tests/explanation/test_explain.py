"""`explain` on trained runs: closed forms, sums, planted causes, and what is refused."""

import numpy as np
import polars as pl
import pytest

from workbench.errors import DataError, InputError, UnknownNameError
from workbench.explanation import explain as room
from workbench.explanation.explain import explain
from workbench.models.run import Run
from workbench.store.access import access_log
from workbench.store.store import Store


def test_logistic_regression_has_its_terms(additive: Run) -> None:
    rows, drawn = additive.rows("test", n=30), additive.rows("train", n=40, seed=5)
    why = explain(additive, rows, 40, seed=5)
    weight = additive.network.head.weight.item()
    terms, average = (
        weight * additive.network.embed(additive.encode(some)).fields.detach().double().numpy()[:, :, 0]
        for some in (rows, drawn)
    )
    np.testing.assert_allclose(why.values, terms - average.mean(axis=0), atol=1e-5)
    assert why.base[0] == pytest.approx(additive.logits(drawn).mean(), abs=1e-5)


@pytest.mark.parametrize("kind", ["additive", "network", "trees"])
def test_contributions_add_up_to_the_runs_logit(kind: str, request: pytest.FixtureRequest) -> None:
    run: Run = request.getfixturevalue(kind)
    rows = run.rows("test", n=40)
    why = explain(run, rows, 50)
    np.testing.assert_array_equal(why.output, run.logits(rows))
    assert why.additivity_error.max() <= why.tolerance
    np.testing.assert_allclose(1 / (1 + np.exp(-why.output)), run.predict(rows, calibrated=False), atol=1e-6)
    assert why.probability == pytest.approx(run.predict(rows))


@pytest.mark.parametrize("kind", ["additive", "network", "trees"])
def test_planted_causes_come_first(kind: str, request: pytest.FixtureRequest) -> None:
    run: Run = request.getfixturevalue(kind)
    leading = [one.field for one in explain(run, run.rows("test", n=60), 30).summary().importances[:3]]
    assert "device" in leading[:2]
    assert {"ad_id", "price_micros"} & set(leading)  # An ad has one price: either names the cause.


def test_trees_add_up_to_the_boosters_raw_score(trees: Run) -> None:
    rows = trees.rows("test", n=60)
    why = explain(trees, rows)
    raw = trees.booster.predict(trees.matrix(rows), raw_score=True)
    np.testing.assert_allclose(why.base + why.values.sum(axis=1), raw, atol=1e-9)
    assert "came the same way through a tree" in why.value_function
    assert np.isnan(why.standard_errors).all()


def test_the_same_seed_gives_the_same_background(network: Run) -> None:
    rows = network.rows("test", n=5)
    first, again, other = (explain(network, rows, 20, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.values, again.values)
    assert not np.array_equal(first.base, other.base)
    assert "20 rows of the run's training part, drawn with seed 1" in first.value_function


def test_standard_errors_foretell_other_backgrounds(network: Run) -> None:
    rows = network.rows("test", n=4)
    drawn = np.stack([explain(network, rows, 20, seed=seed).values for seed in range(16)])
    foretold = explain(network, rows, 100, seed=99).standard_errors * np.sqrt(100 / 20)
    told = foretold > 1e-3
    assert np.median(drawn.std(axis=0)[told] / foretold[told]) == pytest.approx(1, abs=0.35)


def test_a_background_larger_than_the_log_takes_all_of_it(additive: Run) -> None:
    why = explain(additive, additive.rows("test", n=1), 10**6)
    trained = len(additive.rows("train"))
    assert f"{trained} rows of the run's training part" in why.value_function


def test_values_never_seen_are_explained_as_unknown(network: Run) -> None:
    rows = network.rows("test", n=3).with_columns(device=pl.lit("watch"))
    assert explain(network, rows, 10).decision(0).to_polars().filter(field="device")["shown"].item() == "watch"


def test_rows_without_ids_are_numbered(additive: Run) -> None:
    rows = additive.rows("test", n=2).drop("impression_id", "ts", "label")
    assert explain(additive, rows, 5).row_ids == ("row 0", "row 1")


def test_explaining_enters_the_access_log(planted: Store, additive: Run) -> None:
    explain(additive, additive.rows("test", n=2), 5)
    last = [entry for entry in access_log(planted.folder) if entry.action == "explain"][-1]
    assert last.subject == "additive: 2 rows"


def test_values_that_miss_the_logit_are_refused(network: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "TOLERANCES", {"networks": 1e-12})
    monkeypatch.setattr("workbench.explanation.gradients.MOST_STEPS", 16)
    with pytest.raises(DataError, match="miss their logit"):
        explain(network, network.rows("test", n=3), 5)


@pytest.mark.parametrize(
    ("method", "message"),
    [
        ("integrated_gradient", "did you mean 'integrated_gradients'"),
        ("tree_path_dependent", "is for trees and 'lr' is none: use integrated_gradients, or auto"),
        ("gradient", "silent zeros"),
        ("deep", "silent zeros"),
        ("kernel", "keeps ten fields by default"),
    ],
)
def test_methods_that_do_not_fit_are_refused(additive: Run, method: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        explain(additive, additive.rows("test", n=2), method=method)


def test_methods_for_networks_and_wrong_paths_are_refused_for_trees(trees: Run) -> None:
    rows = trees.rows("test", n=2)
    with pytest.raises(InputError, match="is for networks and 'lightgbm' is none"):
        explain(trees, rows, method="integrated_gradients")
    with pytest.raises(InputError, match="must be 'tree_path_dependent'"):
        explain(trees, rows, method="tree_interventional")


def test_rows_that_cannot_be_explained_are_refused(additive: Run) -> None:
    rows = additive.rows("test", n=3)
    with pytest.raises(InputError, match="rows == 0, must be at least 1"):
        explain(additive, rows.clear())
    with pytest.raises(InputError, match="rows lack the columns device"):
        explain(additive, rows.drop("device"))
    with pytest.raises(InputError, match="background == 0, must be >= 1"):
        explain(additive, rows, 0)


def test_ids_cast_to_float_are_refused(additive: Run) -> None:
    cast = additive.rows("test", n=3).with_columns(ad_id=pl.Series([1.0, 2.0, 3.0]))
    with pytest.raises(InputError, match="rows hold floats in ad_id"):
        explain(additive, cast)


def test_unknown_methods_are_unknown_names(additive: Run) -> None:
    with pytest.raises(UnknownNameError):
        explain(additive, additive.rows("test", n=2), method="lime")
