"""What every test shares: a private home, a small demo store, the real logs where they are."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.store.store import Store

# Tests run side by side: threads that wait for one another's core make the short steps of training ten times slower.
os.environ.setdefault("OMP_NUM_THREADS", "1")
SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session", autouse=True)
def workbench_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep keys and ledgers of the tests away from the user's own."""
    home = tmp_path_factory.mktemp("home")
    before = os.environ.get("WORKBENCH_HOME")
    os.environ["WORKBENCH_HOME"] = str(home)
    yield home
    if before is None:
        del os.environ["WORKBENCH_HOME"]
    else:
        os.environ["WORKBENCH_HOME"] = before


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real logs; tests that need it skip where it is not."""
    if not SHARED_DATA.is_dir():
        pytest.skip("real logs are not here: ../shared/data")
    return SHARED_DATA


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory: pytest.TempPathFactory, workbench_home: Path) -> Store:
    """A simulated platform of 20,000 impressions, read-only by agreement."""
    assert workbench_home.is_dir()
    from workbench.simulation.demo import demo

    return demo(tmp_path_factory.mktemp("demo") / "shop", impressions=20_000, seed=7)
