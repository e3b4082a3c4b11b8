"""The privacy budget as a store's ledger adds it up, read without writing, waiting or checking the chain.

Releases go through `workbench.privacy.continuity`, which checks; the sidebar only shows.
"""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from workbench.errors import InputError, StoreError
from workbench.privacy.accounting import epsilon_at
from workbench.privacy.budget import Budget
from workbench.server.state import BudgetState
from workbench.store.access import access_log
from workbench.store.home import home

__all__ = ["ledger_file", "spending"]

_FIXED = "SELECT query FROM entries WHERE kind IN ('budget', 'raise') ORDER BY seq DESC LIMIT 1"
_SPENT = "SELECT coalesce(sum(rho_nano), 0) FROM entries WHERE kind = 'charge'"


def ledger_file(lineage_id: str) -> Path:
    """Say where the ledger of a store lies.

    Raises:
        StoreError: If the workbench's home cannot be used.
    """
    try:
        return home() / "ledgers" / f"{lineage_id}.sqlite"
    except StoreError:
        raise StoreError("the workbench's home cannot be used: set WORKBENCH_HOME to a folder that you own") from None


def spending(store: Path, ledger: Path) -> BudgetState | None:
    """Read what was spent; a ledger that is not there is not made.

    Args:
        store: The store's folder.
        ledger: The ledger's file.

    Returns:
        The budget; None while none is fixed.

    Raises:
        StoreError: If the ledger is damaged, or missing although the access log names releases.
    """
    if not ledger.is_file():
        if any(entry.action == "release" for entry in access_log(store)):
            raise StoreError(
                "the privacy ledger of this store is missing though the access log names releases: copy it back to the "
                "workbench's home; until then nothing is released"
            )
        return None
    try:
        with closing(sqlite3.connect(f"{ledger.as_uri()}?mode=ro", uri=True, timeout=1)) as db:
            fixed = db.execute(_FIXED).fetchone()
            (spent,) = db.execute(_SPENT).fetchone()
        if fixed is None:
            return None
        limits = json.loads(fixed[0])
        budget = Budget(limits["epsilon"], limits["delta"])
        return BudgetState(epsilon_at(int(spent), budget.conversion_delta), budget.epsilon, str(limits["unit"]))
    except (sqlite3.Error, ValueError, KeyError, TypeError, InputError):
        raise StoreError("the privacy ledger cannot be read: restore it from a copy, or try again") from None
