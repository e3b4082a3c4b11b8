"""What does training cost, and how near to the best possible does it come?

    python benchmarks/training.py [--impressions 200000 1000000] [--seeds 1 2 3] [--model dcnv2]

On simulated platforms of several seeds: CPU-seconds of all of `wb.fit`, with and without the LightGBM baseline, rows a
CPU-second of the network's own passes, AUC against the observable ceiling on the same test rows, and the log loss saved
against the constant and against LightGBM, each with its 95 % interval. One Markdown row a log.
"""

import argparse
import os
import tempfile
from pathlib import Path
from time import process_time

import workbench as wb
from workbench.models.intervals import Estimate
from workbench.models.run import Run
from workbench.progress import Progress
from workbench.store.store import Store


def signed(figure: Estimate, digits: int) -> str:
    """Show a difference with its interval."""
    return f"{figure.value:+.{digits}f} ({figure.low:+.{digits}f} to {figure.high:+.{digits}f})"


def fitted(store: Store, model: str, baselines: tuple[str, ...], seed: int) -> tuple[Run, float, float]:
    """Train; give also CPU-seconds in all, and rows a CPU-second of the network's passes (0 for trees)."""
    marks: list[tuple[int, float]] = []

    def mark(progress: Progress) -> None:
        if progress.stage == f"training {model}":
            marks.append((progress.done, process_time()))

    began = process_time()
    run = wb.fit(store, model, baselines=baselines, seed=seed, device="cpu", on_progress=mark)
    spent = process_time() - began
    if len(marks) < 2:
        return run, spent, 0.0
    return run, spent, (marks[-1][0] - marks[0][0]) / (marks[-1][1] - marks[0][1])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--impressions", type=int, nargs="+", default=[200_000, 1_000_000])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--model", default="dcnv2")
    given = parser.parse_args()
    print(
        f"| impressions, seed | {given.model}: CPU-s | with LightGBM | training rows/CPU-s | AUC | against the ceiling "
        "| log loss saved, constant | log loss saved, LightGBM | ECE (by chance) |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for impressions in given.impressions:
        for seed in given.seeds:
            with tempfile.TemporaryDirectory() as folder:
                os.environ["WORKBENCH_HOME"] = str(Path(folder) / "home")
                store = wb.demo(Path(folder) / "shop", impressions=impressions, seed=seed)
                _, alone, _ = fitted(store, given.model, (), seed)
                run, beside, rate = fitted(store, given.model, ("lightgbm",), seed)
            found = run.metrics
            gains = [found.baselines[name].log_loss_gain for name in ("constant", "lightgbm")]
            ceiling = found.ceiling.auc_gain if found.ceiling else Estimate(float("nan"), 0, 0)
            print(
                f"| {impressions:,}, {seed} | {alone:.1f} | {beside:.1f} | {rate:,.0f} | {found.auc} "
                f"| {signed(ceiling, 4)} | {signed(gains[0], 5)} | {signed(gains[1], 5)} "
                f"| {found.ece:.4f} ({found.ece_by_chance:.4f}) |",
                flush=True,
            )


if __name__ == "__main__":
    main()
