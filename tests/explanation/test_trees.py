"""TreeSHAP against the booster's own scores, against brute force, and the path that gives wrong values."""

import warnings
from itertools import combinations
from math import factorial

import lightgbm
import numpy as np
import pytest

from workbench.errors import InputError
from workbench.explanation.shap_library import load_shap
from workbench.explanation.trees import along_paths, has_categorical_splits, with_background


def grown(*, categorical: bool, trees: int = 30, target: str = "binary") -> tuple[lightgbm.Booster, np.ndarray]:
    """Trees over a category, two numbers and a column that means nothing."""
    random = np.random.default_rng(0)
    rows = np.column_stack(
        [random.integers(0, 40, 4_000), random.normal(size=4_000), random.normal(size=4_000), np.zeros(4_000)]
    ).astype(float)
    rows[random.random(4_000) < 0.1, 1] = np.nan
    logit = random.normal(size=40)[rows[:, 0].astype(int)] + np.nan_to_num(rows[:, 1]) * (1 + rows[:, 2])
    label = random.random(4_000) < 1 / (1 + np.exp(-logit))
    data = lightgbm.Dataset(
        rows,
        label.astype(int) + (random.integers(0, 2, 4_000) if target == "multiclass" else 0),
        categorical_feature=[0] if categorical else [],
        params={"verbosity": -1},
    )
    settings = {"objective": target, "verbosity": -1, "num_leaves": 8, "seed": 0}
    if target == "multiclass":
        settings["num_class"] = 3
    booster = lightgbm.train(settings, data, trees)
    # As a run reads it from its folder.
    return lightgbm.Booster(model_str=booster.model_to_string()), rows[:50]


def test_values_add_up_to_the_raw_score_with_categories() -> None:
    booster, rows = grown(categorical=True)
    assert has_categorical_splits(booster)
    got = along_paths(booster, rows)
    raw = booster.predict(rows, raw_score=True)
    np.testing.assert_allclose(got.base + got.values.sum(axis=1), raw, atol=1e-9)
    np.testing.assert_array_equal(got.values[:, 3], 0)


def test_values_add_up_against_a_background() -> None:
    booster, rows = grown(categorical=False)
    assert not has_categorical_splits(booster)
    got = with_background(booster, rows[:20], rows[20:])
    np.testing.assert_allclose(got.base, booster.predict(rows[20:], raw_score=True).mean(), atol=1e-6)
    np.testing.assert_allclose(got.base + got.values.sum(axis=1), booster.predict(rows[:20], raw_score=True), atol=1e-6)


def test_values_against_a_background_are_shapley_values() -> None:
    booster, rows = grown(categorical=False)
    background, row, columns = rows[20:], rows[3], range(4)

    def worth(known: tuple[int, ...]) -> float:
        mixed = background.copy()
        mixed[:, list(known)] = row[list(known)]
        return float(booster.predict(mixed, raw_score=True).mean())

    expected = []
    for column in columns:
        others = [one for one in columns if one != column]
        expected.append(
            sum(
                factorial(size) * factorial(3 - size) / factorial(4) * (worth((*known, column)) - worth(known))
                for size in range(4)
                for known in combinations(others, size)
            )
        )
    np.testing.assert_allclose(with_background(booster, row[None], background).values[0], expected, atol=1e-5)


def test_the_refused_path_is_wrong_by_whole_logits() -> None:
    booster, rows = grown(categorical=True)
    with pytest.raises(InputError, match="reads sets of categories as thresholds"):
        with_background(booster, rows, rows)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        explainer = load_shap().TreeExplainer(booster, data=rows, feature_perturbation="interventional")
        values = explainer.shap_values(rows, check_additivity=False)
    missed = np.abs(values.sum(axis=1) + explainer.expected_value - booster.predict(rows, raw_score=True))
    assert missed.max() > 0.5  # Should shap mend this, the refusal can go.


def test_a_single_leaf_explains_nothing() -> None:
    rows = np.zeros((200, 2))
    data = lightgbm.Dataset(rows, np.arange(200) % 2, params={"verbosity": -1})
    booster = lightgbm.train({"objective": "binary", "verbosity": -1}, data, 1)
    got = along_paths(booster, rows[:3])
    np.testing.assert_array_equal(got.values, 0)
    assert got.base == pytest.approx(0, abs=1e-12)


def test_several_targets_are_refused() -> None:
    booster, rows = grown(categorical=False, trees=3, target="multiclass")
    with pytest.raises(InputError, match="explain a model with one target"):
        along_paths(booster, rows)
