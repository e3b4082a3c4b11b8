"""Heads: from what the interactions found in a row to logits, one for each task."""

import torch
from torch import Tensor, nn

__all__ = ["LinearHead", "MemberHead", "StartHead", "make_head"]


class LinearHead(nn.Linear):
    """A weight for each number found, `[rows, width]` -> `[rows, 1, tasks]`.

    Args:
        width: Numbers found in a row.
        tasks: Events foreseen.
    """

    def __init__(self, width: int, tasks: int) -> None:
        super().__init__(width, tasks)

    def forward(self, found: Tensor) -> Tensor:
        """Find the logits, `[rows, 1, tasks]`."""
        return super().forward(found).unsqueeze(1)


class MemberHead(nn.Module):
    """A weight of its own for each member of an ensemble, `[rows, width]` -> `[rows, members, tasks]`.

    Args:
        members: Number of members.
        width: Numbers found in a row, those of one member after those of another.
        tasks: Events foreseen.
    """

    def __init__(self, members: int, width: int, tasks: int) -> None:
        super().__init__()
        spread = (members / width) ** 0.5
        self.weight = nn.Parameter(torch.empty(members, width // members, tasks).uniform_(-spread, spread))
        self.bias = nn.Parameter(torch.zeros(members, tasks))

    def forward(self, found: Tensor) -> Tensor:
        """Find each member's logits, `[rows, members, tasks]`."""
        members, width, _ = self.weight.shape
        return torch.einsum("rmi,mit->rmt", found.reshape(-1, members, width), self.weight) + self.bias


class StartHead(nn.Module):
    """No weight at all, where every interaction adds its own term, `[rows, 0]` -> `[rows, 1, tasks]`.

    Args:
        tasks: Events foreseen.
    """

    def __init__(self, tasks: int) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(tasks))

    def forward(self, found: Tensor) -> Tensor:
        """Give the start to every row, `[rows, 1, tasks]`."""
        return self.bias.expand(len(found), 1, -1)


def make_head(width: int, *, members: int, tasks: int, base: float) -> nn.Module:
    """Make the head of a network.

    Args:
        width: Numbers found in a row; may be 0.
        members: Members of the network.
        tasks: Events foreseen.
        base: Logit of the event's share in training, where the head starts.

    Returns:
        The head, `[rows, width]` -> `[rows, members, tasks]`.
    """
    head: LinearHead | MemberHead | StartHead
    if members > 1:
        head = MemberHead(members, width, tasks)
    elif width:
        head = LinearHead(width, tasks)
    else:
        head = StartHead(tasks)
    nn.init.constant_(head.bias, base)
    return head
