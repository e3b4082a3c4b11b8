"""Entries of the privacy ledger, the chain that binds them, and how they are shown."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from workbench.display import html_table
from workbench.errors import StoreError
from workbench.privacy.accounting import epsilon_at
from workbench.privacy.budget import Budget
from workbench.privacy.question import Asked, canonical_json, digest

__all__ = [
    "COLUMNS",
    "Entry",
    "EntryLine",
    "check_chain",
    "describe_entries",
    "entries_table",
    "entry_lines",
    "genesis",
]


@dataclass(frozen=True)
class Entry:
    """One entry of the ledger; entries are only ever added.

    Attributes:
        seq: Number of the entry, from 1.
        kind: `budget`, `raise`, `charge`, `answer` or `show`.
        scope: The store's lineage.
        qkey: The question's hash; for `show` the release's id.
        at: When, UTC.
        who: The operating system's user.
        person: Whose part of the budget it is charged to; None charges the whole.
        store_version: Version of the store.
        rho_nano: Charged, or for a budget allowed, in billionths of rho.
        delta: Charged, or for a budget allowed, in units of 1e-15.
        query: Canonical JSON of what was asked or set.
        answer: Canonical JSON of the noisy answer; None for other kinds.
        previous: Hash of the entry before.
        hash: SHA-256 over all of the above.
    """

    seq: int
    kind: str
    scope: str
    qkey: str
    at: str
    who: str
    person: str | None
    store_version: int
    rho_nano: int
    delta: int
    query: str | None
    answer: str | None
    previous: str
    hash: str

    def expected_hash(self) -> str:
        """The hash that the other columns give."""
        return digest(canonical_json([getattr(self, name) for name in COLUMNS[:-1]]))


COLUMNS = tuple(field.name for field in fields(Entry))


def genesis(lineage_id: str) -> str:
    """What the first entry of a lineage follows.

    Example:
        >>> len(genesis("0" * 32))
        64
    """
    return digest(f"campaign-workbench ledger of {lineage_id}")


def check_chain(entries: Iterable[Entry], lineage_id: str) -> None:
    """Check that entries follow each other, stay within the budget, and that every answer was charged.

    Args:
        entries: All entries, oldest first.
        lineage_id: The store's lineage.

    Raises:
        StoreError: Naming the first entry that does not fit.
    """
    previous, spent, allowed, charged = genesis(lineage_id), 0, 0, set()
    for number, entry in enumerate(entries, start=1):
        whole = entry.seq == number and entry.previous == previous and entry.hash == entry.expected_hash()
        if entry.kind in {"budget", "raise"}:
            allowed = max(allowed, entry.rho_nano)
        elif entry.kind == "charge":
            charged.add(entry.qkey)
            spent += entry.rho_nano
        whole &= entry.kind != "answer" or entry.qkey in charged
        if not whole or entry.scope != lineage_id or spent > allowed:
            raise StoreError(
                f"the privacy ledger was changed outside the workbench, first at entry {number}: "
                "restore it from a copy; nothing is released until then"
            )
        previous = entry.hash


@dataclass(frozen=True)
class EntryLine:
    """An entry as a reader reads it.

    Attributes:
        number: Number of the entry, from 1.
        when: When, in UTC, to the minute.
        who: The operating system's user.
        kind: As in `Entry`.
        epsilon: Charged or allowed; empty where the entry does neither.
        what: What was asked, shown or set.
    """

    number: int
    when: str
    who: str
    kind: str
    epsilon: str
    what: str


def describe_entries(entries: Sequence[Entry], budget: Budget) -> list[EntryLine]:
    """Put entries into words: what left, when, by whom, for how much."""
    conditions = _conditions(entries)
    return [
        EntryLine(
            entry.seq,
            entry.at[:16].replace("T", " "),
            entry.who,
            entry.kind,
            f"{epsilon_at(entry.rho_nano, budget.conversion_delta):.3g}" if entry.rho_nano else "",
            _subject(entry, conditions),
        )
        for entry in entries
    ]


def entries_table(entries: Sequence[Entry], budget: Budget) -> str:
    """Draw entries as an HTML table."""
    rows = [
        [line.number, line.when, line.who, line.kind, line.epsilon or None, line.what]
        for line in describe_entries(entries, budget)
    ]
    return html_table(["entry", "when (UTC)", "who", "kind", "epsilon", "what"], rows)


def entry_lines(entries: Sequence[Entry], budget: Budget) -> list[str]:
    """Write entries as plain text, one line each: when (UTC), who, what, and what it charged or allowed."""
    longest = max((len(entry.who) for entry in entries), default=0)
    return [
        f"{line.when} UTC  {line.who.ljust(longest)}  {line.kind}  {line.what}"
        f"{f': epsilon {line.epsilon}' if line.epsilon else ''}"
        for line in describe_entries(entries, budget)
    ]


def _conditions(entries: Iterable[Entry]) -> dict[str, str]:
    """Hash of a question -> its condition in words, as it was shown."""
    shown = [json.loads(entry.query or "{}") for entry in entries if entry.kind == "show"]
    return {read["question"]: f" where {read['where']}" for read in shown if read["where"]}


def _subject(entry: Entry, conditions: Mapping[str, str]) -> str:
    read = json.loads(entry.query or "{}")
    if entry.kind == "show":
        return f"release {entry.qkey}"
    if entry.kind in {"budget", "raise"}:
        return " ".join(str(read.get("reason", f"protects {read['unit']}")).split())
    if entry.kind == "answer":
        return f"to question {entry.qkey[:12]}"
    asked = "; ".join(str(Asked.from_content(measure).measured) for measure in read["measures"])
    by = " and ".join(key["column"] for key in read["keys"])
    where = conditions.get(entry.qkey, " under a condition" if read["where"] else "")
    rows = "row" if read["limit"] == 1 else "rows"
    return (
        f"question {entry.qkey[:12]}: {asked} of {read['table']}{f' by {by}' if by else ''}{where}, "
        f"at most {read['limit']} {rows} of one {read['unit']}"
    )
