"""A log with a known cause, small enough that a model is trained on it in a second."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from workbench.models.fit import fit
from workbench.models.run import Run
from workbench.store.store import Store, create_store

Tables = dict[str, pl.DataFrame]

START = datetime(2026, 3, 2)
INTERESTS = ("shoes", "books", "tools")


def known_log(rows: int = 3000, seed: int = 0, *, people: int = 400, moments: bool = True) -> Tables:
    """Clicks come from one cause: an ad of the category the person is interested in."""
    rng = np.random.default_rng(seed)
    interest, category = rng.integers(0, 3, people), rng.integers(0, 3, 9)
    person, ad = rng.integers(0, people, rows), rng.integers(0, 9, rows)
    chance = 1 / (1 + np.exp(2.2 - 2.0 * (interest[person] == category[ad])))
    impressions = {
        "impression_id": [f"i{number:06}" for number in range(rows)],
        "ts": [START + timedelta(minutes=20 * number) for number in range(rows)],
        "user_id": [f"{number:032x}" for number in person],
        "ad_id": [f"a{number}" for number in ad],
        "device": np.where(rng.random(rows) < 0.3, "tablet", "phone").tolist(),
        "load_seconds": rng.exponential(size=rows).tolist(),
    }
    clicked = np.flatnonzero(rng.random(rows) < chance)
    tables = {
        "ads": pl.DataFrame(
            {"ad_id": [f"a{number}" for number in range(9)], "category": [INTERESTS[c] for c in category]}
        ),
        "users": pl.DataFrame(
            {
                "user_id": [f"{number:032x}" for number in range(people)],
                "interest": [INTERESTS[i] for i in interest],
                "consent_personalised": (np.arange(people) % 20 != 0).tolist(),
            }
        ),
        "impressions": pl.DataFrame(impressions),
        "clicks": pl.DataFrame({"impression_id": [f"i{number:06}" for number in clicked]}),
    }
    if not moments:
        tables["impressions"] = tables["impressions"].drop("ts")
    return tables


@pytest.fixture(scope="session")
def log() -> Callable[..., Tables]:
    """Draw a log: `log(rows, seed, people=400, moments=True)`."""
    return known_log


@pytest.fixture
def store_of(tmp_path: Path) -> Callable[[Tables], Store]:
    """Make a store of given tables."""
    return lambda tables: create_store(tmp_path / "store").write(tables, source="test")


@pytest.fixture(scope="session")
def known_store(tmp_path_factory: pytest.TempPathFactory, workbench_home: Path) -> Store:
    """A store of 3,000 impressions; tests may train runs in it under names of their own."""
    assert workbench_home.is_dir()
    return create_store(tmp_path_factory.mktemp("known") / "store").write(known_log(), source="test")


@pytest.fixture(scope="session")
def network_run(known_store: Store) -> Run:
    """A network trained on the known log, beside LightGBM."""
    return fit(known_store, name="network", device="cpu")


@pytest.fixture(scope="session")
def tree_run(known_store: Store) -> Run:
    """Trees grown on the known log."""
    return fit(known_store, "lightgbm", name="trees", epochs=1)
