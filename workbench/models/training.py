"""The training loop of every torch model: shuffled batches, fused Adam, early stopping on log loss."""

import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import asdict, dataclass
from math import ceil, inf, isfinite

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from workbench.models.embedded import Batch
from workbench.models.network import Network
from workbench.models.presets import Schedule, for_large_table
from workbench.models.ranking import ranking
from workbench.models.row_wise import RowWiseAdagrad
from workbench.models.stopping import StopRequest
from workbench.progress import OnProgress, Progress, quiet

__all__ = ["LARGE_TABLE", "Examples", "Hiding", "Look", "Trained", "network_logits", "train_network"]

LOGIT_ROWS = 8192
LARGE_TABLE = 100_000
"""Rows of a table from which on only those rows are moved that a batch uses."""


@dataclass(frozen=True)
class Examples:
    """Rows with what happened.

    Attributes:
        batch: The rows.
        labels: 1.0 where the event came, float32 `[rows]`.
    """

    batch: Batch
    labels: Tensor

    def to(self, device: torch.device) -> "Examples":
        """Move the rows to a device."""
        return Examples(self.batch.to(device), self.labels.to(device))


@dataclass(frozen=True)
class Hiding:
    """Which columns training hides now and then, so that their unknown and missing vectors are learnt too.

    Attributes:
        unknown: Unknown code of each categorical field, int32 `[categorical fields]`.
        profile_categorical: Whether each categorical field is of the person, bool `[categorical fields]`.
        profile_numeric: Whether each numeric field is of the person, bool `[numeric fields]`.
    """

    unknown: Tensor
    profile_categorical: Tensor
    profile_numeric: Tensor

    def to(self, device: torch.device) -> "Hiding":
        """Move to a device."""
        return Hiding(*(part.to(device) for part in (self.unknown, self.profile_categorical, self.profile_numeric)))

    def apply(self, batch: Batch, schedule: Schedule) -> Batch:
        """Hide the profile of some rows and some categories of others, by torch's generator."""
        device = batch.categorical.device
        person = torch.rand(len(batch), 1, device=device) < schedule.hide_profile
        value = torch.rand(batch.categorical.shape, device=device) < schedule.hide_category
        hidden = value | (person & self.profile_categorical)
        missing = batch.missing | (person & self.profile_numeric)
        return Batch(torch.where(hidden, self.unknown, batch.categorical), batch.numeric, missing)


@dataclass(frozen=True)
class Look:
    """One look at how training goes.

    Attributes:
        epoch: Passes over the training rows so far; 1.5 is half way through the second.
        rows: Training rows seen so far.
        train_loss: Mean log loss of the steps since the last look, with dropout and hiding.
        valid_loss: Log loss of the validation rows.
        valid_auc: AUC of the validation rows; NaN where one class is absent.
        seconds: Seconds since training began.
    """

    epoch: float
    rows: int
    train_loss: float
    valid_loss: float
    valid_auc: float
    seconds: float


@dataclass(frozen=True)
class Trained:
    """How training went; the network holds the best weights.

    Attributes:
        looks: Every look, in order.
        best: Place of the look whose weights were kept.
        ended: `patience` (no gain for some looks), `epochs` (all passes made) or `stopped` (on request).
        rows: Training rows seen.
        seconds: Seconds it took.
    """

    looks: tuple[Look, ...]
    best: int
    ended: str
    rows: int
    seconds: float


def train_network(
    network: Network,
    train: Examples,
    valid: Examples,
    schedule: Schedule,
    *,
    hiding: Hiding,
    stop: StopRequest | None = None,
    on_look: Callable[[dict[str, object]], None] | None = None,
    on_progress: OnProgress = quiet,
) -> Trained:
    """Train a network in place and leave it with the weights of least validation log loss.

    The order of rows, dropout and hiding come from torch's generator, so that a seed set before makes the result the
    same to the bit on a CPU.

    Args:
        network: The network, on the device of the rows.
        train: Training rows.
        valid: Validation rows.
        schedule: How to train.
        hiding: What is hidden in training.
        stop: Looked at after each step.
        on_look: Called with each look as plain data.
        on_progress: Called about four times a second.

    Returns:
        How it went.
    """
    network.embedding.row_wise = len(network.embedding.table) >= LARGE_TABLE
    schedule = for_large_table(schedule) if network.embedding.row_wise else schedule
    loop = _Loop(network, train, valid, schedule, stop or StopRequest())
    rows, steps = loop.rows, loop.steps
    total, told = schedule.epochs * rows, 0.0
    marks = {round(steps * (look + 1) / schedule.checks) for look in range(schedule.checks)}
    ended = "epochs"
    network.train()
    for epoch in range(schedule.epochs):
        order = torch.randperm(rows, device=train.labels.device)
        for step in range(steps):
            chosen = order[step * loop.batch_rows : (step + 1) * loop.batch_rows]
            loop.step(hiding.apply(train.batch.take(chosen), schedule), train.labels[chosen])
            stopped = loop.stop.asked
            if step + 1 in marks or stopped:
                look = loop.look(epoch + (step + 1) / steps)
                if on_look:
                    on_look(asdict(look))
                if stopped or loop.tired:
                    ended = "stopped" if stopped else "patience"
                    break
            if time.monotonic() - told > 0.25:
                told = time.monotonic()
                on_progress(Progress("training", loop.seen, total, "rows", loop.seconds, loop.figures))
        if ended != "epochs":
            break
    network.load_state_dict(loop.kept)
    network.embedding.row_wise = False
    network.eval()
    on_progress(Progress("training", loop.seen, loop.seen, "rows", loop.seconds, loop.figures))
    return Trained(tuple(loop.looks), loop.best, ended, loop.seen, loop.seconds)


