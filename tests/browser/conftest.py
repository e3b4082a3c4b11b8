"""Chromium for browser tests, the two reports they open, and a JupyterLab of their own."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.lab import Lab, lab_server, shut_kernels
from workbench.models.fit import fit
from workbench.reports.report import report
from workbench.simulation.demo import demo

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """Chromium; where there is none, tests skip and say so, but fail where CI is set."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("there is no chromium, and browser tests never skip where CI is set: run `make browser`")
        pytest.skip("there is no chromium on this machine: run `make browser`")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=program, args=_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: "Browser") -> "Iterator[Page]":
    """A fresh page without network."""
    context = browser.new_context(offline=True)
    yield context.new_page()
    context.close()


@pytest.fixture
def console(page: "Page") -> list[str]:
    """What the page says on its console, errors included."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


@pytest.fixture
def requests(page: "Page") -> list[str]:
    """Addresses the page asks for."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory, workbench_home: Path) -> dict[str, Path]:
    """The campaign review of a small shop, for both audiences."""
    assert workbench_home.is_dir()
    folder = tmp_path_factory.mktemp("pages")
    store = demo(folder / "shop", impressions=20_000, seed=5)
    made = {name: report("campaign-review", store, audience=name, out=folder) for name in ("internal", "shared")}
    return {name: result.html for name, result in made.items()}


@pytest.fixture(scope="session")
def lab_root(tmp_path_factory: pytest.TempPathFactory, workbench_home: Path) -> Path:
    """What the browser tests' JupyterLab serves: a small shop with one trained run, `shop/`. Copy it to change it."""
    assert workbench_home.is_dir()
    root = tmp_path_factory.mktemp("lab")
    fit(demo(root / "shop", impressions=20_000, seed=7), "dcnv2", name="first", epochs=2, baselines=("lr",))
    return root


@pytest.fixture(scope="session")
def lab_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where that JupyterLab keeps its settings: `settings/PLUGIN/ID.jupyterlab-settings`."""
    return tmp_path_factory.mktemp("jupyter")


@pytest.fixture(scope="session")
def lab_address(lab_root: Path, lab_home: Path) -> Iterator[str]:
    """A JupyterLab server, one for all tests of a worker."""
    with lab_server(lab_root, lab_home) as address:
        yield address


@pytest.fixture
def lab(browser: "Browser", lab_address: str, lab_root: Path) -> "Iterator[Lab]":
    """JupyterLab in a fresh page of 1280 by 900: `lab.open("a.ipynb")`, `lab.run_all()`, `lab.panel("Send it.")`."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield Lab(context.new_page(), lab_address, lab_root)
    shut_kernels(lab_address)
    context.close()
