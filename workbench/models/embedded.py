"""What goes into a network, before and after embedding.

Every torch model is split in two: `embed(batch) -> Embedded` and `score(Embedded) -> logit`. Explanation, contrast and
caching act between the two, where every field, numeric ones included, is a vector.
"""

from dataclasses import dataclass, field

import torch
from torch import Tensor

from workbench.features.vocabulary import Encoded

__all__ = ["Batch", "Embedded", "to_batch"]


@dataclass(frozen=True)
class Batch:
    """Rows as a network takes them.

    Attributes:
        categorical: Codes into the fused table, field offsets already added, int32 `[rows, categorical fields]`. Ids
            are never floats: gradients on them would be silent zeros.
        numeric: Standardised values, float32 `[rows, numeric fields]`; 0 where missing.
        missing: Where the numeric value is missing, bool `[rows, numeric fields]`.
    """

    categorical: Tensor
    numeric: Tensor
    missing: Tensor

    def __len__(self) -> int:
        return int(self.categorical.shape[0])

    def take(self, rows: "Tensor | slice") -> "Batch":
        """Take some rows by index or slice."""
        return Batch(self.categorical[rows], self.numeric[rows], self.missing[rows])

    def to(self, device: torch.device) -> "Batch":
        """Move the rows to a device."""
        return Batch(self.categorical.to(device), self.numeric.to(device), self.missing.to(device))


@dataclass(frozen=True)
class Embedded:
    """Rows as vectors.

    Attributes:
        fields: One vector a field, in the order of the spec's fields, float32 `[rows, fields, dim]`.
        items: Histories and tokens by name, `[rows, length, dim]`; empty where the model has none.
    """

    fields: Tensor
    items: dict[str, Tensor] = field(default_factory=dict)


def to_batch(encoded: Encoded) -> Batch:
    """Hand encoded rows to torch without copying them."""
    return Batch(
        torch.from_numpy(encoded.categorical), torch.from_numpy(encoded.numeric), torch.from_numpy(encoded.missing)
    )
