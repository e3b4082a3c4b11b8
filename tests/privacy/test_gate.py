"""The gate's order: charge, draw, store, show, whatever breaks in between."""

from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest

import workbench as wb
from workbench.errors import BudgetError, DataError, InputError
from workbench.privacy import gate
from workbench.privacy.bounding import forget_bounded
from workbench.privacy.keys import PublicKeys
from workbench.privacy.private import PrivateStore
from workbench.privacy.view import View
from workbench.store.access import access_log
from workbench.store.public import PublicDomain
from workbench.store.store import Store


@pytest.fixture
def view(private_shop: PrivateStore) -> View:
    return private_shop.table("impressions").limit(rows_per_user=5).measure(n=wb.count())


def test_what_breaks_after_the_charge_leaves_it_spent_and_the_retry_is_free(
    private_shop: PrivateStore, view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> list[int]:
        raise DataError("the disk went away")

    with monkeypatch.context() as patch:
        patch.setattr(gate, "draw", broken)
        with pytest.raises(DataError):
            view.release()
    spent = private_shop.spent
    assert spent > 0
    assert [entry.kind for entry in private_shop.ledger.entries()] == ["budget", "charge"]
    view.release()
    assert private_shop.spent == spent
    private_shop.ledger.verify()


def test_nothing_is_read_or_drawn_when_the_budget_forbids_it(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    view.spend(share=1).release()
    monkeypatch.setattr(gate, "bounded_table", lambda *_: pytest.fail("rows were read"))
    monkeypatch.setattr(gate, "draw", lambda *_: pytest.fail("noise was drawn"))
    with pytest.raises(BudgetError):
        view.spend(share=0.2).release()


def test_an_answer_is_durable_before_it_is_shown(
    private_shop: PrivateStore, view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(private_shop.ledger), "answer", lambda *_: pytest.fail("killed before showing"))
    with pytest.raises(pytest.fail.Exception):
        view.release()
    question, _ = view.question()
    kept = private_shop.ledger.stored(question.qkey)
    monkeypatch.undo()
    assert kept == [[view.release().to_polars()["n"][0]]]


def test_the_loser_of_a_race_shows_the_winners_answer(
    private_shop: PrivateStore, view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    question, _ = view.question()
    real = gate.draw

    def beaten(*arguments: object) -> list[int]:
        private_shop.ledger.store(question.qkey, [[12_345]], 1)
        return real(*arguments)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(gate, "draw", beaten)
    assert view.release().to_polars()["n"][0] == 12_345


def test_a_bounded_table_that_was_removed_is_made_again(private_shop: PrivateStore, view: View) -> None:
    view.release()
    forget_bounded(private_shop.store.lineage_id)
    view.where("hour > 3").release()


def test_releases_are_in_the_access_log(private_shop: PrivateStore, view: View) -> None:
    release = view.release()
    entries = [entry for entry in access_log(private_shop.store.folder) if entry.action == "release"]
    assert [entry.subject for entry in entries] == [release.id]


@pytest.mark.parametrize(
    "domain",
    [
        PublicDomain("large", "position", (1, 2**70)),
        PublicDomain("text", "position", ("1", "2")),
        PublicDomain("gone", "no_such_column", ("a",)),
    ],
    ids=lambda domain: domain.name,
)
def test_what_cannot_be_computed_is_refused_before_the_charge(
    private_shop: PrivateStore, view: View, domain: PublicDomain
) -> None:
    question, shown = view.question()
    with pytest.raises(InputError, match="nothing was charged"):
        gate.pass_gate(private_shop.store, private_shop.ledger, replace(question, keys=PublicKeys((domain,))), shown)
    assert private_shop.spent == 0


def test_own_columns_named_like_derived_ones_change_nothing(make_shop: Callable[..., Store], shop: Store) -> None:
    impressions = shop.lazy("impressions").with_columns(Click=pl.lit(7), Day=pl.lit("x"), Order=pl.lit(9)).collect()
    p = wb.private(make_shop("named", impressions=impressions), budget=wb.Budget(epsilon=100))
    view = p.table("impressions").per("day", keys=p.public("calendar")).limit(rows_per_user=200)
    found = view.measure(c=wb.sum("click", 0, 10), o=wb.sum("order", 0, 10)).spend(share=1).release().to_polars()
    people = shop.lazy("impressions").drop_nulls("user_id")
    for name, table in (("c", "clicks"), ("o", "conversions")):
        happened = shop.lazy(table)
        happened = happened.filter(pl.col("kind") == "order") if table == "conversions" else happened
        exact = people.join(happened, on="impression_id").select(pl.len()).collect().item()
        # Over three cells with sigma s, six standard errors of the sum are missed once in 5e8.
        error = (found[f"{name}_high"] - found[name])[0] / 1.96
        assert abs(found[name].sum() - exact) <= 6 * error * 3**0.5 + 1
