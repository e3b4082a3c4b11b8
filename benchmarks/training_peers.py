"""How fast and how well does a DeepFM train here, beside three other libraries?

    python benchmarks/training_peers.py [--logs half four] [--seeds 1 2 3] [--systems ours fuxictr] [--rows 200000]
        [--optimiser default adam]

One network everywhere: 20 text columns and 10 numbers, embeddings of 16, hidden layers of 256 and 128, batches of 4096,
one epoch, one thread, no GPU. `default` is each system as its documentation has it; `adam` is dense Adam at 1e-3, no
penalty, numbers standardised and one start everywhere. Each system runs alone, in an environment of its own under
out/peers, on the logs of `ctr_log.py`. Prints one Markdown row a run and a summary over seeds. "Ours is" compares rows
a CPU-second, and "the ceiling" is what the true probabilities reach. All times are CPU-seconds; GB are of peak memory.

Without arguments it runs one seed of `half` with `default`. All of it takes hours on one core, most of them on four
million ids, where a step of dense Adam takes a second. Fewer
`--rows` leave the table as large, but say nothing of how good a system gets, and make a row dearer for a system that
spends time on starting: from 900,000 rows to 200,000, DeepCTR-Torch went from 3,751 rows a CPU-second to 3,780,
torch-rechub from 4,836 to 4,472, FuxiCTR from 4,524 to 3,812.
"""

import argparse
import json
import os
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from peers.figures import Figures

BENCHMARKS = Path(__file__).parent
PEERS = BENCHMARKS / "peers"
HOME = BENCHMARKS.parent / "out" / "peers"
LOG_ROWS = 1_000_000
KINDS = ("half", "four")
OURS = "ours"
SYSTEMS = (OURS, "deepctr_torch", "fuxictr", "torch_rechub")
ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}


@dataclass(frozen=True)
class Setting:
    """One comparison: a kind of log and a way of training."""

    log: str
    optimiser: str


def script(system: str) -> Path:
    """Where a system's script is. A peer's is not named as the library, which it would hide from itself."""
    return PEERS / (f"{system}.py" if system == OURS else f"{system}_deepfm.py")


def python(system: str) -> str:
    """The interpreter that a system runs in; a peer's environment is made if it is not there."""
    if system == OURS:
        return sys.executable
    folder = HOME / system
    interpreter = str(folder / "bin" / "python")
    ready = folder / "installed.txt"
    wanted = (PEERS / f"{system}.txt").read_text()
    if not ready.exists() or ready.read_text() != wanted:
        print(f"Making {system}'s environment", file=sys.stderr)
        venv.create(folder, with_pip=True)
        subprocess.run([interpreter, "-m", "pip", "install", "-q", "-r", PEERS / f"{system}.txt"], check=True)
        ready.write_text(wanted)
    return interpreter


def log_of(kind: str, seed: int) -> tuple[Path, dict[str, float]]:
    """Write a log if it is not there; give what `ctr_log.Truth` says of it, too."""
    path = HOME / "logs" / f"{kind}-{LOG_ROWS}-{seed}.csv"
    truth = path.with_suffix(".json")
    if not truth.exists():
        asked = ["--kinds", kind, "--seed", str(seed), "--rows", str(LOG_ROWS), "--out", str(path.parent)]
        subprocess.run([sys.executable, BENCHMARKS / "ctr_log.py", *asked], check=True, stdout=subprocess.DEVNULL)
    known: dict[str, float] = json.loads(truth.read_text())
    return path, known


def measure(system: str, setting: Setting, seed: int, rows: int) -> Figures:
    """Run a system once."""
    path, _ = log_of(setting.log, seed)
    command = [python(system), str(script(system)), str(path), str(rows), str(seed), "--optimiser", setting.optimiser]
    ended = subprocess.run(command, env=os.environ | ONE_THREAD, capture_output=True, text=True, check=False)
    if ended.returncode:
        sys.exit(f"{system} failed on {path.name}:\n{ended.stderr[-2000:]}")
    return Figures(**json.loads(ended.stdout.strip().splitlines()[-1]))


def times(ours: float | None, theirs: float) -> str:
    """Show how many times theirs ours is."""
    return f"{ours / theirs:.2f}x" if ours else "-"


def print_runs(setting: Setting, systems: list[str], seeds: list[int], rows: int) -> dict[str, list[Figures]]:
    """Run every system for every seed, one after another, and print a row for each run."""
    print(f"\n{setting.log}, {setting.optimiser}:\n")
    print(
        "| system | seed | rows | table rows | read+encode s | epoch s | rows/CPU-s | ours is | GB | log loss | AUC |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|", flush=True)
    found: dict[str, list[Figures]] = {system: [] for system in systems}
    for seed in seeds:
        _, truth = log_of(setting.log, seed)
        print(f"| the ceiling | {seed} | | {truth['ids']:,} | | | | | | {truth['log_loss']:.4f} | {truth['auc']:.4f} |")
        ours = None
        for system in systems:
            run = measure(system, setting, seed, rows)
            found[system].append(run)
            ours = run.rows_per_cpu_s if system == OURS else ours
            print(
                f"| {run.library} {run.version} | {seed} | {run.train_rows:,} | {run.table_rows:,} "
                f"| {run.read_encode_cpu_s:.1f} | {run.epoch_cpu_s:.1f} | {run.rows_per_cpu_s:,.0f} "
                f"| {times(ours, run.rows_per_cpu_s)} | {run.peak_rss_mb / 1000:.2f} "
                f"| {run.log_loss:.4f} | {run.auc:.4f} |",
                flush=True,
            )
    return found


def print_ratios(found: dict[str, list[Figures]]) -> None:
    """Print what ours is beside each other system, as means over seeds; differences are ours less theirs."""
    ours = found.get(OURS)
    if not ours or len(found) < 2:
        return
    print("\n| ours beside | rows/CPU-s | read+encode faster | peak memory | log loss | AUC |")
    print("|---|---|---|---|---|---|")
    for system, runs in found.items():
        if system != OURS:
            pairs = list(zip(ours, runs, strict=True))
            print(
                f"| {runs[0].library} | {mean(a.rows_per_cpu_s / b.rows_per_cpu_s for a, b in pairs):.2f}x "
                f"| {mean(b.read_encode_cpu_s / a.read_encode_cpu_s for a, b in pairs):.2f}x "
                f"| {mean(a.peak_rss_mb / b.peak_rss_mb for a, b in pairs):.2f}x "
                f"| {mean(a.log_loss - b.log_loss for a, b in pairs):+.4f} "
                f"| {mean(a.auc - b.auc for a, b in pairs):+.4f} |",
                flush=True,
            )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--logs", nargs="+", choices=KINDS, default=["half"])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS))
    parser.add_argument("--rows", type=int, default=LOG_ROWS * 9 // 10, help="rows to train on")
    parser.add_argument("--optimiser", nargs="+", choices=["default", "adam"], default=["default"])
    given = parser.parse_args()
    systems = [system for system in SYSTEMS if system in given.systems and script(system).exists()]
    for log in given.logs:
        for optimiser in given.optimiser:
            setting = Setting(log, optimiser)
            print_ratios(print_runs(setting, systems, given.seeds, given.rows))


if __name__ == "__main__":
    main()
