"""The load panel's words: looks, suggestions and results as the browser draws them, and choices as Python."""

from collections.abc import Iterator, Mapping, Sequence
from os import scandir
from pathlib import Path
from pprint import pformat
from typing import Any

from workbench.panels.protocol import (
    ColumnForm,
    ColumnLine,
    FileLine,
    KindForm,
    KindLine,
    LoadAnswer,
    LoadCheck,
    LoadForm,
    MappedLine,
    SetAside,
    SourceLine,
    TableLine,
    TargetLine,
)
from workbench.schema import TABLES
from workbench.store._inputs import EXTENSIONS, bare_name
from workbench.store.choices import ColumnChoice, FileChoice, targets
from workbench.store.inspection import FileLook
from workbench.store.load_result import LoadResult
from workbench.store.quality import Quality
from workbench.store.sources import read_source, source_names
from workbench.store.suggestion import recognise

__all__ = [
    "TARGETS",
    "ZONES",
    "choices",
    "data_files",
    "file_lines",
    "kind_form",
    "kind_lines",
    "load_answer",
    "load_check",
    "load_code",
    "source_lines",
]

ZONES = (
    "UTC",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Los_Angeles",
)

TARGETS = tuple(
    TargetLine(
        table.name,
        targets(table.name),
        tuple(column.name for column in table.columns if column.type == "TIMESTAMP"),
        tuple(name for name in targets(table.name) if name.endswith("_micros") or name == "revenue"),
    )
    for table in TABLES.values()
)

_MOST_FOUND = 200
_DEEPEST = 3
_PASSED_BY = {"node_modules", "tables", "rejected", "runs", "jobs", "mappings"}


def data_files(folder: Path) -> tuple[str, ...]:
    """Name data files under a folder, nearest first, at most 200; folders of stores are passed by."""
    return tuple(_walk(folder, "", _DEEPEST))[:_MOST_FOUND]


def _walk(folder: Path, before: str, depth: int) -> Iterator[str]:
    try:
        entries = sorted(scandir(folder), key=lambda entry: entry.name)[: 5 * _MOST_FOUND]
    except OSError:
        return
    names = [entry.name for entry in entries]
    if "store.json" in names:
        return
    for entry in entries:
        if not entry.name.startswith(".") and bare_name(entry.name).lower().endswith(EXTENSIONS) and entry.is_file():
            yield before + entry.name
    for entry in entries:
        hidden = entry.name.startswith(".") or entry.name in _PASSED_BY
        if depth > 1 and not hidden and entry.is_dir(follow_symlinks=False):
            yield from _walk(folder / entry.name, f"{before}{entry.name}/", depth - 1)


def file_lines(looks: Sequence[FileLook]) -> tuple[FileLine, ...]:
    """One line a file; the tables of a DuckDB file share one, without a count of rows."""
    of: dict[Path, list[FileLook]] = {}
    for look in looks:
        of.setdefault(look.path, []).append(look)
    return tuple(
        FileLine(path.name, tables[0].bytes, tables[0].expected if len(tables) == 1 else None)
        for path, tables in of.items()
    )


def kind_lines(kinds: Sequence[Sequence[FileLook]]) -> tuple[KindLine, ...]:
    """What the columns of each kind of file look like, as the first of its files has them."""
    return tuple(
        KindLine(
            tuple(look.path.name for look in looks),
            looks[0].table,
            looks[0].rows,
            tuple(
                ColumnLine(one.name, one.kind, one.unit, one.nulls, one.distinct, one.unique, one.ones)
                for one in looks[0].columns
            ),
        )
        for looks in kinds
    )


def source_lines(looks: Sequence[FileLook]) -> tuple[SourceLine, ...]:
    """The log formats known, the likeliest first; `generic` reads anything."""
    shares = {one.source.name: one.share for one in recognise(looks)}
    others = [name for name in source_names() if name not in shares and name != "generic"]
    titles = {name: read_source(name).title for name in (*shares, *others)}
    known = tuple(SourceLine(name, title, shares.get(name, 0.0)) for name, title in titles.items())
    return (*known, SourceLine("generic", "", None))


def kind_form(choice: FileChoice) -> KindForm:
    """A choice as the browser keeps it."""
    columns = tuple(ColumnForm(one.column, one.target, one.unit) for one in choice.columns)
    return KindForm(choice.names, choice.inner, choice.table, choice.zone, choice.once, choice.missing, columns)


def choices(form: LoadForm) -> list[FileChoice]:
    """What was chosen, as the mapping is made from it."""
    return [
        FileChoice(
            kind.names,
            kind.inner,
            kind.table,
            kind.zone,
            kind.once,
            kind.missing,
            tuple(ColumnChoice(one.column, one.target, one.unit) for one in kind.columns),
        )
        for kind in form.kinds
    ]


def load_check(result: LoadResult) -> LoadCheck:
    """What a dry run found."""
    return LoadCheck(
        sum(file.rows for file in result.files),
        tuple(TableLine(one.table, one.rows, _aside(one.rejected)) for one in result.tables),
        tuple(
            MappedLine(one.table, one.column, one.origin, one.personal, one.nulls, one.distinct)
            for one in result.columns
        ),
        result.unmapped,
        len(result.passed_over),
    )


def load_answer(told: Mapping[str, Any], quality: Quality) -> LoadAnswer:
    """What a load's job told, and what the store's quality report adds."""
    tables = tuple(TableLine(one["table"], one["added"], _aside(one["rejected"])) for one in told["tables"])
    return LoadAnswer(
        told["files"], told["already_loaded"], quality.version, tables, quality.bot_like_users, quality.notes
    )


def _aside(rejected: Mapping[str, int]) -> tuple[SetAside, ...]:
    return tuple(SetAside(reason, rows) for reason, rows in rejected.items())


def load_code(form: LoadForm, paths: Sequence[str], mapping: Mapping[str, object] | None) -> str:
    """The calls that load as the settings say, from paths as they are seen now."""
    arguments = [repr(form.source), *map(repr, paths)]
    lines = []
    if mapping is not None:
        lines = [f"mapping = {pformat(mapping, width=100, sort_dicts=False)}"]
        arguments.append("mapping=mapping")
    arguments += [f"max_rejected={form.set_aside!r}"] if form.set_aside else []
    return "\n".join([*lines, f"result = store.load({', '.join(arguments)})", "store = result.store", "result"])
