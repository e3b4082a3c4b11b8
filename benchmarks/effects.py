"""Do the intervals hold what is true? A/B and A/A arms on simulated platforms of many seeds, where the lift is known.

    python benchmarks/effects.py [--seeds 40] [--impressions 30000]

One Markdown row a metric: in how many of the platforms the 95 % interval of arm B's lift holds the true lift, and in
how many that of the A/A arms holds zero.
"""

import argparse
import tempfile
from pathlib import Path

import workbench as wb
from workbench.evaluation.rates import rate

METRICS = ("ctr", "orders_per_user", "revenue_per_user")


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--impressions", type=int, default=30_000)
    asked = parser.parse_args()
    effect, nothing = dict.fromkeys(METRICS, 0), dict.fromkeys(METRICS, 0)
    for seed in range(asked.seeds):
        with tempfile.TemporaryDirectory() as folder:
            store = wb.demo(Path(folder) / "shop", impressions=asked.impressions, seed=seed)
            known = wb.truth(store).effects
            tested = wb.compare(store, arms="arm", metrics=METRICS)
            alike = wb.compare(store, arms="aa_arm", metrics=METRICS)
            for metric in METRICS:
                found, flat = tested.lift(metric), alike.lift(metric)
                effect[metric] += found.low <= known[metric].lift <= found.high
                nothing[metric] += flat.low <= 0 <= flat.high
    platforms = f"{asked.seeds} platforms of {asked.impressions:,} impressions"
    print(f"| {platforms} | A/B interval holds the true lift | A/A interval holds 0 |")
    print("|---|---|---|")
    for metric in METRICS:
        print(f"| {metric} | {rate(effect[metric], asked.seeds)} | {rate(nothing[metric], asked.seeds)} |")


if __name__ == "__main__":
    main()
