"""What a person chose for each column of a log, and the mapping that follows from it."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from glob import escape

from workbench.checks import check_name
from workbench.errors import InputError
from workbench.schema import TABLES
from workbench.store._inputs import bare_name

__all__ = [
    "FIELD",
    "OUTCOMES",
    "PSEUDONYM",
    "TRUE",
    "ColumnChoice",
    "FileChoice",
    "choice_mapping",
    "mapping_toml",
    "targets",
]

FIELD, PSEUDONYM = "field", "pseudonym"
"""Kept under its own name, as it is or as pseudonyms."""

TRUE = "true"
"""Unit of an outcome that is written as true and false, not as 1 and 0."""

OUTCOMES = ("click", "order", "revenue")
"""What came of an impression, in the impression's own row."""


@dataclass(frozen=True)
class ColumnChoice:
    """Where one column of a file goes.

    Attributes:
        column: Its name in the file.
        target: A column of the file's table, an outcome, `field`, `pseudonym`, or empty: left out.
        unit: How a time or money is written: a unit of the mapping grammar, or strptime's signs; empty for neither.
    """

    column: str
    target: str
    unit: str = ""


@dataclass(frozen=True)
class FileChoice:
    """Where the columns of files of one kind go.

    Attributes:
        names: Names of the files.
        inner: The table of a DuckDB file; empty for others.
        table: The canonical table whose rows the files hold; empty: the files are left out.
        zone: Time zone of times that name none.
        once: Whether rows repeat, so that the first of each key is taken.
        missing: Cells that mean "nothing is known", beside the empty cell.
        columns: One choice a column.
    """

    names: tuple[str, ...]
    inner: str
    table: str
    zone: str
    once: bool
    missing: tuple[str, ...]
    columns: tuple[ColumnChoice, ...]


def targets(table: str) -> tuple[str, ...]:
    """Name what a column of a file of some table's rows may become, beside being kept or left out."""
    own = tuple(column.name for column in TABLES[table].columns)
    return (*own, *OUTCOMES) if table == "impressions" else own


def choice_mapping(choices: Sequence[FileChoice]) -> dict[str, object]:
    """Write choices as a mapping for the source `generic`.

    Args:
        choices: One a kind of file.

    Returns:
        The mapping, as `Store.load` takes it.

    Raises:
        UnknownNameError: If a table, or what a column goes to, is not there.
        InputError: If two columns go to the same place, or nothing is left to load.
    """
    blocks = [_block(choice) for choice in choices if choice.table]
    if not blocks:
        raise InputError("no file is to be loaded: say of one at least what its rows are")
    return {"file": blocks}


def _block(choice: FileChoice) -> dict[str, object]:
    check_name(choice.table, TABLES, name="rows")
    allowed = (*targets(choice.table), FIELD, PSEUDONYM, "")
    chosen: dict[str, ColumnChoice] = {}
    for one in choice.columns:
        check_name(one.target, allowed, name=f"where column {one.column!r} goes")
        if one.target in (FIELD, PSEUDONYM, ""):
            continue
        if one.target in chosen:
            raise InputError(
                f"columns {chosen[one.target].column!r} and {one.column!r} both go to {one.target}: choose one"
            )
        chosen[one.target] = one
    _check_kept(choice, chosen)
    own: dict[str, object] = {} if not choice.once else {"once": True}
    if choice.table == "impressions" and "impression_id" not in chosen:
        own["impression_id"] = {"row": True}
    own |= {name: _value(one, choice) for name, one in chosen.items() if name not in OUTCOMES}
    own |= {one.column: {"column": one.column, "personal": True} for one in choice.columns if one.target == PSEUDONYM}
    kept = list(_patterns(choice))
    own |= {"keep": kept} if kept else {}
    block: dict[str, object] = {"name": [escape(name) for name in map(bare_name, choice.names)]}
    block |= {"table": choice.inner} if choice.inner else {}
    block |= {"missing": list(choice.missing)} if choice.missing else {}
    return {**block, choice.table: own, **_outcomes(chosen, own)}


