"""AUC: how often a row with the event is ranked above one without, and how far that figure can be trusted."""

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
from numpy.typing import NDArray

from workbench.models.intervals import Estimate, clustered_error, estimate

__all__ = ["Ranking", "auc", "ranking"]


@dataclass(frozen=True)
class Ranking:
    """An AUC with what its error is made of.

    Attributes:
        value: The AUC; ties count one half. NaN where one class is absent.
        error: Standard error: DeLong's, or Obuchowski's where rows are clustered.
        influence: Influence of each row on the AUC, `[rows]`; the difference of two models' AUC on the same rows has
            the difference of their influences.
    """

    value: float
    error: float
    influence: NDArray[np.float64]


def ranking(
    labels: NDArray[np.bool_], scores: NDArray[np.float64], clusters: NDArray[np.int64] | None = None
) -> Ranking:
    """Rank rows by score and compare with what happened.

    Args:
        labels: Whether the event came, `[rows]`.
        scores: Any score that grows with the event's probability, `[rows]`.
        clusters: Code of the person behind each row, 0 upwards, `[rows]`; None where every row stands alone.

    Returns:
        The AUC, its standard error and each row's influence.

    Source:
        DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44, p. 837, eq. 4 and 5, by midranks as in Sun and Xu
        (2014), IEEE Signal Processing Letters 21, p. 1389; clustered: Obuchowski (1997), Biometrics 53, p. 567.
    """
    labels = np.asarray(labels, dtype=bool)
    events, others = int(labels.sum()), int((~labels).sum())
    influence = np.zeros(len(labels))
    if not events or not others:
        return Ranking(nan, nan, influence)
    # A row's rank among all less its rank among its own class counts the rows of the other class below it.
    ranks = _midranks(scores)
    above = (ranks[labels] - _midranks(scores[labels])) / others
    below = 1 - (ranks[~labels] - _midranks(scores[~labels])) / events
    value = float(above.mean())
    influence[labels] = (above - value) / events
    influence[~labels] = (below - value) / others
    if clusters is not None:
        return Ranking(value, clustered_error(influence, clusters), influence)
    if events < 2 or others < 2:
        return Ranking(value, nan, influence)
    return Ranking(value, sqrt(above.var(ddof=1) / events + below.var(ddof=1) / others), influence)


def auc(
    labels: NDArray[np.bool_],
    scores: NDArray[np.float64],
    clusters: NDArray[np.int64] | None = None,
    *,
    level: float = 0.95,
) -> Estimate:
    """Estimate the AUC with its interval.

    Args:
        labels: Whether the event came, `[rows]`.
        scores: Any score that grows with the event's probability, `[rows]`.
        clusters: Code of the person behind each row, 0 upwards, `[rows]`; None where every row stands alone.
        level: Confidence level, in (0, 1).

    Returns:
        The AUC, its interval on the logit scale; NaN where one class is absent.

    Example:
        >>> labels = np.array([True, False, True, False, True, False])
        >>> auc(labels, np.array([0.9, 0.1, 0.7, 0.6, 0.4, 0.2])).value
        0.888...
    """
    found = ranking(labels, scores, clusters)
    return estimate(found.value, found.error, level=level, scale="logit")


def _midranks(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks from 1, ties sharing the middle of their places."""
    _, place, sizes = np.unique(scores, return_inverse=True, return_counts=True)
    last = np.cumsum(sizes)
    return np.asarray((last - (sizes - 1) / 2)[place], dtype=np.float64)
