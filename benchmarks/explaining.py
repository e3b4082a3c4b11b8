"""Does attribution name the cause that was planted, and what does one decision cost?

    python benchmarks/explaining.py [--impressions 200000] [--rows 1000] [--models dcnv2 lightgbm]

On the simulated platform every term of the logit is known. A decision counts as found when the field with the largest
attribution is one through which the planted top cause acts: the cause whose centred term moved that row's logit most.
Two controls: always naming the cause that is most often on top, and the attributions of another row.
"""

import argparse
import tempfile
from collections import Counter
from pathlib import Path
from time import process_time

import numpy as np

import workbench as wb
from workbench.evaluation.rates import Rate, rate
from workbench.explanation.attribution import Attribution
from workbench.models.run import Run
from workbench.simulation.truth import Truth


def found(why: Attribution, fields_of_top: list[tuple[str, ...]], order: np.ndarray) -> Rate:
    """Count the decisions whose leading field belongs to the top cause of the row in `order`."""
    leading = np.abs(why.values).argmax(axis=1)
    hits = [why.fields[leading[row]] in fields_of_top[place] for row, place in enumerate(order)]
    return rate(sum(hits), len(hits))


def measure(run: Run, truth: Truth, *, rows: int, background: int, seed: int) -> tuple[Attribution, list[str], float]:
    """Explain held-out decisions; give also their true top causes and the CPU milliseconds of one."""
    decisions = run.rows("test", n=rows, seed=seed)
    wb.explain(run, decisions.head(2), background, seed=seed)  # Libraries load and compile on first use.
    started = process_time()
    why = wb.explain(run, decisions, background, seed=seed)
    milliseconds = 1000 * (process_time() - started) / len(decisions)
    top = dict(truth.contributions().select("impression_id", "top_cause").collect().iter_rows())
    return why, [top[row_id] for row_id in why.row_ids], milliseconds


def main() -> None:
    """Print one Markdown row a model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--impressions", type=int, default=200_000)
    parser.add_argument("--rows", type=int, default=1_000)
    parser.add_argument("--background", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--models", nargs="+", default=["dcnv2", "lightgbm"])
    given = parser.parse_args()
    print(
        "| model | test AUC | top cause found (95 % interval) | another row's | commonest cause | CPU-ms a decision "
        "| additivity error |"
    )
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        store = wb.demo(Path(folder) / "shop", impressions=given.impressions, seed=given.seed)
        truth = wb.truth(store)
        for model in given.models:
            run = wb.fit(store, model, baselines=(), seed=given.seed)
            why, top, milliseconds = measure(run, truth, rows=given.rows, background=given.background, seed=given.seed)
            fields = [truth.causes[cause] for cause in top]
            straight = np.arange(len(top))
            hit, other = found(why, fields, straight), found(why, fields, np.roll(straight, 1))
            cause, times = Counter(top).most_common(1)[0]
            print(
                f"| {model} | {run.metrics.auc} | {hit} | {other.value:.0%} | {cause} {times / len(top):.0%} "
                f"| {milliseconds:.1f} | {why.additivity_error.max():.1g} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
