"""Do the simulated platforms look like real logs? CTR by position and hour, tail of activity, repeats.

    python benchmarks/credibility.py [--impressions 200000] [--seed 7] [--real ../shared/data/open-bandit]

Prints a Markdown table: the demo's platforms `shop` and `moving` beside the Open Bandit logs, where their folder is
(`workbench data get open-bandit` fetches them). Hours are local: eight hours ahead of UTC in the shops, nine in Tokyo.
"""

import argparse
import os
import tempfile
from pathlib import Path

import workbench as wb
from workbench.simulation.credibility import credibility, lay_beside

SHOPS, TOKYO = 8, 9
HOURS = 4  # The real logs hold 195 clicks: single hours would be noise.


def main() -> None:
    """Print the table and what limits it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--impressions", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--real", type=Path, default=Path("../shared/data/open-bandit"))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        os.environ["WORKBENCH_HOME"] = str(Path(place) / "home")
        pages = {}
        for config in ("shop", "moving"):
            made = wb.demo(Path(place) / config, impressions=asked.impressions, seed=asked.seed, config=config)
            pages[config] = credibility(made, utc_offset_hours=SHOPS, hours=HOURS)
        if asked.real.is_dir():
            store = wb.create(Path(place) / "real").load("open-bandit", asked.real).store
            pages["Open Bandit (real)"] = credibility(store, utc_offset_hours=TOKYO, hours=HOURS)
        else:
            print(f"{asked.real} is not here: the real logs are left out\n")
    frame = lay_beside(pages)
    print(
        "| " + " | ".join(["", *(f"{name}: {page.impressions:,} impressions" for name, page in pages.items())]) + " |"
    )
    print("|---" * (len(pages) + 1) + "|")
    for measure, of, *cells in frame.iter_rows():
        print("| " + " | ".join([f"{measure} {of}".strip(), *cells]) + " |")
    print()
    for name, page in pages.items():
        print(f"{name}: {page.note}")


if __name__ == "__main__":
    main()
