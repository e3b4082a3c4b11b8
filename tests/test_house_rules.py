"""Rules that keep the house readable: short files, public names, docstrings, one list of versions, no stray paths."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TRACKED = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split("\n")
# Tables of fields and nothing else: the one contract between all panels and the browser.
TABLES = {ROOT / "workbench" / "panels" / "protocol.py"}
SOURCES = sorted((ROOT / "workbench").rglob("*.py"))


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", [*SOURCES, *sorted((ROOT / "tests").rglob("*.py"))], ids=short)
def test_files_hold_one_idea(path: Path) -> None:
    if path in TABLES:
        return
    assert len(path.read_text().splitlines()) <= 400


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_public_names_are_listed_and_documented(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree), "the module says what it is for"
    defined = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    commands = {
        name for name, node in defined.items() if any(".command(" in ast.unparse(d) for d in node.decorator_list)
    }
    public = {name for name in defined if not name.startswith("_")}
    listed = next(
        (
            set(ast.literal_eval(node.value))
            for node in tree.body
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__"
        ),
        set(),
    )
    assert public - commands <= listed, f"public but not in __all__: {public - commands - listed}"
    for name in public:
        assert ast.get_docstring(defined[name]), f"{name} has no docstring"


def test_the_environment_names_no_version_of_its_own() -> None:
    lines = (ROOT / "environment.yml").read_text().splitlines()
    listed = [line.strip().removeprefix("- ") for line in lines if line.strip().startswith("- ")]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert listed == [
        "python=" + project["requires-python"].removeprefix(">="),
        "pip",
        "pip:",
        "-c constraints.txt",
        "-e .",
    ]


def test_every_dependency_is_pinned_within_its_range() -> None:
    from packaging.requirements import Requirement

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    pins = dict(re.findall(r"^([A-Za-z0-9_.-]+)==(\S+)$", (ROOT / "constraints.txt").read_text(), re.MULTILINE))
    pinned = {name.lower().replace("_", "-"): version for name, version in pins.items()}
    for text in [*project["dependencies"], *project["optional-dependencies"]["test"]]:
        requirement = Requirement(text)
        assert requirement.specifier.contains(pinned[requirement.name.lower()]), text


@pytest.mark.skipif(not TRACKED[0], reason="not a git checkout")
def test_no_text_bears_the_path_of_a_machine() -> None:
    stray = re.compile(r"/(work|root|home/\w+|tmp/bash_jobs)/")
    found = [
        name
        for name in TRACKED
        if name and (ROOT / name).suffix in {".py", ".md", ".toml", ".ipynb", ".yml", ".css", ".j2", ""}
        if (ROOT / name).is_file() and stray.search((ROOT / name).read_text(errors="ignore"))
    ]
    assert not [name for name in found if name != "tests/test_house_rules.py"]
