"""Where a report comes from: hashes for colleagues, numbers that tell nothing for others."""

import hashlib
from datetime import date

from deltalake import DeltaTable

from workbench.reports.provenance import internal_provenance, public_period, shared_provenance, written_date
from workbench.store.store import Store


def test_the_hash_is_that_of_the_files(shop: Store) -> None:
    facts = {fact.label: fact.value for fact in internal_provenance(shop, None, template="t", values={"a": 1})}
    table = DeltaTable(shop.folder / "tables" / "clicks", version=shop.tables["clicks"])
    (name,) = table.get_add_actions(flatten=True)["path"].to_pylist()
    content = (shop.folder / "tables" / "clicks" / name).read_bytes()
    assert hashlib.sha256(content).hexdigest() in facts["Table clicks"]
    assert facts["Template"] == "t (a = 1)"


def test_others_get_no_hash_of_data_and_no_clock(shop: Store) -> None:
    facts = {fact.label: fact.value for fact in shared_provenance(shop, ledger_head="")}
    assert facts.keys() == {"Store lineage", "Store version", "Code", "Head of the privacy ledger"}
    assert facts["Head of the privacy ledger"] == "no entry: nothing was ever released"


def test_the_period_is_the_declared_one(shop: Store) -> None:
    assert public_period(shop) == "2 to 29 March 2026"
    assert written_date(date(2026, 12, 31)) == "31 December 2026"
