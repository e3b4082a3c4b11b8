"""The contract every torch model keeps: score(embed(batch)), all fields as vectors, gradients that are not silent."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from torch.nn import functional

from workbench.models.embedded import Batch, Embedded
from workbench.models.embedding import Shape
from workbench.models.presets import PRESETS, build_network

SHAPE = Shape(sizes=(5, 7), numeric=1, order=(0, 1, 2))


def batch(rows: int = 6) -> Batch:
    codes = torch.stack([torch.arange(rows) % 5, 5 + torch.arange(rows) % 7], dim=1).to(torch.int32)
    return Batch(codes, torch.linspace(-1, 1, rows)[:, None], torch.zeros(rows, 1, dtype=torch.bool))


@pytest.mark.parametrize("model", PRESETS)
def test_scoring_what_was_embedded_is_the_model(model: str) -> None:
    network = build_network(model, SHAPE, tasks=2).eval()
    embedded = network.embed(batch())
    assert isinstance(embedded, Embedded)
    assert embedded.fields.shape == (6, 3, PRESETS[model].dim + PRESETS[model].wide)
    assert embedded.items == {}
    assert network.score(embedded).shape == (6, 2)
    assert torch.equal(network.score(embedded), network(batch()))


@pytest.mark.parametrize("model", PRESETS)
def test_every_field_has_a_gradient(model: str) -> None:
    torch.manual_seed(0)
    network = build_network(model, SHAPE).eval()
    fields = network.embed(batch()).fields.detach().requires_grad_()
    network.score(Embedded(fields)).sum().backward()
    assert (fields.grad.abs().sum(dim=(0, 2)) > 0).all()


@pytest.mark.parametrize("model", PRESETS)
def test_a_network_starts_at_the_share_of_events(model: str) -> None:
    network = build_network(model, SHAPE, base=-3.5).eval()
    assert network(batch()).detach().mean().item() == pytest.approx(-3.5, abs=0.3)


def test_rows_do_not_look_at_one_another() -> None:
    network = build_network("dcnv2", SHAPE).eval()
    alone = torch.cat([network(batch().take(slice(row, row + 1))) for row in range(6)])
    torch.testing.assert_close(alone, network(batch()))


def test_without_interactions_the_best_weights_are_those_of_logistic_regression() -> None:
    rng, rows = np.random.default_rng(0), 2000
    codes = np.stack([rng.integers(1, 5, rows), 5 + rng.integers(1, 7, rows)], axis=1).astype(np.int32)
    number = rng.normal(size=(rows, 1)).astype(np.float32)
    logit = -1.5 + 0.5 * codes[:, 0] - 0.3 * (codes[:, 1] - 5) + 0.7 * number[:, 0]
    labels = (rng.random(rows) < 1 / (1 + np.exp(-logit))).astype(np.float64)
    inputs = np.hstack([(codes[:, :, None] == np.arange(12)).any(axis=1), number])
    peer = LogisticRegression(C=1e6, max_iter=5000, tol=1e-10).fit(inputs, labels).decision_function(inputs)

    torch.manual_seed(0)
    network = build_network("lr", SHAPE).double()
    given = Batch(torch.from_numpy(codes), torch.from_numpy(number).double(), torch.zeros(rows, 1, dtype=torch.bool))
    newton = torch.optim.LBFGS(network.parameters(), max_iter=500, line_search_fn="strong_wolfe", tolerance_grad=1e-9)

    def loss() -> torch.Tensor:
        newton.zero_grad()
        found = functional.binary_cross_entropy_with_logits(network(given)[:, 0], torch.from_numpy(labels))
        found.backward()
        return found

    newton.step(loss)
    assert network(given)[:, 0].detach().numpy() == pytest.approx(peer, abs=1e-3)


def test_a_wide_network_adds_each_fields_own_term_and_shows_it_to_no_interaction() -> None:
    network = build_network("fm", SHAPE).eval()
    embedded = network.embed(batch())
    assert embedded.fields[..., 0].abs().max().item() == 0, "terms begin at 0"
    vectors, terms = embedded.fields[..., 1:], torch.randn(6, 3, generator=torch.Generator().manual_seed(1))
    changed = Embedded(torch.cat([terms.unsqueeze(-1), vectors], dim=-1))
    torch.testing.assert_close(network.score(changed) - network.score(embedded), terms.sum(dim=1, keepdim=True))


def test_an_ensembles_logit_is_the_mean_of_its_members() -> None:
    network = build_network("tabm", SHAPE, tasks=2).eval()
    embedded = network.embed(batch())
    members = network.score_members(embedded)
    assert members.shape == (6, 8, 2)
    assert members.std(dim=1).min() > 0
    torch.testing.assert_close(network.score(embedded), members.mean(dim=1))
