"""Interactions: ways of combining the vectors of a row's fields. A new one is one class with `width` and `forward`."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from workbench.models.embedded import Embedded

__all__ = ["CrossLayers", "DeepLayers", "FieldSum", "Interaction"]


class Interaction(nn.Module, ABC):
    """One way of combining fields.

    Attributes:
        width: Numbers it gives a row.
    """

    width: int

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
    """

    def __init__(self, fields: int, dim: int, widths: Sequence[int], dropout: float) -> None:
        super().__init__()
        self.width = widths[-1]
        ends = [fields * dim, *widths]
        steps: list[nn.Module] = []
        for before, after in pairwise(ends):
            steps += [nn.Linear(before, after), nn.ReLU(), nn.Dropout(dropout)]
        self.layers = nn.Sequential(*steps)

    def forward(self, embedded: Embedded) -> Tensor:
        """Pass the fields of each row through the layers, `[rows, last width]`."""
        return torch.as_tensor(self.layers(embedded.fields.flatten(1)))
