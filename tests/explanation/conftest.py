"""A small log with planted causes, and a run of each kind trained on it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from workbench.models.fit import fit
from workbench.models.run import Run
from workbench.store.store import Store, create_store

ROWS, USERS, ADS = 8_000, 600, 20
CATEGORIES = ["shoes", "toys", "books", "beauty"]


@pytest.fixture(scope="package")
def planted(tmp_path_factory: pytest.TempPathFactory, workbench_home: Path) -> Store:
    """Clicks that follow device and price, strongly; nothing else matters."""
    assert workbench_home.is_dir()
    random = np.random.default_rng(0)
    user, ad = random.integers(0, USERS, ROWS), random.integers(0, ADS, ROWS)
    phone, price = random.random(ROWS) < 0.6, random.lognormal(2, 0.6, ADS)
    logit = -1.6 + 1.6 * phone - 0.9 * (np.log(price)[ad] - 2)
    rows = pl.DataFrame(
        {
            "impression_id": [f"i{place}" for place in range(ROWS)],
            "ts": [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=5 * place) for place in range(ROWS)],
            "user_id": [f"u{person}" for person in user],
            "ad_id": [f"a{one}" for one in ad],
            "device": np.where(phone, "phone", "desktop"),
        }
    )
    ads = pl.DataFrame(
        {
            "ad_id": [f"a{one}" for one in range(ADS)],
            "category": [CATEGORIES[one % 4] for one in range(ADS)],
            "price_micros": (price * 1e6).astype(np.int64),
        }
    )
    people = pl.DataFrame(
        {
            "user_id": [f"u{person}" for person in range(USERS)],
            "interest": random.choice(CATEGORIES, USERS),
            "consent_personalised": [True] * USERS,
        }
    )
    clicked = rows.filter(pl.Series(random.random(ROWS) < 1 / (1 + np.exp(-logit))))
    tables = {"impressions": rows, "ads": ads, "users": people, "clicks": clicked.select("impression_id", "ts")}
    return create_store(tmp_path_factory.mktemp("planted") / "store").write(tables, source="planted")


@pytest.fixture(scope="package")
def additive(planted: Store) -> Run:
    """Logistic regression: every field adds its own term."""
    return fit(planted, "lr", name="additive", epochs=2, baselines=())


@pytest.fixture(scope="package")
def network(planted: Store) -> Run:
    """A network with cross layers and kinks."""
    return fit(planted, "dcnv2", name="network", epochs=4, baselines=())


@pytest.fixture(scope="package")
def trees(planted: Store) -> Run:
    """Boosted trees with categorical splits."""
    return fit(planted, "lightgbm", name="trees", baselines=())
