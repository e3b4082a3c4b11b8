"""Staged rows: each file is read once, into typed columns and the number of each row's fault."""

from collections.abc import Sequence

import duckdb

from workbench.schema import TABLES
from workbench.store._faults import ELSEWHERE, WHEN, faults_of
from workbench.store._plan import FilePlan, TablePlan
from workbench.store.pseudonyms import pseudonym_sql
from workbench.store.sql import quoted

__all__ = ["parts_of", "pseudonymise", "rows_view", "stage_file"]


def stage_file(number: int, plan: FilePlan, *, first: int | None = None) -> str:
    """Write the SQL that reads a file into the table `file_NUMBER`; a row's `rowid` is its place in the file.

    Args:
        number: The file's number in the load.
        plan: How it fills its tables.
        first: Read only so many rows; all where None.

    Returns:
        A CREATE TABLE statement.
    """
    names = _names(plan)
    values = dict.fromkeys(names[column.typed] for table in plan.tables for column in table.columns if column.raw)
    faults = [f"{_fault(table, names)} AS fault_{table.table}" for table in plan.tables]
    read = ", ".join(f"{sql} AS {name}" for sql, name in names.items()) or "1 AS nothing"
    limit = f" LIMIT {first}" if first is not None else ""
    columns = ", ".join([*values, *faults])
    return f"CREATE TABLE file_{number} AS SELECT {columns} FROM (SELECT {read} FROM {plan.file.relation()}{limit})"


def pseudonymise(opened: duckdb.DuckDBPyConnection, number: int, plan: FilePlan) -> None:
    """Replace personal values of a staged file by their pseudonyms, computed once for each person.

    An update keeps the order of the rows, which a join would not, and costs a quarter of hashing every row.

    Args:
        opened: The load's connection, which was lent the store's key.
        number: The file's number in the load.
        plan: How it fills its tables.
    """
    names = _names(plan)
    columns = (column for table in plan.tables for column in table.columns if column.personal and column.raw)
    for name in dict.fromkeys(names[column.typed] for column in columns):
        people = f"SELECT DISTINCT {name} AS raw FROM file_{number} WHERE {name} IS NOT NULL"
        opened.execute(f"CREATE TEMP TABLE people AS SELECT raw, {pseudonym_sql('raw')} AS pseudonym FROM ({people})")
        opened.execute(f"UPDATE file_{number} SET {name} = pseudonym FROM people WHERE raw = {name}")
        opened.execute("DROP TABLE people")


def rows_view(opened: duckdb.DuckDBPyConnection, table: str, plans: Sequence[FilePlan]) -> dict[str, str]:
    """Gather the rows of one table from all staged files as the view `rows_TABLE`.

    It has __file, __row and __fault before the table's columns.

    Args:
        opened: The load's connection.
        table: The canonical table.
        plans: All files' plans, in the order of their numbers.

    Returns:
        Column -> DuckDB type, canonical columns first.
    """
    filled: dict[str, str] = {}
    for _, part in parts_of(plans, table):
        for column in part.columns:
            filled.setdefault(column.name, column.type)
    known = [column.name for column in TABLES[table].columns if column.name in filled]
    types = {name: filled[name] for name in [*known, *(name for name in filled if name not in known)]}
    selects = []
    for number, part in parts_of(plans, table):
        names = _names(plans[number])
        given = {column.name: names[column.typed] if column.raw else column.typed for column in part.columns}
        columns = [f"{given.get(name, f'CAST(NULL AS {type})')} AS {quoted(name)}" for name, type in types.items()]
        head = f"{number} AS __file, __row, fault_{table} AS __fault"
        selects.append(f"SELECT {', '.join([head, *columns])} FROM (SELECT *, rowid AS __row FROM file_{number})")
    opened.execute(f"CREATE VIEW rows_{table} AS {' UNION ALL '.join(selects)}")
    return types


def parts_of(plans: Sequence[FilePlan], table: str) -> list[tuple[int, TablePlan]]:
    """The files that fill a table, as (the file's number, how it fills it)."""
    return [(number, part) for number, plan in enumerate(plans) for part in plan.tables if part.table == table]


def _names(plan: FilePlan) -> dict[str, str]:
    """Name all SQL that is computed once a row: cells, values, conditions."""
    computed: dict[str, None] = {}
    for table in plan.tables:
        for column in table.columns:
            if column.raw:
                computed.update(dict.fromkeys((column.raw, column.typed)))
        if table.condition:
            computed.update(dict.fromkeys((*(table.condition_cell or ()), table.condition)))
    return {sql: f"c{place}" for place, sql in enumerate(computed)}


def _fault(plan: TablePlan, names: dict[str, str]) -> str:
    """The number of a row's first fault as SQL."""
    pairs = {column.name: (column.raw, column.typed) for column in plan.columns if column.raw}
    cases = []
    for number, fault in enumerate(faults_of(plan), 1):
        if fault.target == WHEN and plan.condition_cell:
            raw, value = plan.condition_cell
            cases.append(f"WHEN {fault.test.format(raw=names[raw], value=names[value])} THEN {number}")
    if plan.condition:
        cases.append(f"WHEN {names[plan.condition]} IS NOT TRUE THEN {ELSEWHERE}")
    for number, fault in enumerate(faults_of(plan), 1):
        if fault.test and fault.target in pairs:
            raw, value = pairs[fault.target]
            cases.append(f"WHEN {fault.test.format(raw=names[raw or ''], value=names[value])} THEN {number}")
    return f"CAST(CASE {' '.join(cases)} END AS SMALLINT)" if cases else "CAST(NULL AS SMALLINT)"
