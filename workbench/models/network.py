"""The network all torch presets share: embed the fields, combine them, add up to one logit a task."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from workbench.models.embedded import Batch, Embedded
from workbench.models.embedding import FieldEmbedding
from workbench.models.heads import make_head
from workbench.models.interactions import Interaction

__all__ = ["Network"]


class Network(nn.Module):
    """A model of events in two halves.

    Args:
        embedding: Turns a batch into vectors.
        interactions: Combine the vectors; their results stand side by side before the head, but for those that add.
            Where the embedding has terms, they pass over them.
        members: Networks within, each with a logit of its own; the mean of their logits is the network's.
        tasks: Events foreseen.
        base: Logit of the event's share in training; the network starts there instead of finding it.
    """

    def __init__(
        self,
        embedding: FieldEmbedding,
        interactions: Sequence[Interaction],
        *,
        members: int = 1,
        tasks: int = 1,
        base: float = 0.0,
    ) -> None:
        super().__init__()
        self.embedding = embedding
        self.interactions = nn.ModuleList(interactions)
        width = sum(interaction.width for interaction in interactions if not interaction.adds)
        self.head = make_head(width, members=members, tasks=tasks, base=base)

    def embed(self, batch: Batch) -> Embedded:
        """Turn rows into vectors, `[rows, fields, dim]`, numeric fields among them."""
        embedded: Embedded = self.embedding(batch)
        return embedded

    def score(self, embedded: Embedded) -> Tensor:
        """Turn vectors into uncalibrated logits, `[rows, tasks]`."""
        return self.score_members(embedded).mean(dim=1)

    def score_members(self, embedded: Embedded) -> Tensor:
        """Turn vectors into each member's logits, `[rows, members, tasks]`."""
        found = [interaction(embedded) for interaction in self.interactions if not interaction.adds]
        side_by_side = torch.cat(found, dim=1) if found else embedded.fields.new_zeros(len(embedded.fields), 0)
        logits: Tensor = self.head(side_by_side)
        added = [interaction(embedded) for interaction in self.interactions if interaction.adds]
        if self.embedding.terms:
            added.append(embedded.fields[..., : self.embedding.terms].sum(dim=(1, 2)).unsqueeze(1))
        return logits + torch.stack(added).sum(dim=0).unsqueeze(1) if added else logits

    def forward(self, batch: Batch) -> Tensor:
        """Turn rows into uncalibrated logits, `[rows, tasks]`."""
        return self.score(self.embed(batch))
