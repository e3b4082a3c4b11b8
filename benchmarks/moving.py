"""What the past is worth in the moving shop: the AUC that is lost without one cause's term, beside the two ceilings.

    python benchmarks/moving.py [--impressions 200000] [--seed 7]

One Markdown row a kind of knowledge. AUC is expected over all clicks that could have happened, so it holds no luck;
what is hidden from all models, taste and arm, is averaged over in every row but the oracle's.
"""

import argparse

from workbench.simulation.ceilings import ranking
from workbench.simulation.configuration import load_settings
from workbench.simulation.log import simulate
from workbench.simulation.observable import observable


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--impressions", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    settings = load_settings("moving")
    log = simulate(settings, asked.impressions, asked.seed)
    rows = {"every probability (oracle)": log.p_click, "all that is logged (observable)": log.p_click_observable}
    for cause, what in (
        ("recency", "no behaviour before the ad"),
        ("fatigue", "no earlier showings"),
        ("drift", "no date"),
    ):
        rows[f"all that is logged, {what}"] = observable(settings, log.scene, log.logit - log.click_terms[cause])
    print(f"| known, of {asked.impressions:,} impressions | expected AUC |")
    print("|---|---|")
    for known, score in rows.items():
        print(f"| {known} | {ranking(score, log.p_click):.4f} |")


if __name__ == "__main__":
    main()
