"""The mapping grammar: which column of a log fills which column of the canonical tables.

A mapping is TOML (or the same as a dict). One `[[file]]` block describes one kind of file, and holds one part for each
canonical table that such a file fills:

    [[file]]
    name = "log*.csv"                                     # files it is for; any file where left out
    delimiter = ";"                                       # CSV only, found out where left out
    table = "events"                                      # DuckDB files only, for those with more than one table
    missing = ["-1"]                                      # cells that mean "nothing is known", beside the empty cell

    [file.impressions]
    impression_id = { row = true }                        # made from the file's content hash and the row number
    ts = { column = "time", unit = "s" }                  # seconds since 1970; or "ms", "us"; or format = "%Y%m%d%H"
    user_id = "uid"                                       # short for { column = "uid" }
    ad_id = { column = "item", prefix = "{folder}-" }     # {stem}, {folder}, {outer_folder} of the file's path
    campaign_id = { path = "folder" }
    policy = { path = "outer_folder", one_of = ["random", "bts"] }
    device = { value = "phone" }                          # the same in every row
    cost_micros = { column = "cost", unit = "decimal" }   # 1.25 becomes 1250000; or "cents", "micros"
    affinity = { pick = "affinity_{item}" }               # the column that another column's cell names
    ip = { column = "ip", personal = true }               # a further column, pseudonymised
    note = { column = "note", type = "text" }             # a further column, with its type
    keep = ["user_feature_*"]                             # further columns kept under their own names

    [file.clicks]
    when = { column = "click", is = 1 }                   # only such rows are clicks
    impression_id = { row = true }

    [file.ads]
    once = true                                           # rows repeat: keep the first of each key
    ad_id = "item"

Times without an offset are UTC unless `zone = "Asia/Shanghai"` says otherwise.
"""

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import cast

from workbench.store.pseudonyms import is_personal

__all__ = ["FIELD_TYPES", "PATH_PARTS", "FileMapping", "LogMapping", "Personal", "TableMapping", "Value", "When"]

PATH_PARTS = ("stem", "folder", "outer_folder")

FIELD_TYPES = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "time": "TIMESTAMP",
    "date": "DATE",
}


@dataclass(frozen=True)
class Value:
    """What fills one column; exactly one of `column`, `constant`, `path`, `row` and `pick` is given.

    Attributes:
        column: A column of the file.
        constant: The same value in every row.
        path: A part of the file's path, one of `PATH_PARTS`.
        row: Whether it is made from the file's content hash and the row number.
        pick: A column name with another column's name in braces, whose cell completes it.
        prefix: Text set before it; may name parts of the path in braces.
        unit: Unit of a time (`s`, `ms`, `us`) or of money (`decimal`, `cents`, `micros`).
        format: How a time is written, in strptime's signs.
        zone: Time zone of times that name none.
        type: Type of a further column, one of `FIELD_TYPES`; found out where None.
        personal: Whether it names a person or a device and becomes a pseudonym.
        one_of: What a part of the path must be.
    """

    column: str | None = None
    constant: str | int | float | bool | None = None
    path: str | None = None
    row: bool = False
    pick: str | None = None
    prefix: str = ""
    unit: str | None = None
    format: str | None = None
    zone: str | None = None
    type: str | None = None
    personal: bool = False
    one_of: tuple[str, ...] = ()

    @property
    def picked(self) -> tuple[str, str, str]:
        """The text before the braces of `pick`, the column named in them, the text after."""
        before, _, rest = cast("str", self.pick).partition("{")
        chooser, _, after = rest.partition("}")
        return before, chooser, after


@dataclass(frozen=True)
class When:
    """A condition on one column: only rows that meet it fill the table.

    Attributes:
        column: A column of the file.
        equals: Cells that meet it; numbers are compared as numbers.
    """

    column: str
    equals: tuple[str | int | float, ...]


@dataclass(frozen=True)
class Personal:
    """Columns of the files that name people or devices, wherever the mapping uses them.

    Attributes:
        columns: Their names in small letters: capitals tell no two columns apart.
        picked: Text before and after the braces of each `pick` that fills a personal value, in small letters.
    """

    columns: frozenset[str] = frozenset()
    picked: frozenset[tuple[str, str]] = frozenset()

    def holds(self, column: str) -> bool:
        """Whether a column of a file is one of them."""
        name = column.lower()
        return (
            is_personal(name)
            or name in self.columns
            or any(
                name.startswith(before) and name.endswith(after) and len(name) > len(before) + len(after)
                for before, after in self.picked
            )
        )


@dataclass(frozen=True)
class TableMapping:
    """How one kind of file fills one canonical table.

    Attributes:
        table: The canonical table.
        values: What fills its columns, and further columns.
        keep: Patterns of columns that are kept under their own names.
        when: Which rows it takes; all where None.
        once: Whether rows repeat, so that the first of each key is taken.
        personal: Columns that name people or devices in any block of the mapping: no pattern of `keep` brings one in.
    """

    table: str
    values: dict[str, Value]
    keep: tuple[str, ...] = ()
    when: When | None = None
    once: bool = False
    personal: Personal = Personal()

    def wanted(self) -> list[str]:
        """Columns of the file that it names outright."""
        named = [value.column for value in self.values.values() if value.column is not None]
        choosers = [value.picked[1] for value in self.values.values() if value.pick is not None]
        return [*named, *choosers, *([self.when.column] if self.when else [])]

    def kept(self, columns: list[str]) -> list[str]:
        """Columns of a file that it keeps under their own names; of those that name people only `user_id`."""
        filled = {name.lower() for name in self.values}
        free = [
            name
            for name in columns
            if name.lower() not in filled and (is_personal(name) or not self.personal.holds(name))
        ]
        return [name for name in free if any(fnmatchcase(name, pattern) for pattern in self.keep)]


@dataclass(frozen=True)
class FileMapping:
    """How one kind of file is read.

    Attributes:
        names: Patterns of file names it is for; empty means any.
        delimiter: What stands between two cells; found out where None.
        table: Which table of a DuckDB file it is for; the only one where None.
        missing: Cells that mean "nothing is known", beside the empty cell.
        tables: The canonical tables it fills.
    """

    names: tuple[str, ...]
    delimiter: str | None
    table: str | None
    missing: tuple[str, ...]
    tables: tuple[TableMapping, ...]

    def fits(self, file_name: str) -> bool:
        """Say whether a file of this name is read by this block; `.gz` and `.zst` do not count."""
        bare = file_name.removesuffix(".gz").removesuffix(".zst")
        return not self.names or any(fnmatchcase(bare, pattern) for pattern in self.names)

    def wanted(self) -> list[str]:
        """Columns of the file that it names outright, each once."""
        return list(dict.fromkeys(name for table in self.tables for name in table.wanted()))


@dataclass(frozen=True)
class LogMapping:
    """A whole mapping.

    Attributes:
        files: One block for each kind of file, in the order in which they are read.
        digest: SHA-256 of its content, hex: another mapping of the same file is another load.
    """

    files: tuple[FileMapping, ...]
    digest: str = field(default="", compare=False)
