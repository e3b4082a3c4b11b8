"""What the parts that a platform need not have must satisfy, where it has them."""

from datetime import timedelta
from math import isclose

from workbench.checks import check_at_least, check_between, check_name
from workbench.errors import InputError
from workbench.simulation.behaviour import EVENTS
from workbench.simulation.settings import Browsing, Drift, Settings

__all__ = ["check_moving"]


def check_moving(settings: Settings) -> None:
    """Refuse behaviour, fatigue, recency or drift that describe no platform.

    Args:
        settings: What was read; every value is of its type already.

    Raises:
        InputError: If a number is outside its range, an event or category is unknown, or a part needs another.
    """
    if settings.behaviour is not None:
        _check_behaviour(settings, settings.behaviour)
    if settings.fatigue is not None:
        check_at_least(settings.fatigue.most, 1, name="[fatigue] most")
    if settings.recency is not None:
        half_life = settings.recency.half_life_hours
        check_between(half_life, 0, float("inf"), name="[recency] half_life_hours", hint="give for example 24")
        if settings.behaviour is None:
            raise InputError("[recency] needs [behaviour], which is missing: add it or leave recency out")
    if settings.drift is not None:
        _check_drift(settings, settings.drift)


def _check_behaviour(settings: Settings, browsing: Browsing) -> None:
    for name, value, low in (
        ("visits", browsing.visits, 0),
        ("spread", browsing.spread, 0),
        ("length", browsing.length, 1),
        ("stay_days", browsing.stay_days, 1),
        ("lead_days", browsing.lead_days, 0),
    ):
        check_at_least(value, low, name=f"[behaviour] {name}")
    if not 0 <= browsing.focus <= 1:
        raise InputError(f"[behaviour] focus == {browsing.focus:g}, must be >= 0 and <= 1: give a share such as 0.8")
    shares = browsing.events
    if set(shares) != set(EVENTS):
        raise InputError(
            f"[behaviour] events has {', '.join(shares)}, must have exactly {', '.join(EVENTS)}: correct the keys"
        )
    if min(shares.values()) < 0 or not isclose(sum(shares.values()), 1, abs_tol=1e-9):
        raise InputError(
            f"shares in [behaviour] events sum to {sum(shares.values()):g}, must be >= 0 and sum to 1: correct them"
        )
    for name in sorted(set(settings.category_names) - {campaign.category for campaign in settings.campaigns}):
        raise InputError(
            f"[behaviour] needs a product in every category, {name} has no campaign: add one or take the category out"
        )


def _check_drift(settings: Settings, drift: Drift) -> None:
    check_name(drift.category, settings.category_names, name="[drift] category")
    first = settings.calendar.first_day
    last = first + timedelta(days=settings.calendar.days - 1)
    if not first < drift.first_day <= last:
        raise InputError(
            f"[drift] first_day == {drift.first_day}, must be after {first} and at most {last}: choose a day of the log"
        )