def _check_kept(choice: FileChoice, chosen: Mapping[str, ColumnChoice]) -> None:
    """Refuse to keep a column under a name that means another thing."""
    known = {column.name for column in TABLES[choice.table].columns}
    for one in choice.columns:
        if one.target not in (FIELD, PSEUDONYM):
            continue
        if one.column.lower() in {"keep", "once", "when"}:
            raise InputError(
                f"column {one.column!r} cannot be kept under that name: rename it in the file, or leave it out"
            )
        if one.column in chosen or one.column in known:
            by = (
                f"which {chosen[one.column].column!r} fills" if one.column in chosen else "which would be another thing"
            )
            raise InputError(
                f"column {one.column!r} cannot be kept as a field beside the store's own {one.column}, {by}: "
                f"let it go to {one.column}, or leave it out"
            )


def _value(one: ColumnChoice, choice: FileChoice) -> object:
    known = TABLES[choice.table].column(one.target)
    value: dict[str, object] = {"column": one.column}
    if known is not None and known.type == "TIMESTAMP":
        value |= {"format" if "%" in one.unit else "unit": one.unit} if one.unit else {}
        value |= {"zone": choice.zone} if choice.zone not in ("", "UTC") and one.unit not in ("s", "ms", "us") else {}
    elif one.target.endswith("_micros"):
        value["unit"] = one.unit or "decimal"
    return one.column if len(value) == 1 else value


def _outcomes(chosen: Mapping[str, ColumnChoice], own: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """Clicks and conversions that stand in the impression's row; their time is the impression's."""
    found = {}
    for name, table in (("click", "clicks"), ("order", "conversions")):
        if name in chosen:
            yes: list[object] = [1] if chosen[name].unit != TRUE else ["true", "True", "TRUE"]
            part = {"when": {"column": chosen[name].column, "is": yes}, "impression_id": own["impression_id"]}
            part |= {"ts": own["ts"]} if "ts" in own else {}
            found[table] = part
    if "order" in chosen:
        found["conversions"]["kind"] = {"value": "order"}
    if "revenue" in chosen:
        if "order" not in chosen:
            raise InputError(
                f"column {chosen['revenue'].column!r} goes to revenue, which belongs to an order: "
                "say which column tells whether there was one"
            )
        revenue = chosen["revenue"]
        found["conversions"]["revenue_micros"] = {"column": revenue.column, "unit": revenue.unit or "decimal"}
    return found


def _patterns(choice: FileChoice) -> Iterator[str]:
    """Names of kept columns; three or more that differ by a number alone are one pattern, where it means no other."""
    kept = [one.column for one in choice.columns if one.target == FIELD]
    stems: dict[str, list[str]] = {}
    for name in kept:
        stems.setdefault(re.sub(r"\d+$", "", name), []).append(name)
    for stem, names in stems.items():
        pattern = f"{escape(stem)}[0-9]*"
        meant = [one.column for one in choice.columns if fnmatchcase(one.column, pattern)]
        if len(names) > 2 and meant == names:
            yield pattern
        else:
            yield from map(escape, names)


def mapping_toml(mapping: Mapping[str, object], *, about: str = "") -> str:
    """Write a mapping as TOML, as `workbench load --mapping FILE` takes it.

    Args:
        mapping: As `choice_mapping` gives it.
        about: A line of comment on top.

    Returns:
        The file's text.

    Example:
        >>> print(mapping_toml({"file": [{"name": ["a.csv"], "ads": {"once": True, "ad_id": {"column": "ad"}}}]}))
        [[file]]
        name = ["a.csv"]
        <BLANKLINE>
        [file.ads]
        once = true
        ad_id = { column = "ad" }
        <BLANKLINE>
    """
    lines = [f"# {about}", ""] if about else []
    blocks = mapping["file"]
    assert isinstance(blocks, list)  # noqa: S101 - what `choice_mapping` gives
    for block in blocks:
        parts = {name: part for name, part in block.items() if isinstance(part, Mapping)}
        words = [f"{name} = {_toml(value)}" for name, value in block.items() if name not in parts]
        lines += ["[[file]]", *words, ""]
        for name, part in parts.items():
            lines += [f"[file.{name}]", *(f"{_key(word)} = {_toml(value)}" for word, value in part.items()), ""]
    return "\n".join(lines)


def _key(word: str) -> str:
    return word if re.fullmatch(r"[A-Za-z0-9_-]+", word) else _toml(word)


def _toml(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(str(name))} = {_toml(part)}" for name, part in value.items()) + " }"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    # TOML's escapes are JSON's; only the delete sign is written plainly by JSON and must not be by TOML.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
