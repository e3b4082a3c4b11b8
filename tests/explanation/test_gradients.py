"""Integrated gradients against closed forms: sums, products, dummies; and what would be nonsense is refused."""

import numpy as np
import pytest
import torch
from torch import Tensor

from workbench.errors import InputError
from workbench.explanation.gradients import MOST_STEPS, integrated_gradients
from workbench.models.embedded import Batch, Embedded
from workbench.models.embedding import FieldEmbedding, Shape
from workbench.models.interactions import DeepLayers, FieldSum, Interaction
from workbench.models.network import Network

SHAPE = Shape(sizes=(6, 4), numeric=2, order=(0, 2, 1, 3))  # category, number, category, number
FIELDS, DIM = 4, 3


class Product(Interaction):
    """The product of the first field with the last, a number: fields 1 and 2 are dummies."""

    width = 1

    def forward(self, embedded: Embedded) -> Tensor:
        """Multiply them, `[rows, 1]`."""
        return (embedded.fields[:, 0] * embedded.fields[:, 3]).sum(dim=1, keepdim=True)


def network(*interactions: Interaction) -> Network:
    torch.manual_seed(1)
    return Network(FieldEmbedding(SHAPE, DIM, spread=1.0), interactions, base=-2.0)


def batch(rows: int, seed: int) -> Batch:
    random = np.random.default_rng(seed)
    codes = np.stack([random.integers(0, 6, rows), 6 + random.integers(0, 4, rows)], axis=1).astype(np.int32)
    numbers = random.normal(size=(rows, 2)).astype(np.float32)
    missing = random.random((rows, 2)) < 0.2
    return Batch(
        torch.from_numpy(codes),
        torch.from_numpy(np.where(missing, 0, numbers).astype(np.float32)),
        torch.from_numpy(missing),
    )


def vectors(net: Network, rows: Batch) -> np.ndarray:
    with torch.no_grad():
        return net.embed(rows).fields.double().numpy()


def test_an_additive_model_has_its_terms_numbers_included() -> None:
    net, rows, background = network(FieldSum(DIM)), batch(7, 0), batch(20, 1)
    got = integrated_gradients(net, rows, background, fields=FIELDS, tolerance=1e-5)
    weights = net.head.weight.detach().double().numpy()[0]
    moved = vectors(net, rows) - vectors(net, background).mean(axis=0)
    np.testing.assert_allclose(got.values, moved @ weights, atol=1e-5)
    # Each background row is one draw of the term it replaces.
    terms = vectors(net, background) @ weights
    np.testing.assert_allclose(got.standard_errors, np.tile(terms.std(axis=0, ddof=1) / np.sqrt(20), (7, 1)), atol=1e-5)


def test_a_product_is_shared_as_the_integral_says() -> None:
    net, rows, background = network(Product()), batch(5, 2), batch(11, 3)
    got = integrated_gradients(net, rows, background, fields=FIELDS, tolerance=1e-5)
    weight = net.head.weight.item()
    end, start = vectors(net, rows)[:, None], vectors(net, background)[None]
    # The gradient of x * y with respect to x is y, on average half way between both ends.
    first = ((end - start)[:, :, 0] * (end + start)[:, :, 3] / 2).sum(axis=-1).mean(axis=1)
    last = ((end - start)[:, :, 3] * (end + start)[:, :, 0] / 2).sum(axis=-1).mean(axis=1)
    np.testing.assert_allclose(got.values[:, 0], weight * first, atol=1e-5)
    np.testing.assert_allclose(got.values[:, 3], weight * last, atol=1e-5)


def test_a_dummy_field_gets_nothing() -> None:
    got = integrated_gradients(network(Product()), batch(5, 2), batch(11, 3), fields=FIELDS, tolerance=1e-5)
    np.testing.assert_array_equal(got.values[:, 1:3], 0)


def test_steps_are_doubled_until_kinks_add_up() -> None:
    net, rows, background = network(DeepLayers(FIELDS, DIM, widths=(16, 8), dropout=0.5)), batch(6, 4), batch(9, 5)
    coarse = integrated_gradients(net, rows, background, fields=FIELDS, tolerance=1.0)
    fine = integrated_gradients(net, rows, background, fields=FIELDS, tolerance=1e-4)
    assert coarse.steps < fine.steps <= MOST_STEPS
    net.eval()
    with torch.no_grad():
        gaps = (net(rows)[:, 0] - net(background)[:, 0].mean()).double().numpy()
    assert np.abs(fine.values.sum(axis=1) - gaps).max() <= 1e-4


def test_dropout_is_still_and_comes_back() -> None:
    net = network(DeepLayers(FIELDS, DIM, widths=(16,), dropout=0.5)).train()
    first, second = (
        integrated_gradients(net, batch(3, 0), batch(4, 1), fields=FIELDS, tolerance=1e-3) for _ in range(2)
    )
    np.testing.assert_array_equal(first.values, second.values)
    assert net.training


def test_one_background_row_has_no_error() -> None:
    got = integrated_gradients(network(FieldSum(DIM)), batch(3, 0), batch(1, 1), fields=FIELDS, tolerance=1e-5)
    assert np.isnan(got.standard_errors).all()


def test_the_batch_size_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    net = network(FieldSum(DIM), Product())
    at_once = integrated_gradients(net, batch(9, 0), batch(4, 1), fields=FIELDS, tolerance=1e-4)
    monkeypatch.setattr("workbench.explanation.gradients._NUMBERS_AT_ONCE", 1)
    one_by_one = integrated_gradients(net, batch(9, 0), batch(4, 1), fields=FIELDS, tolerance=1e-4)
    np.testing.assert_allclose(at_once.values, one_by_one.values, atol=1e-6)


def test_a_second_task_has_its_own_logit() -> None:
    torch.manual_seed(2)
    net = Network(FieldEmbedding(SHAPE, DIM, spread=1.0), [FieldSum(DIM)], tasks=2)
    rows, background = batch(4, 0), batch(5, 1)
    got = integrated_gradients(net, rows, background, fields=FIELDS, tolerance=1e-5, task=1)
    moved = vectors(net, rows) - vectors(net, background).mean(axis=0)
    np.testing.assert_allclose(got.values, moved @ net.head.weight.detach().double().numpy()[1], atol=1e-5)


class LosesNumbers(Network):
    """Embeds categories alone, as some libraries do."""

    def embed(self, batch: Batch) -> Embedded:
        """Embed what there is."""
        return Embedded(super().embed(batch).fields[:, :2])


class CastsIds(Network):
    """Hands on ids instead of vectors."""

    def embed(self, batch: Batch) -> Embedded:
        """Call ids vectors."""
        return Embedded(batch.categorical.unsqueeze(-1).expand(-1, FIELDS // 2, 2).reshape(-1, FIELDS, 1))


class ReadsHistory(Network):
    """Reads a history besides its fields."""

    def embed(self, batch: Batch) -> Embedded:
        """Add an item."""
        return Embedded(super().embed(batch).fields, {"history": torch.zeros(len(batch), 5, DIM)})


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (LosesNumbers, "one vector for each field, numeric fields too"),
        (CastsIds, "must be .* of floats"),
        (ReadsHistory, "reads history besides its fields"),
    ],
)
def test_networks_whose_gradients_would_mislead_are_refused(kind: type[Network], message: str) -> None:
    net = kind(FieldEmbedding(SHAPE, DIM), [FieldSum(DIM)])
    with pytest.raises(InputError, match=message):
        integrated_gradients(net, batch(4, 0), batch(5, 1), fields=FIELDS, tolerance=1e-3)
