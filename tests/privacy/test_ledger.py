"""The ledger: races, kills, copies and tampering."""

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import workbench as wb
from workbench.errors import BudgetError, InputError, StoreError
from workbench.privacy._ledger_file import LedgerFile
from workbench.privacy.ledger import Ledger, open_ledger
from workbench.privacy.private import PrivateStore
from workbench.privacy.view import View
from workbench.store.home import home
from workbench.store.store import Store, open_store

BUDGET = wb.Budget(epsilon=3, delta=1e-7)
STORM = Path(__file__).with_name("ledger_storm.py")


def counts(private: PrivateStore, share: float = 0.1) -> View:
    return private.table("impressions").limit(rows_per_user=5).measure(n=wb.count()).spend(share=share)


def file_of(store: Store) -> Path:
    return home() / "ledgers" / f"{store.lineage_id}.sqlite"


def rewritten(path: Path, change: str) -> None:
    """Change a ledger as somebody would who knows SQLite: triggers dropped first."""
    with sqlite3.connect(path) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute(change)
    db.close()


@pytest.mark.parametrize("rounds", [20, pytest.param(250, marks=pytest.mark.prove)])
def test_racing_kernels_that_are_killed_break_nothing(tmp_path: Path, rounds: int) -> None:
    line = [sys.executable, str(STORM), str(tmp_path), str(rounds), "1"]
    ran = subprocess.run(line, capture_output=True, text=True, timeout=1_800, check=True)
    assert int(ran.stdout) == 4 * rounds
    ledger = Ledger(LedgerFile(tmp_path / "ledger.sqlite"), "0" * 32)
    ledger.verify()
    assert ledger.spent_rho <= BUDGET.rho_nano, "overspend"
    entries = ledger.entries()
    charged = [entry.qkey for entry in entries if entry.kind == "charge"]
    answered = {entry.qkey: json.loads(entry.answer or "")["measures"] for entry in entries if entry.kind == "answer"}
    assert len(charged) == len(set(charged)) <= 100
    assert len(charged) >= 95, "the race reached the budget's end"
    lines = [line for log in tmp_path.glob("*.log") for line in log.read_text().splitlines()]
    shown = [json.loads(line) for line in lines if line.endswith("]]]")]  # a killed writer may leave half a line
    assert len(shown) > 1_000
    assert all(qkey in answered for qkey, _ in shown), "shown but not charged"
    assert all(answered[qkey] == answer for qkey, answer in shown), "two answers"


def test_what_is_charged_is_seen_by_a_process_that_comes_and_goes(private_shop: PrivateStore) -> None:
    # Opening the ledger again must not give up this process's locks: the other would then remove the journal.
    wb.private(private_shop.store)
    look = "import sys, workbench as wb; print(wb.private(wb.open(sys.argv[1])).spent)"
    line = [sys.executable, "-c", look, str(private_shop.store.folder)]
    before = subprocess.run(line, capture_output=True, text=True, timeout=120, check=True)
    counts(private_shop).release()
    after = subprocess.run(line, capture_output=True, text=True, timeout=120, check=True)
    assert (float(before.stdout), float(after.stdout)) == (0, private_shop.spent)


def test_a_fresh_ledger_is_private_and_empty(shop: Store) -> None:
    ledger = open_ledger(shop)
    assert (ledger.budget, ledger.unit, ledger.spent, ledger.left, ledger.head) == (None, None, 0, 0, "0" * 64)
    assert file_of(shop).stat().st_mode & 0o777 == 0o600
    ledger.verify()


def test_the_first_call_fixes_unit_and_budget(shop: Store) -> None:
    with pytest.raises(InputError, match=r"wb.private\(store, unit='user_id', budget=wb.Budget"):
        wb.private(shop)
    wb.private(shop, budget=BUDGET)
    assert wb.private(shop).budget == BUDGET
    with pytest.raises(
        BudgetError, match=r"budget is epsilon 5 at delta 1e-07.*fixed at epsilon 3 at delta 1e-07.*--raise"
    ):
        wb.private(shop, budget=wb.Budget(epsilon=5, delta=1e-7))
    with pytest.raises(BudgetError, match=r"unit == 'device_id'.*protects 'user_id'"):
        open_ledger(shop).fix("device_id", None, 1)


