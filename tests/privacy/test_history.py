"""What left, when and by whom: events put together from the ledger's entries."""

import pytest

import workbench as wb
from workbench.privacy import gate
from workbench.privacy.history import Event, ledger_events
from workbench.privacy.measures import Measured
from workbench.privacy.private import PrivateStore


def events(opened: PrivateStore) -> tuple[Event, ...]:
    return ledger_events(opened.ledger.entries(), opened.budget)


def test_a_release_is_one_event_and_a_second_reading_of_it_costs_nothing(private_shop: PrivateStore) -> None:
    view = private_shop.table("impressions").where("device = 'phone'").limit(rows_per_user=10).spend(epsilon=0.5)
    per = view.per("campaign_id", keys=private_shop.public("campaigns"))
    first = per.measure(n=wb.count(), clicks=wb.sum("click", 0, 1)).release()
    second = per.measure(rows=wb.count(), c=wb.sum("click", 0, 1), ctr=wb.ratio("c", "rows")).release()
    fixed, one, other = events(private_shop)
    assert (fixed.kind, fixed.epsilon, fixed.subject) == ("budget", 3, None)
    assert [event.release for event in (one, other)] == [first.id, second.id]
    assert one.epsilon == private_shop.spent == first.epsilon
    assert other.epsilon == 0
    assert one.subject is not None
    assert other.subject is not None
    assert (one.subject.where, one.subject.keys, one.subject.limit) == (first.where, ("campaign_id",), 10)
    assert one.subject.measures == {"n": Measured("count"), "clicks": Measured("sum", "click")}
    assert other.subject.measures["ctr"] == ("c", "rows")


def test_a_charge_that_was_never_shown_is_told_apart(
    private_shop: PrivateStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = private_shop.table("impressions").where("device = 'phone'").limit(rows_per_user=10).measure(n=wb.count())
    with monkeypatch.context() as killed:
        killed.setattr(gate, "draw", lambda *_: pytest.fail("killed"))
        with pytest.raises(pytest.fail.Exception):
            view.release()
    charge = events(private_shop)[-1]
    assert (charge.kind, charge.release, charge.epsilon) == ("charge", "", private_shop.spent)
    assert charge.subject is not None
    assert charge.subject.where == "…"
    view.release()
    assert [event.kind for event in events(private_shop)] == ["budget", "release"]


def test_a_raise_says_its_reason_on_one_line(private_shop: PrivateStore) -> None:
    private_shop.ledger.raise_budget(wb.Budget(epsilon=4, delta=1e-7), reason="two more\nquarters")
    raised = events(private_shop)[-1]
    assert (raised.kind, raised.epsilon, raised.reason) == ("raise", 4, "two more quarters")
