"""The network all torch presets share: embed the fields, combine them, add up to one logit a task."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from workbench.models.embedded import Batch, Embedded
from workbench.models.embedding import FieldEmbedding
from workbench.models.interactions import Interaction

__all__ = ["Network"]


class Network(nn.Module):
    """A model of events in two halves.

    Args:
        embedding: Turns a batch into vectors.
        interactions: Combine the vectors; their results stand side by side before the head.
        tasks: Events foreseen.
        base: Logit of the event's share in training; the network starts there instead of finding it.
    """

    def __init__(
        self, embedding: FieldEmbedding, interactions: Sequence[Interaction], *, tasks: int = 1, base: float = 0.0
    ) -> None:
        super().__init__()
        self.embedding = embedding
        self.interactions = nn.ModuleList(interactions)
        self.head = nn.Linear(sum(interaction.width for interaction in interactions), tasks)
        nn.init.constant_(self.head.bias, base)

    def embed(self, batch: Batch) -> Embedded:
        """Turn rows into vectors, `[rows, fields, dim]`, numeric fields among them."""
        embedded: Embedded = self.embedding(batch)
        return embedded

    def score(self, embedded: Embedded) -> Tensor:
        """Turn vectors into uncalibrated logits, `[rows, tasks]`."""
        found = [interaction(embedded) for interaction in self.interactions]
        return torch.as_tensor(self.head(found[0] if len(found) == 1 else torch.cat(found, dim=1)))

    def forward(self, batch: Batch) -> Tensor:
        """Turn rows into uncalibrated logits, `[rows, tasks]`."""
        return self.score(self.embed(batch))
