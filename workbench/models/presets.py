"""Named networks: which interactions they put over the fields, and how they are best trained."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from workbench.models.embedding import FieldEmbedding, Shape
from workbench.models.interactions import CrossLayers, DeepLayers, FieldSum, Interaction
from workbench.models.network import Network

__all__ = ["PRESETS", "Preset", "Schedule", "build_network"]


@dataclass(frozen=True)
class Schedule:
    """How a network is trained.

    Attributes:
        epochs: Most passes over the training rows.
        batch_rows: Rows a step; shrunk where there are few.
        learning_rate: Adam's step.
        decay: Decoupled weight decay of the layers.
        embedding_decay: Squared-length penalty on the vectors a batch uses, mean over its rows.
        checks: Looks at the validation log loss in each pass.
        averaging: Passes the running mean of the weights reaches back; the mean is what is looked at and kept, since
            where events are rare a single step is mostly noise.
        patience: Looks without a gain before training stops.
        hide_profile: Share of training rows shown without the person's profile, so that the network learns what to
            say of people who did not consent.
        hide_category: Share of categories shown as unknown, so that it learns what to say of new ones.
    """

    epochs: int = 30
    batch_rows: int = 2048
    learning_rate: float = 2e-3
    decay: float = 1e-2
    embedding_decay: float = 1e-2
    checks: int = 2
    averaging: float = 1.0
    patience: int = 10
    hide_profile: float = 0.05
    hide_category: float = 0.01


@dataclass(frozen=True)
class Preset:
    """A named network.

    Attributes:
        summary: What it is, in a line for the run's card.
        dim: Length of the fields' vectors.
        interactions: Makes the interactions for a number of fields and a length of vectors.
        schedule: How it is trained unless said otherwise.
    """

    summary: str
    dim: int
    interactions: Callable[[int, int], Sequence[Interaction]]
    schedule: Schedule = field(default_factory=Schedule)


def _linear(fields: int, dim: int) -> Sequence[Interaction]:  # noqa: ARG001 - a sum needs no number of fields
    return [FieldSum(dim)]


def _dcnv2(fields: int, dim: int) -> Sequence[Interaction]:
    return [CrossLayers(fields, dim, layers=2), DeepLayers(fields, dim, widths=(128, 64), dropout=0.2)]


PRESETS: dict[str, Preset] = {
    "dcnv2": Preset("deep & cross network v2, cross layers beside deep layers (Wang et al. 2021)", 8, _dcnv2),
    "lr": Preset("logistic regression: every field adds its own term, nothing interacts", 1, _linear),
}


def build_network(model: str, shape: Shape, *, base: float = 0.0, tasks: int = 1) -> Network:
    """Build a preset's network over some fields.

    Args:
        model: Name of the preset.
        shape: The fields.
        base: Logit of the event's share in training.
        tasks: Events foreseen.

    Returns:
        The network, its weights drawn from torch's generator.
    """
    preset = PRESETS[model]
    interactions = preset.interactions(shape.fields, preset.dim)
    return Network(FieldEmbedding(shape, preset.dim), interactions, tasks=tasks, base=base)
