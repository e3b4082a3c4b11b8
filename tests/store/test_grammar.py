"""The mapping grammar: every slip is named with its place."""

from typing import Any

import pytest

from workbench.errors import InputError
from workbench.store._grammar import parse_mapping
from workbench.store.mapping import Value, When


def mapping(impressions: dict[str, Any], **file: object) -> dict[str, Any]:
    return {"file": [{"impressions": {"impression_id": "id", **impressions}, **file}]}


def test_a_mapping_is_read() -> None:
    content = mapping(
        {
            "ts": {"column": "time", "unit": "ms"},
            "policy": {"path": "folder", "one_of": ["a", "b"]},
            "affinity": {"pick": "affinity_{item}"},
            "keep": "f_*",
            "when": {"column": "shown", "is": [1, 2]},
        },
        name="*.csv",
        missing=["-1"],
    )
    (file,) = parse_mapping(content, name="shop.toml").files
    (table,) = file.tables
    assert table.values["impression_id"] == Value(column="id")
    assert table.values["ts"] == Value(column="time", unit="ms")
    assert table.values["affinity"].picked == ("affinity_", "item", "")
    assert table.when == When("shown", (1, 2))
    assert (file.names, file.missing, table.keep) == (("*.csv",), ("-1",), ("f_*",))
    assert table.kept(["f_1", "g", "f_2"]) == ["f_1", "f_2"]
    assert file.wanted() == ["id", "time", "item", "shown"]
    assert file.fits("log.csv.gz")
    assert not file.fits("log.tsv")


def test_another_mapping_has_another_digest() -> None:
    one, two = mapping({"ts": "time"}), mapping({"ts": "other"})
    assert parse_mapping(one, name="a").digest == parse_mapping(one, name="b").digest
    assert parse_mapping(one, name="a").digest != parse_mapping(two, name="a").digest


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({}, r"shop.toml has no \[\[file\]\] block"),
        ({"file": [{}]}, "file 1 fills no table"),
        ({"file": [3]}, "file 1 must be a part"),
        ({"file": [{"impresions": {}}]}, "did you mean 'impressions'"),
        ({"file": [{"impressions": {"ts": "time"}}]}, "does not fill impression_id"),
        ({"file": [{"behaviour": {"user_id": "u", "once": True}}]}, "only where rows have a key"),
        ({"file": [{"feedback": {"impression_id": {"row": True}}}]}, "cannot be a row number"),
        (mapping({"ts": {"colum": "time"}}), "did you mean 'column'"),
        (mapping({"ts": {}}), "must have exactly one"),
        (mapping({"ts": {"column": "a", "value": 1}}), "has 2 of column"),
        (mapping({"ts": {"column": ""}}), "column must be text"),
        (mapping({"ts": {"column": "time", "unit": "cents"}}), "unit == 'cents', must be one of ms, s, us"),
        (mapping({"cost_micros": {"column": "cost", "unit": "yuan"}}), "must be one of cents, decimal, micros"),
        (mapping({"size": {"column": "size", "unit": "cents"}}), "columns end in _micros"),
        (mapping({"ts": {"column": "time", "zone": "Mars"}}), "must be a time zone"),
        (mapping({"policy": {"path": "drive"}}), "path == 'drive'"),
        (mapping({"ad_id": {"column": "ad", "prefix": "{campaign}-"}}), "prefix may hold"),
        (mapping({"affinity": {"pick": "affinity"}}), "must name one column in braces"),
        (mapping({"position": {"column": "p", "type": "text"}}), "position is always INTEGER"),
        (mapping({"extra": {"column": "p", "type": "word"}}), "type == 'word'"),
        (mapping({"extra": {"column": "p", "personal": "yes"}}), "personal must be true or false"),
        (mapping({"user_id": {"path": "folder"}}), "names people: fill it from a column"),
        (mapping({"extra": {"value": [1]}}), "value must be text, a number"),
        (mapping({"impression_id": {"row": False}}), "row must be true"),
        (mapping({"when": {"column": "click"}}), "when must be"),
        (mapping({"when": {"column": "click", "is": [1, "1"]}}), "mixes text and numbers"),
        (mapping({"when": {"column": "click", "is": {}}}), "is must be text, a number"),
        (mapping({"keep": [1]}), "keep must be text or a list"),
        (mapping({}, delimiter="::"), "has 2 characters"),
    ],
)
def test_a_slip_is_named(content: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_mapping(content, name="shop.toml")
