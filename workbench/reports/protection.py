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
        store: The campaign tables, for their public domains; no row is read.
        used: The releases a report shows.

    Returns:
        The statement: it follows from the ledger and from public facts alone.
    """
    domains = tuple(Fact(f"Public values of {name}", _values(domain)) for name, domain in sorted(store.public.items()))
    budget = ledger.budget
    if budget is None:
        return Protection("nothing was released", _NOTHING, "", None, domains)
    spent = f"Epsilon {ledger.spent:.2f} of {budget.epsilon:g} spent, over everything ever released from this store."
    facts = (
        Fact("Whose data is protected", f"one person's ({ledger.unit}): all their rows, added or removed"),
        Fact(
            "Budget", f"epsilon {budget.epsilon:g}, delta {budget.delta:g}, over all versions and copies of this store"
        ),
        Fact("Spent so far", f"epsilon {ledger.spent:.3g}, this report's releases included"),
        *(Fact("Budget raised", reason) for reason in ledger.raises),
        *_bounds(used),
        *domains,
    )
    text = _text(budget, used) if used else _NONE_HERE
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
    "what to ask. Intervals hold the noise; activity beyond the bound is in no figure. The figures are not for billing."
)


def _text(budget: Budget, used: Sequence[Release]) -> str:
    bounds = " or ".join(dict.fromkeys(release.bound for release in used))
    return (
        "**No person's data can be read from this page.** Before anything was counted, everybody's part was bounded: "
        f"{bounds}. Then random noise was added to every figure, enough that a reader learns little more about any one "
        "person than if that person had never been in the data. This holds whatever else readers know and however they "
        "put figures together: over everything ever released, one person's data changes the chance of what is seen by "
        f"a factor of at most e to the {budget.epsilon:g}, but for a probability of {budget.delta:g}. The cells were "
        f"declared before the data was seen, so even which of them appear tells nothing.\n\n{_LIMITS}"
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
