"""The loop: the same to the bit by seed, the best weights kept, stopped when asked."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from workbench.models.embedded import Batch
from workbench.models.embedding import Shape
from workbench.models.network import Network
from workbench.models.presets import Schedule, build_network
from workbench.models.stopping import StopRequest
from workbench.models.training import Examples, Hiding, Trained, network_logits, train_network

SHAPE = Shape(sizes=(5, 7), numeric=1, order=(0, 1, 2))
SHOWN = Schedule(hide_profile=0.0, hide_category=0.0)
HIDING = Hiding(
    torch.tensor([0, 5], dtype=torch.int32), torch.tensor([True, False]), torch.tensor([False], dtype=torch.bool)
)


def examples(rows: int, seed: int) -> Examples:
    """Events by an additive cause: one weight a category, one for the number."""
    rng = np.random.default_rng(seed)
    first, second, number = rng.integers(1, 5, rows), rng.integers(1, 7, rows), rng.normal(size=rows)
    logit = -1.5 + 0.5 * first - 0.3 * second + 0.7 * number
    codes = np.stack([first, 5 + second], axis=1).astype(np.int32)
    batch = Batch(
        torch.from_numpy(codes),
        torch.from_numpy(number.astype(np.float32)[:, None]),
        torch.zeros(rows, 1, dtype=torch.bool),
    )
    return Examples(batch, torch.from_numpy((rng.random(rows) < 1 / (1 + np.exp(-logit))).astype(np.float32)))


def trained(schedule: Schedule, *, model: str = "dcnv2", seed: int = 0, **options: object) -> tuple[Network, Trained]:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = build_network(model, SHAPE)
        how = train_network(network, examples(3000, 1), examples(1000, 2), schedule, hiding=HIDING, **options)
    return network, how


def test_one_seed_gives_the_same_weights_to_the_bit_and_another_does_not() -> None:
    schedule = Schedule(epochs=3)
    first, again, other = (trained(schedule, seed=seed)[0].state_dict() for seed in (0, 0, 1))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not all(torch.equal(first[name], other[name]) for name in first)


def test_the_weights_kept_are_those_of_least_validation_loss() -> None:
    schedule = replace(SHOWN, epochs=40, learning_rate=0.02, patience=3)
    network, how = trained(schedule)
    assert how.ended == "patience"
    losses = [look.valid_loss for look in how.looks]
    assert how.best == int(np.argmin(losses)) == len(losses) - 1 - 3
    held = examples(1000, 2)
    logits, labels = network_logits(network, held.batch), held.labels.numpy().astype(np.float64)
    assert np.mean(np.logaddexp(0, logits) - labels * logits) == pytest.approx(min(losses), abs=1e-12)


def test_a_request_to_stop_ends_it_after_the_step_with_weights_to_use() -> None:
    stop = StopRequest()
    stop.asked = True
    network, how = trained(Schedule(epochs=50), stop=stop)
    assert (how.ended, len(how.looks)) == ("stopped", 1)
    assert how.rows < 3000
    assert np.isfinite(network_logits(network, examples(100, 3).batch)).all()


def test_few_rows_make_small_batches() -> None:
    rows = examples(100, 4)
    with torch.random.fork_rng():
        how = train_network(build_network("dcnv2", SHAPE), rows, rows, Schedule(epochs=1), hiding=HIDING)
    assert how.rows == 100
    assert len(how.looks) == 2


def test_hiding_hides_the_profile_of_a_row_and_single_categories() -> None:
    batch = examples(20_000, 5).batch
    with torch.random.fork_rng():
        torch.manual_seed(0)
        person = HIDING.apply(batch, replace(SHOWN, hide_profile=0.2))
        value = HIDING.apply(batch, replace(SHOWN, hide_category=0.1))
    assert (person.categorical[:, 0] == 0).float().mean().item() == pytest.approx(0.2, abs=0.01)
    assert torch.equal(person.categorical[:, 1], batch.categorical[:, 1])
    unknown = (value.categorical == HIDING.unknown).float().mean(dim=0)
    assert unknown.tolist() == pytest.approx([0.1, 0.1], abs=0.01)


def test_the_unknown_learns_what_to_say_of_people_without_a_profile() -> None:
    network, _ = trained(Schedule(epochs=8, hide_profile=0.1, patience=100, learning_rate=0.005))
    held = examples(4000, 6)
    nobody = Batch(
        torch.stack([torch.zeros(4000, dtype=torch.int32), held.batch.categorical[:, 1]], dim=1),
        held.batch.numeric,
        held.batch.missing,
    )
    mean = 1 / (1 + np.exp(-network_logits(network, nobody)))
    assert mean.mean() == pytest.approx(held.labels.mean().item(), rel=0.15)


def test_looks_and_progress_are_told() -> None:
    looks: list[dict[str, object]] = []
    told: list[int] = []
    trained(Schedule(epochs=2), on_look=looks.append, on_progress=lambda progress: told.append(progress.done))
    assert [look["epoch"] for look in looks] == pytest.approx([0.5, 1.0, 1.5, 2.0], abs=0.07)
    assert told[-1] == 6000


def test_a_large_table_is_moved_by_the_rows_used_and_learns_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    schedule = replace(SHOWN, epochs=6, embedding_decay=0.0)
    _, dense = trained(schedule, model="deepfm")
    monkeypatch.setattr("workbench.models.training.LARGE_TABLE", 1)
    network, sparse = trained(replace(schedule, table_rate=0.1), model="deepfm")
    again, _ = trained(replace(schedule, table_rate=0.1), model="deepfm")
    assert min(look.valid_loss for look in sparse.looks) < min(look.valid_loss for look in dense.looks) + 0.005
    assert all(torch.equal(value, again.state_dict()[name]) for name, value in network.state_dict().items())
    assert not network.embedding.row_wise, "outside of training its gradient is as any other"


def test_the_weights_kept_of_a_large_table_are_those_of_the_best_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.models.training.LARGE_TABLE", 1)
    network, how = trained(replace(SHOWN, epochs=40, learning_rate=0.02, table_rate=0.5))
    assert how.ended == "patience"
    held = examples(1000, 2)
    logits, labels = network_logits(network, held.batch), held.labels.numpy().astype(np.float64)
    loss = np.mean(np.logaddexp(0, logits) - labels * logits)
    assert loss == pytest.approx(min(look.valid_loss for look in how.looks), abs=1e-12)
