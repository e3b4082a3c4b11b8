"""The wheel carries all it needs: built, unpacked elsewhere, it builds a demo and opens a panel from its own files."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_the_wheel_runs_the_demo_on_its_own(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    build = [*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("campaign_workbench-*.whl")
    packed = zipfile.ZipFile(wheel).namelist()
    extension = "data/share/jupyter/labextensions/campaign-workbench"
    for part in (
        f"{extension}/package.json",
        f"{extension}/install.json",
        f"{extension}/schemas/campaign-workbench/plugin.json",
        "data/etc/jupyter/jupyter_server_config.d/campaign-workbench.json",
    ):
        assert any(name.endswith(part) for name in packed), part
    away = tmp_path / "site"
    subprocess.run([*pip, "install", "--no-deps", "--target", str(away), str(wheel)], check=True, capture_output=True)
    code = (
        "import workbench as wb; from workbench.shipped import shipped; "
        f"assert wb.__file__.startswith({str(away)!r}), wb.__file__; "
        "assert (shipped('notebooks', 'templates') / 'campaign-review.ipynb').is_file(); "
        "store = wb.demo('shop', impressions=2_000); "
        "print(store.rows('impressions'), wb.panel('train', store).frame['phase'])"
    )
    # No Node on its path: what the browser needs lies built in the wheel.
    environment = {
        **os.environ,
        "PATH": "/usr/bin-of-nothing",
        "PYTHONPATH": str(away),
        "WORKBENCH_HOME": str(tmp_path / "home"),
    }
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, check=False, capture_output=True, text=True
    )
    assert shown.stdout.strip() == "2000 empty", shown.stderr[-2000:]


@pytest.mark.prove
def test_the_wheel_installs_into_a_clean_environment_without_node(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "--quiet", "wheel", "--no-deps", "--no-build-isolation", "-w", str(tmp_path)]
    subprocess.run([*build, str(ROOT)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("campaign_workbench-*.whl")
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "clean")], check=True)
    python = tmp_path / "clean" / "bin" / "python"
    environment = {
        "PATH": str(tmp_path / "clean" / "bin"),
        "HOME": str(tmp_path),
        "WORKBENCH_HOME": str(tmp_path / "w"),
    }
    environment |= {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "XDG_CONFIG"))}

    def run(*command: str) -> str:
        made = subprocess.run(
            [str(python), *command], cwd=tmp_path, env=environment, check=False, capture_output=True, text=True
        )
        assert made.returncode == 0, made.stderr[-2000:]
        return re.sub(r"\x1b\[\d+m", "", made.stdout + made.stderr)

    run("-m", "pip", "install", "--quiet", "-c", str(ROOT / "constraints.txt"), str(wheel))
    assert re.search(r"campaign-workbench v\S+ enabled OK", run("-m", "jupyter", "labextension", "list"))
    assert re.search(r"workbench\.server\s+OK", run("-m", "jupyter", "server", "extension", "list"))
    code = "import workbench as wb; s = wb.demo('shop', impressions=2_000); print(wb.panel('load', s).frame['phase'])"
    assert run("-c", code).startswith("empty")
