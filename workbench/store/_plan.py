"""The plan of a load: for each file and each table it fills, one SQL expression a column."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from workbench.errors import DataError
from workbench.schema import TABLES, Column
from workbench.store._duckdb import lots, without_cells
from workbench.store._inputs import InputFile
from workbench.store._reading_errors import reading_error
from workbench.store._types import storable
from workbench.store.mapping import PATH_PARTS, FileMapping, TableMapping, Value
from workbench.store.pseudonyms import is_personal
from workbench.store.sql import literal

__all__ = ["FilePlan", "Filled", "TablePlan", "plan_file"]

SAMPLE_ROWS = 10_000
_GUESSES = ("BIGINT", "DOUBLE", "TIMESTAMP")
_INTEGERS = ("BIGINT", "INTEGER")
_OFFSET = r"([+-]\d\d(:?\d\d)?|Z|UTC|GMT)\s*$"
# DuckDB passes over a word after a time: of "00:00 CET" and "01:00 PM" it would make midnight and one in the morning.
_NO_OTHER_WORD = r"(?i)[^a-z]*(T[^a-z]*)?(Z|UTC|GMT)?\s*"
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_TIME_STEP = {"s": 1_000_000, "ms": 1_000, "us": 1}
_MONEY_STEP = {"decimal": 1_000_000, "cents": 10_000, "micros": 1}


@dataclass(frozen=True)
class Filled:
    """One column of a canonical table, as one file fills it.

    Attributes:
        name: The column's name in the store.
        type: Its DuckDB type in the store.
        origin: What fills it, in the file's words.
        raw: SQL of the cell; None where no cell is read.
        typed: SQL of the value; it is NULL where the cell is not of the type.
        known: The canonical column; None for a further column.
        personal: Whether the value becomes a pseudonym once the file is staged.
    """

    name: str
    type: str
    origin: str
    raw: str | None
    typed: str
    known: Column | None
    personal: bool


@dataclass(frozen=True)
class TablePlan:
    """How one file fills one table.

    Attributes:
        mapping: The part of the mapping.
        columns: Its columns, canonical ones first.
        condition: SQL that is true for rows of this table; None where all are.
        condition_cell: SQL of the condition's cell where it must be a number; None otherwise.
    """

    mapping: TableMapping
    columns: tuple[Filled, ...]
    condition: str | None
    condition_cell: tuple[str, str] | None

    @property
    def table(self) -> str:
        """Name of the canonical table."""
        return self.mapping.table


@dataclass(frozen=True)
class FilePlan:
    """How one file fills its tables.

    Attributes:
        file: The file.
        tables: One plan a table.
        unmapped: Columns of the file that go nowhere.
    """

    file: InputFile
    tables: tuple[TablePlan, ...]
    unmapped: tuple[str, ...]


def plan_file(
    opened: duckdb.DuckDBPyConnection,
    file: InputFile,
    mapping: FileMapping,
    decided: dict[tuple[str, str], str],
) -> FilePlan:
    """Plan how a file is read.

    Args:
        opened: A connection, to look at the file's first rows where a further column's type must be found out.
        file: The file.
        mapping: Its block of the mapping.
        decided: (table, further column) -> DuckDB type, as the store or an earlier file has it; extended here.

    Returns:
        The plan.

    Raises:
        DataError: If a part of the path is not what the mapping allows, or the first rows cannot be read.
    """
    types = _column_types(opened, file)
    guessed = _guess_types(opened, file, mapping, types, decided)
    plans = tuple(_table_plan(file, part, types, guessed, decided) for part in mapping.tables)
    used = {name for part in mapping.tables for name in (*part.wanted(), *part.kept(list(file.columns)))}
    used |= {name for part in mapping.tables for value in part.values.values() for name in _picks(file, value).values()}
    return FilePlan(file, plans, tuple(name for name in file.columns if name not in used))


def _table_plan(
    file: InputFile,
    part: TableMapping,
    types: Mapping[str, str],
    guessed: Mapping[str, str],
    decided: dict[tuple[str, str], str],
) -> TablePlan:
    table = TABLES[part.table]
    values = part.values | {name: Value(column=name) for name in part.kept(list(file.columns))}
    known = [column.name for column in table.columns if column.name in values]
    ordered = [*known, *(name for name in values if name not in known)]
    columns = tuple(_filled(file, part, name, values[name], types, guessed, decided) for name in ordered)
    if part.when is None:
        return TablePlan(part, columns, None, None)
    cell = file.cell(part.when.column)
    if isinstance(part.when.equals[0], str):
        wanted = ", ".join(literal(str(text)) for text in part.when.equals)
        return TablePlan(part, columns, f"CAST({cell} AS VARCHAR) IN ({wanted})", None)
    number = f"TRY_CAST({cell} AS DOUBLE)"
    wanted = ", ".join(f"{value!r}" for value in part.when.equals)
    return TablePlan(part, columns, f"{number} IN ({wanted})", (cell, number))


def _filled(
    file: InputFile,
    part: TableMapping,
    name: str,
    value: Value,
    types: Mapping[str, str],
    guessed: Mapping[str, str],
    decided: dict[tuple[str, str], str],
) -> Filled:
    known = TABLES[part.table].column(name)
    personal = _is_personal(file, part, name, value)
    if personal and known is not None and known.type != "VARCHAR":
        raise DataError(
            f"{file.name}: the mapping fills {part.table}.{name} ({known.type}) from columns that name people, "
            "it cannot hold pseudonyms: pick other columns"
        )
    origin, raw = _cell(file, value)
    if known is not None:
        type = known.type
    elif personal or value.prefix or value.row:
        type = "VARCHAR"
    else:
        type = decided.setdefault(
            (part.table, name), value.type or guessed.get(value.column or value.pick or "", "VARCHAR")
        )
    if raw is None:
        typed = _constant(file, name, value, type)
    else:
        typed = _typed(raw, value, type, types.get(value.column or "", "VARCHAR"))
    if value.prefix and not value.row:
        typed = f"{literal(_prefix(file, value))} || {typed}"
    return Filled(name, type, origin, raw, typed, known, personal)


def _is_personal(file: InputFile, part: TableMapping, name: str, value: Value) -> bool:
    """Whether a column is to hold pseudonyms: by its name, by its mark, or by a column that fills it."""
    sources = [value.column] if value.column is not None else _picks(file, value).values()
    return value.personal or is_personal(name) or any(map(part.personal.holds, sources))


def _cell(file: InputFile, value: Value) -> tuple[str, str | None]:
    """What a message calls the cell, and its SQL; None where no cell is read."""
    if value.column is not None:
        return value.column, file.cell(value.column)
    if value.pick is not None:
        _, chooser, _ = value.picked
        choices = " ".join(
            f"WHEN {literal(key)} THEN {file.cell(column)}" for key, column in _picks(file, value).items()
        )
        return value.pick, f"CASE CAST({file.cell(chooser)} AS VARCHAR) {choices} END"
    return value.path or ("row number" if value.row else "constant"), None


def _picks(file: InputFile, value: Value) -> dict[str, str]:
    if value.pick is None:
        return {}
    before, chooser, after = value.picked
    pattern = re.compile(re.escape(before) + "(.+)" + re.escape(after))
    found = {match[1]: column for column in file.columns if (match := pattern.fullmatch(column))}
    if not found:
        raise DataError(
            f"{file.name} has no column of the form {before}...{after}, which the mapping picks by {chooser!r}"
        )
    return found


def _prefix(file: InputFile, value: Value) -> str:
    return value.prefix.format(**{word: file.part(word) for word in PATH_PARTS})


def _constant(file: InputFile, name: str, value: Value, type: str) -> str:
    if value.row:
        return f"{literal(f'{_prefix(file, value)}{file.digest[:16]}-')} || (__row + 1)"
    if value.path is None:
        return f"TRY_CAST({literal(str(value.constant))} AS {type})"
    part = file.part(value.path)
    if value.one_of and part not in value.one_of:
        raise DataError(
            f"{file.name} lies where {value.path} is {part!r}, must be one of {', '.join(value.one_of)} "
            f"(the mapping fills {name} with it): put the file into such a folder"
        )
    return f"TRY_CAST({literal(part)} AS {type})"


def _typed(raw: str, value: Value, type: str, given: str) -> str:
    """SQL that turns a cell into a value of the type, NULL where it cannot."""
    text = f"CAST({raw} AS VARCHAR)"
    if type == "VARCHAR":
        return raw if given == "VARCHAR" else text
    if type == "TIMESTAMP":
        return _within_years(_time(raw, text, value, given))
    if value.unit in _MONEY_STEP:
        return f"TRY_CAST(TRY_CAST({raw} AS DECIMAL(28,6)) * {_MONEY_STEP[value.unit]} AS BIGINT)"
    if type in _INTEGERS and given not in {
        "TINYINT",
        "SMALLINT",
        "INTEGER",
        "BIGINT",
        "UTINYINT",
        "USMALLINT",
        "UINTEGER",
    }:
        return rf"CASE WHEN regexp_full_match({text}, '\s*[+-]?\d+(\.0*)?\s*') THEN TRY_CAST({raw} AS {type}) END"
    if type == "DOUBLE":
        return f"CASE WHEN isfinite(TRY_CAST({raw} AS DOUBLE)) THEN TRY_CAST({raw} AS DOUBLE) END"
    return _within_years(f"TRY_CAST({raw} AS DATE)") if type == "DATE" else f"TRY_CAST({raw} AS {type})"


def _within_years(time: str) -> str:
    """NULL outside the years of any log: DuckDB has times such as infinity and years BC."""
    return f"CASE WHEN {time} BETWEEN '{_FIRST_YEAR}-01-01' AND '{_LAST_YEAR}-12-31 23:59:59.999999' THEN {time} END"


def _time(raw: str, text: str, value: Value, given: str) -> str:
    """SQL of a time in UTC, NULL where the cell is none."""
    if value.unit in _TIME_STEP:
        return f"TRY(make_timestamp(CAST(TRY_CAST({raw} AS DECIMAL(28,6)) * {_TIME_STEP[value.unit]} AS BIGINT)))"
    if given == "TIMESTAMP WITH TIME ZONE":
        return f"TRY_CAST({raw} AS TIMESTAMP)"
    plain = f"try_strptime({text}, {literal(value.format)})" if value.format else f"TRY_CAST({raw} AS TIMESTAMP)"
    local = f"CAST(timezone({literal(value.zone)}, {plain}) AS TIMESTAMP)" if value.zone else plain
    if value.format or given != "VARCHAR":
        return local
    offset = f"CAST(TRY_CAST({raw} AS TIMESTAMP WITH TIME ZONE) AS TIMESTAMP)"
    return (
        f"CASE WHEN NOT regexp_full_match({raw}, '{_NO_OTHER_WORD}') THEN NULL "
        f"WHEN regexp_matches({raw}, '{_OFFSET}') AND length({raw}) > 10 THEN {offset} ELSE {local} END"
    )


def _column_types(opened: duckdb.DuckDBPyConnection, file: InputFile) -> dict[str, str]:
    if not file.typed:
        return {}
    described = without_cells(
        lambda: opened.sql(f"SELECT * FROM {file.relation()} LIMIT 0"), lambda error: reading_error(file, error)
    )
    return {name: str(type) for name, type in zip(described.columns, described.types, strict=True)}


def _guess_types(
    opened: duckdb.DuckDBPyConnection,
    file: InputFile,
    mapping: FileMapping,
    types: Mapping[str, str],
    decided: Mapping[tuple[str, str], str],
) -> dict[str, str]:
    """Find the types of further columns from the first rows; a column stays text where any cell says so."""
    unsure: dict[str, str] = {}
    for part in mapping.tables:
        for name, value in (part.values | {name: Value(column=name) for name in part.kept(list(file.columns))}).items():
            if TABLES[part.table].column(name) or value.type or (part.table, name) in decided:
                continue
            _, raw = _cell(file, value)
            if raw is not None and not _is_personal(file, part, name, value):
                unsure[value.column or value.pick or ""] = raw
    if not unsure:
        return {}
    if file.typed:
        return {name: storable(types.get(name, "VARCHAR")) for name in unsure}
    columns = ", ".join(f"{raw} AS c{at}" for at, raw in enumerate(unsure.values()))
    sample = f"CREATE OR REPLACE TEMP TABLE sampled AS SELECT {columns} FROM {file.relation()} LIMIT {SAMPLE_ROWS}"
    without_cells(lambda: opened.execute(sample), lambda error: reading_error(file, error))
    left, found = {f"c{at}": name for at, name in enumerate(unsure)}, dict.fromkeys(unsure, "VARCHAR")
    for type in _GUESSES:
        fits: list[bool | None] = []
        for cells in lots(list(left)):
            tests = ", ".join(_guess(cell, type) for cell in cells)
            fits += opened.execute(f"SELECT {tests} FROM sampled").fetchone() or ()
        found |= {name: type for name, fit in zip(left.values(), fits, strict=True) if fit}
        left = {cell: name for cell, name in left.items() if found[name] == "VARCHAR"}
    opened.execute("DROP TABLE sampled")
    return found


def _guess(raw: str, type: str) -> str:
    """Whether all cells are of the type. Leading zeros make a code, which stays text; 1.0 is no whole number."""
    typed = _typed(raw, Value(column="any"), type, "VARCHAR")
    odd = {"BIGINT": r"^0\d|\.", "DOUBLE": r"^0\d"}.get(type)
    plain = f" AND NOT bool_or(regexp_matches({raw}, '{odd}'))" if odd else ""
    return f"count({raw}) > 0 AND count({raw}) = count({typed}){plain}"
