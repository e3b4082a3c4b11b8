"""Trees behind the same two verbs, kept to the bit, and stopped when asked."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from workbench.features.fields import FeatureSpec, Field
from workbench.features.vocabulary import Encoded, Vocabulary, learn_vocabulary
from workbench.models.boosting import Trees, TreeSettings, train_trees, tree_matrix
from workbench.models.stopping import StopRequest

SPEC = FeatureSpec(
    (Field("number", "numeric", "context", "impressions", "number"), Field("id", "categorical", "ad", "ads", "id")), {}
)
Rows = tuple[Encoded, np.ndarray]


@pytest.fixture(scope="module")
def learnt() -> tuple[Vocabulary, Rows, Rows]:
    """Events by a category alone: even ones often, odd ones seldom."""
    rng = np.random.default_rng(0)
    place, number = rng.integers(0, 20, 6000), rng.normal(size=6000)
    rows = pl.DataFrame({"number": number, "id": [f"v{value:02}" for value in place]})
    labels = rng.random(6000) < np.where(place % 2 == 0, 0.3, 0.05)
    vocabulary = learn_vocabulary(rows[:4000], SPEC)
    parts = [(vocabulary.encode(rows[cut]), labels[cut]) for cut in (slice(0, 4000), slice(4000, 6000))]
    return vocabulary, parts[0], parts[1]


def test_the_matrix_has_the_order_of_the_spec_and_marks_what_is_missing(learnt: tuple[Vocabulary, Rows, Rows]) -> None:
    vocabulary = learnt[0]
    rows = pl.DataFrame({"number": [vocabulary.means["number"], None], "id": [vocabulary.categories["id"][3], "new"]})
    matrix = tree_matrix(vocabulary.encode(rows), vocabulary)
    assert matrix[0].tolist() == [0.0, 4.0]
    assert np.isnan(matrix[1, 0])
    assert matrix[1, 1] == 0.0


def test_trees_find_the_cause_among_categories(learnt: tuple[Vocabulary, Rows, Rows]) -> None:
    vocabulary, train, valid = learnt
    grown = train_trees(train, valid, vocabulary)
    even = pl.DataFrame({"number": [0.0] * 2, "id": ["v02", "v03"]})
    chance = 1 / (1 + np.exp(-grown.trees.logits(vocabulary.encode(even))))
    assert chance == pytest.approx([0.3, 0.05], abs=0.08)
    assert grown.ended == "patience"
    assert grown.trees.booster.num_trees() == grown.kept


def test_one_seed_gives_the_same_trees_and_a_file_the_same_predictions(
    learnt: tuple[Vocabulary, Rows, Rows], tmp_path: Path
) -> None:
    vocabulary, train, valid = learnt
    first, again = (train_trees(train, valid, vocabulary, most_trees=20, seed=3).trees for _ in range(2))
    assert first.booster.model_to_string() == again.booster.model_to_string()
    first.save(tmp_path)
    assert np.array_equal(Trees.load(tmp_path, vocabulary).logits(valid[0]), first.logits(valid[0]))


def test_a_request_to_stop_keeps_the_trees_grown(learnt: tuple[Vocabulary, Rows, Rows]) -> None:
    vocabulary, train, valid = learnt
    stop = StopRequest()
    stop.asked = True
    grown = train_trees(train, valid, vocabulary, stop=stop)
    assert (grown.ended, grown.kept) == ("stopped", 1)


def test_the_most_trees_asked_for_are_the_most(learnt: tuple[Vocabulary, Rows, Rows]) -> None:
    vocabulary, train, valid = learnt
    grown = train_trees(train, valid, vocabulary, settings=TreeSettings(learning_rate=0.001), most_trees=7)
    assert (grown.ended, grown.kept) == ("epochs", 7)
