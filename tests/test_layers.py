"""The house stands on its floors: imports run downwards, rooms on one floor do not know each other."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "workbench"
FLOORS = [
    {"errors", "schema", "checks", "progress", "display", "shipped"},
    {"store", "jobs"},
    {"features", "privacy", "drafting"},
    {"models", "simulation"},
    {"explanation", "evaluation", "creative"},
    {"audits"},
    {"reports"},
    {"__main__", "cli", "doctor", "panels", "server"},
]
# The ground floor may stand on its own stones, floor 6 holds the command line together.
OPEN_FLOORS = (0, 7)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
FILES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def rooms_imported(source: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""] if node.module != "workbench" else [f"workbench.{a.name}" for a in node.names]
            assert node.level == 0, "imports are absolute"
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        found |= {name.split(".")[1] for name in names if name.startswith("workbench.")}
    return found - {"__version__"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_downwards(path: Path) -> None:
    room = room_of(path)
    assert room in FLOOR, f"{room} has no floor: add it to DESIGN's list and to this test"
    for other in rooms_imported(path.read_text()) - {room}:
        below = FLOOR[other] < FLOOR[room]
        assert below or (FLOOR[other] == FLOOR[room] and FLOOR[room] in OPEN_FLOORS), f"{room} imports {other}"


def test_a_sideways_import_would_be_seen() -> None:
    assert rooms_imported("from workbench.models.run import Run\nimport workbench.store.store") == {"models", "store"}
