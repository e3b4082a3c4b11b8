"""Reading a mapping: every slip is named with the place where it stands."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from workbench.checks import check_name
from workbench.errors import InputError
from workbench.schema import TABLES, Table
from workbench.store.mapping import (
    FIELD_TYPES,
    PATH_PARTS,
    FileMapping,
    LogMapping,
    Personal,
    TableMapping,
    Value,
    When,
)
from workbench.store.pseudonyms import is_personal

__all__ = ["parse_mapping"]

_KINDS = ("column", "value", "path", "row", "pick")
_VALUE_WORDS = (*_KINDS, "prefix", "unit", "format", "zone", "type", "personal", "one_of")
_TABLE_WORDS = ("when", "keep", "once")
_FILE_WORDS = ("name", "delimiter", "table", "missing")
_TIME_UNITS = ("s", "ms", "us")
_MONEY_UNITS = ("decimal", "cents", "micros")


def parse_mapping(content: Mapping[str, object], *, name: str) -> LogMapping:
    """Read a mapping from TOML's (or a caller's) dict.

    Args:
        content: The dict; see `workbench.store.mapping` for its grammar.
        name: What to call it in messages, for example its file's name.

    Returns:
        The mapping.

    Raises:
        InputError: If it does not follow the grammar; the message names the place.
    """
    blocks = content.get("file")
    if not isinstance(blocks, list) or not blocks:
        raise InputError(f"mapping {name} has no [[file]] block: write one with a [file.impressions] part in it")
    files = _with_personal([_file(block, f"{name}, file {number}") for number, block in enumerate(blocks, 1)], name)
    canonical = json.dumps(blocks, sort_keys=True, ensure_ascii=False, default=str).encode()
    return LogMapping(files, hashlib.sha256(canonical).hexdigest())


def _file(block: object, place: str) -> FileMapping:
    given = _dict(block, place)
    parts = {word: part for word, part in given.items() if word not in _FILE_WORDS}
    for word in parts:
        check_name(word, [*TABLES, *_FILE_WORDS], name=f"mapping {place}: part")
    if not parts:
        raise InputError(f"mapping {place} fills no table: add a part such as [file.impressions]")
    tables = [_table(TABLES[word], part, f"{place}, {word}") for word, part in parts.items()]
    in_order = sorted(tables, key=lambda table: list(TABLES).index(table.table))
    delimiter = _text_or_none(given, "delimiter", place)
    if delimiter is not None and len(delimiter) != 1:
        raise InputError(f"mapping {place}: delimiter has {len(delimiter)} characters, must have one")
    inner = _text_or_none(given, "table", place)
    return FileMapping(_texts(given, "name", place), delimiter, inner, _texts(given, "missing", place), tuple(in_order))


def _with_personal(files: Sequence[FileMapping], name: str) -> tuple[FileMapping, ...]:
    """Tell every part which columns name people in any of them: they become pseudonyms wherever they are used."""
    named = [
        value
        for file in files
        for part in file.tables
        for target, value in part.values.items()
        if value.personal or is_personal(target)
    ]
    personal = Personal(
        frozenset(value.column.lower() for value in named if value.column is not None),
        frozenset((before.lower(), after.lower()) for before, _, after in (v.picked for v in named if v.pick)),
    )
    for number, file in enumerate(files, 1):
        for part in file.tables:
            for target, value in part.values.items():
                known = TABLES[part.table].column(target)
                if known and known.type != "VARCHAR" and value.column and personal.holds(value.column):
                    raise InputError(
                        f"mapping {name}, file {number}: {target} is {known.type}, "
                        f"it cannot hold the pseudonyms of {value.column!r}"
                    )
    return tuple(
        replace(file, tables=tuple(replace(part, personal=personal) for part in file.tables)) for file in files
    )


def _table(table: Table, part: object, place: str) -> TableMapping:
    given = _dict(part, place)
    values = {name: _value(table, name, value, place) for name, value in given.items() if name not in _TABLE_WORDS}
    if values.get("impression_id", Value()).row and table.name == "feedback":
        raise InputError(f"mapping {place}: impression_id cannot be a row number, feedback is about an impression")
    absent = [column.name for column in table.columns if column.required and column.name not in values]
    if absent:
        raise InputError(f"mapping {place} does not fill {', '.join(absent)}, which every row of {table.name} needs")
    once = given.get("once", False)
    if not isinstance(once, bool) or (once and not table.key):
        raise InputError(f"mapping {place}: once must be true or false, and true only where rows have a key")
    return TableMapping(table.name, values, _texts(given, "keep", place), _when(given.get("when"), place), once)


def _value(table: Table, name: str, given: object, place: str) -> Value:
    where = f"{place}.{name}"
    if isinstance(given, str):
        return Value(column=given)
    value = _dict(given, where)
    for word in value:
        check_name(word, _VALUE_WORDS, name=f"mapping {where}: word")
    kinds = [kind for kind in _KINDS if kind in value]
    if len(kinds) != 1:
        raise InputError(f"mapping {where} has {len(kinds)} of {', '.join(_KINDS)}, must have exactly one")
    pick = _text_or_none(value, "pick", where)
    if pick is not None and (pick.count("{") != 1 or pick.count("}") != 1 or pick.index("{") > pick.index("}")):
        raise InputError(f"mapping {where}: pick must name one column in braces, e.g. 'affinity_{{item_id}}'")
    path = _text_or_none(value, "path", where)
    if path is not None:
        check_name(path, PATH_PARTS, name=f"mapping {where}: path")
    if value.get("row", True) is not True:
        raise InputError(f"mapping {where}: row must be true: leave it out where another thing fills the column")
    constant = value.get("value")
    if constant is not None and not isinstance(constant, str | int | float | bool):
        raise InputError(f"mapping {where}: value must be text, a number or true/false")
    personal = value.get("personal", False)
    if not isinstance(personal, bool):
        raise InputError(f"mapping {where}: personal must be true or false")
    if (personal or is_personal(name)) and not {"column", "pick"} & set(kinds):
        raise InputError(f"mapping {where} names people: fill it from a column of the file")
    return Value(
        column=_text_or_none(value, "column", where),
        constant=constant,
        path=path,
        row="row" in value,
        pick=pick,
        prefix=_prefix(value, where),
        unit=_unit(table, name, value, where),
        format=_text_or_none(value, "format", where),
        zone=_zone(value, where),
        type=_type(table, name, value, where),
        personal=personal,
        one_of=_texts(value, "one_of", where),
    )


def _when(given: object, place: str) -> When | None:
    if given is None:
        return None
    where = f"{place}.when"
    condition = _dict(given, where)
    if set(condition) != {"column", "is"} or not isinstance(condition["column"], str):
        raise InputError(f'mapping {where} must be {{ column = "...", is = ... }}')
    wanted = condition["is"] if isinstance(condition["is"], list) else [condition["is"]]
    if not wanted or not all(isinstance(cell, str | int | float) for cell in wanted):
        raise InputError(f"mapping {where}: is must be text, a number or a list of them")
    if len({isinstance(cell, str) for cell in wanted}) > 1:
        raise InputError(f"mapping {where}: is mixes text and numbers, must be all of one kind")
    return When(condition["column"], tuple(cell for cell in wanted if isinstance(cell, str | int | float)))


def _unit(table: Table, name: str, value: Mapping[str, object], where: str) -> str | None:
    unit = _text_or_none(value, "unit", where)
    if unit is None:
        return None
    column = table.column(name)
    time = column.type == "TIMESTAMP" if column else value.get("type") == "time"
    check_name(unit, _TIME_UNITS if time else _MONEY_UNITS, name=f"mapping {where}: unit")
    if not time and not name.endswith("_micros"):
        raise InputError(f"mapping {where}: unit {unit!r} is for money, whose columns end in _micros")
    return unit


def _type(table: Table, name: str, value: Mapping[str, object], where: str) -> str | None:
    word = _text_or_none(value, "type", where)
    if word is None:
        return "BIGINT" if "unit" in value and name.endswith("_micros") else None
    column = table.column(name)
    if column is not None:
        raise InputError(f"mapping {where}: {name} is always {column.type}, leave its type out")
    check_name(word, FIELD_TYPES, name=f"mapping {where}: type")
    return FIELD_TYPES[word]


def _zone(value: Mapping[str, object], where: str) -> str | None:
    zone = _text_or_none(value, "zone", where)
    if zone is not None:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            raise InputError(
                f"mapping {where}: zone == {zone!r}, must be a time zone such as 'Asia/Shanghai'"
            ) from None
    return zone


def _prefix(value: Mapping[str, object], where: str) -> str:
    prefix = _text_or_none(value, "prefix", where) or ""
    try:
        prefix.format(**dict.fromkeys(PATH_PARTS, ""))
    except (KeyError, ValueError, IndexError):
        parts = ", ".join(f"{{{part}}}" for part in PATH_PARTS)
        raise InputError(f"mapping {where}: prefix may hold {parts} in braces, nothing else") from None
    return prefix


def _dict(given: object, place: str) -> dict[str, object]:
    if not isinstance(given, dict):
        raise InputError(f"mapping {place} must be a part with words in it, see data/README.md for the grammar")
    return given


def _text_or_none(given: Mapping[str, object], word: str, place: str) -> str | None:
    text = given.get(word)
    if text is not None and (not isinstance(text, str) or not text):
        raise InputError(f"mapping {place}: {word} must be text")
    return text


def _texts(given: Mapping[str, object], word: str, place: str) -> tuple[str, ...]:
    texts = given.get(word, [])
    listed = [texts] if isinstance(texts, str) else texts
    if not isinstance(listed, list) or not all(isinstance(text, str) for text in listed):
        raise InputError(f"mapping {place}: {word} must be text or a list of texts")
    return tuple(listed)