def test_an_exhausted_budget_says_what_is_spent_and_draws_nothing(private_shop: PrivateStore) -> None:
    counts(private_shop, 0.9).release()
    before = private_shop.ledger.entries()
    view = counts(private_shop, 0.5)
    assert not view.cost().allowed
    with pytest.raises(
        BudgetError, match=r"asks epsilon 2\.\d+; 2\.\d+ of epsilon 3 at delta 1e-07 is spent, so one more"
    ) as caught:
        view.release()
    assert "Nothing was drawn" in str(caught.value)
    assert private_shop.ledger.entries() == before
    # what the message advises works
    largest = float(str(caught.value).split(".spend(epsilon=")[1].split(")")[0])
    private_shop.table("impressions").limit(rows_per_user=5).measure(n=wb.count()).spend(epsilon=largest).release()
    assert private_shop.spent <= 3


def test_raising_needs_a_reason_that_stays(private_shop: PrivateStore) -> None:
    ledger = private_shop.ledger
    with pytest.raises(InputError, match="needs a reason"):
        ledger.raise_budget(wb.Budget(epsilon=5, delta=1e-7), reason="more")
    with pytest.raises(BudgetError, match="must be above epsilon 3"):
        ledger.raise_budget(wb.Budget(epsilon=2, delta=1e-7), reason="the quarter's review asks for it")
    ledger.raise_budget(wb.Budget(epsilon=5, delta=1e-7), reason="the quarter's review asks for it")
    assert ledger.budget == wb.Budget(epsilon=5, delta=1e-7)
    assert ledger.raises == ("the quarter's review asks for it",)
    ledger.verify()


def test_copying_or_loading_more_resets_nothing(shop: Store, private_shop: PrivateStore, tmp_path: Path) -> None:
    first = counts(private_shop).release()
    copy = open_store(shutil.copytree(shop.folder, tmp_path / "copy"))
    copied = wb.private(copy)
    assert copied.spent == private_shop.spent > 0
    assert counts(copied).cost().rho == 0
    assert counts(copied).release().to_polars().equals(first.to_polars())
    grown = copy.write(
        {"clicks": copy.lazy("impressions").select("impression_id", "ts").tail(1).collect()}, source="later"
    )
    later = wb.private(grown)
    assert later.spent == private_shop.spent
    assert counts(later).cost().rho > 0, "new data is a new question"


def test_two_copies_that_go_on_apart_do_not_share_answers(
    shop: Store, private_shop: PrivateStore, tmp_path: Path
) -> None:
    copy = open_store(shutil.copytree(shop.folder, tmp_path / "copy"))
    one, two = (
        store.write({"users": store.lazy("impressions").select("user_id").drop_nulls().unique().collect()}, source="x")
        for store in (shop, copy)
    )
    rows = private_shop.table("impressions")._rows
    assert one.version == two.version
    assert wb.private(one).data_id(rows) == wb.private(two).data_id(rows), "impressions are still the same"
    users = wb.private(one).table("users")._rows
    assert wb.private(one).data_id(users) != wb.private(two).data_id(users)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entries SET rho_nano = 1 WHERE kind = 'charge'",
        "UPDATE entries SET answer = replace(answer, '[', '[ ') WHERE kind = 'answer'",
        "UPDATE entries SET query = replace(query, '\"limit\":5', '\"limit\":1') WHERE kind = 'charge'",
        "UPDATE entries SET rho_nano = 10000000000 WHERE kind = 'budget'",
        "DELETE FROM entries WHERE kind = 'show'",
        "DELETE FROM entries WHERE seq = 2",
    ],
)
def test_a_changed_ledger_is_found_out_and_releases_nothing(
    shop: Store, private_shop: PrivateStore, change: str
) -> None:
    counts(private_shop).release()
    counts(private_shop, 0.2).release()
    private_shop.ledger._file.close()
    rewritten(file_of(shop), change)
    with pytest.raises(StoreError, match=r"was changed outside the workbench, first at entry \d"):
        wb.private(shop)


