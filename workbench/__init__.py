"""Campaign Workbench: load campaign logs, predict, explain, test the effect and share, with people's privacy kept.

Every public name is listed here and imported on first use, so that `import workbench` is quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.evaluation.comparison import compare
    from workbench.evaluation.performance import summarise
    from workbench.explanation.explain import explain
    from workbench.models.fit import fit
    from workbench.models.names import presets
    from workbench.models.run import open_run
    from workbench.panels.open import panel
    from workbench.privacy.budget import Budget
    from workbench.privacy.measures import count, count_users, ratio, sum
    from workbench.privacy.private import private
    from workbench.reports.figures import chart
    from workbench.reports.report import report
    from workbench.simulation.demo import demo
    from workbench.simulation.truth import truth
    from workbench.store.store import create_store as create
    from workbench.store.store import open_store as open

__version__ = "0.1.0"

__all__ = [
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

_HOMES = {
    "Budget": "workbench.privacy.budget",
    "chart": "workbench.reports.figures",
    "compare": "workbench.evaluation.comparison",
    "count": "workbench.privacy.measures",
    "count_users": "workbench.privacy.measures",
    "create": "workbench.store.store:create_store",
    "demo": "workbench.simulation.demo",
    "explain": "workbench.explanation.explain",
    "fit": "workbench.models.fit",
    "open": "workbench.store.store:open_store",
    "open_run": "workbench.models.run",
    "panel": "workbench.panels.open",
    "presets": "workbench.models.names",
    "private": "workbench.privacy.private",
    "ratio": "workbench.privacy.measures",
    "report": "workbench.reports.report",
    "sum": "workbench.privacy.measures",
    "summarise": "workbench.evaluation.performance",
    "truth": "workbench.simulation.truth",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'workbench' has no attribute {name!r}")
    module, _, attribute = _HOMES[name].partition(":")
    return getattr(import_module(module), attribute or name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
