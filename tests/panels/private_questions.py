"""Questions typed in the private view panel, and what its tests do with them."""

from typing import Any

from tests.panels.conftest import until
from workbench.panels.private_view import PrivateViewPanel

NONE: dict[str, Any] = {"column": "", "low": None, "high": None, "top": "", "bottom": ""}
COUNT = {**NONE, "name": "n", "kind": "count"}
CLICKS = {**NONE, "name": "clicks", "kind": "sum", "column": "click", "low": 0, "high": 1}
CTR = {**NONE, "name": "ctr", "kind": "ratio", "top": "clicks", "bottom": "n"}
FORM: dict[str, Any] = {
    "table": "impressions",
    "where": "",
    "keys": ["campaigns"],
    "limit": 10,
    "epsilon": 0.5,
    "measures": [COUNT],
}


def settle(panel: PrivateViewPanel, **changes: object) -> dict[str, Any]:
    """Type a question; gives its price, or its problem under `problem`."""
    panel.receive({"request": "PrivateSettings", "form": {**FORM, **changes}})
    assert panel.frame["refusal"] is None
    return panel.state["price"] or {"problem": panel.state["problem"]}


def release(panel: PrivateViewPanel, shown: float = 0.5, **changes: object) -> None:
    """Release a question and wait for what comes of it."""
    panel.receive({"request": "ReleaseView", "form": {**FORM, **changes}, "epsilon": shown})
    until(panel, lambda: not panel.frame["working"])
