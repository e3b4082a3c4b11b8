"""Entries of the privacy ledger, the chain that binds them, and how they are shown."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from workbench.display import html_table
from workbench.errors import StoreError
from workbench.privacy.accounting import epsilon_at
from workbench.privacy.budget import Budget
from workbench.privacy.question import Asked, canonical_json, digest

__all__ = ["COLUMNS", "Entry", "check_chain", "entries_table", "entry_lines", "genesis"]


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


def entries_table(entries: Sequence[Entry], budget: Budget) -> str:
    """Draw entries as an HTML table: what left, when, by whom, for how much."""
    conditions = _conditions(entries)
    rows = [
        [entry.seq, _when(entry), entry.who, entry.kind, _epsilon(entry, budget), _subject(entry, conditions)]
        for entry in entries
    ]
    return html_table(["entry", "when (UTC)", "who", "kind", "epsilon", "what"], rows)


def entry_lines(entries: Sequence[Entry], budget: Budget) -> list[str]:
    """Write entries as plain text, one line each: when (UTC), who, what, and what it charged or allowed."""
    conditions = _conditions(entries)
    longest = max((len(entry.who) for entry in entries), default=0)
    lines = []
    for entry in entries:
        epsilon = _epsilon(entry, budget)
        priced = f": epsilon {epsilon}" if epsilon else ""
        what = f"{entry.kind}  {_subject(entry, conditions)}{priced}"
        lines.append(f"{_when(entry)} UTC  {entry.who.ljust(longest)}  {what}")
    return lines


def _when(entry: Entry) -> str:
    return entry.at[:16].replace("T", " ")


def _epsilon(entry: Entry, budget: Budget) -> str | None:
    return f"{epsilon_at(entry.rho_nano, budget.conversion_delta):.3g}" if entry.rho_nano else None


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
