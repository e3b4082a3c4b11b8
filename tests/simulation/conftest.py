"""One log of each platform for all tests of this room: large enough for four standard errors to mean something."""

import pytest

from workbench.simulation.configuration import load_settings
from workbench.simulation.log import SimulatedLog, simulate
from workbench.simulation.settings import Settings


@pytest.fixture(scope="session")
def shop() -> Settings:
    """The platform that ships as `shop`."""
    return load_settings("shop")


@pytest.fixture(scope="session")
def shop_log(shop: Settings) -> SimulatedLog:
    """A log of 200,000 impressions with seed 7, the default of `wb.demo`."""
    return simulate(shop, 200_000, 7)


@pytest.fixture(scope="session")
def moving() -> Settings:
    """The platform that ships as `moving`."""
    return load_settings("moving")


@pytest.fixture(scope="session")
def moving_log(moving: Settings) -> SimulatedLog:
    """A log of 200,000 impressions with seed 7."""
    return simulate(moving, 200_000, 7)


@pytest.fixture(params=["shop_log", "moving_log"])
def any_log(request: pytest.FixtureRequest) -> SimulatedLog:
    """Each of the two logs."""
    log: SimulatedLog = request.getfixturevalue(request.param)
    return log