def test_triggers_refuse_what_bypasses_the_workbench(shop: Store, private_shop: PrivateStore) -> None:
    counts(private_shop, 0.6).release()
    head = private_shop.ledger.head
    row = f"'charge', '{shop.lineage_id}', 'other', '', '', NULL, 1, {{rho}}, 0, '', NULL, '{head}', 'x'"
    with sqlite3.connect(file_of(shop)) as db:
        db.execute("PRAGMA recursive_triggers = ON")
        for change, message in (
            ("UPDATE entries SET rho_nano = 0", "never changed"),
            ("DELETE FROM entries", "never removed"),
            (f"INSERT INTO entries VALUES (5, {row.format(rho=BUDGET.rho_nano // 2)})", "overspend"),
            (f"INSERT INTO entries VALUES (5, {row.format(rho=-5)})", "CHECK constraint failed"),
            (f"INSERT INTO entries VALUES (9, {row.format(rho=5)})", "does not follow"),
            (f"INSERT OR REPLACE INTO entries VALUES (2, {row.format(rho=5)})", "does not follow"),
            (
                f"INSERT INTO entries VALUES (5, {row.format(rho=0).replace('charge', 'answer')})",
                "answer without a charge",
            ),
        ):
            with pytest.raises(sqlite3.IntegrityError, match=message):
                db.execute(change)
    db.close()
    private_shop.ledger.verify()


def test_only_one_answer_is_ever_kept(private_shop: PrivateStore) -> None:
    question, _ = counts(private_shop).question()
    ledger, other = private_shop.ledger, open_ledger(private_shop.store)
    assert ledger.charge(question, 1)
    assert not other.charge(question, 1), "the second kernel pays nothing"
    assert ledger.store(question.qkey, [[7]], 1) == [[7]]
    assert other.store(question.qkey, [[8]], 1) == [[7]]
    assert other.stored(question.qkey) == [[7]]
    with pytest.raises(BudgetError, match="answer without a charge"):
        ledger.store("never charged", [[1]], 1)


def test_a_damaged_or_foreign_file_is_named(shop: Store, private_shop: PrivateStore) -> None:
    private_shop.ledger._file.close()
    for side in ("", "-wal", "-shm"):
        file_of(shop).with_name(file_of(shop).name + side).unlink(missing_ok=True)
    file_of(shop).write_bytes(b"this is no ledger, alice@shop.com" * 100)
    with pytest.raises(StoreError, match="is damaged: restore it") as caught:
        wb.private(shop)
    assert "alice" not in str(caught.value)


def test_a_locked_ledger_waits_and_then_says_so(
    shop: Store, private_shop: PrivateStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.privacy._ledger_file.WAIT_SECONDS", 0.1)
    private_shop.ledger._file.close()
    with sqlite3.connect(file_of(shop), isolation_level=None) as db:
        db.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="in use by another process"):
            counts(private_shop).release()
        db.execute("ROLLBACK")
    db.close()
    counts(private_shop).release()


def test_the_ledger_shows_what_left_by_whom(private_shop: PrivateStore) -> None:
    release = counts(private_shop).release()
    html = private_shop.ledger._repr_html_()
    assert release.id in html
    assert "protects user_id" in html
    assert [entry.kind for entry in private_shop.ledger.entries()] == ["budget", "charge", "answer", "show"]


def test_printed_a_ledger_says_what_was_asked_by_whom_for_how_much(private_shop: PrivateStore) -> None:
    p = private_shop
    view = p.table("impressions").where("device = 'phone'").per("day", keys=p.public("calendar"))
    release = view.limit(rows_per_user=5).measure(n=wb.count(), clicks=wb.sum("click", 0, 1)).release()
    p.ledger.raise_budget(wb.Budget(4), reason="the board asked for more")
    lines = str(p.ledger).splitlines()
    assert lines[:3] == [
        "Privacy ledger: budget epsilon 4 at delta 1e-07, over all versions and copies of this store",
        f"spent  {p.spent:.3g}",
        f"left   {p.left:.3g}",
    ]
    entries = p.ledger.entries()
    assert len(lines) == 3 + len(entries)
    for line, entry in zip(lines[3:], entries, strict=True):
        assert line.startswith(f"{entry.at[:16].replace('T', ' ')} UTC  {entry.who}  {entry.kind}")
    asked = (
        "rows; click, each row held within 0 to 1 of impressions by day where device = 'phone', at most 5 rows of one"
    )
    assert f"{asked} user_id: epsilon {release.epsilon:.3g}" in lines[4]
    assert lines[6].endswith(f"release {release.id}")
    assert "the board asked for more: epsilon 4" in lines[7]
    assert "where device = &#x27;phone&#x27;" in p.ledger._repr_html_()


def test_printed_a_ledger_without_a_budget_says_so(shop: Store) -> None:
    assert str(open_ledger(shop)) == "Privacy ledger: no budget is fixed yet"
