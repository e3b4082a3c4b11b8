"""DeepFM of the workbench, from the parts that `wb.fit` is made of; see `figures.py` for the arguments.

Default: the preset as it ships. The last 20,000 of the rows to train on are looked at once, at the end, as a validation
slice is; they are not trained on. Every id that occurs is kept, as the other systems keep them: by default the
workbench takes ids of fewer than five rows for unknown.
"""

import sys
from dataclasses import replace

import numpy as np
import polars as pl
import torch
from figures import BATCH, DIM, IDS, LABEL, NUMBERS, Task, answer, cpu_seconds, start_evenly, task

import workbench
from workbench.features.fields import FeatureSpec, Field
from workbench.features.vocabulary import Vocabulary, learn_vocabulary
from workbench.models import training
from workbench.models.calibration import sigmoid
from workbench.models.embedded import to_batch
from workbench.models.learned import shape_of
from workbench.models.presets import PRESETS, build_network
from workbench.models.training import Examples, Hiding, network_logits, train_network

HELD = 20_000


def spec() -> FeatureSpec:
    """The log's fields."""
    fields = [Field(name, "categorical", "context", "impressions", name) for name in IDS]
    fields += [Field(name, "numeric", "context", "impressions", name) for name in NUMBERS]
    return FeatureSpec(tuple(fields), {})


def read(asked: Task) -> tuple[Vocabulary, Examples, Examples]:
    """Read and encode: the vocabulary, the rows to learn from and the test rows."""
    log = pl.read_csv(asked.log, schema_overrides=dict.fromkeys(IDS, pl.String))
    tested = len(log) // 10
    vocabulary = learn_vocabulary(log[: len(log) - tested], spec(), least_rows=1)
    parts = [log[: asked.rows], log[len(log) - tested :]]
    clicks = [torch.from_numpy(part[LABEL].to_numpy().astype(np.float32)) for part in parts]
    learn, test = (
        Examples(to_batch(vocabulary.encode(part)), label) for part, label in zip(parts, clicks, strict=True)
    )
    return vocabulary, learn, test


def cut(examples: Examples, rows: slice) -> Examples:
    """Some of the rows."""
    return Examples(examples.batch.take(rows), examples.labels[rows])


def main() -> None:
    """Train once over the rows and answer."""
    asked = task()
    began = cpu_seconds()
    vocabulary, examples, test = read(asked)
    encoded = cpu_seconds()

    learn, held = cut(examples, slice(0, -HELD)), cut(examples, slice(-HELD, None))
    shape = shape_of(vocabulary)
    network = build_network("deepfm", shape, base=float(torch.logit(learn.labels.mean())))
    schedule = replace(PRESETS["deepfm"].schedule, epochs=1, checks=1, batch_rows=BATCH)
    if asked.even:
        start_evenly(network)
        torch.nn.init.normal_(network.embedding.table[:, -DIM:], 0, 1e-2)
        training.LARGE_TABLE = sys.maxsize
        plain = {"decay": 0.0, "embedding_decay": 0.0, "averaging": 0.0, "hide_profile": 0.0, "hide_category": 0.0}
        schedule = replace(schedule, learning_rate=1e-3, **plain)
    hiding = Hiding(
        torch.from_numpy(vocabulary.offsets),
        torch.zeros(len(IDS), dtype=torch.bool),
        torch.zeros(len(NUMBERS), dtype=torch.bool),
    )
    torch.optim.AdamW(network.parameters())  # Torch loads its compiler with a process's first optimiser.
    started = cpu_seconds()
    train_network(network, learn, held, schedule, hiding=hiding)
    ended = cpu_seconds()
    answer(
        "campaign-workbench",
        workbench.__version__,
        read_encode=encoded - began,
        epoch=ended - started,
        rows=len(learn.batch),
        clicks=test.labels.numpy(),
        chances=sigmoid(network_logits(network, test.batch)),
        table_rows=sum(shape.sizes),
    )


if __name__ == "__main__":
    main()
