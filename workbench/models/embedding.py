"""The embedding of fields: one fused table for all categories, one vector and bias for each number."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from workbench.models.embedded import Batch, Embedded

__all__ = ["FieldEmbedding", "Shape"]


@dataclass(frozen=True)
class Shape:
    """What a network must know of the fields.

    Attributes:
        sizes: Codes of each categorical field, its unknown code 0 included, in the order of the batch's columns.
        numeric: Number of numeric fields.
        order: Place of each field of the spec among categorical fields followed by numeric ones.
    """

    sizes: tuple[int, ...]
    numeric: int
    order: tuple[int, ...]

    @property
    def fields(self) -> int:
        """Number of fields."""
        return len(self.sizes) + self.numeric

    @property
    def offsets(self) -> tuple[int, ...]:
        """First row of each categorical field in the fused table: the row of its unknown code."""
        return tuple(sum(self.sizes[:place]) for place in range(len(self.sizes)))


class FieldEmbedding(nn.Module):
    """Turns each field of a row into a vector.

    A category takes its row of one fused table: one gather and one gradient for all fields. A number x becomes
    x * vector + bias, and a vector of its own, learnt like any other, where it is missing.

    Args:
        shape: The fields.
        dim: Length of the vectors, the terms within.
        terms: How many of a vector's first numbers are terms of the logit by themselves; they begin at 0.
        spread: Standard deviation of the first vectors. Fields that matter only together are learnt through products of
            their vectors: from vectors near 0 a small log does not get them off the ground.
    """

    def __init__(self, shape: Shape, dim: int, *, terms: int = 0, spread: float = 0.2) -> None:
        super().__init__()
        self.dim, self.terms = dim, terms
        self.row_wise = False  # Whether the table's gradient is of the rows used alone, as training wants it.
        self.table = nn.Parameter(torch.randn(max(1, sum(shape.sizes)), dim) * spread)
        self.vector = nn.Parameter(torch.randn(shape.numeric, dim) * spread)
        self.bias = nn.Parameter(torch.zeros(shape.numeric, dim))
        self.absent = nn.Parameter(torch.zeros(shape.numeric, dim))
        self.order: Sequence[int] | None = None if shape.order == tuple(range(shape.fields)) else shape.order
        with torch.no_grad():
            self.table[list(shape.offsets)] = 0.0
            self.table[:, :terms] = 0.0
            self.vector[:, :terms] = 0.0

    def forward(self, batch: Batch) -> Embedded:
        """Embed rows; fields stand in the order of the spec, `[rows, fields, dim]`."""
        parts: list[Tensor] = []
        if batch.categorical.shape[1]:
            parts.append(functional.embedding(batch.categorical, self.table, sparse=self.row_wise))
        if batch.numeric.shape[1]:
            # One product a field, of (number, missing, 1) with what each weighs: a number that is missing reads 0.
            given = torch.stack([batch.numeric, batch.missing.to(batch.numeric.dtype), torch.ones_like(batch.numeric)])
            weights = torch.stack([self.vector, self.absent - self.bias, self.bias], dim=1)
            parts.append(torch.bmm(given.permute(2, 1, 0), weights).transpose(0, 1))
        fields = parts[0] if len(parts) == 1 else torch.cat(parts, dim=1)
        return Embedded(fields if self.order is None else fields[:, list(self.order)])
