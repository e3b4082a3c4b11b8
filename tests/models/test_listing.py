"""A list of runs from their small files alone."""

import subprocess
import sys
from pathlib import Path

from workbench.models.listing import summarise_runs
from workbench.models.run import Run


def test_a_run_is_summed_up(network_run: Run) -> None:
    (found,) = [one for one in summarise_runs(network_run.folder.parent) if one.id == "network"]
    assert (found.model, found.target, found.auc) == (network_run.model, network_run.target, network_run.metrics.auc)


def test_a_damaged_run_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "spec.json").write_text("{}")
    assert summarise_runs(tmp_path) == ()
    assert summarise_runs(tmp_path / "nowhere") == ()


def test_torch_stays_outside() -> None:
    code = "import sys, workbench.models.listing; assert not {'torch', 'lightgbm'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
