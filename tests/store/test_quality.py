"""The quality report against rows counted by hand."""

from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from workbench.store.quality import BOT_LIMIT
from workbench.store.store import Store, create_store

START = datetime(2024, 1, 1, 10)


def test_figures_are_those_of_the_rows(tmp_path: Path) -> None:
    bot = [("bot", START + timedelta(seconds=n)) for n in range(BOT_LIMIT + 1)]
    busy = [("busy", START + timedelta(minutes=30, seconds=20 * n)) for n in range(BOT_LIMIT + 1)]  # over two hours
    rows = [*bot, *busy, *((f"u{n}", START) for n in range(98))]
    impressions = pl.DataFrame(
        {
            "impression_id": [f"i{n}" for n in range(len(rows))],
            "user_id": [user for user, _ in rows],
            "ts": [at for _, at in rows],
            "device": ["phone", None, None] * 100,
            "score": [*(float(n % 10) for n in range(299)), 1000.0],
        }
    )
    clicks = pl.DataFrame({"impression_id": ["i0", "i1", "i2"]})
    store = create_store(tmp_path / "shop").write({"impressions": impressions, "clicks": clicks}, source="test")
    quality = store.quality()
    shown = next(table for table in quality.tables if table.name == "impressions")
    assert (shown.rows, shown.first, shown.last) == (300, START, START + timedelta(minutes=30, seconds=2000))
    assert shown.nulls["device"] == pytest.approx(2 / 3)
    assert shown.outliers == {"score": pytest.approx(1 / 300)}
    assert (quality.clicks, quality.click_through_rate) == (3, 0.01)
    assert quality.bot_like_users == 1
    assert "1 users have more than 100 impressions within an hour" in str(quality)
    assert "Only 3 clicks" in str(quality)
    frame = quality.to_polars()
    assert frame.filter(table="impressions", column="device")["nulls"].item() == pytest.approx(2 / 3)
    assert "click-through rate 1.00%" in quality._repr_html_()


def test_rejected_rows_of_all_loads_up_to_the_version_are_counted(tmp_path: Path) -> None:
    mapping = {"file": [{"impressions": {"impression_id": "id", "position": "place"}}]}
    (tmp_path / "one.csv").write_text("id,place\na,1\na,1\nb,0\n")
    (tmp_path / "two.csv").write_text("id,place\nc,1\nd,0\n")
    first = create_store(tmp_path / "shop").load("generic", tmp_path / "one.csv", mapping=mapping).store
    second = first.load("generic", tmp_path / "two.csv", mapping=mapping).store
    assert first.quality().tables[0].rejected == {"repeats the key (impression_id)": 1, "place is below 1": 1}
    assert second.quality().tables[0].rejected == {"repeats the key (impression_id)": 1, "place is below 1": 2}


def notes(tmp_path: Path, rows: pl.DataFrame) -> str:
    return str(create_store(tmp_path / "shop").write({"impressions": rows}, source="test").quality())


def test_what_a_log_lacks_is_said(tmp_path: Path) -> None:
    shown = notes(tmp_path, pl.DataFrame({"impression_id": ["a"]}))
    assert "No users: no user-level guarantee" in shown
    assert "No timestamps: the order of the file is taken for time" in shown
    assert "No propensities" in shown
    assert "No clicks are loaded" in shown


def test_an_empty_store_says_so(tmp_path: Path) -> None:
    assert "No impressions are loaded" in str(create_store(tmp_path / "shop").quality())


def test_orphans_are_counted(tmp_path: Path) -> None:
    tables = {"impressions": pl.DataFrame({"impression_id": ["a"]}), "clicks": pl.DataFrame({"impression_id": ["zz"]})}
    quality = create_store(tmp_path / "shop").write(tables, source="test").quality()
    assert "1 rows name an unknown impression_id" in str(quality)
    assert quality.click_through_rate == 0


def test_the_demo_has_users_times_and_clicks(demo_store: Store) -> None:
    quality = demo_store.quality()
    assert quality.click_through_rate is not None
    assert 0.005 < quality.click_through_rate < 0.08
    assert "No users" not in str(quality)
    assert all(not any(table.orphans.values()) for table in quality.tables)
