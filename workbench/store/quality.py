"""The quality report: what is in a store, and what to mind before drawing conclusions from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl

from workbench.display import html_block, html_table
from workbench.schema import TABLES
from workbench.store._snapshot import Snapshot
from workbench.store.sql import quoted

__all__ = ["BOT_LIMIT", "Quality", "TableQuality", "assess"]

BOT_LIMIT = 100  # Impressions of one user within one clock hour; a person sees fewer.
FEW_CLICKS = 400  # Below this a click-through rate is known to about +-10 % at best.
_NUMBERS = ("BIGINT", "DOUBLE", "FLOAT", "INTEGER", "SMALLINT")


@dataclass(frozen=True)
class TableQuality:
    """One table.

    Attributes:
        name: Its name.
        rows: Number of rows.
        first: Earliest time, UTC; None where the table has no times.
        last: Latest time, UTC.
        nulls: Column -> share of rows without a value, 0 to 1.
        outliers: Column of numbers -> share of values more than three interquartile ranges outside the quartiles.
        orphans: Foreign key -> rows that name no row of the parent table, where the store has that table.
        rejected: Reason -> rows set aside by all loads up to this version.
    """

    name: str
    rows: int
    first: datetime | None
    last: datetime | None
    nulls: Mapping[str, float]
    outliers: Mapping[str, float]
    orphans: Mapping[str, int]
    rejected: Mapping[str, int]


@dataclass(frozen=True)
class Quality:
    """The quality of one store version.

    Attributes:
        version: The store version.
        tables: One entry a table, in canonical order.
        clicks: Clicked impressions; None without impressions and clicks.
        click_through_rate: Clicked impressions per impression; None without impressions or clicks.
        bot_like_users: Users with more than `BOT_LIMIT` impressions within a clock hour; None without users or times.
        notes: What limits conclusions, in sentences.
    """

    version: int
    tables: tuple[TableQuality, ...]
    clicks: int | None
    click_through_rate: float | None
    bot_like_users: int | None
    notes: tuple[str, ...]

    def to_polars(self) -> pl.DataFrame:
        """One row a table and column: table, rows, column, nulls, outliers (shares)."""
        rows = [
            (table.name, table.rows, column, share, table.outliers.get(column))
            for table in self.tables
            for column, share in table.nulls.items()
        ]
        schema = {
            "table": pl.String,
            "rows": pl.Int64,
            "column": pl.String,
            "nulls": pl.Float64,
            "outliers": pl.Float64,
        }
        return pl.DataFrame(rows, schema=schema, orient="row")

    def __str__(self) -> str:
        lines = [f"Store version {self.version}"]
        for table in self.tables:
            span = f", {table.first:%Y-%m-%d} to {table.last:%Y-%m-%d}" if table.first and table.last else ""
            aside = sum(table.rejected.values())
            lines.append(f"  {table.name}: {table.rows:,} rows{span}" + (f", {aside:,} set aside" if aside else ""))
        return "\n".join([*lines, *(f"  - {note}" for note in self.notes)])

    def _repr_html_(self) -> str:
        rows = [
            [
                table.name,
                table.rows,
                _day(table.first),
                _day(table.last),
                _shares(table.nulls),
                _shares(table.outliers),
                "; ".join(f"{rows:,} {reason}" for reason, rows in table.rejected.items()) or None,
            ]
            for table in self.tables
        ]
        heads = ["table", "rows", "from", "to", "empty", "outliers", "set aside"]
        rate = f", click-through rate {self.click_through_rate:.2%}" if self.click_through_rate is not None else ""
        return html_block(
            f"Quality of store version {self.version}{rate}", html_table(heads, rows), note=" ".join(self.notes)
        )


def assess(snapshot: Snapshot, *, version: int, rejected: tuple[Path, ...]) -> Quality:
    """Assess the tables of a store version.

    Args:
        snapshot: The tables.
        version: The store version.
        rejected: Lists of rejected rows of the loads up to it.

    Returns:
        The report.
    """
    aside = _rejected(rejected)
    with snapshot.connect() as opened:
        names = [name for name in TABLES if snapshot.has(name)]
        tables = tuple(_table(opened, snapshot, name, aside.get(name, {})) for name in names)
        clicks, rate = _clicks(opened, snapshot)
        bots = _bot_like(opened, snapshot)
    return Quality(version, tables, clicks, rate, bots, _notes(snapshot, tables, clicks, bots))


def _table(
    opened: duckdb.DuckDBPyConnection, snapshot: Snapshot, name: str, rejected: Mapping[str, int]
) -> TableQuality:
    columns = snapshot.columns(name)
    time = next((column for column in ("ts", "day", "starts_at") if column in columns), None)
    span = f"min(CAST({time} AS TIMESTAMP)), max(CAST({time} AS TIMESTAMP))" if time else "NULL, NULL"
    counts = ", ".join(f"count({quoted(column)})" for column in columns)
    row = opened.execute(f"SELECT count(*), {span}, {counts} FROM {name}").fetchone() or (0, None, None)
    rows = row[0]
    nulls = {column: 1 - given / rows if rows else 0.0 for column, given in zip(columns, row[3:], strict=True)}
    numbers = [column for column, type in columns.items() if type in _NUMBERS]
    orphans = {
        column: _orphans(opened, name, column, parent)
        for column, parent in TABLES[name].parents
        if column in columns and snapshot.has(parent)
    }
    return TableQuality(name, rows, row[1], row[2], nulls, _outliers(opened, name, numbers), orphans, rejected)


def _outliers(opened: duckdb.DuckDBPyConnection, name: str, columns: list[str]) -> dict[str, float]:
    """Shares beyond Tukey's far fences; columns with half their values alike have no spread to judge by."""
    if not columns:
        return {}
    quartiles = ", ".join(f"approx_quantile(CAST({quoted(column)} AS DOUBLE), [0.25, 0.75])" for column in columns)
    found = opened.execute(f"SELECT {quartiles} FROM {name}").fetchone() or ()
    fences = {
        column: (low - 3 * (high - low), high + 3 * (high - low))
        for column, pair in zip(columns, found, strict=True)
        if pair is not None
        for low, high in [pair]
        if high > low
    }
    if not fences:
        return {}
    shares = ", ".join(
        f"avg(CAST({quoted(column)} NOT BETWEEN {low!r} AND {high!r} AS INTEGER))"
        for column, (low, high) in fences.items()
    )
    outside = opened.execute(f"SELECT {shares} FROM {name}").fetchone() or ()
    return {column: share for column, share in zip(fences, outside, strict=True) if share}


