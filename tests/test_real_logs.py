"""The whole chain on real logs, as typed: the Open Bandit logs hold about 40 clicks a file and no users.

What such a log can tell is little, and the chain has to say so rather than fail or boast.
"""

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Path:
    folder = tmp_path_factory.mktemp("real") / "shop"
    shown = workbench("load", "open-bandit", shared_data / "open-bandit", "--store", folder)
    assert "40,000" in shown
    return folder


def workbench(*words: object) -> str:
    line = [sys.executable, "-m", "workbench.cli", *map(str, words)]
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=400)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_loaded_figures_are_those_of_the_files(shop: Path) -> None:
    import workbench as wb

    store = wb.open(shop)
    with store.connect() as connection:
        found = connection.sql(
            "SELECT policy, campaign_id, count(*), count(c.impression_id) FROM impressions "
            "LEFT JOIN clicks c USING (impression_id) GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    # Clicks of the four files, counted when the logs were first surveyed: anchors of the Open Bandit small set.
    assert found == [
        ("bts", "all", 10_000, 42),
        ("bts", "men", 10_000, 69),
        ("random", "all", 10_000, 38),
        ("random", "men", 10_000, 46),
    ]
    assert "user" in str(store.quality()).lower()


def test_train_explain_release_report(shop: Path, tmp_path: Path) -> None:
    shown = workbench("train", "--store", shop, "--model", "dcnv2", "--name", "first")
    assert "AUC" in shown
    workbench("explain", "--run", "first", "--store", shop, "--rows", 20, "--out", tmp_path / "why.parquet")
    assert pl.read_parquet(tmp_path / "why.parquet").height > 20
    spec = tmp_path / "question.toml"
    spec.write_text(
        'table = "impressions"\nunit = "impression_id"\nper = ["position"]\nkeys = ["positions"]\n'
        "limit = 1\nepsilon = 0.5\nbudget = { epsilon = 3, delta = 1e-7 }\n"
        '[measures]\nn = "count"\nclicks = { sum = "click", low = 0, high = 1 }\n'
    )
    import workbench as wb

    wb.open(shop).declare("positions", "position", [1, 2, 3])
    assert "impression" in workbench("release", "--store", shop, "--spec", spec)
    out = tmp_path / "out"
    for audience in ("internal", "shared"):
        workbench("report", "campaign-review", "--store", shop, "--run", "first", "--audience", audience, "--out", out)
    assert (out / "report.html").stat().st_size > 20_000
    assert (out / "shared.html").stat().st_size > 5_000
