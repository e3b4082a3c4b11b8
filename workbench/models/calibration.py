"""Calibration: make predicted probabilities come true, by a straight line on the logit scale.

A straight line keeps the order of predictions and lets attributions, multiplied by its slope, still add up to the
calibrated logit.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from workbench.checks import check_at_least
from workbench.errors import InputError

__all__ = ["Calibrator", "fit_calibrator", "log_losses", "sigmoid"]


@dataclass(frozen=True)
class Calibrator:
    """A straight line from a model's logit to a calibrated one.

    Attributes:
        method: `temperature` (a slope alone), `platt` (slope and intercept) or `none` (the logit as it is).
        slope: Factor of the logit, above 0.
        intercept: What is added to the logit.
        rows: Rows it was fitted on.
    """

    method: Literal["temperature", "platt", "none"]
    slope: float
    intercept: float
    rows: int

    def logits(self, logits: NDArray[np.float64]) -> NDArray[np.float64]:
        """Calibrate logits, any shape."""
        return self.slope * logits + self.intercept

    def probabilities(self, logits: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn logits of any shape into calibrated probabilities in [0, 1]."""
        return sigmoid(self.logits(logits))


def sigmoid(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn logits into probabilities, without overflow.

    Example:
        >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
        array([0. , 0.5, 1. ])
    """
    return np.asarray(0.5 * (1 + np.tanh(0.5 * np.asarray(logits, dtype=np.float64))))


def log_losses(labels: NDArray[np.float64], logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Find the log loss of each row from its logit, in nats, without overflow.

    Args:
        labels: 0 or 1, or a probability, `[rows]`.
        logits: `[rows]`.

    Returns:
        log(1 + exp(logit)) - label * logit, `[rows]`.
    """
    return np.asarray(np.logaddexp(0.0, logits) - labels * logits)


def fit_calibrator(logits: NDArray[np.float64], labels: NDArray[np.bool_], *, folds: int = 5) -> Calibrator:
    """Fit a calibrator on rows the model was not trained on.

    Temperature and Platt scaling are both fitted on all folds but one and held against the one left out; the method
    with the lower log loss over all folds is then fitted on all rows. Platt has one parameter more, and only pays it
    back on rows it has not seen if the model's mean is off.

    Args:
        logits: The model's logits, `[rows]`.
        labels: Whether the event came, `[rows]`.
        folds: Parts of the comparison, 2 or more; row i is of part i mod folds.

    Returns:
        The calibrator; `none` where the model is best left as it is: its logits are all one value, or no line with a
        slope above 0 fits.

    Raises:
        InputError: If the arrays differ in length, or there are fewer rows than folds.

    Source:
        Guo et al. (2017), On calibration of modern neural networks, ICML, sec. 4.2; Platt (1999), Probabilistic
        outputs for support vector machines, sec. 2.2, whose softened labels keep the line finite where events are few.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> truth = rng.normal(-2, 1, size=20_000)
        >>> fit_calibrator(2 * truth, rng.random(20_000) < sigmoid(truth)).slope
        0.5...
    """
    check_at_least(folds, 2, name="folds")
    if len(logits) != len(labels) or len(logits) < folds:
        raise InputError(
            f"{len(logits)} logits and {len(labels)} labels, must be equally many and at least {folds}: "
            "give the model's logits on its validation rows"
        )
    logits = np.asarray(logits, dtype=np.float64)
    methods: tuple[Literal["temperature", "platt"], ...] = ("temperature", "platt")
    if np.ptp(logits) < 1e-9:
        return Calibrator("none", 1.0, 0.0, len(logits))
    part = np.arange(len(logits)) % folds
    losses = dict.fromkeys(methods, 0.0)
    for method in methods:
        for fold in range(folds):
            held = part == fold
            slope, intercept = _line(logits[~held], labels[~held], method)
            losses[method] += float(log_losses(labels[held], slope * logits[held] + intercept).sum())
    best = min(methods, key=lambda method: losses[method])
    slope, intercept = _line(logits, labels, best)
    if slope <= 0:
        return Calibrator("none", 1.0, 0.0, len(logits))
    return Calibrator(best, slope, intercept, len(logits))


def _line(
    logits: NDArray[np.float64], labels: NDArray[np.bool_], method: Literal["temperature", "platt"]
) -> tuple[float, float]:
    """Slope and intercept of least log loss, by Newton's method with halved steps."""
    events, others = float(labels.sum()), float((~labels).sum())
    soft = np.where(labels, (events + 1) / (events + 2), 1 / (others + 2))
    inputs = logits[:, None] if method == "temperature" else np.column_stack([logits, np.ones_like(logits)])
    line = np.array([1.0, 0.0])[: inputs.shape[1]]
    loss = float(log_losses(soft, inputs @ line).sum())
    for _ in range(50):
        chance = sigmoid(inputs @ line)
        gradient = inputs.T @ (chance - soft)
        curvature = (inputs * (chance * (1 - chance))[:, None]).T @ inputs + 1e-9 * np.eye(len(line))
        step = np.linalg.solve(curvature, gradient)
        for _ in range(30):
            trial = float(log_losses(soft, inputs @ (line - step)).sum())
            if trial <= loss:
                break
            step = step / 2
        line, gained, loss = line - step, loss - trial, trial
        if gained < 1e-12 * max(1.0, abs(loss)):
            break
    return float(line[0]), float(line[1]) if len(line) > 1 else 0.0
