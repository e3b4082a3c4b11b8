"""A small shop whose rows are known, made anew for every test that spends budget."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import workbench as wb
from workbench.privacy.private import PrivateStore
from workbench.store.store import Store, create_store

ROWS, PEOPLE = 600, 40
START = datetime(2026, 3, 2)  # the store keeps UTC without a zone


def shop_tables(rows: int = ROWS, people: int = PEOPLE) -> dict[str, pl.DataFrame]:
    """Tables of a shop with two campaigns and three days; one person in twenty is nobody, one is very busy."""
    draw = np.random.default_rng(5)
    person = np.where(draw.random(rows) < 0.2, 0, draw.integers(0, people, rows))
    nobody = draw.random(rows) < 0.05
    impressions = pl.DataFrame(
        {
            "impression_id": [f"i{at}" for at in range(rows)],
            "ts": [START + timedelta(minutes=int(m)) for m in draw.integers(0, 3 * 1440, rows)],
            "user_id": [None if none else f"{who:032x}" for who, none in zip(person, nobody, strict=True)],
            "ad_id": [f"a{at}" for at in draw.integers(0, 4, rows)],
            "campaign_id": draw.choice(["c1", "c2"], rows),
            "position": draw.integers(1, 5, rows).astype(np.int32),
            "device": draw.choice(["phone", "desktop"], rows),
            "cost_micros": draw.integers(0, 900_000, rows),
        }
    )
    clicked = [f"i{at}" for at in np.flatnonzero(draw.random(rows) < 0.3)]
    bought = clicked[::3]
    return {
        "campaigns": pl.DataFrame({"campaign_id": ["c1", "c2"], "currency": ["CNY", "CNY"]}),
        "impressions": impressions,
        "clicks": pl.DataFrame({"impression_id": clicked, "ts": [START] * len(clicked)}),
        "conversions": pl.DataFrame(
            {
                "impression_id": [*bought, *bought[::4]],
                "ts": [START] * (len(bought) + len(bought[::4])),
                "revenue_micros": [25_500_000] * len(bought) + [5_000_000] * len(bought[::4]),
                "kind": ["order"] * len(bought) + ["refund"] * len(bought[::4]),
            }
        ),
    }


def shop_in(folder: Path, **tables: pl.DataFrame) -> Store:
    """Make a store of the shop's tables, some of them replaced, with the public domains declared."""
    store = create_store(folder).write({**shop_tables(), **tables}, source="test")
    store.declare("campaigns", "campaign_id", ["c1", "c2"])
    store.declare("calendar", "day", [date(2026, 3, 2) + timedelta(days=at) for at in range(3)])
    store.declare("devices", "device", ["phone", "desktop"])
    return store


@pytest.fixture
def make_shop(tmp_path: Path) -> Callable[..., Store]:
    """Make a store of the shop's tables; each call makes another lineage, with its own ledger."""

    def make(name: str = "shop", **tables: pl.DataFrame) -> Store:
        return shop_in(tmp_path / name, **tables)

    return make


@pytest.fixture
def shop(make_shop: Callable[..., Store]) -> Store:
    """The shop."""
    return make_shop()


@pytest.fixture
def private_shop(shop: Store) -> PrivateStore:
    """The shop behind the gate, with a budget of epsilon 3 at delta 1e-7."""
    return wb.private(shop, unit="user_id", budget=wb.Budget(epsilon=3, delta=1e-7))


@pytest.fixture(scope="session")
def unspent(tmp_path_factory: pytest.TempPathFactory, workbench_home: Path) -> PrivateStore:
    """A shop behind the gate for tests that spend nothing."""
    assert workbench_home.is_dir()
    return wb.private(shop_in(tmp_path_factory.mktemp("unspent") / "shop"), budget=wb.Budget(epsilon=3, delta=1e-7))
