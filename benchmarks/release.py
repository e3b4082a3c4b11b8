"""What privacy costs: bounding once, then a release beside a plain GROUP BY, and the ledger's charges.

    python benchmarks/release.py [--rows 2000000] [--limit 50]

Impressions of a heavy-tailed crowd (22 rows a person on average, some with thousands), 200 campaigns by 30 days, so
6,000 cells, and three measures: rows, clicks, cost. CPU-seconds of all threads; the ledger in milliseconds of wall
time, since it waits for the disk. Prints rows of a Markdown table.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl

import workbench as wb
from workbench.privacy.question import Question
from workbench.privacy.view import View
from workbench.store.store import create_store, open_store

CAMPAIGNS, DAYS, START = 200, 30, date(2026, 3, 2)


def make_store(folder: Path, rows: int) -> None:
    """Write the impressions, 3 % of them clicked, with the public domains declared."""
    people = rows // 22
    tail = "exp(1.5 * sqrt(-2 * ln(1 - random())) * cos(6.2831853 * random()))"
    with duckdb.connect() as db:
        db.execute("SELECT setseed(0.5)")
        db.execute(
            f"""COPY (SELECT 'imp-' || lpad(range::VARCHAR, 9, '0') AS impression_id,
                TIMESTAMP '{START}' + to_seconds(range * {DAYS * 86_400} // {rows}) AS ts,
                md5((least({tail} * {people} / 6, {people} * (0.9 + random() / 10))::BIGINT)::VARCHAR) AS user_id,
                'ad-' || (hash(range) % 900) AS ad_id, 'c' || (hash(range, 1) % {CAMPAIGNS}) AS campaign_id,
                (hash(range, 2) % 4)::INTEGER + 1 AS position,
                CASE WHEN hash(range, 3) % 3 = 0 THEN 'desktop' ELSE 'phone' END AS device,
                (hash(range, 4) % 900000)::BIGINT AS cost_micros
                FROM range({rows})) TO '{folder / "impressions.parquet"}'"""
        )
        db.execute(
            f"""COPY (SELECT impression_id, ts FROM '{folder / "impressions.parquet"}'
                WHERE hash(impression_id) % 33 = 0) TO '{folder / "clicks.parquet"}'"""
        )
    frames = {name: pl.scan_parquet(folder / f"{name}.parquet") for name in ("impressions", "clicks")}
    store = create_store(folder / "store").write(frames, source="benchmark")
    store.declare("campaigns", "campaign_id", [f"c{at}" for at in range(CAMPAIGNS)])
    store.declare("calendar", "day", [START + timedelta(days=at) for at in range(DAYS)])


def cpu(action: Callable[[], object]) -> float:
    """CPU-seconds of all threads that an action takes."""
    started = time.process_time()
    action()
    return time.process_time() - started


def wall_ms(actions: list[Callable[[], object]]) -> float:
    """Median milliseconds of wall time of some actions."""
    taken = []
    for action in actions:
        started = time.perf_counter()
        action()
        taken.append(1000 * (time.perf_counter() - started))
    return sorted(taken)[len(taken) // 2]


def measure(folder: Path, rows: int, limit: int) -> None:
    """Print the table's rows."""
    store = open_store(folder / "store")
    plain = """SELECT campaign_id, CAST(ts AS DATE) AS day, count(*), sum(position), sum(cost_micros)
               FROM impressions GROUP BY ALL"""
    with store.connect() as db:
        db.execute(plain).fetchall()
        base = min(cpu(lambda: db.execute(plain).fetchall()) for _ in range(5))
    p = wb.private(store, budget=wb.Budget(epsilon=3, delta=1e-7))
    view = (
        p.table("impressions").per("campaign_id", "day", keys=p.public("campaigns", "calendar"))
        .limit(rows_per_user=limit).spend(share=0.01)
        .measure(n=wb.count(), clicks=wb.sum("click", 0, 1), cost=wb.sum("cost", 0, 1))
    )  # fmt: skip
    view.where("hour < 30").limit(rows_per_user=1).cost()  # libraries load on first use
    first = cpu(view.release)
    unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux KiB
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20
    later = min(cpu(view.where(f"position < {5 + at}").release) for at in range(3))
    people = cpu(view.measure(users=wb.count_users()).release)
    again = cpu(view.release)
    print("| what, over", f"{rows:,} impressions, at most {limit} a person | CPU-s | times a plain GROUP BY |")
    print("|---|---|---|")
    for what, taken in (
        ("plain GROUP BY, 6,000 cells, 3 measures", base),
        (f"first release, bounding included (peak {peak:,.0f} MiB)", first),
        ("each later release", later),
        ("with people counted too", people),
        ("the same question again", again),
    ):
        print(f"| {what} | {taken:.3f} | {taken / base:.1f} |")
    fresh, cached = ledger_times(view)
    print(f"| ledger: a fresh charge and its answer | {fresh:.2f} ms wall | |")
    print(f"| ledger: a stored answer found | {cached:.3f} ms wall | |")


def ledger_times(view: View) -> tuple[float, float]:
    """Median milliseconds of a fresh charge with its answer, and of finding that a question was answered."""
    ledger = view._private.ledger  # noqa: SLF001  # the ledger alone, without rows

    def ask(question: Question) -> None:
        ledger.charge(question, 1)
        ledger.store(question.qkey, [[0]], 1)

    small = view.spend(share=1e-4)
    asked = [small.limit(rows_per_user=100 + at).question()[0] for at in range(100)]
    fresh = wall_ms([lambda question=question: ask(question) for question in asked])
    return fresh, wall_ms([lambda question=question: ledger.charged(question.qkey) for question in asked * 10])


def main() -> None:
    """Make the store in one process and measure in another, so that the peak is the release's own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--limit", type=int, default=50)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.folder:
        measure(given.folder, given.rows, given.limit)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["WORKBENCH_HOME"] = str(folder / "home")
        make_store(folder, given.rows)
        again = [sys.executable, __file__, "--rows", str(given.rows), "--limit", str(given.limit), "--folder", name]
        subprocess.run(again, check=True)


if __name__ == "__main__":
    main()
