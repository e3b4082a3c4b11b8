"""SHAP's TreeExplainer on LightGBM, along the one path that is right for categories.

Measured with shap 0.51: with background rows ("interventional") TreeExplainer packs the categories of a split into the
bits of a float64 and compares that as a threshold, and the values are wrong by whole logits. Along the trees' own paths
it leaves the work to LightGBM, which knows its categories. So boosters with categorical splits are explained along
paths only; the sums are checked against the booster either way.
"""

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import lightgbm
import numpy as np
import numpy.typing as npt

from workbench.errors import InputError
from workbench.explanation.shap_library import load_shap

__all__ = ["TreeValues", "along_paths", "has_categorical_splits", "with_background"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TreeValues:
    """Shapley values of trees.

    Attributes:
        values: What each column added to the raw score, [rows, columns].
        base: Raw score before any column is known.
    """

    values: Floats
    base: float


def along_paths(booster: lightgbm.Booster, rows: Floats) -> TreeValues:
    """Explain rows by path-dependent TreeSHAP.

    A column not yet known is averaged over the training rows that came the same way through a tree.

    Args:
        booster: The trees.
        rows: The booster's columns, [rows, columns].

    Returns:
        Values on the raw score, which for a binary target is the logit.

    Source:
        Lundberg, S. M. et al. (2020), From local explanations to global understanding with explainable AI for trees,
        Nature Machine Intelligence 2, algorithm 2.
    """
    return _explained(booster, rows, feature_perturbation="tree_path_dependent")


def with_background(booster: lightgbm.Booster, rows: Floats, background: Floats) -> TreeValues:
    """Explain rows by interventional TreeSHAP: a column not yet known is averaged over the background rows.

    Args:
        booster: The trees, without categorical splits.
        rows: The booster's columns, [rows, columns].
        background: Rows to average over, [background, columns].

    Returns:
        Values on the raw score; the base is the mean raw score of the background.

    Raises:
        InputError: If the trees split on categories: shap's values would be wrong.
    """
    if has_categorical_splits(booster):
        raise InputError(
            "method == 'tree_interventional' with trees that split on categories, must be 'tree_path_dependent': shap "
            "reads sets of categories as thresholds there, and its values miss by whole logits"
        )
    return _explained(booster, rows, data=background, feature_perturbation="interventional")


def has_categorical_splits(booster: lightgbm.Booster) -> bool:
    """Say whether any tree splits on a set of categories."""
    trees = booster.dump_model()["tree_info"]
    return any(node["decision_type"] == "==" for tree in trees for node in _splits(tree["tree_structure"]))


def _splits(node: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    if "split_index" in node:
        yield node
        for side in ("left_child", "right_child"):
            child = node[side]
            if isinstance(child, Mapping):
                yield from _splits(child)


def _explained(booster: lightgbm.Booster, rows: Floats, **settings: object) -> TreeValues:
    with warnings.catch_warnings():
        # shap warns that the shape of its answer changed two years ago; the shape is what is expected here.
        warnings.simplefilter("ignore")
        explainer = load_shap().TreeExplainer(booster, **settings)
        values = np.asarray(explainer.shap_values(rows, check_additivity=False), dtype=np.float64)
    if values.shape != rows.shape:
        raise InputError(
            f"the trees give {values.shape} values for {rows.shape} cells: explain a model with one target"
        )
    return TreeValues(values, float(np.asarray(explainer.expected_value).reshape(-1)[0]))
