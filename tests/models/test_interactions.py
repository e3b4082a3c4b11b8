"""Interactions against formulas written out by hand."""

from itertools import combinations

import numpy as np
import pytest
import torch
from torch import nn

from workbench.models.embedded import Embedded
from workbench.models.interactions import CrossLayers, DeepLayers, FieldPairs, FieldSum, MemberLayers, TwoStreams


def vectors(rows: int = 3, fields: int = 2, dim: int = 2) -> Embedded:
    return Embedded(torch.randn(rows, fields, dim, generator=torch.Generator().manual_seed(0)))


def test_one_cross_layer_by_hand() -> None:
    cross = CrossLayers(fields=1, dim=2, layers=1)
    with torch.no_grad():
        cross.layers[0].weight.copy_(torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
        cross.layers[0].bias.copy_(torch.tensor([0.5, -0.5]))
    # x = (2, -1): W x + b = (2 - 2 + .5, 6 - 4 - .5) = (.5, 1.5); x * that + x = (1 + 2, -1.5 - 1).
    found = cross(Embedded(torch.tensor([[[2.0, -1.0]]])))
    assert found.tolist() == [[3.0, -2.5]]


def test_cross_layers_follow_their_formula() -> None:
    cross, rows = CrossLayers(fields=2, dim=2, layers=3), vectors()
    first = rows.fields.numpy().reshape(3, 4).astype(np.float64)
    crossed = first
    for layer in cross.layers:
        weight, bias = (value.detach().numpy().astype(np.float64) for value in (layer.weight, layer.bias))
        crossed = np.array([x0 * (weight @ x + bias) + x for x0, x in zip(first, crossed, strict=True)])
    assert cross(rows).detach().numpy() == pytest.approx(crossed, abs=1e-5)


def test_layer_l_reaches_products_of_l_plus_1_fields_and_no_more() -> None:
    # Along a ray t * x a polynomial of degree d has d-th differences that are constant and not 0.
    for layers in (1, 2, 3):
        cross = CrossLayers(fields=2, dim=2, layers=layers).double()
        direction = vectors().fields.double()
        along = torch.stack([cross(Embedded(t * direction)) for t in range(layers + 4)])
        differences = along.detach()
        for _ in range(layers + 1):
            differences = differences.diff(dim=0)
        assert differences.abs().max() > 1e-6
        assert differences.diff(dim=0).abs().max() < 1e-9


def test_a_sum_of_fields_lets_nothing_interact() -> None:
    found = FieldSum(dim=2)(vectors())
    torch.testing.assert_close(found, vectors().fields[:, 0] + vectors().fields[:, 1])


def test_deep_layers_are_wide_as_asked_and_drop_in_training_alone() -> None:
    deep = DeepLayers(fields=2, dim=2, widths=(8, 5), dropout=0.5)
    assert deep(vectors()).shape == (3, 5) == (3, deep.width)
    deep.eval()
    assert torch.equal(deep(vectors()), deep(vectors()))
    assert [type(layer) for layer in deep.layers] == [nn.Linear, nn.ReLU, nn.Dropout] * 2


def test_pairs_are_the_sum_of_all_inner_products() -> None:
    rows = vectors(fields=5, dim=3)
    by_hand = [sum(float(one @ two) for one, two in combinations(row, 2)) for row in rows.fields]
    assert FieldPairs()(rows)[:, 0].tolist() == pytest.approx(by_hand, abs=1e-5)


def test_each_member_is_the_shared_network_over_its_own_scales() -> None:
    members = MemberLayers(fields=2, dim=2, widths=(6, 5), members=3, dropout=0.5).eval()
    assert set(members.scales.detach().unique().tolist()) == {-1.0, 1.0}
    rows = vectors()
    by_hand = [members.layers(rows.fields.flatten(1) * scale) for scale in members.scales]
    torch.testing.assert_close(members(rows), torch.cat(by_hand, dim=1))
    assert members.width == 15


def test_two_streams_follow_their_formula() -> None:
    both = TwoStreams(fields=2, dim=2, widths=(6, 4), parts=2, dropout=0.5).eval()
    rows = vectors()
    flat = rows.fields.flatten(1)
    one, two = (both.streams[place](2 * torch.sigmoid(both.gates[place](flat)) * flat) for place in (0, 1))
    cut = [slice(0, 2), slice(2, 4)]
    products = [
        (one[:, part] @ weight * two[:, part]).sum(dim=1) for part, weight in zip(cut, both.products, strict=True)
    ]
    torch.testing.assert_close(both(rows), torch.cat([one, two, torch.stack(products, dim=1)], dim=1))
    assert both.width == 10


def test_terms_at_the_start_of_a_vector_are_passed_over_to_the_bit_of_a_gradient() -> None:
    deep = DeepLayers(fields=2, dim=2, widths=(8, 5), dropout=0.0, terms=1)
    with_terms = torch.randn(3, 2, 3, generator=torch.Generator().manual_seed(3)).requires_grad_()
    without = Embedded(with_terms[..., 1:])
    torch.testing.assert_close(deep(Embedded(with_terms)), deep.layers(without.fields.flatten(1)))
    torch.testing.assert_close(FieldPairs(terms=1)(Embedded(with_terms)), FieldPairs()(without))
    (deep(Embedded(with_terms)).sum() + FieldPairs(terms=1)(Embedded(with_terms)).sum()).backward()
    assert with_terms.grad[..., 0].abs().max().item() == 0
    assert torch.autograd.gradcheck(
        lambda fields: FieldPairs(terms=1)(Embedded(fields)), with_terms.detach().double().requires_grad_()
    )
