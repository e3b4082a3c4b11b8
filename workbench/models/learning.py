"""Training any model by name and calibrating it: what `wb.fit` does for the model and for each of its baselines."""

from dataclasses import dataclass, replace

import numpy as np
import torch

from workbench.models.boosting import train_trees
from workbench.models.calibration import Calibrator, fit_calibrator
from workbench.models.device import steady_threads
from workbench.models.embedded import to_batch
from workbench.models.folder import EventLog
from workbench.models.learned import Learned, Net, shape_of
from workbench.models.prepared import Prepared
from workbench.models.presets import PRESETS, build_network
from workbench.models.stopping import StopRequest
from workbench.models.training import Examples, Hiding, train_network
from workbench.progress import OnProgress, quiet

__all__ = ["Fitted", "Plan", "learn"]


@dataclass(frozen=True)
class Plan:
    """What the caller chose of training.

    Attributes:
        seed: Seed of all draws.
        device: Where a network is trained; it is brought back to the CPU afterwards.
        epochs: Most passes over the training rows, or most hundreds of trees; the model's own where None.
    """

    seed: int
    device: torch.device
    epochs: int | None


@dataclass(frozen=True)
class Fitted:
    """A trained and calibrated model, and how it came about.

    Attributes:
        learned: The model.
        calibrator: From its logits to calibrated ones.
        ended: `patience`, `epochs` or `stopped`.
        looks: Looks at the validation log loss, or trees kept.
    """

    learned: Learned
    calibrator: Calibrator
    ended: str
    looks: int


def learn(
    model: str,
    data: Prepared,
    plan: Plan,
    *,
    stop: StopRequest,
    events: EventLog | None = None,
    on_progress: OnProgress = quiet,
) -> Fitted:
    """Train one model and calibrate it on the validation rows.

    Args:
        model: Name of the model.
        data: The log.
        plan: What the caller chose.
        stop: Looked at after each step.
        events: Where looks are written as they come.
        on_progress: Called as work goes on.

    Returns:
        The trained and calibrated model.
    """
    train, valid = data.examples["train"], data.examples["valid"]
    if model == "lightgbm":
        rounds = None if plan.epochs is None else 100 * plan.epochs
        trees = train_trees(
            train, valid, data.vocabulary, most_trees=rounds, seed=plan.seed, stop=stop, on_progress=on_progress
        )
        learned: Learned = trees.trees
        ended, looks = trees.ended, trees.kept
    else:
        learned, ended, looks = _fit_network(model, data, plan, stop=stop, events=events, on_progress=on_progress)
    calibrator = fit_calibrator(learned.logits(valid[0]), valid[1])
    if events:
        events.append("calibrated", {"method": calibrator.method, "slope": calibrator.slope})
    return Fitted(learned, calibrator, ended, looks)


def _fit_network(
    model: str, data: Prepared, plan: Plan, *, stop: StopRequest, events: EventLog | None, on_progress: OnProgress
) -> tuple[Net, str, int]:
    schedule = PRESETS[model].schedule
    if plan.epochs is not None:
        schedule = replace(schedule, epochs=plan.epochs)
    fields = data.vocabulary.spec
    hiding = Hiding(
        torch.from_numpy(data.vocabulary.offsets),
        torch.tensor([field.source == "user" for field in fields.of_kind("categorical")], dtype=torch.bool),
        torch.tensor([field.source == "user" for field in fields.of_kind("numeric")], dtype=torch.bool),
    )
    examples = {
        part: Examples(to_batch(encoded), torch.from_numpy(labels.astype(np.float32))).to(plan.device)
        for part, (encoded, labels) in data.examples.items()
        if part != "test"
    }
    share = float(examples["train"].labels.mean())
    with torch.random.fork_rng(), steady_threads():
        torch.manual_seed(plan.seed)
        network = build_network(model, shape_of(data.vocabulary), base=float(np.log(share / (1 - share))))
        network.to(plan.device)
        trained = train_network(
            network,
            examples["train"],
            examples["valid"],
            schedule,
            hiding=hiding.to(plan.device),
            stop=stop,
            on_look=(lambda look: events.append("look", look)) if events else None,
            on_progress=lambda progress: on_progress(replace(progress, stage=f"training {model}")),
        )
    return Net(network.cpu()), trained.ended, len(trained.looks)
