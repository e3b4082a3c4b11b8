"""Public domains."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from workbench.errors import InputError
from workbench.store.public import PublicDomain, domain_from_json, domain_to_json, public_domain
from workbench.store.store import create_store, open_store


@pytest.mark.parametrize("values", [["phone", "desktop"], [3, 1, 2], [date(2024, 1, 2), date(2024, 1, 1)]])
def test_a_domain_keeps_its_values_in_declared_order(values: list[str | int | date]) -> None:
    domain = public_domain("name", "column", values)
    assert domain_from_json("name", domain_to_json(domain)) == domain == PublicDomain("name", "column", tuple(values))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([], "no values"),
        (["a", "a"], "twice"),
        (["a", 1], "mixes"),
        ([True], "mixes"),
        ([datetime(2024, 1, 1, tzinfo=UTC)], "mixes"),
    ],
)
def test_what_is_no_domain_is_refused(values: list[str | int | date], message: str) -> None:
    with pytest.raises(InputError, match=message):
        public_domain("name", "column", values)


def test_declarations_outlive_the_session_and_cannot_change(tmp_path: Path) -> None:
    store = create_store(tmp_path / "shop")
    store.declare("devices", "device", ["phone", "desktop"])
    store.declare("devices", "device", ["phone", "desktop"])
    assert open_store(tmp_path / "shop").public["devices"].values == ("phone", "desktop")
    assert store.refresh().version == 0
    with pytest.raises(InputError, match="already declared with other values"):
        store.declare("devices", "device", ["desktop", "phone"])
