"""Keys: products of declared domains."""

from datetime import date

import pytest

from workbench.errors import InputError, UnknownNameError
from workbench.privacy.keys import PublicKeys, public_keys
from workbench.store.public import PublicDomain

DECLARED = {
    "devices": PublicDomain("devices", "device", ("phone", "tv")),
    "calendar": PublicDomain("calendar", "day", (date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4))),
    "screens": PublicDomain("screens", "device", ("phone",)),
    "slots": PublicDomain("slots", "slot", tuple(range(500_000))),
}


def test_cells_are_all_combinations_the_last_fastest() -> None:
    keys = public_keys(DECLARED, ["devices", "calendar"])
    assert keys.cells == 6
    assert keys.combinations()[1] == ("phone", date(2026, 3, 3))
    assert keys.ordered(["day", "device"]).combinations()[1] == (date(2026, 3, 2), "tv")
    assert PublicKeys.from_content(keys.content()) == keys


def test_no_keys_make_one_cell() -> None:
    assert (PublicKeys().cells, PublicKeys().combinations()) == (1, [()])


def test_an_undeclared_domain_prints_the_line_to_add() -> None:
    with pytest.raises(UnknownNameError, match=r"did you mean 'devices'.*store.declare\('device', <column>"):
        public_keys(DECLARED, ["device"])


def test_two_domains_of_one_column_are_refused() -> None:
    with pytest.raises(InputError, match="are about one column"):
        public_keys(DECLARED, ["devices", "screens"])


def test_too_many_cells_are_refused() -> None:
    with pytest.raises(InputError, match="1,500,000 cells, must be at most 1,000,000"):
        public_keys(DECLARED, ["slots", "calendar"])
