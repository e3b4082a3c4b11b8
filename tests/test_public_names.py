"""What `import workbench` offers, and how quickly."""

import subprocess
import sys

import workbench


def test_every_public_name_resolves() -> None:
    assert set(workbench.__all__) <= set(dir(workbench))
    for name in workbench.__all__:
        assert callable(getattr(workbench, name)), name


def test_the_surface_is_the_one_agreed() -> None:
    assert workbench.__all__ == [
        "Budget",
        "chart",
        "compare",
        "count",
        "count_users",
        "create",
        "demo",
        "explain",
        "fit",
        "open",
        "open_run",
        "panel",
        "presets",
        "private",
        "ratio",
        "report",
        "sum",
        "summarise",
        "truth",
    ]


HEAVY = {"altair", "captum", "deltalake", "duckdb", "lightgbm", "numpy", "opendp", "polars", "shap", "sklearn", "torch"}


def test_importing_loads_no_heavy_library() -> None:
    code = "import workbench, sys; print(' '.join(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not HEAVY & set(shown.split())
