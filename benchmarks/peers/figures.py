"""What every system of `training_peers.py` is asked, and the one line of JSON that it answers with.

Runs inside each system's own environment: needs scikit-learn and torch there, nothing of the workbench. The driver
reads answers with it too, and has to stay small: a process's peak memory starts at that of the one which started it.
A log's last tenth is for testing; the rows before it are there to learn from.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
from dataclasses import asdict, dataclass
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from numpy.typing import ArrayLike

LABEL = "label"
IDS = [f"c{at}" for at in range(20)]
NUMBERS = [f"n{at}" for at in range(10)]
DIM = 16
HIDDEN = [256, 128]
BATCH = 4096


@dataclass(frozen=True)
class Task:
    """What is asked.

    Attributes:
        log: The CSV.
        rows: How many of its first rows to train on. The table holds the ids of all rows that a system may learn from,
            so fewer rows cost less time but not a smaller table.
        seed: Seed of the start and of the order of rows.
        even: Whether all systems standardise numbers, start alike and use plain Adam without penalty, or each follows
            its own documentation.
    """

    log: Path
    rows: int
    seed: int
    even: bool


def task() -> Task:
    """Read the task from the command line, and hold torch to one thread."""
    import torch

    parser = argparse.ArgumentParser()
    parser.add_argument("log", type=Path)
    parser.add_argument("rows", type=int)
    parser.add_argument("seed", type=int)
    parser.add_argument("--optimiser", choices=["default", "adam"], default="default")
    given = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(given.seed)
    return Task(given.log, given.rows, given.seed, given.optimiser == "adam")


def start_evenly(model: torch.nn.Module) -> None:
    """Start a model as `--optimiser adam` has it: embeddings from N(0, 0.01^2), layers as torch makes them.

    A layer of one input is the embedding of a number: as torch makes layers, its weights would be fifty times larger.
    """
    import torch

    for part in model.modules():
        if isinstance(part, torch.nn.Embedding) or (isinstance(part, torch.nn.Linear) and part.in_features == 1):
            torch.nn.init.normal_(part.weight, 0, 1e-2)
        elif isinstance(part, torch.nn.Linear):
            part.reset_parameters()


def cpu_seconds() -> float:
    """CPU-seconds so far of this process, of what it started and of what that started, ended or still running."""
    if not Path("/proc/self/stat").exists():
        return process_time()
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # ended since it was listed
        parents[int(entry.name)] = int(fields[1])
        ticks[int(entry.name)] = sum(int(field) for field in fields[11:15])
    own = {os.getpid()}
    while True:
        found = {process for process, parent in parents.items() if parent in own} - own
        if not found:
            return sum(ticks[process] for process in own) / os.sysconf("SC_CLK_TCK")
        own |= found


@dataclass(frozen=True)
class Figures:
    """What is answered.

    Attributes:
        library: The system.
        version: Its version.
        read_encode_cpu_s: CPU-seconds from the CSV, all its rows, to what the training loop takes.
        train_rows: Rows trained on, once each.
        epoch_cpu_s: CPU-seconds of the training loop alone.
        rows_per_cpu_s: The ratio of the two.
        peak_rss_mb: Peak resident memory of the main process, in MB of 1,000,000 bytes.
        log_loss: On the log's last tenth.
        auc: On the log's last tenth.
        table_rows: Rows of the embedding tables of width 16, together.
    """

    library: str
    version: str
    read_encode_cpu_s: float
    train_rows: int
    epoch_cpu_s: float
    rows_per_cpu_s: float
    peak_rss_mb: float
    log_loss: float
    auc: float
    table_rows: int


def answer(
    library: str,
    version: str,
    *,
    read_encode: float,
    epoch: float,
    rows: int,
    clicks: ArrayLike,
    chances: ArrayLike,
    table_rows: int,
) -> None:
    """Print the line of JSON. `clicks` and `chances` are of the test rows."""
    from sklearn.metrics import log_loss, roc_auc_score

    figures = Figures(
        library=library,
        version=version,
        read_encode_cpu_s=round(read_encode, 2),
        train_rows=rows,
        epoch_cpu_s=round(epoch, 2),
        rows_per_cpu_s=round(rows / epoch, 1),
        peak_rss_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6, 1),
        log_loss=round(float(log_loss(clicks, chances)), 5),
        auc=round(float(roc_auc_score(clicks, chances)), 5),
        table_rows=table_rows,
    )
    print(json.dumps(asdict(figures)), flush=True)
