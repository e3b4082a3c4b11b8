"""Masked samples: no person's value is among them, whatever the column is called."""

import random

import polars as pl
import pytest

from workbench.store.choices import ColumnChoice, FileChoice
from workbench.store.masking import masked_samples
from workbench.store.pseudonyms import PseudonymKey

KEY = PseudonymKey(bytes(32))


def samples(columns: dict[str, list[str]], **targets: str) -> dict[str, tuple[str, ...]]:
    choices = tuple(ColumnChoice(name, targets.get(name, "field")) for name in columns)
    return masked_samples(
        pl.DataFrame(columns), FileChoice(("x.csv",), "", "impressions", "UTC", False, (), choices), KEY
    )


def test_common_values_are_shown_and_rare_ones_are_not() -> None:
    found = samples({"device": ["phone"] * 30 + ["pc"] * 20 + ["Lin Wei"], "bid": [f"{n}.25" for n in range(51)]})
    assert found == {"device": ("phone", "pc", "aaa aaa"), "bid": ("9.99", "99.99")}


def test_people_are_shown_by_the_beginning_of_a_pseudonym() -> None:
    found = samples({"uid": ["u1"] * 40, "ip": ["10.0.0.1"] * 40}, uid="user_id", ip="pseudonym")
    assert found == {"uid": (f"{KEY.pseudonym('u1')[:3]}…",), "ip": (f"{KEY.pseudonym('10.0.0.1')[:3]}…",)}


def test_addresses_and_numbers_of_people_are_masked_however_common() -> None:
    assert samples({"a": ["lin@shop.cn"] * 40, "b": ["13900000000"] * 40, "c": ["10.1.2.3"] * 40}) == {
        "a": ("aaa@aaaa.aa",),
        "b": ("99999999999",),
        "c": ("99.9.9.9",),
    }


@pytest.mark.parametrize(
    "person",
    [
        "Anna Schmidt {}",
        "138-0000-80{:02d}",
        "2001:db8::{}",
        "aa:bb:cc:dd:ee:{:02d}",
        "{} High Street",
        "1000{:02d}",
        "मोहन {}",
    ],
)
def test_busy_people_are_not_shown_for_having_many_rows(person: str) -> None:
    cells = [person.format(n % 50) for n in range(1_000)]
    shown = samples({"c": cells})["c"]
    assert not set(cells) & set(shown)
    assert not any("म" in one or "ो" in one for one in shown)


def test_a_value_of_few_people_is_not_shown_where_people_are_known() -> None:
    users = [f"u{n % 12}" for n in range(240)]
    town = ["Bern" if user in {"u1", "u2"} else "Paris" for user in users]
    assert samples({"uid": users, "town": town}, uid="user_id")["town"] == ("Paris", "aaaa")


def test_no_rare_value_is_ever_among_them() -> None:
    draw = random.Random(5)
    letters = "abcXYZ0189 ._-是我"
    for _ in range(200):
        cells = ["".join(draw.choices(letters, k=draw.randint(2, 30))) for _ in range(40)]
        rare = {cell for cell in cells if any(sign.isalnum() and sign not in "a9字" for sign in cell)}
        assert not rare & set(samples({"c": cells})["c"])
