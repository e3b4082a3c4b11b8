"""A ledger that is gone or put back from an older copy does not give a fresh budget."""

import shutil
from pathlib import Path

import pytest

import workbench as wb
from workbench.errors import StoreError
from workbench.privacy.ledger import ledger_path
from workbench.privacy.private import PrivateStore
from workbench.privacy.release import Release

BUDGET = wb.Budget(epsilon=3, delta=1e-7)


def ask(p: PrivateStore, limit: int) -> Release:
    return p.table("impressions").limit(rows_per_user=limit).measure(n=wb.count()).release()


def ledger_files(p: PrivateStore) -> list[Path]:
    p.ledger._file.close()
    return list(ledger_path(p.store.lineage_id).parent.glob(f"{p.store.lineage_id}*"))


def test_a_removed_ledger_gives_no_fresh_budget(private_shop: PrivateStore) -> None:
    ask(private_shop, 3)
    for path in ledger_files(private_shop):
        path.unlink()
    for budget in (None, BUDGET, wb.Budget(epsilon=50)):
        with pytest.raises(StoreError, match=r"is missing: the log names 1 release that.*set WORKBENCH_HOME"):
            wb.private(private_shop.store, budget=budget)
    assert not ledger_path(private_shop.store.lineage_id).exists(), "no empty ledger stands in the way of the copy"


def test_an_older_ledger_put_back_is_found_out_and_the_newer_one_accepted(
    private_shop: PrivateStore, tmp_path: Path
) -> None:
    ask(private_shop, 3)
    path = ledger_path(private_shop.store.lineage_id)
    ledger_files(private_shop)
    older, newer = (Path(shutil.copy(path, tmp_path / name)) for name in ("older", "newer"))
    ask(private_shop, 4)
    ledger_files(private_shop)
    shutil.copy(path, newer)
    shutil.copy(older, path)
    with pytest.raises(StoreError, match=r"is older than the store's access log: the log names 1 release that"):
        wb.private(private_shop.store)
    shutil.copy(newer, path)
    again = wb.private(private_shop.store)
    assert len([entry for entry in again.ledger.entries() if entry.kind == "charge"]) == 2


def test_copies_share_the_ledger_and_another_home_is_refused(
    private_shop: PrivateStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ask(private_shop, 3)
    copy = wb.open(shutil.copytree(private_shop.store.folder, tmp_path / "copy"))
    behind_gate = wb.private(copy)
    second = ask(behind_gate, 4)
    assert behind_gate.released(first.id).to_polars().equals(first.to_polars())
    assert wb.private(private_shop.store).released(second.id).to_polars().equals(second.to_polars())
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "elsewhere"))
    with pytest.raises(StoreError, match="is missing"):
        wb.private(copy, budget=BUDGET)
    monkeypatch.undo()
    assert wb.private(copy).spent == wb.private(private_shop.store).spent
