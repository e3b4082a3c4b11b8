"""Integrated gradients between `embed` and `score`, where every field, numeric ones included, is a vector.

Ids cannot be interpolated: gradients with respect to ids cast to float are zero, and a library that accepts them
reports that no categorical field matters. Between embedding and score every field is a vector that can be moved in
small steps from a background row to the row explained. Summed over a vector's components, the gradients along the way
give what the field added; over all fields they add up to the difference of the two logits.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
import torch
from captum.attr import IntegratedGradients
from torch import Tensor

from workbench.errors import InputError
from workbench.models.embedded import Batch, Embedded
from workbench.models.network import Network

__all__ = ["MOST_STEPS", "Gradients", "integrated_gradients"]

Floats = npt.NDArray[np.float64]

FIRST_STEPS = 16
MOST_STEPS = 512
_NUMBERS_AT_ONCE = 2**18
"""Floats of embedded rows held at once: 1 MB, which stays in the processor's cache."""


@dataclass(frozen=True, eq=False)
class Gradients:
    """Integrated gradients of some rows.

    Attributes:
        values: What each field added, averaged over background rows, [rows, fields].
        standard_errors: How much `values` would vary with other background rows, [rows, fields]; NaN for a single one.
        steps: Steps along the way that the most demanding row needed.
    """

    values: Floats
    standard_errors: Floats
    steps: int


def integrated_gradients(
    network: Network, rows: Batch, background: Batch, *, fields: int, tolerance: float, task: int = 0
) -> Gradients:
    """Attribute the logits of rows to their fields.

    Each row is reached from each background row, by Gauss-Legendre quadrature; rows whose values do not add up within
    the tolerance are done again with twice the steps, up to `MOST_STEPS`.

    Args:
        network: The network; it is read in evaluation mode and left as it was.
        rows: Rows to explain.
        background: Rows to start from, at least one.
        fields: Number of fields the network is meant to have.
        tolerance: Largest wanted difference between the sum over fields and that of the logits.
        task: Place of the logit among the network's tasks.

    Returns:
        The values, in the order of the rows.

    Raises:
        InputError: If the network does not embed each field into one vector of floats, or holds items besides fields.

    Source:
        Sundararajan, M. et al. (2017), Axiomatic attribution for deep networks, ICML, eq. 1.
        Erion, G. et al. (2021), Improving performance of deep learning models with axiomatic attribution priors and
        expected gradients, Nature Machine Intelligence 3 (averaging over background rows).
    """

    def score(vectors: Tensor) -> Tensor:
        return network.score(Embedded(vectors))[:, task]

    with _evaluating(network):
        ends, starts = _vectors(network, rows, fields), _vectors(network, background, fields)
        with torch.no_grad():
            gaps = score(ends).double().numpy() - float(score(starts).double().mean())
        explainer = IntegratedGradients(score)
        values, errors = np.zeros((len(rows), fields)), np.zeros((len(rows), fields))
        todo, steps = np.arange(len(rows)), FIRST_STEPS
        while True:
            values[todo], errors[todo] = _averaged(explainer, ends[torch.from_numpy(todo)], starts, steps)
            todo = todo[np.abs(values[todo].sum(axis=1) - gaps[todo]) > tolerance]
            if len(todo) == 0 or steps >= MOST_STEPS:
                return Gradients(values, errors, steps)
            steps *= 2


def _averaged(explainer: IntegratedGradients, ends: Tensor, starts: Tensor, steps: int) -> tuple[Floats, Floats]:
    """Give mean and standard error over background rows, [rows, fields] each."""
    number = len(starts)
    at_once = max(1, _NUMBERS_AT_ONCE // (number * steps * ends[0].numel()))
    means, errors = [], []
    for some in torch.split(ends, at_once):
        found = explainer.attribute(
            some.repeat_interleave(number, dim=0), starts.repeat(len(some), 1, 1), n_steps=steps, method="gausslegendre"
        )
        by_pair = found.detach().double().sum(dim=-1).reshape(len(some), number, -1).numpy()
        means.append(by_pair.mean(axis=1))
        spread = by_pair.std(axis=1, ddof=1) if number > 1 else np.full_like(means[-1], np.nan)
        errors.append(spread / sqrt(number))
    return np.concatenate(means), np.concatenate(errors)


def _vectors(network: Network, batch: Batch, fields: int) -> Tensor:
    """Embed rows, and make sure that gradients will mean what they seem to."""
    with torch.no_grad():
        embedded = network.embed(batch)
    vectors = embedded.fields
    if vectors.dim() != 3 or vectors.shape[1] != fields or not vectors.is_floating_point():
        raise InputError(
            f"the network embeds rows into {tuple(vectors.shape)} of {vectors.dtype}, must be (rows, {fields}, dim) of "
            "floats: one vector for each field, numeric fields too, or gradients would be silent zeros"
        )
    if embedded.items:
        raise InputError(
            f"the network reads {', '.join(sorted(embedded.items))} besides its fields, must read fields alone: "
            "gradients of the fields would leave out what those added"
        )
    return vectors


@contextmanager
def _evaluating(network: Network) -> Iterator[None]:
    """Put dropout and its like out of action for a while."""
    training = network.training
    network.eval()
    try:
        yield
    finally:
        network.train(training)
