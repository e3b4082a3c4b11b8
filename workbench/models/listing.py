"""The runs of a store at a glance, read from their small files: no network is loaded, no torch imported."""

from dataclasses import dataclass
from pathlib import Path

from workbench.errors import StoreError
from workbench.models.folder import read_json
from workbench.models.intervals import Estimate

__all__ = ["RunSummary", "summarise_runs"]


@dataclass(frozen=True)
class RunSummary:
    """What a list of runs shows of one.

    Attributes:
        id: The run's id.
        model: Name of the model.
        target: What it foresees: `click` or `order`.
        made: When and by what it was made.
        ended: How training ended: `patience`, `epochs` or `stopped`.
        auc: Its AUC on the test slice.
    """

    id: str
    model: str
    target: str
    made: str
    ended: str
    auc: Estimate


def summarise_runs(runs_folder: Path) -> tuple[RunSummary, ...]:
    """Read the runs of a store, newest first; a damaged one is left out, `open_run` says what is wrong with it.

    Args:
        runs_folder: The store's folder of runs.

    Returns:
        The runs.
    """
    folders = list(runs_folder.iterdir()) if runs_folder.is_dir() else []
    found = [_summary(folder) for folder in folders if folder.is_dir() and not folder.name.startswith(".")]
    return tuple(sorted((one for one in found if one), key=lambda run: (run.made, run.id), reverse=True))


def _summary(folder: Path) -> RunSummary | None:
    try:
        facts = read_json(folder / "spec.json")["facts"]
        auc = Estimate.from_json(read_json(folder / "metrics.json")["score"]["auc"])
        return RunSummary(folder.name, facts["model"], facts["target"], facts["made"], facts["ended"], auc)
    except (StoreError, KeyError, TypeError):
        return None
