"""A log small enough to be read by eye, on which every rule of the features room can be checked by hand."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from workbench.store.store import Store, create_store

Tables = dict[str, pl.DataFrame]

START = datetime(2026, 3, 2)


@pytest.fixture
def tables() -> Tables:
    """Twelve impressions of four people over three weeks; u2 did not consent, u3 was never asked, u4 is unknown."""
    rows = 12
    return {
        "ads": pl.DataFrame(
            {
                "ad_id": ["a1", "a2", "a3"],
                "category": ["shoes", "books", "shoes"],
                "product_id": ["p7", "p8", "p9"],
                "price_micros": [59_000_000, 12_000_000, 80_000_000],
            }
        ),
        "users": pl.DataFrame(
            {
                "user_id": [f"{number:032x}" for number in (1, 2, 3)],
                "city": ["Ulm", "Bonn", "Kiel"],
                "age": [31.0, 44.0, 27.0],
                "consent_personalised": [True, False, None],
            },
            schema_overrides={"consent_personalised": pl.Boolean},
        ),
        "impressions": pl.DataFrame(
            {
                "impression_id": [f"i{number:02}" for number in range(rows)],
                "ts": [START + timedelta(days=2 * number, hours=number) for number in range(rows)],
                "user_id": [f"{number % 4 + 1:032x}" for number in range(rows)],
                "ad_id": ["a1", "a2", "a1"] * 4,
                "position": [1, 2, 3, 1] * 3,
                "device": ["phone", "tablet"] * 6,
                "propensity": [0.5] * rows,
                "policy": ["uniform", "greedy"] * 6,
                "arm": ["A", "B"] * 6,
                "aa_arm": ["A1", "A2"] * 6,
                "cost_micros": [1000] * rows,
                "load_seconds": [0.1 * number for number in range(rows)],
                "site": ["one"] * rows,
            }
        ),
        "clicks": pl.DataFrame({"impression_id": ["i01", "i05"], "ts": [START + timedelta(days=40)] * 2}),
        "conversions": pl.DataFrame(
            {
                "impression_id": ["i05", "i01"],
                "ts": [START + timedelta(days=41)] * 2,
                "revenue_micros": [7, -7],
                "kind": ["order", "refund"],
            }
        ),
    }


@pytest.fixture
def store_of(tmp_path: Path) -> Callable[[Tables], Store]:
    """Make a store of given tables."""
    return lambda tables: create_store(tmp_path / "store").write(tables, source="test")
