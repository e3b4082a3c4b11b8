"""What the browser sends is a known request with typed fields, or is refused by the field's name."""

from dataclasses import dataclass
from typing import Literal

import pytest

from workbench.errors import InputError
from workbench.panels.protocol import Ping, Request
from workbench.panels.reading import read_request


@dataclass(frozen=True)
class Part:
    """A part of a request."""

    name: str
    low: float | None


@dataclass(frozen=True)
class Ask(Request):
    """A request with a field of every kind."""

    limit: int
    kind: Literal["count", "sum"]
    parts: tuple[Part, ...]
    values: dict[str, bool]


KNOWN: dict[str, type[Request]] = {"Ask": Ask, "Ping": Ping}
GOOD = {"request": "Ask", "limit": 3, "kind": "sum", "parts": [{"name": "a", "low": None}], "values": {"x": True}}


def test_a_request_is_read_with_its_types() -> None:
    assert read_request(GOOD, KNOWN) == Ask(3, "sum", (Part("a", None),), {"x": True})
    assert read_request({**GOOD, "limit": 3.0}, KNOWN) == read_request(GOOD, KNOWN)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"limit": "3"}, "Ask.limit must be a whole number"),
        ({"limit": 3.5}, "Ask.limit must be a whole number"),
        ({"limit": True}, "Ask.limit must be a whole number"),
        ({"limit": None}, "Ask.limit must be a whole number"),
        ({"kind": "drop table"}, "Ask.kind must be one of 'count', 'sum'"),
        ({"kind": ["sum"]}, "Ask.kind must be one of"),
        ({"parts": {"name": "a"}}, "Ask.parts must be a list"),
        ({"parts": [{"name": "a"}]}, r"Ask.parts\[0\] has the fields low, name: low is missing"),
        ({"parts": [{"name": 1, "low": None}]}, r"Ask.parts\[0\].name must be a text"),
        ({"parts": [{"name": "a", "low": float("inf")}]}, r"Ask.parts\[0\].low must be a number"),
        ({"parts": [{"name": "a" * 30_000, "low": 1}]}, r"Ask.parts\[0\].name must be a text"),
        ({"parts": [{"name": "a", "low": 1}] * 5_000}, "Ask.parts must be a list of at most"),
        ({"values": [1]}, "Ask.values must be an object"),
        ({"values": {"x": 1}}, "Ask.values.x must be true or false"),
        ({"sql": "SELECT 1"}, "sql is missing or extra"),
    ],
)
def test_another_type_is_refused_by_name(changes: dict[str, object], named: str) -> None:
    with pytest.raises(InputError, match=named):
        read_request({**GOOD, **changes}, KNOWN)


@pytest.mark.parametrize("content", [None, [], "Ping", {}, {"request": 1}, {"request": "Sql"}, {"request": ["Ping"]}])
def test_what_is_no_request_is_refused(content: object) -> None:
    with pytest.raises(InputError, match="must be one of Ask, Ping"):
        read_request(content, KNOWN)
