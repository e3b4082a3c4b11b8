"""Where a report comes from: everything for those inside, nothing a reader could test guesses against for others."""

import platform
from collections.abc import Iterable
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl

import workbench
from workbench.reports.page import Fact
from workbench.store.store import Store

if TYPE_CHECKING:
    from workbench.models.run import Run

__all__ = ["internal_facts", "internal_provenance", "public_period", "shared_provenance", "written_date"]

_CODE = f"campaign-workbench {workbench.__version__}"


def internal_facts(store: Store, *, prepared_by: str) -> tuple[Fact, ...]:
    """The cover of an internal report.

    Args:
        store: The campaign tables.
        prepared_by: Who answers for the report.
    """
    return (
        Fact("Period", _logged_period(store)),
        Fact("Prepared by", prepared_by),
        Fact("Data", f"store version {store.version}"),
        Fact("Made on", written_date(datetime.now(UTC).date())),
    )


def internal_provenance(
    store: Store, run: "Run | None", *, template: str, values: dict[str, object]
) -> tuple[Fact, ...]:
    """What an internal report rests on, down to the content of its tables and model.

    Args:
        store: The campaign tables.
        run: The model described, if any.
        template: Name of the template.
        values: The parameters it was run with.

    Returns:
        The facts, content hashes among them: they are for colleagues, never for shared reports.
    """
    facts = [
        Fact("Template", f"{template} ({', '.join(f'{name} = {value}' for name, value in values.items())})"),
        Fact("Store", f"{store.folder.name}, version {store.version}, lineage {store.lineage_id}"),
        Fact("Origin", ", ".join(f"{name} {value}" for name, value in store.origin.items()) or "loaded from files"),
        *(
            Fact(
                f"Table {name}",
                f"{store.rows(name):,} rows, Delta version {version}, SHA-256 {_digest(store.files(name))}",
            )
            for name, version in sorted(store.tables.items())
        ),
    ]
    if run is not None:
        facts += [
            Fact(
                "Model", f"{run.id}: {run.target} by {run.model}, seed {run.facts.seed}, trained on {run.facts.device}"
            ),
            Fact("Split", run.facts.split),
            Fact("Content of the run (SHA-256)", _digest(path for path in run.folder.rglob("*") if path.is_file())),
        ]
    libraries = f"Python {platform.python_version()}, DuckDB {duckdb.__version__}, Polars {pl.__version__}"
    facts += [Fact("Code", f"{_CODE}; {libraries}"), Fact("Made", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC")]
    return tuple(facts)


def shared_provenance(store: Store, *, ledger_head: str) -> tuple[Fact, ...]:
    """What a shared report rests on: numbers that tell nothing about the data.

    No hash of data or model, since a reader could test guesses against it, and no clock time.

    Args:
        store: The campaign tables.
        ledger_head: Hash of the ledger's last entry; empty where nothing was ever released.
    """
    facts = [
        Fact("Store lineage", store.lineage_id),
        Fact("Store version", str(store.version)),
        Fact("Code", _CODE),
        Fact("Head of the privacy ledger", ledger_head or "no entry: nothing was ever released"),
    ]
    return tuple(facts)


def public_period(store: Store) -> str:
    """The period as the public calendar has it, whatever days the data holds."""
    days = [value for domain in store.public.values() if domain.column == "day" for value in domain.values]
    dates = sorted(value for value in days if isinstance(value, date))
    return _period(dates[0], dates[-1]) if dates else "not declared"


def written_date(day: date) -> str:
    """Write a day in words, the same on every machine.

    Example:
        >>> written_date(date(2026, 3, 1))
        '1 March 2026'
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


_MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905


def _period(first: date, last: date) -> str:
    start, end = written_date(first), written_date(last)
    if first.year == last.year:
        start = start.rpartition(" ")[0]
        if first.month == last.month:
            start = str(first.day)
    return end if first == last else f"{start} to {end}"


def _logged_period(store: Store) -> str:
    if not store.has("impressions"):
        return "no impressions"
    with store.connect() as connection:
        found = connection.execute("SELECT min(ts), max(ts) FROM impressions").fetchone()
    if not found or not isinstance(found[0], datetime) or not isinstance(found[1], datetime):
        return "not logged"
    return _period(found[0].date(), found[1].date())


def _digest(paths: Iterable[Path]) -> str:
    """One hash over the contents of files, in the order of their names."""
    whole = sha256()
    for path in sorted(paths):
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                whole.update(block)
    return whole.hexdigest()
