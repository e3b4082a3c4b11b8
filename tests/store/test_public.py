"""Public domains."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from workbench.errors import InputError
from workbench.store.public import PublicDomain, domain_from_json, domain_to_json, public_domain
from workbench.store.store import create_store, open_store


@pytest.mark.parametrize("values", [["phone", "desktop"], [3, 1, 2], [date(2024, 1, 2), date(2024, 1, 1)]])
def test_a_domain_keeps_its_values_in_declared_order(values: list[str | int | date]) -> None:
    domain = public_domain("name", "column", values)
    read = domain_from_json("name", domain_to_json(domain), declared_at=3)
    assert read == domain == PublicDomain("name", "column", tuple(values))
    assert (read.declared_at, domain.declared_at) == (3, 0)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([], "no values"),
        (["a", "a"], "twice"),
        (["a", 1], "mixes"),
        ([True], "mixes"),
        ([2**63], "beyond 64 bits"),
        ([-(2**63) - 1], "beyond 64 bits"),
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


def test_a_declaration_says_whether_data_was_there(tmp_path: Path) -> None:
    store = create_store(tmp_path / "shop")
    store.declare("devices", "device", ["phone"])
    store.write({"impressions": pl.DataFrame({"impression_id": ["i1"]})}, source="test")
    store.declare("places", "geo", ["north"])
    store.declare("devices", "device", ["phone"])  # Said again: the first time counts.
    declared = open_store(store.folder).public
    assert {name: domain.declared_at for name, domain in declared.items()} == {"devices": 0, "places": 1}


def test_a_declaration_of_an_unknown_time_is_not_called_early(tmp_path: Path) -> None:
    store = create_store(tmp_path / "shop")
    store.declare("devices", "device", ["phone"])
    store = store.write({"impressions": pl.DataFrame({"impression_id": ["i1"]})}, source="test")
    catalog = json.loads((store.folder / "store.json").read_text())
    del catalog["public"]["devices"]["declared_at"]
    (store.folder / "store.json").write_text(json.dumps(catalog))
    assert store.public["devices"].declared_at == store.version == 1
