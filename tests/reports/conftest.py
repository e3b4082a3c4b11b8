"""A small shop of its own for report tests: they spend its privacy budget and write to its lineage."""

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from workbench.privacy.budget import Budget
from workbench.privacy.measures import count, ratio
from workbench.privacy.measures import sum as bounded_sum
from workbench.privacy.private import private
from workbench.privacy.release import Release
from workbench.simulation.demo import demo
from workbench.store.store import Store


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory, workbench_home: Path) -> Store:
    """A simulated platform of 6,000 impressions."""
    assert workbench_home.is_dir()
    return demo(tmp_path_factory.mktemp("reports") / "shop", impressions=6_000, seed=11)


@pytest.fixture(scope="session")
def release(shop: Store) -> Release:
    """CTR by device, released once."""
    gate = private(shop, budget=Budget(epsilon=3, delta=1e-7))
    view = gate.table("impressions").per("device", keys=gate.public("devices")).limit(rows_per_user=5)
    measures = {"impressions": count(), "clicks": bounded_sum("click", 0, 1), "ctr": ratio("clicks", "impressions")}
    return view.measure(**measures).release()


Write = Callable[..., Path]


@pytest.fixture
def write_template(tmp_path: Path) -> Write:
    """Write a notebook of (kind, source, tags) cells and give its path."""

    def write(*cells: tuple[str, str, list[str]], name: str = "review") -> Path:
        made = []
        for place, (kind, source, tags) in enumerate(cells):
            new = nbformat.v4.new_markdown_cell if kind == "text" else nbformat.v4.new_code_cell
            made.append(new(source, id=f"c{place}", metadata={"tags": tags} if tags else {}))
        path = tmp_path / f"{name}.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=made), path)
        return path

    return write
