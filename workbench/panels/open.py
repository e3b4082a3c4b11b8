"""`wb.panel`: opens any panel in a cell."""

from importlib import import_module
from typing import TYPE_CHECKING

from workbench.checks import check_name
from workbench.errors import MissingPartError
from workbench.store.store import Store

if TYPE_CHECKING:
    from workbench.panels.panel import Panel

__all__ = ["PANELS", "panel"]

PANELS = {
    "load": "LoadPanel",
    "train": "TrainPanel",
    "decision": "DecisionPanel",
    "private_view": "PrivateViewPanel",
    "report": "ReportPanel",
}


def panel(name: str, store: Store, **what: object) -> "Panel":
    """Open a panel; as the last line of a cell it shows itself, and it nests in ipywidgets' boxes.

    Args:
        name: `load`, `train`, `decision`, `private_view` or `report`.
        store: The store it shows.
        what: What it opens on: `files` for load; `run` for train, decision and report; `impression` for decision;
            `release` for private_view.

    Returns:
        The panel, a widget.

    Raises:
        UnknownNameError: If there is no such panel, or it opens on nothing of that name.
        MissingPartError: If the panels' browser halves are not built.
    """
    check_name(name, PANELS, name="panel")
    try:
        kind = getattr(import_module(f"workbench.panels.{name}"), PANELS[name])
    except ModuleNotFoundError as error:
        raise MissingPartError(f"a panel needs {error.name}, which is not installed: run make install") from None
    for given in what:
        check_name(given, kind.OPENS_ON, name=f"what the {name} panel opens on")
    opened: Panel = kind(store, **what)
    return opened
