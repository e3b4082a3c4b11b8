"""The optimiser of large tables: its rows move as the formula says, and no other row is touched."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from workbench.models.row_wise import RowWiseAdagrad, sum_by_row


def test_sums_by_row_are_those_of_a_dense_gradient() -> None:
    drawn = torch.Generator().manual_seed(0)
    codes, values = torch.randint(0, 40, (300,), generator=drawn), torch.randn(300, 3, generator=drawn)
    rows, sums = sum_by_row(codes, values)
    assert rows.tolist() == sorted(set(codes.tolist()))
    torch.testing.assert_close(torch.zeros(40, 3).index_add(0, codes, values)[rows], sums)


def test_rows_follow_the_formula_step_by_step() -> None:
    drawn = torch.Generator().manual_seed(1)
    table = torch.nn.Parameter(torch.randn(9, 4, generator=drawn))
    adagrad = RowWiseAdagrad(table, 0.05)
    by_hand, squares = table.detach().numpy().astype(np.float64), np.zeros(9)
    for _ in range(5):
        codes, pull = torch.randint(0, 6, (12,), generator=drawn), torch.randn(12, 4, generator=drawn)
        adagrad.zero_grad()
        (functional.embedding(codes, table, sparse=True) * pull).sum().backward()
        adagrad.step()
        gradient = np.zeros((9, 4))
        np.add.at(gradient, codes.numpy(), pull.numpy().astype(np.float64))
        squares += (gradient**2).mean(axis=1)
        used = np.unique(codes.numpy())
        by_hand[used] -= 0.05 * gradient[used] / (np.sqrt(squares[used])[:, None] + 1e-10)
    assert table.detach().numpy() == pytest.approx(by_hand, abs=1e-5)


def test_rows_a_batch_does_not_use_stay_as_they_are_to_the_bit() -> None:
    table = torch.nn.Parameter(torch.randn(1000, 4, generator=torch.Generator().manual_seed(2)))
    before = table.detach().clone()
    functional.embedding(torch.tensor([3, 7, 3]), table, sparse=True).sum().backward()
    RowWiseAdagrad(table, 0.1).step()
    moved = (table.detach() != before).any(dim=1)
    assert moved.nonzero().flatten().tolist() == [3, 7]
