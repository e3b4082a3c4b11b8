"""LightGBM: boosted trees behind the same two verbs as the networks, and the baseline every network is held against."""

import time
from dataclasses import dataclass
from pathlib import Path

import lightgbm
import numpy as np
from numpy.typing import NDArray

from workbench.features.vocabulary import Encoded, Vocabulary
from workbench.models.stopping import StopRequest
from workbench.progress import OnProgress, Progress, quiet

__all__ = ["Grown", "TreeSettings", "Trees", "train_trees", "tree_matrix"]

FILE = "model.txt"


@dataclass(frozen=True)
class TreeSettings:
    """How trees are grown.

    Attributes:
        most_trees: Most trees; early stopping on the validation log loss ends before.
        learning_rate: Weight of each tree.
        leaves: Most leaves of a tree.
        least_rows: Fewest rows of a leaf.
        field_share: Share of fields each tree may use, but at least four. With all in view a tree first splits on
            whatever tells something alone, which many-valued ids do by chance, and misses fields that matter together.
        category_smoothing: Rows' worth of caution before a category is split off.
        patience: Trees without a gain before growing stops.
    """

    most_trees: int = 400
    learning_rate: float = 0.05
    leaves: int = 31
    least_rows: int = 100
    field_share: float = 0.5
    category_smoothing: float = 100.0
    patience: int = 30


@dataclass(frozen=True)
class Trees:
    """Trained trees.

    Attributes:
        booster: LightGBM's model.
        vocabulary: What turns rows into its columns.
    """

    booster: lightgbm.Booster
    vocabulary: Vocabulary

    def logits(self, encoded: Encoded) -> NDArray[np.float64]:
        """Find the uncalibrated logits, `[rows]`."""
        matrix = tree_matrix(encoded, self.vocabulary)
        return np.asarray(self.booster.predict(matrix, raw_score=True), dtype=np.float64)

    def save(self, folder: Path) -> None:
        """Write the model into a run's folder."""
        (folder / FILE).write_text(self.booster.model_to_string(), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, vocabulary: Vocabulary) -> "Trees":
        """Read what `save` wrote."""
        return cls(lightgbm.Booster(model_str=(folder / FILE).read_text(encoding="utf-8")), vocabulary)


@dataclass(frozen=True)
class Grown:
    """Trees and how they grew.

    Attributes:
        trees: The trees.
        kept: Number of trees kept.
        ended: `patience`, `epochs` (the most trees were grown) or `stopped`.
    """

    trees: Trees
    kept: int
    ended: str


def tree_matrix(encoded: Encoded, vocabulary: Vocabulary) -> NDArray[np.float64]:
    """Turn encoded rows into the table trees split on.

    Args:
        encoded: The rows.
        vocabulary: What encoded them.

    Returns:
        `[rows, fields]` in the order of the spec: a category's code within its field (0 unknown), a number
        standardised, NaN where missing. Codes are below 2**53, so a double holds them exactly, and trees treat them as
        names, not amounts.
    """
    codes = (encoded.categorical - vocabulary.offsets).astype(np.float64)
    numbers = np.where(encoded.missing, np.nan, encoded.numeric.astype(np.float64))
    return np.ascontiguousarray(np.hstack([codes, numbers])[:, list(vocabulary.order)])


def train_trees(
    train: tuple[Encoded, NDArray[np.bool_]],
    valid: tuple[Encoded, NDArray[np.bool_]],
    vocabulary: Vocabulary,
    *,
    settings: TreeSettings = TreeSettings(),
    most_trees: int | None = None,
    seed: int = 0,
    stop: StopRequest | None = None,
    on_progress: OnProgress = quiet,
) -> Grown:
    """Grow trees, keeping as many as the validation log loss wants.

    Args:
        train: Training rows and whether the event came.
        valid: Validation rows and whether the event came.
        vocabulary: What encoded the rows.
        settings: How trees are grown.
        most_trees: Most trees; those of the settings where None.
        seed: Seed of the choice of fields.
        stop: Looked at after each tree.
        on_progress: Called after some of the trees.

    Returns:
        The trees and how they grew.
    """
    most = settings.most_trees if most_trees is None else most_trees
    names = list(vocabulary.spec.names)
    categorical = [name for name, field in zip(names, vocabulary.spec, strict=True) if field.kind == "categorical"]
    learnt = lightgbm.Dataset(
        tree_matrix(train[0], vocabulary),
        train[1].astype(np.float32),
        feature_name=names,
        categorical_feature=categorical,
        params={"verbosity": -1},
    )
    held = learnt.create_valid(tree_matrix(valid[0], vocabulary), valid[1].astype(np.float32))
    started = time.monotonic()

    def watch(moment: lightgbm.callback.CallbackEnv) -> None:
        grown = moment.iteration + 1
        if grown % 10 == 0:
            seconds = time.monotonic() - started
            on_progress(Progress("training lightgbm", grown, most, "trees", seconds))
        if stop is not None and stop.asked:
            raise lightgbm.callback.EarlyStopException(moment.iteration, moment.evaluation_result_list or [])

    booster = lightgbm.train(
        _parameters(settings, seed, fields=len(names)),
        learnt,
        num_boost_round=most,
        valid_sets=[held],
        callbacks=[lightgbm.early_stopping(settings.patience, verbose=False), watch],
    )
    kept = booster.best_iteration if booster.best_iteration > 0 else booster.current_iteration()
    # Written and read again, so that the trees in hand are the trees on disk, to the bit.
    trees = lightgbm.Booster(model_str=booster.model_to_string(num_iteration=kept))
    seconds = time.monotonic() - started
    on_progress(Progress("training lightgbm", kept, kept, "trees", seconds))
    ended = "epochs" if booster.current_iteration() >= most else "patience"
    return Grown(Trees(trees, vocabulary), kept, "stopped" if stop is not None and stop.asked else ended)


def _parameters(settings: TreeSettings, seed: int, *, fields: int) -> dict[str, object]:
    return {
        "objective": "binary",
        "metric": "binary_logloss",
        "learning_rate": settings.learning_rate,
        "num_leaves": settings.leaves,
        "min_data_in_leaf": settings.least_rows,
        "feature_fraction": min(1.0, max(settings.field_share, 4 / fields)),
        "cat_smooth": settings.category_smoothing,
        "cat_l2": settings.category_smoothing,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "verbosity": -1,
    }
