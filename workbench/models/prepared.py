"""A log made ready for training: joined, cut forward in time, and encoded by what the training rows taught."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.errors import DataError
from workbench.features.fields import FeatureSpec
from workbench.features.frame import joined_rows
from workbench.features.vocabulary import Encoded, Vocabulary, learn_vocabulary
from workbench.models.splits import PARTS, Split, split_forward
from workbench.store.store import Store

__all__ = ["LEAST_ROWS", "Prepared", "people_of", "prepare"]

LEAST_ROWS = 200
"""Fewest training rows: with fewer, not even the share of events is known to within a factor of two."""


@dataclass(frozen=True)
class Prepared:
    """A log as a model takes it.

    Attributes:
        rows: All rows in the store's order, with `person` and `trainable`.
        split: How it was cut.
        parts: Mask of `train`, `valid` and `test` over the rows.
        counts: Rows of each part, and those left out: `no consent`, `no moment`.
        vocabulary: What the training rows taught.
    """

    rows: pl.DataFrame
    split: Split
    parts: Mapping[str, pl.Series]
    counts: Mapping[str, int]
    vocabulary: Vocabulary

    @cached_property
    def examples(self) -> Mapping[str, tuple[Encoded, NDArray[np.bool_]]]:
        """Encoded rows and labels of each part."""
        taken = {part: self.rows.filter(mask) for part, mask in self.parts.items()}
        return {part: (self.vocabulary.encode(rows), rows["label"].to_numpy()) for part, rows in taken.items()}

    @property
    def people(self) -> NDArray[np.int64] | None:
        """Code of the person behind each test row, as `people_of` gives it."""
        return people_of(self.rows.filter(self.parts["test"])["person"])


def people_of(person: pl.Series) -> NDArray[np.int64] | None:
    """Number the people behind some rows, for intervals that are clustered by person.

    Args:
        person: Column `person` of the rows.

    Returns:
        Codes 0 upwards, `[rows]`, rows of nobody known each with one of its own; None where nobody is known.
    """
    if person.null_count() == len(person):
        return None
    alone = pl.int_range(person.n_unique() + 1, person.n_unique() + 1 + len(person), eager=True)
    code = person.rank("dense").cast(pl.Int64).zip_with(person.is_not_null(), alone)
    return np.unique(code.to_numpy(), return_inverse=True)[1].astype(np.int64)


def prepare(store: Store, spec: FeatureSpec, target: str) -> Prepared:
    """Make a log ready.

    Rows of people who did not consent to personalisation are neither learnt from nor tuned on. They are tested on,
    with no profile, as they will be met.

    Args:
        store: The store.
        spec: The fields.
        target: `click` or `order`.

    Returns:
        The log.

    Raises:
        DataError: If the store lacks what is needed, the target has one class, or there are too few rows.
    """
    rows = joined_rows(store, spec.fields, target, coded=True)
    events = int(rows["label"].sum())
    if events in {0, len(rows)}:
        raise DataError(
            f"target == {target!r} has one class: it came in {events:,} of {len(rows):,} impressions, must come in "
            "some and not in others; load the events as well, or choose another target"
        )
    split = split_forward(rows)
    part = split.part(rows)
    parts = {name: (part == name).fill_null(value=False) & (rows["trainable"] | (name == "test")) for name in PARTS}
    counts = {name: int(mask.sum()) for name, mask in parts.items()}
    counts["no consent"] = int(((part != "test").fill_null(value=False) & ~rows["trainable"]).sum())
    counts["no moment"] = part.null_count()
    _check_parts(rows, parts, counts, target)
    return Prepared(rows, split, parts, counts, learn_vocabulary(rows.filter(parts["train"]), spec))


def _check_parts(rows: pl.DataFrame, parts: Mapping[str, pl.Series], counts: Mapping[str, int], target: str) -> None:
    if counts["train"] < LEAST_ROWS:
        raise DataError(
            f"{counts['train']} training rows with consent, must be at least {LEAST_ROWS}: load more of the log"
        )
    if counts["valid"] < LEAST_ROWS // 10:
        raise DataError(
            f"{counts['valid']} validation rows with consent, must be at least {LEAST_ROWS // 10}: load more"
        )
    events = int(rows.filter(parts["train"])["label"].sum())
    if events in {0, counts["train"]}:
        raise DataError(
            f"target == {target!r} has one class in the first 70 % of the log: it came in {events:,} of "
            f"{counts['train']:,} training rows; load more of the log"
        )
