"""Named networks: which interactions they put over the fields, and how they are best trained."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from workbench.models.embedding import FieldEmbedding, Shape
from workbench.models.interactions import (
    CrossLayers,
    DeepLayers,
    FieldPairs,
    FieldSum,
    Interaction,
    MemberLayers,
    TwoStreams,
)
from workbench.models.network import Network

__all__ = ["PRESETS", "Preset", "Schedule", "build_network", "for_large_table"]

_MEMBERS = 8


@dataclass(frozen=True)
class Schedule:
    """How a network is trained.

    Attributes:
        epochs: Most passes over the training rows.
        batch_rows: Rows a step; shrunk where there are few.
        learning_rate: Adam's step.
        table_rate: Row-wise Adagrad's step, for tables too large for Adam.
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
    table_rate: float = 0.03
    decay: float = 1e-2
    embedding_decay: float = 1e-2
    checks: int = 2
    averaging: float = 1.0
    patience: int = 10
    hide_profile: float = 0.05
    hide_category: float = 0.01


def for_large_table(schedule: Schedule) -> Schedule:
    """Change a schedule for a table of which a batch uses few rows.

    In its second pass a large table learns the log by heart: the mean of the layers must not reach back to when the
    table was another, and there is no use in waiting for a gain.

    Args:
        schedule: The schedule.

    Returns:
        The schedule with larger batches, a shorter mean, less patience and no penalty on the vectors.
    """
    return replace(schedule, batch_rows=max(4096, schedule.batch_rows), averaging=0.1, patience=2, embedding_decay=0.0)


@dataclass(frozen=True)
class Preset:
    """A named network.

    Attributes:
        dim: Length of the fields' vectors.
        interactions: Makes the interactions for a number of fields and a length of vectors.
        wide: Whether each field also adds a term of its own to the logit.
        members: Networks within, trained side by side.
        spread: Standard deviation of the first vectors; sums of their products must start small.
        schedule: How it is trained unless said otherwise.
    """

    dim: int
    interactions: Callable[[int, int], Sequence[Interaction]]
    wide: bool = False
    members: int = 1
    spread: float = 0.2
    schedule: Schedule = field(default_factory=Schedule)


def _deep(fields: int, dim: int, *, terms: int = 0) -> DeepLayers:
    return DeepLayers(fields, dim, widths=(128, 64), dropout=0.2, terms=terms)


PRESETS: dict[str, Preset] = {
    "dcnv2": Preset(8, lambda fields, dim: [CrossLayers(fields, dim, layers=2), _deep(fields, dim)]),
    "lr": Preset(1, lambda fields, dim: [FieldSum(dim)]),  # noqa: ARG005 - a sum needs no number of fields
    "fm": Preset(8, lambda fields, dim: [FieldPairs(terms=1)], wide=True),  # noqa: ARG005 - nor do pairs
    "widedeep": Preset(8, lambda fields, dim: [_deep(fields, dim, terms=1)], wide=True),
    "deepfm": Preset(
        16,
        lambda fields, dim: [
            FieldPairs(terms=1),
            DeepLayers(fields, dim, widths=(256, 128), dropout=0.0, terms=1),
        ],
        wide=True,
        spread=0.05,
    ),
    "finalmlp": Preset(8, lambda fields, dim: [TwoStreams(fields, dim, widths=(128, 64), parts=4, dropout=0.2)]),
    "tabm": Preset(
        8,
        lambda fields, dim: [MemberLayers(fields, dim, widths=(128, 64), members=_MEMBERS, dropout=0.2)],
        members=_MEMBERS,
    ),
}
"""How each network is built; what each is and what it is for stands in `workbench.models.names`."""


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
    terms = int(preset.wide)
    embedding = FieldEmbedding(shape, terms + preset.dim, terms=terms, spread=preset.spread)
    interactions = preset.interactions(shape.fields, preset.dim)
    return Network(embedding, interactions, members=preset.members, tasks=tasks, base=base)
