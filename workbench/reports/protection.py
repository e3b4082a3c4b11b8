"""The privacy statement of a shared report: what is promised, what it cost, what it does not promise."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from workbench.privacy.budget import Budget
from workbench.privacy.ledger import Ledger
from workbench.privacy.release import Release
from workbench.reports.page import Fact
from workbench.store.public import PublicDomain
from workbench.store.store import Store

__all__ = ["Protection", "protection_of"]

_LISTED = 60


@dataclass(frozen=True)
class Protection:
    """How the people behind a shared report are protected.

    Attributes:
        short: For the cover, a few words.
        text: In plain words, Markdown.
        spent: How much of the budget is spent, in words.
        spent_share: The same in [0, 1]; None where nothing was ever released.
        facts: Unit, budget, bounds, public domains.
    """

    short: str
    text: str
    spent: str
    spent_share: float | None
    facts: tuple[Fact, ...]


def protection_of(ledger: Ledger, store: Store, used: Sequence[Release]) -> Protection:
    """State how people are protected.

    Args:
        ledger: The store's ledger.
        store: The campaign tables, for when their public domains were declared; no row is read.
        used: The releases a report shows.

    Returns:
        The statement: it follows from the ledger and from public facts alone.
    """
    budget = ledger.budget
    if budget is None:
        return Protection("nothing was released", _NOTHING, "", None, ())
    declared = _declared(store, used)
    spent = f"Epsilon {ledger.spent:.2f} of {budget.epsilon:g} spent, over everything ever released from this store."
    facts = (
        Fact("Whose data is protected", f"one person's ({ledger.unit}): all their rows, added or removed"),
        Fact(
            "Budget", f"epsilon {budget.epsilon:g}, delta {budget.delta:g}, over all versions and copies of this store"
        ),
        Fact("Spent so far", f"epsilon {ledger.spent:.3g}, this report's releases included"),
        *(Fact("Budget raised", reason) for reason in ledger.raises),
        *_bounds(used),
        *(Fact(f"Public values of {one.domain.name}", f"{_values(one.domain)}; {one.when}") for one in declared),
    )
    text = _text(budget, used, declared) if used else _NONE_HERE
    share = ledger.spent / budget.epsilon
    return Protection(f"epsilon {ledger.spent:.2f} of {budget.epsilon:g} spent", text, spent, share, facts)


_NOTHING = (
    "Nothing was ever released from this store, so this page holds no figure about anybody. A release needs a log that "
    "names its users: without them nobody's part in it can be bounded, and no guarantee can be given."
)
_NONE_HERE = "This page shows no released answer, so it holds no figure about anybody."
_LIMITS = (
    "**What this does not promise.** It covers what was released from this store, over all readers together. It does "
    "not cover what those who hold the data say elsewhere, the same people's data in other stores, or the choice of "
    "what to ask. Names, titles, conditions, reasons and the text of this page are the author's words, which no noise "
    "changes. Intervals hold the noise; activity beyond the bound is in no figure. The figures are not for billing."
)


@dataclass(frozen=True)
class _Declared:
    """A public domain that makes cells of this page, with the store version at which it was declared.

    Attributes:
        domain: As the ledger has it.
        version: 0 before any data was loaded; None where this copy of the store does not declare it.
    """

    domain: PublicDomain
    version: int | None

    @property
    def when(self) -> str:
        """When it was declared, in words."""
        if self.version is None:
            return "not declared in this copy of the store"
        if self.version == 0:
            return "declared before any data was loaded"
        return f"declared at store version {self.version}, after data was loaded"


def _declared(store: Store, used: Sequence[Release]) -> list[_Declared]:
    known = store.public
    unique = dict.fromkeys(domain for release in used for domain in release.domains)
    return [_Declared(one, known[one.name].declared_at if known.get(one.name) == one else None) for one in unique]


def _text(budget: Budget, used: Sequence[Release], declared: Sequence[_Declared]) -> str:
    bounds = " or ".join(dict.fromkeys(release.bound for release in used))
    return (
        "**No person's data can be read from this page.** Before anything was counted, everybody's part was bounded: "
        f"{bounds}. Then random noise was added to every figure, enough that a reader learns little more about any one "
        "person than if that person had never been in the data. This holds whatever else readers know and however they "
        "put figures together: over everything ever released, one person's data changes the chance of what is seen by "
        f"a factor of at most e to the {budget.epsilon:g}, but for a probability of {budget.delta:g}."
        f"{_cells(declared)}\n\n{_LIMITS}"
    )


def _cells(declared: Sequence[_Declared]) -> str:
    if not declared:
        return ""
    if all(one.version == 0 for one in declared):
        return " The cells were declared before any data was loaded, so even which of them appear tells nothing."
    return (
        " Not all cells were declared before data was loaded, as stated below: that they were not chosen by a look at "
        "it is the author's word."
    )


def _bounds(used: Sequence[Release]) -> list[Fact]:
    """One line for each release shown: what was asked, its bound, its price."""
    unique = {release.id: release for release in used}.values()
    return [
        Fact(
            f"Release {release.id[:8]}",
            f"{', '.join(one.name for one in release.measures)} by {', '.join(release.keys) or 'nothing: the total'}"
            f"{f' where {release.where}' if release.where else ''}; {release.bound}; epsilon {release.epsilon:.3g}; "
            f"store version {release.store_version}",
        )
        for release in unique
    ]


def _values(domain: PublicDomain) -> str:
    values = domain.values
    days = [value for value in values if isinstance(value, date)]
    if len(days) == len(values) and days == [days[0] + timedelta(days=place) for place in range(len(days))]:
        listed = f"{len(days)} days from {days[0].isoformat()} to {days[-1].isoformat()}"
    elif len(values) <= _LISTED:
        listed = ", ".join(str(value) for value in values)
    else:
        listed = f"{', '.join(str(value) for value in values[:_LISTED])} and {len(values) - _LISTED:,} more"
    return f"{domain.column}: {listed}"
