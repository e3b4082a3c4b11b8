"""How long a simulated platform takes: `python benchmarks/demo.py [IMPRESSIONS] [CONFIG]`.

Counts everything from the import to the finished store with its truth, in CPU-seconds of all threads. Prints a row of
a Markdown table; by default of 1,000,000 impressions of the shop.
"""

import os
import resource
import sys
import tempfile
import time
from pathlib import Path


def main() -> None:
    """Make a demo in a temporary folder and print what it took."""
    impressions = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    config = sys.argv[2] if len(sys.argv) > 2 else "shop"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["WORKBENCH_HOME"] = str(Path(folder) / "home")
        cpu, wall = time.process_time(), time.perf_counter()
        import workbench as wb

        store = wb.demo(Path(folder) / "shop", impressions=impressions, config=config)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        size = sum(path.stat().st_size for path in store.folder.rglob("*") if path.is_file())
    unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux KiB.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20
    print("| demo of | CPU-s | wall s | peak MiB | store MiB |")
    print("|---|---|---|---|---|")
    print(f"| {impressions:,} impressions, {config} | {cpu:.1f} | {wall:.1f} | {peak:,.0f} | {size / 2**20:,.0f} |")


if __name__ == "__main__":
    main()
