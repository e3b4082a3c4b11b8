"""What the tests of this room share: outside figures, and a small log whose every sum is known."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from workbench.store.store import Store, create_store

REFERENCES = Path(__file__).parents[1] / "references"


@pytest.fixture(scope="session")
def reference() -> Callable[[str], dict[str, Any]]:
    """Read outside figures by the name of their source."""

    def read(name: str) -> dict[str, Any]:
        figures: dict[str, Any] = json.loads((REFERENCES / f"{name}.json").read_text(encoding="utf-8"))
        assert figures["source"]
        return figures

    return read


@pytest.fixture
def write_store(tmp_path: Path) -> Callable[..., Store]:
    """Make a store out of rows by table."""

    def write(**tables: pl.DataFrame) -> Store:
        return create_store(tmp_path / "store").write(tables, source="written by hand")

    return write


@pytest.fixture
def tables() -> dict[str, pl.DataFrame]:
    """Nine impressions of four users in two campaigns, one of them without a single click.

    Campaign c1: 6 impressions, 3 clicks, cost 0.60; u1 ordered twice (10 and 20) and returned one (4), u2 ordered once
    (6). Campaign c2: 3 impressions, no click, cost 0.30.
    """
    impressions = pl.DataFrame(
        {
            "impression_id": [f"i{place}" for place in range(9)],
            "ts": [datetime(2026, 3, 1 + place // 5, 12, tzinfo=UTC) for place in range(9)],
            "user_id": ["u1", "u1", "u1", "u2", "u2", "u3", "u3", "u3", "u4"],
            "ad_id": ["a1", "a1", "a2", "a1", "a2", "a2", "a3", "a3", "a3"],
            "campaign_id": ["c1"] * 6 + ["c2"] * 3,
            "device": ["phone", "desktop", "phone", "phone", None, "phone", "phone", "desktop", "phone"],
            "arm": ["A", "A", "A", "B", "B", "A", "A", "A", "B"],
            "cost_micros": [100_000] * 9,
        }
    )
    clicked = ["i0", "i2", "i3"]
    return {
        "impressions": impressions,
        "clicks": pl.DataFrame({"impression_id": clicked, "ts": [datetime(2026, 3, 1, 13, tzinfo=UTC)] * 3}),
        "conversions": pl.DataFrame(
            {
                "impression_id": ["i0", "i2", "i2", "i3"],
                "ts": [datetime(2026, 3, day, tzinfo=UTC) for day in (2, 2, 5, 3)],
                "revenue_micros": [10_000_000, 20_000_000, -4_000_000, 6_000_000],
                "kind": ["order", "order", "refund", "order"],
            }
        ),
        "ads": pl.DataFrame(
            {"ad_id": ["a1", "a2", "a3"], "campaign_id": ["c1", "c1", "c2"], "category": ["shoes", "shoes", "toys"]}
        ),
        "campaigns": pl.DataFrame(
            {"campaign_id": ["c1", "c2"], "name": ["spring", "toys"], "currency": ["EUR", "EUR"]}
        ),
        "users": pl.DataFrame({"user_id": ["u1", "u2", "u3"], "interest": ["shoes", "toys", "toys"]}),
    }
