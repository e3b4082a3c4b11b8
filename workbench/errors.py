"""Every error the workbench raises on purpose.

    WorkbenchError
    ├── InputError            an argument is outside what is allowed (also a ValueError)
    │   └── UnknownNameError  a name that does not exist; the nearest that does is suggested
    ├── DataError             a file's or a table's content cannot be used as asked
    ├── StoreError            a folder or file on disk is missing, damaged, locked or read-only
    ├── BudgetError           the privacy budget forbids a release
    └── MissingPartError      an optional program or package that this action needs is not installed

A message says what was given, what is allowed and what to do next. It never holds a cell's value: messages reach
logs, notebooks and reports, and cells belong to people.
"""

__all__ = [
    "BudgetError",
    "DataError",
    "InputError",
    "MissingPartError",
    "StoreError",
    "UnknownNameError",
    "WorkbenchError",
]


class WorkbenchError(Exception):
    """Base of all errors raised on purpose; catch this one to catch them all."""


class InputError(WorkbenchError, ValueError):
    """An argument is outside what is allowed."""


class UnknownNameError(InputError):
    """A name of a source, model, table or column that does not exist."""


class DataError(WorkbenchError):
    """The content of a file or table cannot be used as asked."""


class StoreError(WorkbenchError):
    """A folder or file on disk is missing, damaged, locked or read-only."""


class BudgetError(WorkbenchError):
    """The privacy budget forbids a release."""


class MissingPartError(WorkbenchError):
    """An optional program or package that this action needs is not installed."""
