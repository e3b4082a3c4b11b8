"""Opening a ledger that still holds all it ever held: whole in itself, and no older than the store's access log.

A ledger that was removed or put back from an older copy would give its store a fresh budget. The access log lies in the
store and names every release, so the two are held against each other. Whoever changes both is not found out: what is
promised to readers rests on the person who keeps the data.
"""

from workbench.errors import StoreError
from workbench.privacy.ledger import Ledger, ledger_path, open_ledger
from workbench.store.access import access_log
from workbench.store.store import Store

__all__ = ["continued_ledger"]


def continued_ledger(store: Store) -> Ledger:
    """Open the ledger of a store after checking it against itself and against the store's access log.

    Args:
        store: The store, or a copy of it that shares the ledger.

    Returns:
        The ledger.

    Raises:
        StoreError: If it was changed outside the workbench, or lacks a release that the access log names.
    """
    # The log first: what another kernel releases meanwhile is in the ledger before it is in the log.
    named = {entry.subject for entry in access_log(store.folder) if entry.action == "release"}
    path = ledger_path(store.lineage_id)
    if named and not path.exists():  # opening it would make an empty one, in the way of the copy to be put back
        raise _missing(len(named), "is missing")
    ledger = open_ledger(store)
    ledger.verify()
    entries = ledger.entries()
    lacking = named - {entry.qkey for entry in entries if entry.kind == "show"}
    if lacking:
        raise _missing(len(lacking), "is older than the store's access log" if entries else "is missing")
    return ledger


def _missing(releases: int, what: str) -> StoreError:
    return StoreError(
        f"the privacy ledger of this store {what}: the log names {releases:,} release{'s' * (releases > 1)} that the "
        "ledger does not hold, so what was spent is not known and nothing is released. Copy the ledger back to the "
        "folder `ledgers` of the workbench's home (all files that begin with its name), or set WORKBENCH_HOME to the "
        "home that holds it"
    )
