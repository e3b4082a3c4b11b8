"""The wheel carries all it needs: built, unpacked elsewhere, it builds a demo and opens a panel from its own files."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

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