class _Loop:
    """What changes while a network is trained."""

    def __init__(
        self, network: Network, train: Examples, valid: Examples, schedule: Schedule, stop: StopRequest
    ) -> None:
        self.network, self.valid, self.schedule, self.stop = network, valid, schedule, stop
        self.rows = len(train.batch)
        # Small logs make small batches, so that a pass has steps enough to learn from.
        self.batch_rows = min(schedule.batch_rows, max(32, self.rows // 64))
        self.steps = ceil(self.rows / self.batch_rows)
        self.optimisers = _optimisers(network, schedule)
        # A large table is its own mean: averaging it would cost every row at every step.
        shared = {id(network.embedding.table): network.embedding.table} if network.embedding.row_wise else {}
        self.mean, self.taken = deepcopy(network, shared), 0
        pairs = zip(self.mean.parameters(), network.parameters(), strict=True)
        self.averaged = [(mean, value) for mean, value in pairs if mean is not value]
        self.looks: list[Look] = []
        self.best, self.kept = 0, network.state_dict()
        self.seen, self.since = 0, 0
        # Summed where the network is; reading it at every step would make the device wait for Python.
        self.loss = torch.zeros((), device=train.labels.device)
        self.started = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    @property
    def figures(self) -> dict[str, float]:
        """What is known of the fit by now; finite figures only."""
        steps_since = self.seen - self.since
        known = {"train_loss": float(self.loss) / steps_since} if steps_since else {}
        if self.looks:
            known |= {"valid_loss": self.looks[-1].valid_loss, "valid_auc": self.looks[-1].valid_auc}
        return {name: value for name, value in known.items() if isfinite(value)}

    @property
    def tired(self) -> bool:
        return len(self.looks) - 1 - self.best >= self.schedule.patience

    def step(self, batch: Batch, labels: Tensor) -> None:
        for optimiser in self.optimisers:
            optimiser.zero_grad(set_to_none=True)
        embedded = self.network.embed(batch)
        logits = self.network.score_members(embedded)[..., 0]
        # Each member learns by itself; learnt from their mean, they would only share the work.
        loss = functional.binary_cross_entropy_with_logits(logits, labels.unsqueeze(1).expand_as(logits))
        decay = self.schedule.embedding_decay
        penalty = decay * embedded.fields.square().sum(dim=(1, 2)).mean() if decay else 0.0
        (loss + penalty).backward()  # type: ignore[no-untyped-call] # torch leaves backward untyped
        for optimiser in self.optimisers:
            optimiser.step()
        self.average()
        self.loss += loss.detach() * len(labels)
        self.seen += len(labels)

    @torch.no_grad()
    def average(self) -> None:
        self.taken += 1
        share = 1 / min(self.taken, max(1.0, self.steps * self.schedule.averaging))
        for mean, value in self.averaged:
            mean.lerp_(value, share)

    def look(self, epoch: float) -> Look:
        logits = network_logits(self.mean, self.valid.batch)
        labels = self.valid.labels.cpu().numpy().astype(np.float64)
        valid_loss = float(np.mean(np.logaddexp(0.0, logits) - labels * logits))
        train_loss = float(self.loss) / max(1, self.seen - self.since)
        look = Look(epoch, self.seen, train_loss, valid_loss, ranking(labels > 0, logits).value, self.seconds)
        self.loss.zero_()
        self.since = self.seen
        least = self.looks[self.best].valid_loss if self.looks else inf
        self.looks.append(look)
        if valid_loss < least:
            self.best = len(self.looks) - 1
            self.kept = {name: value.detach().clone() for name, value in self.mean.state_dict().items()}
        return look


def _optimisers(network: Network, schedule: Schedule) -> list[torch.optim.Optimizer]:
    """Fused AdamW, and an optimiser of the table alone where the embedding is row-wise."""
    embedding = network.embedding
    vectors = [value for value in embedding.parameters() if not (embedding.row_wise and value is embedding.table)]
    known = {id(value) for value in embedding.parameters()}
    layers = [value for value in network.parameters() if id(value) not in known]
    groups = [{"params": vectors, "weight_decay": 0.0}, {"params": layers, "weight_decay": schedule.decay}]
    # One kernel for all parameters: the plain loop over them costs as much as the network itself.
    adam = torch.optim.AdamW(groups, lr=schedule.learning_rate, fused=True)
    return [adam, RowWiseAdagrad(embedding.table, schedule.table_rate)] if embedding.row_wise else [adam]


def network_logits(network: Network, batch: Batch) -> NDArray[np.float64]:
    """Find the uncalibrated logits of the first task, without dropout.

    Args:
        network: The network; it is left in evaluation mode.
        batch: Rows, on any device.

    Returns:
        Float64 `[rows]`.
    """
    network.eval()
    device = next(network.parameters()).device
    starts = range(0, len(batch), LOGIT_ROWS)
    with torch.inference_mode():
        parts = [network(batch.take(slice(start, start + LOGIT_ROWS)).to(device))[:, 0] for start in starts]
    return np.asarray(torch.cat(parts).double().cpu().numpy() if parts else np.zeros(0))
