"""Interactions: ways of combining the vectors of a row's fields. A new one is one class with `width` and `forward`."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from workbench.models.embedded import Embedded

__all__ = ["CrossLayers", "DeepLayers", "FieldPairs", "FieldSum", "Interaction", "MemberLayers", "TwoStreams"]


class Interaction(nn.Module, ABC):
    """One way of combining fields.

    Attributes:
        width: Numbers it gives a row.
        adds: Whether its one number is added to the logit as it stands, without a weight of the head.
    """

    width: int
    adds: bool = False

    @abstractmethod
    def forward(self, embedded: Embedded) -> Tensor:
        """Combine the fields of each row into `[rows, width]`."""


class FieldSum(Interaction):
    """Adds the vectors of all fields: no interaction at all, logistic regression where the vectors have length 1.

    Args:
        dim: Length of the vectors.
    """

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.width = dim

    def forward(self, embedded: Embedded) -> Tensor:
        """Add the fields of each row, `[rows, dim]`."""
        return embedded.fields.sum(dim=1)


class _Pairs(torch.autograd.Function):
    """The sum over pairs, with its gradient written out: derived from the parts it would take twice as long."""

    @staticmethod
    def forward(context: Any, fields: Tensor, terms: int) -> Tensor:  # noqa: ANN401 - torch names no type for it
        total = fields.sum(dim=1)
        context.save_for_backward(fields, total)
        context.terms = terms
        pairs = total.square() - fields.square().sum(dim=1)
        return pairs[:, terms:].sum(dim=1, keepdim=True) / 2

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> tuple[Tensor, None]:  # noqa: ANN401 - nor for this
        fields, total = context.saved_tensors
        counted = torch.ones_like(total[0])
        counted[: context.terms] = 0
        weight = gradient * counted
        # In one pass over the vectors: weight * (total - fields).
        return torch.addcmul((total * weight).unsqueeze(1), fields, weight.unsqueeze(1), value=-1), None


class FieldPairs(Interaction):
    """Adds the inner products of the vectors of all pairs of fields, in time that grows with the fields alone.

    Args:
        terms: Numbers at the start of each vector that are passed over.

    Source:
        Rendle (2010), Factorization machines, ICDM, eq. 1 and lemma 3.1.
    """

    width = 1
    adds = True

    def __init__(self, *, terms: int = 0) -> None:
        super().__init__()
        self.terms = terms

    def forward(self, embedded: Embedded) -> Tensor:
        """Add up the pairs of each row, `[rows, 1]`."""
        return torch.as_tensor(_Pairs.apply(embedded.fields, self.terms))  # type: ignore[no-untyped-call]


class CrossLayers(Interaction):
    """Cross layers: layer l multiplies the row's own fields into what the layer before it found.

    x[l+1] = x[0] * (W[l] x[l] + b[l]) + x[l], with * element by element and x[0] all fields side by side, so that
    layer l reaches products of l + 1 fields.

    Args:
        fields: Number of fields.
        dim: Length of their vectors.
        layers: Number of cross layers.

    Source:
        Wang et al. (2021), DCN V2: improved deep & cross network and practical lessons for web-scale learning to rank
        systems, WWW, eq. 1.
    """

    def __init__(self, fields: int, dim: int, layers: int) -> None:
        super().__init__()
        self.width = fields * dim
        self.layers = nn.ModuleList(nn.Linear(self.width, self.width) for _ in range(layers))

    def forward(self, embedded: Embedded) -> Tensor:
        """Cross the fields of each row, `[rows, fields * dim]`."""
        first = embedded.fields.flatten(1)
        crossed = first
        for layer in self.layers:
            crossed = torch.addcmul(crossed, first, layer(crossed))
        return crossed


class DeepLayers(Interaction):
    """Fully connected layers with ReLU over all fields side by side.

    Args:
        fields: Number of fields.
        dim: Length of their vectors.
        widths: Units of each layer.
        dropout: Share of units left out in training, in [0, 1).
        terms: Numbers at the start of each vector that are passed over; `dim` does not count them.
    """

    def __init__(self, fields: int, dim: int, widths: Sequence[int], dropout: float, *, terms: int = 0) -> None:
        super().__init__()
        self.width, self.dim, self.terms = widths[-1], dim, terms
        self.layers = _layers([fields * dim, *widths], dropout)

    def forward(self, embedded: Embedded) -> Tensor:
        """Pass the fields of each row through the layers, `[rows, last width]`."""
        first, others = self.layers[0], self.layers[1:]
        # Weights of 0 pass over the terms: cheaper than a copy of the batch without them.
        weight = torch.as_tensor(first.weight).unflatten(1, (-1, self.dim))  # type: ignore[no-untyped-call]
        padded = functional.pad(weight, (self.terms, 0)).flatten(1)
        return torch.as_tensor(
            others(functional.linear(embedded.fields.flatten(1), padded, torch.as_tensor(first.bias)))
        )


class MemberLayers(Interaction):
    """Several deep networks in one: members share all layers and differ in how each scales what goes in.

    Args:
        fields: Number of fields.
        dim: Length of their vectors.
        widths: Units of each layer.
        members: Number of members.
        dropout: Share of units left out in training, in [0, 1).

    Source:
        Gorishniy et al. (2025), TabM: advancing tabular deep learning with parameter-efficient ensembling, ICLR, the
        variant "mini" of section 3.3.
    """

    def __init__(self, fields: int, dim: int, widths: Sequence[int], members: int, dropout: float) -> None:
        super().__init__()
        self.width = members * widths[-1]
        # Random signs set members apart from the first step; from equal scales they would stay near each other.
        self.scales = nn.Parameter(torch.randint(0, 2, (members, fields * dim)) * 2.0 - 1.0)
        self.layers = _layers([fields * dim, *widths], dropout)

    def forward(self, embedded: Embedded) -> Tensor:
        """Pass the fields of each row through every member, `[rows, members * last width]`."""
        return torch.as_tensor(self.layers(embedded.fields.flatten(1).unsqueeze(1) * self.scales).flatten(1))


class TwoStreams(Interaction):
    """Two deep networks that see the fields through gates of their own, and the products of what they find.

    Args:
        fields: Number of fields.
        dim: Length of their vectors.
        widths: Units of each layer of a stream.
        parts: Parts the streams' ends are cut into; products are taken part by part. Divides the last width.
        dropout: Share of units left out in training, in [0, 1).

    Source:
        Mao et al. (2023), FinalMLP: an enhanced two-stream MLP model for CTR prediction, AAAI, eq. 4 to 9; gates look
        at all fields, as a log need not say which are of the person and which of the ad.
    """

    def __init__(self, fields: int, dim: int, widths: Sequence[int], parts: int, dropout: float) -> None:
        super().__init__()
        flat, last = fields * dim, widths[-1]
        self.width = 2 * last + parts
        self.gates = nn.ModuleList(_layers([flat, 64], 0.0).append(nn.Linear(64, flat)) for _ in range(2))
        self.streams = nn.ModuleList(_layers([flat, *widths], dropout) for _ in range(2))
        self.products = nn.Parameter(torch.randn(parts, last // parts, last // parts) / last)

    def forward(self, embedded: Embedded) -> Tensor:
        """Pass the fields of each row through both streams, `[rows, 2 * last width + parts]`."""
        flat = embedded.fields.flatten(1)
        one, two = (
            stream(flat * 2 * torch.sigmoid(gate(flat))) for gate, stream in zip(self.gates, self.streams, strict=True)
        )
        ones, twos = (end.unflatten(1, (len(self.products), -1)) for end in (one, two))
        return torch.cat([one, two, torch.einsum("rpi,pij,rpj->rp", ones, self.products, twos)], dim=1)


def _layers(widths: Sequence[int], dropout: float) -> nn.Sequential:
    steps: list[nn.Module] = []
    for before, after in pairwise(widths):
        steps += [nn.Linear(before, after), nn.ReLU(), nn.Dropout(dropout)]
    return nn.Sequential(*steps)
