"""Scores of predictors on one slice, alone and against one another, each figure with its interval."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.models.calibration import log_losses, sigmoid
from workbench.models.intervals import Estimate, clustered_error, estimate
from workbench.models.ranking import ranking
from workbench.models.reliability import calibration_error, predicted_over_observed, reliability_table

__all__ = ["Comparison", "Outcome", "Score", "compare_scores", "score"]


@dataclass(frozen=True)
class Outcome:
    """What happened on the rows a model is held against.

    Attributes:
        labels: Whether the event came, bool `[rows]`.
        people: Code of the person behind each row, 0 upwards, `[rows]`; None where the log names nobody.
    """

    labels: NDArray[np.bool_]
    people: NDArray[np.int64] | None


@dataclass(frozen=True)
class Score:
    """How well one predictor foresees.

    Attributes:
        auc: Share of pairs, one with the event and one without, ranked the right way round.
        log_loss: Mean log loss in nats.
        ratio: Events predicted over events that came; 1 is right on average.
        ece: Expected calibration error over 15 bins of equally many rows, a probability.
    """

    auc: Estimate
    log_loss: Estimate
    ratio: Estimate
    ece: float

    def to_json(self) -> dict[str, Any]:
        """Write the score as plain data."""
        return {**{name: getattr(self, name).to_json() for name in ("auc", "log_loss", "ratio")}, "ece": self.ece}

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> "Score":
        """Read what `to_json` wrote."""
        figures = {name: Estimate.from_json(written[name]) for name in ("auc", "log_loss", "ratio")}
        return cls(**figures, ece=written["ece"])


@dataclass(frozen=True)
class Comparison:
    """Another predictor on the same rows, and the model's distance from it.

    Attributes:
        score: The other predictor's score.
        auc_gain: The model's AUC less the other's, paired; above 0 where the model is better.
        log_loss_gain: The other's log loss less the model's, paired; above 0 where the model is better.
    """

    score: Score
    auc_gain: Estimate
    log_loss_gain: Estimate

    def to_json(self) -> dict[str, Any]:
        """Write the comparison as plain data."""
        return {name: getattr(self, name).to_json() for name in ("score", "auc_gain", "log_loss_gain")}

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> "Comparison":
        """Read what `to_json` wrote."""
        gains = [Estimate.from_json(written[name]) for name in ("auc_gain", "log_loss_gain")]
        return cls(Score.from_json(written["score"]), *gains)


def score(logits: NDArray[np.float64], outcome: Outcome) -> Score:
    """Score one predictor.

    Args:
        logits: Its calibrated logits, `[rows]`.
        outcome: What happened.

    Returns:
        The score.
    """
    labels, people = outcome.labels, outcome.people
    chances = sigmoid(logits)
    ranked = ranking(labels, logits, people)
    return Score(
        estimate(ranked.value, ranked.error, scale="logit"),
        _mean(log_losses(labels.astype(np.float64), logits), people),
        predicted_over_observed(labels, chances, people),
        calibration_error(reliability_table(labels, chances, people)),
    )


def compare_scores(logits: NDArray[np.float64], other: NDArray[np.float64], outcome: Outcome) -> Comparison:
    """Compare a model with another predictor on the same rows, row by row.

    Args:
        logits: The model's calibrated logits, `[rows]`.
        other: The other's, `[rows]`.
        outcome: What happened.

    Returns:
        The other's score and the model's gains over it.
    """
    labels, people = outcome.labels, outcome.people
    happened = labels.astype(np.float64)
    ours, theirs = ranking(labels, logits, people), ranking(labels, other, people)
    error = clustered_error(ours.influence - theirs.influence, people) if isfinite(ours.value) else nan
    saved = _mean(log_losses(happened, other) - log_losses(happened, logits), people)
    return Comparison(score(other, outcome), estimate(ours.value - theirs.value, error), saved)


def _mean(values: NDArray[np.float64], people: NDArray[np.int64] | None) -> Estimate:
    mean = float(values.mean())
    return estimate(mean, clustered_error((values - mean) / len(values), people))
