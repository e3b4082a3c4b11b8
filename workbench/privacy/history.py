"""What left, when and by whom: the ledger's entries put together, one event for each release, for people to read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from workbench.privacy.accounting import epsilon_at
from workbench.privacy.budget import Budget
from workbench.privacy.entries import Entry
from workbench.privacy.measures import Measured
from workbench.privacy.question import Asked, Presentation

__all__ = ["Event", "Subject", "ledger_events"]

UNSAID = "…"
"""Stands for a condition whose words the ledger does not have: they are kept when an answer is shown."""


@dataclass(frozen=True)
class Subject:
    """What a question was about.

    Attributes:
        table: The table that was counted.
        unit: Column that names the person.
        limit: Most rows of one person.
        where: Condition on the rows in words; empty where there is none, "…" where the words are not known.
        keys: Key columns, in the order shown.
        measures: Name -> what was drawn, or for a ratio the names above and below the line.
    """

    table: str
    unit: str
    limit: int
    where: str
    keys: tuple[str, ...]
    measures: Mapping[str, Measured | tuple[str, str]]


@dataclass(frozen=True)
class Event:
    """Something that happened to a ledger.

    Attributes:
        at: When, UTC, as ISO 8601.
        who: The operating system's user.
        kind: `budget` was fixed, `raise` of it, a `release` left, or a `charge` whose answer was never shown.
        epsilon: Of a budget, what it allows from then on; else what was spent: 0 where a question was shown in another
            way before.
        release: Id of the release; empty where nothing left.
        subject: What was asked; None for budgets.
        reason: Why the budget was raised; empty otherwise.
    """

    at: str
    who: str
    kind: Literal["budget", "raise", "release", "charge"]
    epsilon: float
    release: str
    subject: Subject | None
    reason: str


def ledger_events(entries: Sequence[Entry], budget: Budget) -> tuple[Event, ...]:
    """Put a ledger's entries together for readers, oldest first.

    Args:
        entries: All entries, oldest first.
        budget: The budget in force, at whose delta epsilon is stated.

    Returns:
        One event for each budget, each release, and each charge whose answer was never shown.
    """
    charges = {entry.qkey: entry for entry in entries if entry.kind == "charge"}
    shown = {_read(entry)["question"] for entry in entries if entry.kind == "show"}
    unpaid = {qkey: epsilon_at(entry.rho_nano, budget.conversion_delta) for qkey, entry in charges.items()}
    events = []
    for entry in entries:
        read = _read(entry)
        if entry.kind == "budget":
            events.append(Event(entry.at, entry.who, "budget", float(read["epsilon"]), "", None, ""))
        elif entry.kind == "raise":
            reason = " ".join(str(read["reason"]).split())
            events.append(Event(entry.at, entry.who, "raise", float(read["epsilon"]), "", None, reason))
        elif entry.kind == "charge" and entry.qkey not in shown:
            subject = _subject(read, None)
            events.append(Event(entry.at, entry.who, "charge", unpaid[entry.qkey], "", subject, ""))
        elif entry.kind == "show" and (charge := charges.get(read["question"])):
            subject = _subject(_read(charge), Presentation.from_content(entry.query or ""))
            epsilon = unpaid.pop(charge.qkey, 0.0)
            events.append(Event(entry.at, entry.who, "release", epsilon, entry.qkey, subject, ""))
    return tuple(events)


def _subject(asked: Mapping[str, Any], shown: Presentation | None) -> Subject:
    """What a question's canonical JSON and the way it was shown say together."""
    drawn = [Asked.from_content(measure).measured for measure in asked["measures"]]
    about = (asked["table"], asked["unit"], asked["limit"])
    if shown is None:
        keys = tuple(key["column"] for key in asked["keys"])
        return Subject(*about, UNSAID if asked["where"] else "", keys, {str(one): one for one in drawn})
    measures = {name: drawn[what] if isinstance(what, int) else what for name, what in shown.names.items()}
    return Subject(*about, shown.where, shown.per, measures)


def _read(entry: Entry) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(entry.query or "{}")
    return read
