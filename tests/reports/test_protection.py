"""What a shared report says about its cells: when they were declared, and only those it shows."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from workbench.privacy.budget import Budget
from workbench.privacy.measures import count
from workbench.privacy.private import PrivateStore, private
from workbench.privacy.release import Release
from workbench.reports.protection import Protection, protection_of
from workbench.simulation.demo import demo


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory, workbench_home: Path) -> PrivateStore:
    assert workbench_home.is_dir()
    return private(demo(tmp_path_factory.mktemp("protection") / "shop", impressions=2_000, seed=6), budget=Budget(3))


def by(gate: PrivateStore, column: str, domain: str) -> Release:
    view = gate.table("impressions").per(column, keys=gate.public(domain)).limit(rows_per_user=5)
    return view.spend(epsilon=0.1).measure(n=count()).release()


def facts(protection: Protection) -> dict[str, str]:
    return {fact.label: fact.value for fact in protection.facts if fact.label.startswith("Public values")}


def test_the_demo_declares_its_domains_before_its_data(gate: PrivateStore) -> None:
    assert {domain.declared_at for domain in gate.store.public.values()} == {0}


def test_a_domain_declared_after_data_is_said_to_be(gate: PrivateStore) -> None:
    gate.store.declare("spotted", "device", ["phone", "tv"])
    both = [by(gate, "device", "spotted"), by(gate, "day", "calendar")]
    made = protection_of(gate.ledger, gate.store, both)
    assert facts(made) == {
        "Public values of spotted": "device: phone, tv; declared at store version 1, after data was loaded",
        "Public values of calendar": "day: 28 days from 2026-03-02 to 2026-03-29; declared before any data was loaded",
    }
    assert "Not all cells were declared before data was loaded" in made.text
    assert "tells nothing" not in made.text


def test_only_the_domains_shown_are_listed(gate: PrivateStore) -> None:
    made = protection_of(gate.ledger, gate.store, [by(gate, "day", "calendar")])
    assert list(facts(made)) == ["Public values of calendar"]
    assert "The cells were declared before any data was loaded" in made.text
    total = gate.table("impressions").limit(rows_per_user=5).measure(n=count()).release()
    alone = protection_of(gate.ledger, gate.store, [total])
    assert facts(alone) == {}
    assert "declared" not in alone.text


def test_a_domain_that_this_copy_declares_otherwise_is_not_vouched_for(gate: PrivateStore, tmp_path: Path) -> None:
    release = by(gate, "day", "calendar")
    other = demo(tmp_path / "other", impressions=2_000, seed=7)
    assert "declared before" in str(facts(protection_of(gate.ledger, other, [release])))
    other.declare("later", "day", [date(2026, 3, 2) + timedelta(days=at) for at in range(2)])
    gate.store.declare("later", "day", [date(2026, 3, 2)])
    found = facts(protection_of(gate.ledger, other, [by(gate, "day", "later")]))
    assert found["Public values of later"].endswith("not declared in this copy of the store")
