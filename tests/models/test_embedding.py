"""One fused table: each field finds its own rows, numbers become vectors, and order is the spec's."""

import pytest
import torch

from workbench.models.embedded import Batch
from workbench.models.embedding import FieldEmbedding, Shape

SHAPE = Shape(sizes=(3, 4), numeric=2, order=(2, 0, 3, 1))


def batch() -> Batch:
    return Batch(
        torch.tensor([[1, 3], [0, 6]], dtype=torch.int32),
        torch.tensor([[0.5, 0.0], [-2.0, 0.0]]),
        torch.tensor([[False, True], [False, True]]),
    )


def test_fields_stand_in_the_order_of_the_spec_and_follow_their_formula() -> None:
    embedding = FieldEmbedding(SHAPE, dim=5, spread=1.0)
    with torch.no_grad():
        embedding.bias.normal_()
        embedding.absent.normal_()
    fields = embedding(batch()).fields
    assert fields.shape == (2, 4, 5)
    torch.testing.assert_close(fields[:, 0], torch.tensor([[0.5], [-2.0]]) * embedding.vector[0] + embedding.bias[0])
    torch.testing.assert_close(fields[:, 1], embedding.table[[1, 0]])
    torch.testing.assert_close(fields[:, 2], embedding.absent[1].expand(2, 5))
    torch.testing.assert_close(fields[:, 3], embedding.table[[3, 6]])


def test_unknown_values_start_at_nothing() -> None:
    embedding = FieldEmbedding(SHAPE, dim=5)
    assert SHAPE.offsets == (0, 3)
    assert embedding.table[[0, 3]].abs().sum().item() == 0.0
    assert embedding.table[[1, 2, 4, 5, 6]].abs().min().item() > 0.0


def test_every_vector_used_is_learnt_and_no_other() -> None:
    embedding = FieldEmbedding(SHAPE, dim=5)
    embedding(batch()).fields.sum().backward()
    learnt = embedding.table.grad.abs().sum(dim=1) > 0
    assert learnt.tolist() == [True, True, False, True, False, False, True]
    assert (embedding.absent.grad.abs().sum(dim=1) > 0).tolist() == [False, True]


@pytest.mark.parametrize("shape", [Shape((3,), 0, (0,)), Shape((), 2, (0, 1))])
def test_fields_of_one_kind_alone_are_embedded(shape: Shape) -> None:
    rows = Batch(
        torch.zeros(4, len(shape.sizes), dtype=torch.int32),
        torch.ones(4, shape.numeric),
        torch.zeros(4, shape.numeric, dtype=torch.bool),
    )
    assert FieldEmbedding(shape, dim=3)(rows).fields.shape == (4, shape.fields, 3)
