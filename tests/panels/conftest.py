"""Panels without a browser: what they keep in their state, and how they answer requests."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from workbench.models.fit import fit
from workbench.panels.panel import Panel
from workbench.store.store import Store, open_store


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory, demo_store: Store) -> Store:
    """A small shop with a trained run, `first`; read-only by agreement."""
    folder = shutil.copytree(
        demo_store.folder, tmp_path_factory.mktemp("panels") / "shop", ignore=shutil.ignore_patterns("jobs", "runs")
    )
    store = open_store(folder)
    fit(store, "lr", name="first", epochs=2, baselines=())
    return store


@pytest.fixture
def own_shop(shop: Store, tmp_path: Path) -> Store:
    """A copy of the shop that a test may change; its ledger and key are the shop's."""
    return open_store(shutil.copytree(shop.folder, tmp_path / "shop"))


def until(panel: Panel, met: Callable[[], bool], seconds: float = 90) -> None:
    """Wait until a panel has come so far."""
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, panel.frame
        time.sleep(0.05)


def table(panel: Panel, name: str) -> pl.DataFrame:
    """Read one of a panel's Arrow streams."""
    return pl.read_ipc_stream(panel.tables[name])