def _orphans(opened: duckdb.DuckDBPyConnection, name: str, column: str, parent: str) -> int:
    key = quoted(column)
    sql = f"SELECT count(*) FROM {name} c ANTI JOIN {parent} p ON c.{key} = p.{key} WHERE c.{key} IS NOT NULL"
    return _number(opened, sql)


def _clicks(opened: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> tuple[int | None, float | None]:
    if not (snapshot.has("impressions") and snapshot.has("clicks")):
        return None, None
    clicks = _number(opened, "SELECT count(*) FROM impressions SEMI JOIN clicks USING (impression_id)")
    shown = snapshot.rows("impressions")
    return clicks, clicks / shown if shown else None


def _bot_like(opened: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> int | None:
    if not snapshot.has("impressions") or not {"user_id", "ts"} <= set(snapshot.columns("impressions")):
        return None
    return _number(
        opened,
        "SELECT count(DISTINCT user_id) FROM (SELECT user_id FROM impressions WHERE user_id IS NOT NULL "
        f"GROUP BY user_id, date_trunc('hour', ts) HAVING count(*) > {BOT_LIMIT})",
    )


def _notes(
    snapshot: Snapshot, tables: tuple[TableQuality, ...], clicks: int | None, bots: int | None
) -> tuple[str, ...]:
    shown = next((table for table in tables if table.name == "impressions"), None)
    if shown is None:
        return ("No impressions are loaded: nothing can be predicted, explained or compared yet.",)
    known = {column for column, share in shown.nulls.items() if share < 1}
    notes = []
    if "user_id" not in known:
        notes.append("No users: no user-level guarantee can be given, and intervals cannot allow for repeated visits.")
    if "ts" not in known:
        notes.append("No timestamps: the order of the file is taken for time.")
    if "propensity" not in known:
        notes.append("No propensities: what another policy would have done cannot be estimated from this log.")
    if not snapshot.has("clicks"):
        notes.append("No clicks are loaded.")
    elif clicks is not None and clicks < FEW_CLICKS:
        notes.append(f"Only {clicks:,} clicks: rates and effects will have wide intervals.")
    if bots:
        notes.append(f"{bots:,} users have more than {BOT_LIMIT} impressions within an hour, as bots do.")
    lost = {column: rows for table in tables for column, rows in table.orphans.items() if rows}
    notes += [f"{rows:,} rows name an unknown {column}." for column, rows in lost.items()]
    return tuple(notes)


def _rejected(files: tuple[Path, ...]) -> dict[str, dict[str, int]]:
    counted: dict[str, dict[str, int]] = {}
    for file in files:
        listed = pl.scan_parquet(file, glob=False).group_by("table", "column", "reason").len()
        grouped = listed.sort("table", "column").collect()
        for table, column, reason, rows in grouped.iter_rows():
            told = reason if reason.startswith(("repeats", "names")) else f"{column} {reason}"
            counted.setdefault(table, {})[told] = counted.get(table, {}).get(told, 0) + rows
    return counted


def _number(opened: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = opened.execute(sql).fetchone()
    return int(row[0]) if row else 0


def _day(at: datetime | None) -> str | None:
    return f"{at:%Y-%m-%d %H:%M}" if at else None


def _shares(shares: Mapping[str, float]) -> str | None:
    shown = {column: share for column, share in sorted(shares.items(), key=lambda pair: -pair[1]) if share > 0}
    listed = ", ".join(f"{column} {share:.1%}" for column, share in list(shown.items())[:5])
    return (listed + (f" and {len(shown) - 5} more" if len(shown) > 5 else "")) or None
