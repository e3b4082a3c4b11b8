"""What can be wrong with a row: a staged row carries one small number a table, NULL where it is good."""

from dataclasses import dataclass

from workbench.schema import TABLES
from workbench.store._plan import Filled, TablePlan

__all__ = ["DUPLICATE", "ELSEWHERE", "REPEATED", "WHEN", "Fault", "faults_of", "orphan_number"]

ELSEWHERE = -1  # The row does not meet the table's `when`: it is no row of this table.
REPEATED = -2  # The row repeats a key under `once`: the first row of that key was taken.
DUPLICATE = 1  # The first fault of every table; orphans follow, then the cells.

WHEN = "when"  # The target of a condition's cell, which fills no column.

_NOT_OF_TYPE = "{raw} IS NOT NULL AND {value} IS NULL"
_NOUNS = {
    "BIGINT": "a whole number",
    "INTEGER": "a whole number",
    "DOUBLE": "a number",
    "TIMESTAMP": "a time",
    "DATE": "a date",
    "BOOLEAN": "true or false",
}


@dataclass(frozen=True)
class Fault:
    """One thing that can be wrong with a row.

    Attributes:
        column: The column of the file at fault, or the store's where no one cell is.
        target: The column of the canonical table.
        reason: What is wrong, in a few words, without the cell.
        test: SQL over `raw` and `value` that is true where it is wrong; empty where other rows decide.
        noun: What the cell should have been; given only for cells of the wrong type, which refuse a load.
        type: DuckDB type of the target.
    """

    column: str
    target: str
    reason: str
    test: str = ""
    noun: str = ""
    type: str = ""


def faults_of(plan: TablePlan) -> tuple[Fault, ...]:
    """List what can be wrong with a row of a table; a fault's number is its place in this list, counted from 1.

    Args:
        plan: How a file fills the table.

    Returns:
        The faults: a repeated key, one orphan for each parent table, then the cells in the order of the columns.
    """
    table = TABLES[plan.table]
    key = ", ".join(table.key)
    faults = [Fault(key, key, f"repeats the key ({key})")]
    faults += [Fault(column, column, f"names no row of {parent}") for column, parent in table.parents]
    if plan.condition_cell and plan.mapping.when:
        faults.append(Fault(plan.mapping.when.column, WHEN, "is not a number", _NOT_OF_TYPE, "a number", "DOUBLE"))
    for column in plan.columns:
        faults += _cell_faults(column)
    return tuple(faults)


def orphan_number(table: str, column: str) -> int:
    """The number of the fault that a foreign key names no row of its parent."""
    return 2 + [name for name, _ in TABLES[table].parents].index(column)


def _cell_faults(column: Filled) -> list[Fault]:
    faults = []
    if column.raw is not None and column.type != "VARCHAR":
        money = column.name.endswith("_micros")
        noun = "an amount of money" if money else _NOUNS.get(column.type, f"a value of type {column.type}")
        faults.append(Fault(column.origin, column.name, f"is not {noun}", _NOT_OF_TYPE, noun, column.type))
    known = column.known
    if known is None or column.raw is None:
        return faults
    if known.required:
        faults.append(Fault(column.origin, column.name, "is missing", "{value} IS NULL"))
    if known.low is not None:
        faults.append(Fault(column.origin, column.name, f"is below {known.low:g}", f"{{value}} < {known.low!r}"))
    if known.high is not None:
        faults.append(Fault(column.origin, column.name, f"is above {known.high:g}", f"{{value}} > {known.high!r}"))
    return faults
