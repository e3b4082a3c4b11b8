"""What does a checked load cost beside DuckDB's bare COPY?  `python benchmarks/load.py [ROWS] [--repeats N]`.

One generated CSV of 10 columns is turned into Parquet three ways in one run, in CPU-seconds of all threads:

- `COPY (SELECT * FROM read_csv(...)) TO ... (FORMAT parquet)`: DuckDB alone, which checks nothing;
- `store.load` without personal columns: types, ranges, keys twice, orphaned clicks, content hash, two Delta tables;
- `store.load` as it is meant: the same and a pseudonym for every row's user.

Prints a row of a Markdown table; the ratios are to the bare COPY.
"""

import argparse
import os
import resource
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time

import duckdb

from workbench.store.store import create_store

COLUMNS = {
    "impression_id": "impression_id",
    "ts": "ts",
    "ad_id": "ad_id",
    "campaign_id": "campaign_id",
    "position": "position",
    "device": "device",
    "geo": "geo",
    "cost_micros": {"column": "cost", "unit": "decimal"},
}
CLICKS = {"when": {"column": "click", "is": 1}, "impression_id": "impression_id", "ts": "ts"}


def write_log(path: Path, rows: int) -> None:
    """Write a log of so many impressions, about one in fifty clicked."""
    duckdb.connect().execute(
        f"""
        COPY (
            SELECT 'imp-' || i AS impression_id, TIMESTAMP '2024-01-01' + to_milliseconds(i * 100) AS ts,
                'user-' || hash(i) % {max(1, rows // 20)} AS user_id, 'ad-' || hash(i + 1) % 2000 AS ad_id,
                'c-' || hash(i + 1) % 50 AS campaign_id, 1 + hash(i + 2) % 5 AS "position",
                ['phone', 'desktop', 'tablet'][1 + CAST(hash(i + 3) % 3 AS INTEGER)] AS device,
                ['CN', 'DE', 'US'][1 + CAST(hash(i + 4) % 3 AS INTEGER)] AS geo,
                hash(i + 5) % 1000 / 1000.0 AS cost, CAST(hash(i + 6) % 50 = 0 AS INTEGER) AS click
            FROM range({rows}) t(i)
        ) TO '{path}' (HEADER)
        """
    )


def cpu_seconds(work: Callable[[], object]) -> float:
    """CPU-seconds of all threads."""
    began = process_time()
    work()
    return process_time() - began


def main() -> None:
    """Load one generated log three ways and print what each took."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("rows", nargs="?", type=int, default=2_000_000)
    words.add_argument("--repeats", type=int, default=3, help="the least of so many runs counts")
    given = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        os.environ["WORKBENCH_HOME"] = str(base / "home")
        log = base / "log.csv"
        write_log(log, given.rows)

        def bare() -> None:
            copy = f"COPY (SELECT * FROM read_csv('{log}')) TO '{base / 'bare.parquet'}' (FORMAT parquet)"
            duckdb.connect().execute(copy)

        def load(columns: dict[str, object]) -> None:
            with tempfile.TemporaryDirectory(dir=base) as place:
                mapping = {"file": [{"impressions": columns, "clicks": CLICKS}]}
                result = create_store(Path(place) / "shop").load("generic", log, mapping=mapping)
                assert result.rows["impressions"] == given.rows, "every row is good"  # noqa: S101  # the benchmark's own check

        times: dict[str, list[float]] = {"bare": [], "checked": [], "pseudonyms": []}
        for _ in range(given.repeats):  # In turn, so that a slow minute falls on all three.
            times["bare"].append(cpu_seconds(bare))
            times["checked"].append(cpu_seconds(lambda: load(COLUMNS)))
            times["pseudonyms"].append(cpu_seconds(lambda: load({**COLUMNS, "user_id": "user_id"})))
        size = log.stat().st_size / 1e6
    alone, checked, whole = (min(times[way]) for way in ("bare", "checked", "pseudonyms"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 2**20
    print("| rows | CSV MB | bare COPY, CPU-s | checked load | with pseudonyms | peak MiB |")
    print("|---|---|---|---|---|---|")
    print(
        f"| {given.rows:,} | {size:,.0f} | {alone:.1f} | {checked:.1f} ({checked / alone:.2f}x) "
        f"| {whole:.1f} ({whole / alone:.2f}x) | {peak:,.0f} |"
    )


if __name__ == "__main__":
    main()
