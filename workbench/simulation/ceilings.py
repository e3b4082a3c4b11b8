"""How well anyone could predict: AUC and log loss of the true probabilities.

Two readings of each. On the clicks that happened: the figure to hold a model against on the same impressions, as the
luck of these clicks helps or hurts both alike. Expected over all clicks that could have happened: the figure of the
platform itself, free of luck.
"""

from dataclasses import dataclass
from math import nan

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.display import html_block, html_table

__all__ = ["Ceiling", "Ceilings", "ceiling", "ranking", "surprise"]

Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Ceiling:
    """The best that can be reached with some knowledge.

    Attributes:
        auc: Area under the ROC curve on the clicks that happened; NaN where all or none were clicked.
        log_loss: Mean log loss on the clicks that happened, in nats.
        expected_auc: The same AUC, expected over clicks.
        expected_log_loss: The same log loss, expected over clicks.
    """

    auc: float
    log_loss: float
    expected_auc: float
    expected_log_loss: float


@dataclass(frozen=True)
class Ceilings:
    """Both ceilings on some impressions.

    Attributes:
        oracle: Of one who knows every probability.
        observable: Of one who knows the fields a model may use, and averages over the rest.
        impressions: Number of impressions.
        clicks: Number of clicks on them.
    """

    oracle: Ceiling
    observable: Ceiling
    impressions: int
    clicks: int

    def to_polars(self) -> pl.DataFrame:
        """One row a ceiling."""
        return pl.DataFrame([{"ceiling": name, **vars(getattr(self, name))} for name in ("oracle", "observable")])

    def _repr_html_(self) -> str:
        rows = [
            (name, f"{found.auc:.4f}", f"{found.log_loss:.5f}", f"{found.expected_auc:.4f}")
            for name, found in (("oracle", self.oracle), ("observable", self.observable))
        ]
        table = html_table(["ceiling", "AUC", "log loss", "expected AUC"], rows)
        headline = f"No model of these fields can expect more than AUC {self.observable.expected_auc:.3f}"
        return html_block(headline, table, note=f"{self.impressions:,} impressions, {self.clicks:,} clicks")


def ceiling(score: Reals, true: Reals, click: NDArray[np.bool_]) -> Ceiling:
    """Compute the ceiling of one way to score.

    Args:
        score: Probability of a click as far as it can be known [rows].
        true: True probability [rows].
        click: Whether it was clicked [rows].

    Returns:
        The ceiling.
    """
    happened = click.astype(np.float64)
    return Ceiling(
        auc=ranking(score, happened),
        log_loss=surprise(score, happened),
        expected_auc=ranking(score, true),
        expected_log_loss=surprise(score, true),
    )


def ranking(score: Reals, chance: Reals) -> float:
    """Area under the ROC curve when each row is a click with some chance.

    Args:
        score: What ranks the rows [rows].
        chance: Probability that the row is a click; 0 or 1 where it is known [rows].

    Returns:
        Chance that a random click scores above a random non-click, ties counted half; NaN where there are no clicks
        or nothing else.

    Source:
        Hanley, J. A. and McNeil, B. J. (1982), The meaning and use of the area under a ROC curve, Radiology 143, p. 31,
        with rows weighted by their chance.

    Example:
        >>> ranking(np.array([0.1, 0.2, 0.3]), np.array([0.0, 1.0, 1.0]))
        1.0
    """
    order = np.argsort(score)
    ranked, clicks = score[order], chance[order]
    starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]]) if len(ranked) else np.array([], dtype=np.int64)
    if not len(starts):
        return nan
    clicks_at, others_at = np.add.reduceat(clicks, starts), np.add.reduceat(1 - clicks, starts)
    pairs = clicks_at.sum() * others_at.sum()
    below = np.cumsum(others_at) - others_at
    return float((clicks_at * (below + others_at / 2)).sum() / pairs) if pairs > 0 else nan


def surprise(score: Reals, chance: Reals) -> float:
    """Mean log loss, in nats, of scores when each row is a click with some chance; NaN without rows.

    Example:
        >>> round(surprise(np.array([0.5]), np.array([1.0])), 4)
        0.6931
    """
    if not len(score):
        return nan
    return float(-np.mean(chance * np.log(score) + (1 - chance) * np.log1p(-score)))
