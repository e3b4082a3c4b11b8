"""The optimiser of large embedding tables: a step costs what the rows of its batch cost, not what the table costs."""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

__all__ = ["RowWiseAdagrad", "sum_by_row"]


class RowWiseAdagrad(torch.optim.Optimizer):
    """Adagrad with one step length for all numbers of a row, over sparse gradients.

    A row's step shrinks with the squares of its own gradients, so that a value seen a thousand times moves little and
    one seen twice moves far: one learning rate does for logs of very different sizes.

    Args:
        table: The table, `[values, dim]`; its gradient must be sparse.
        learning_rate: Length of a row's first step.

    Source:
        Duchi, Hazan and Singer (2011), Adaptive subgradient methods for online learning and stochastic optimization,
        JMLR 12, with the mean square of a row's gradient in place of each number's own square.

    Example:
        >>> table = torch.nn.Parameter(torch.zeros(1000, 2))
        >>> functional.embedding(torch.tensor([3, 3, 7]), table, sparse=True).sum().backward()
        >>> RowWiseAdagrad(table, 0.1).step()
        >>> table.detach().abs().sum(dim=1).nonzero().flatten().tolist()
        [3, 7]
    """

    def __init__(self, table: Tensor, learning_rate: float) -> None:
        super().__init__([table], {"lr": learning_rate, "eps": 1e-10})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]  # noqa: ARG002 - as torch calls it
        """Move the rows that have a gradient."""
        for group in self.param_groups:
            for table in group["params"]:
                if table.grad is not None:
                    self._move(table, table.grad, group)

    def _move(self, table: Tensor, sparse: Tensor, group: dict[str, Any]) -> None:
        if not self.state[table]:
            self.state[table]["squares"] = torch.zeros(len(table), device=table.device)
        squares = self.state[table]["squares"]
        rows, gradient = sum_by_row(sparse._indices()[0], sparse._values())  # noqa: SLF001 - as it came, not yet summed
        seen = squares[rows] + gradient.square().mean(dim=1)
        squares[rows] = seen
        table.index_add_(0, rows, gradient * (-group["lr"] / (seen.sqrt() + group["eps"])).unsqueeze(1))


def sum_by_row(codes: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
    """Add up the values of each code, by sorting: many times faster than a dense gradient of a large table.

    Args:
        codes: Int64 `[values]`.
        values: `[values, dim]`.

    Returns:
        The codes that occur, ascending, and the sums of their values, `[codes, dim]`.

    Example:
        >>> sum_by_row(torch.tensor([5, 2, 5]), torch.tensor([[1.0], [2.0], [3.0]]))
        (tensor([2, 5]), tensor([[2.],
                [4.]]))
    """
    ordered, order = torch.sort(codes, stable=True)
    rows, counts = torch.unique_consecutive(ordered, return_counts=True)
    return rows, functional.embedding_bag(order, values, counts.cumsum(0) - counts, mode="sum")
