"""Where the columns of a new log seem to belong: by their names, and by what their cells look like."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from workbench.schema import TABLES
from workbench.shipped import shipped
from workbench.store.choices import FIELD, OUTCOMES, PSEUDONYM, ColumnChoice, FileChoice, targets
from workbench.store.inspection import ColumnLook, FileLook
from workbench.store.sources import Source, read_source, source_names

__all__ = ["Recognised", "recognise", "suggest"]

_NUMBERS = {"flag", "whole", "number"}
# What a column must look like to go somewhere; anything may go where nothing is said.
_FITS: Mapping[str, Callable[[ColumnLook], bool]] = {
    "impression_id": lambda look: look.unique,
    "click": lambda look: look.kind == "flag",
    "order": lambda look: look.kind == "flag",
    "consent_personalised": lambda look: look.kind == "flag",
    "position": lambda look: look.kind in {"flag", "whole"} and look.positive,
    "propensity": lambda look: look.kind in _NUMBERS,
    "rating": lambda look: look.kind == "whole",
    "revenue": lambda look: look.kind in _NUMBERS,
}


@dataclass(frozen=True)
class Recognised:
    """A source that fits files.

    Attributes:
        source: The log format.
        share: Share of the columns it reads that the files have, 0 to 1.
    """

    source: Source
    share: float


def recognise(looks: Sequence[FileLook]) -> tuple[Recognised, ...]:
    """Say which known log formats files may be of, the likeliest first.

    Args:
        looks: The files.

    Returns:
        Formats whose file names and columns fit; empty where none does.
    """
    found = []
    for name in source_names():
        if name == "generic":
            continue
        source = read_source(name)
        wanted = present = 0
        for look in looks:
            block = next((block for block in source.mapping.files if block.fits(look.path.name)), None)
            names = block.wanted() if block is not None else []
            wanted += len(names)
            present += len(set(names) & {column.name for column in look.columns})
        if present:
            found.append(Recognised(source, present / wanted))
    return tuple(sorted(found, key=lambda one: -one.share))


def suggest(looks: Sequence[FileLook]) -> FileChoice:
    """Suggest where the columns of files of one kind go.

    Args:
        looks: Files with the same columns.

    Returns:
        A choice for each column: known names that look right go to the canonical column, what names people becomes
        pseudonyms, a row number is left out, all else is kept as a field.

    Source:
        Names are in `data/names.toml`.
    """
    first = looks[0]
    scores = {name: _score(name, first) for name in TABLES}
    table = max(TABLES, key=lambda name: scores[name])
    if not scores[table]:
        columns = tuple(_choice(column, None) for column in first.columns)
        return FileChoice(
            tuple(look.path.name for look in looks), first.table, "", "UTC", False, first.missing, columns
        )
    given: dict[str, str] = {}
    for target in _targets_in_order(table):
        column = _best(target, first, set(given))
        if column is not None and (target != "revenue" or "order" in given.values()):
            given[column.name] = target
    columns = tuple(_choice(column, given.get(column.name)) for column in first.columns)
    key = [column for column in first.columns if given.get(column.name) in TABLES[table].key]
    repeats = len(TABLES[table].key) == 1 == len(key) and not key[0].unique
    once = table != "impressions" and repeats
    missing = tuple(dict.fromkeys(word for look in looks for word in look.missing))
    return FileChoice(tuple(look.path.name for look in looks), first.table, table, "UTC", once, missing, columns)


def _score(table: str, look: FileLook) -> float:
    """How well a table's columns and a file's go together; 0 where the file cannot fill it."""
    known = TABLES[table]
    found = {target for target in targets(table) if _best(target, look, set()) is not None}
    required = {column.name for column in known.columns if column.required}
    if table == "impressions":
        required = set()  # The number of a row can be an impression's id.
        found = found if found & {"ts", "ad_id", "position", *_outcomes(look)} else set()
    elif table == "users":
        found = found if _is_unique("user_id", look) else set()
    elif table == "behaviour":
        required = {"user_id", "event"}
    elif table not in {"ads", "campaigns"}:
        found = set() if _outcomes(look) else found
    if required - found:
        return 0
    named = bool(re.search(rf"(?i){table.rstrip('s')}", f"{look.path.name} {look.table}"))
    return (
        len(found) + named + len(found) / (100 * len(targets(table)))
    )  # Of tables filled alike, that with fewer gaps.


def _is_unique(target: str, look: FileLook) -> bool:
    column = _best(target, look, set())
    return column is not None and column.unique


def _outcomes(look: FileLook) -> set[str]:
    return {outcome for outcome in ("click", "order") if _best(outcome, look, set()) is not None}


def _targets_in_order(table: str) -> tuple[str, ...]:
    """Outcomes first: a column called `amount` is an order's revenue before it is anything else."""
    rank = {outcome: place for place, outcome in enumerate(OUTCOMES)}
    return tuple(sorted(targets(table), key=lambda target: rank.get(target, len(rank))))


def _best(target: str, look: FileLook, taken: set[str]) -> ColumnLook | None:
    """The column that goes to a target: the one whose name stands first among the target's names."""
    names = _names()["outcomes"].get(target) or _names()["columns"].get(target, [])
    fitting = [
        column
        for column in look.columns
        if column.name not in taken
        and _plain(column.name) in names
        and column.kind != "empty"
        and _looks(target, column)
    ]
    return min(fitting, key=lambda column: names.index(_plain(column.name)), default=None)


def _looks(target: str, column: ColumnLook) -> bool:
    if target in _FITS:
        return _FITS[target](column)
    types = {known.type for table in TABLES.values() for known in table.columns if known.name == target}
    if "TIMESTAMP" in types:
        return column.kind == "time" or (column.kind == "whole" and bool(column.unit))
    if types & {"BIGINT", "DOUBLE", "INTEGER"}:
        return column.kind in _NUMBERS
    return "DATE" not in types or column.kind == "time"


def _choice(column: ColumnLook, target: str | None) -> ColumnChoice:
    name = _plain(column.name)
    if target is not None:
        return ColumnChoice(column.name, target, _unit(target, column))
    # The loader calls a column without a name `column0`.
    index = name in _names()["index"]["names"] or (re.fullmatch(r"column\d+", name) and column.unique)
    if index or column.kind == "empty":
        return ColumnChoice(column.name, "")
    return ColumnChoice(column.name, PSEUDONYM if column.addresses or _names_people(column.name) else FIELD)


def _names_people(name: str) -> bool:
    """Whether a column's name says that it names a person or a device, as a whole or by one of its words."""
    known = _names()
    words = set(re.findall(r"[a-z]+|[^\W\da-zA-Z_]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", name).lower()))
    people = known["people"]
    whole = _plain(name) in (*people["names"], *known["columns"]["user_id"])
    called = "name" in words and words & set(people["persons"])
    return whole or bool(words & set(people["words"])) or bool(called)


def _unit(target: str, column: ColumnLook) -> str:
    if target == "revenue" or target.endswith("_micros"):
        name = _plain(column.name)
        return "micros" if name.endswith("micros") else "cents" if name.endswith(("cents", "fen", "分")) else "decimal"
    return column.unit if target in {"ts", "starts_at", "ends_at", "click", "order"} else ""


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.lower())


@cache
def _names() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(shipped("data", "names.toml").read_text(encoding="utf-8"))
