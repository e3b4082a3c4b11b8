"""From choices to a mapping: as the grammar takes it, the same as TOML, and refused where it makes no sense."""

import tomllib
from dataclasses import replace

import pytest

from workbench.errors import InputError, UnknownNameError
from workbench.store._grammar import parse_mapping
from workbench.store.choices import ColumnChoice, FileChoice, choice_mapping, mapping_toml

LOG = FileChoice(
    names=("log [1].csv.gz", '的"quoted".csv'),
    inner="",
    table="impressions",
    zone="Asia/Shanghai",
    once=False,
    missing=("NULL", "-1"),
    columns=(
        ColumnChoice("time", "ts"),
        ColumnChoice("uid", "user_id"),
        ColumnChoice("cost\x7f\\", "cost_micros", "cents"),
        ColumnChoice("ip", "pseudonym"),
        ColumnChoice("clk", "click"),
        ColumnChoice("buy", "order"),
        ColumnChoice("amount", "revenue"),
        ColumnChoice("row", ""),
        *(ColumnChoice(f"f{n}", "field") for n in range(12)),
        ColumnChoice("hour", "field"),
    ),
)


def test_a_mapping_follows_from_choices() -> None:
    (block,) = choice_mapping([LOG])["file"]  # type: ignore[misc]  # it is a list
    assert block == {
        "name": ["log [[]1].csv", '的"quoted".csv'],
        "missing": ["NULL", "-1"],
        "impressions": {
            "impression_id": {"row": True},
            "ts": {"column": "time", "zone": "Asia/Shanghai"},
            "user_id": "uid",
            "cost_micros": {"column": "cost\x7f\\", "unit": "cents"},
            "ip": {"column": "ip", "personal": True},
            "keep": ["f[0-9]*", "hour"],
        },
        "clicks": {
            "when": {"column": "clk", "is": [1]},
            "impression_id": {"row": True},
            "ts": {"column": "time", "zone": "Asia/Shanghai"},
        },
        "conversions": {
            "when": {"column": "buy", "is": [1]},
            "impression_id": {"row": True},
            "ts": {"column": "time", "zone": "Asia/Shanghai"},
            "kind": {"value": "order"},
            "revenue_micros": {"column": "amount", "unit": "decimal"},
        },
    }


def test_toml_says_the_same() -> None:
    mapping = choice_mapping([LOG, replace(LOG, names=("b.duckdb",), inner='my "table"', zone="UTC")])
    written = tomllib.loads(mapping_toml(mapping, about="of a test"))
    assert parse_mapping(written, name="x") == parse_mapping(mapping, name="x")
    assert parse_mapping(written, name="x").digest == parse_mapping(mapping, name="x").digest


@pytest.mark.parametrize(
    ("one", "given"),
    [
        (ColumnChoice("t", "ts", "s"), {"column": "t", "unit": "s"}),
        (ColumnChoice("t", "ts", "%Y%m%d"), {"column": "t", "format": "%Y%m%d", "zone": "Asia/Shanghai"}),
        (ColumnChoice("t", "cost_micros"), {"column": "t", "unit": "decimal"}),
        (ColumnChoice("t", "position"), "t"),
    ],
)
def test_units_are_written_where_they_mean_something(one: ColumnChoice, given: object) -> None:
    (block,) = choice_mapping([replace(LOG, columns=(one,))])["file"]  # type: ignore[misc]  # it is a list
    assert block["impressions"][one.target] == given


def test_words_for_yes_make_clicks_too() -> None:
    (block,) = choice_mapping([replace(LOG, columns=(ColumnChoice("clk", "click", "true"),))])["file"]  # type: ignore[misc]
    assert block["clicks"]["when"] == {"column": "clk", "is": ["true", "True", "TRUE"]}


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ((ColumnChoice("devtype", "device"), ColumnChoice("device", "field")), "which 'devtype' fills"),
        ((ColumnChoice("device", "pseudonym"),), "let it go to device"),
        ((ColumnChoice("keep", "pseudonym"),), "cannot be kept under that name"),
    ],
)
def test_names_that_mean_another_thing_are_not_kept(columns: tuple[ColumnChoice, ...], said: str) -> None:
    with pytest.raises(InputError, match=said):
        choice_mapping([replace(LOG, columns=columns)])


def test_patterns_never_bring_in_what_was_left_out() -> None:
    columns = (*LOG.columns, ColumnChoice("f99", ""))
    (block,) = choice_mapping([replace(LOG, columns=columns)])["file"]  # type: ignore[misc]  # it is a list
    assert block["impressions"]["keep"] == [*(f"f{n}" for n in range(12)), "hour"]


def test_files_may_be_left_out() -> None:
    assert len(choice_mapping([LOG, replace(LOG, table="")])["file"]) == 1  # type: ignore[arg-type]  # it is a list
    with pytest.raises(InputError, match="no file is to be loaded"):
        choice_mapping([replace(LOG, table="")])


def test_choices_that_make_no_sense_are_refused() -> None:
    with pytest.raises(InputError, match="'a' and 'b' both go to ts"):
        choice_mapping([replace(LOG, columns=(ColumnChoice("a", "ts"), ColumnChoice("b", "ts")))])
    with pytest.raises(InputError, match="belongs to an order"):
        choice_mapping([replace(LOG, columns=(ColumnChoice("a", "revenue"),))])
    with pytest.raises(UnknownNameError, match="positon"):
        choice_mapping([replace(LOG, columns=(ColumnChoice("a", "positon"),))])
    with pytest.raises(UnknownNameError, match="rows"):
        choice_mapping([replace(LOG, table="impresions")])
