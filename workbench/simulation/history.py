"""What came before an impression: earlier showings of its ad and what the person did; nothing at or after its time."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.simulation.behaviour import EVENTS, Behaviour

__all__ = ["WANTING", "earlier_showings", "recent_interest"]

WANTING: tuple[str, ...] = ("view", "cart")
"""Events that tell what a person wants now; what is bought is no longer wanted."""

_HOUR = 3_600_000_000


def earlier_showings(user: NDArray[np.int32], ad: NDArray[np.int16], ts: NDArray[np.int64]) -> NDArray[np.int32]:
    """Count how often each person was shown each ad before.

    Args:
        user: Index of the person [rows].
        ad: Index of the ad [rows].
        ts: When, rising [rows].

    Returns:
        Number of rows of the same person and ad with a smaller time [rows].

    Example:
        >>> one = np.zeros(4, dtype=np.int64)
        >>> earlier_showings(one, one, np.array([10, 20, 20, 30])).tolist()
        [0, 1, 1, 3]
    """
    pair = user.astype(np.int64) * (int(ad.max(initial=0)) + 1) + ad
    order = np.argsort(pair, kind="stable")
    pair, ts = pair[order], ts[order]
    new_pair = np.r_[True, pair[1:] != pair[:-1]][: len(pair)]
    new_moment = new_pair | np.r_[True, ts[1:] != ts[:-1]][: len(pair)]
    place = np.arange(len(pair))
    first_of_pair = np.maximum.accumulate(np.where(new_pair, place, 0))
    first_of_moment = np.maximum.accumulate(np.where(new_moment, place, 0))
    showings = np.empty(len(pair), dtype=np.int32)
    showings[order] = first_of_moment - first_of_pair
    return showings


def recent_interest(
    behaviour: Behaviour,
    user: NDArray[np.int32],
    category: NDArray[np.int16],
    ts: NDArray[np.int64],
    half_life_hours: float,
) -> NDArray[np.float32]:
    """Say what is left of the interest each person last showed in a category by a view or a cart.

    Args:
        behaviour: What people did.
        user: Index of the person [rows].
        category: Index of the category [rows].
        ts: When, rising [rows].
        half_life_hours: Hours after which half of it is left.

    Returns:
        0.5 to the power of the half-lives since the last such event before the time; 0 where there is none [rows].
    """
    telling = np.isin(behaviour.event, [EVENTS.index(name) for name in WANTING])
    shown = pl.DataFrame({name: getattr(behaviour, name)[telling] for name in ("user", "category", "ts")}).with_columns(
        seen="ts"
    )
    asked = pl.DataFrame({"user": user, "category": category, "ts": ts})
    before = asked.join_asof(shown, on="ts", by=["user", "category"], allow_exact_matches=False, check_sortedness=False)
    left = pl.lit(0.5).pow((pl.col("ts") - pl.col("seen")) / (_HOUR * half_life_hours))
    return before.select(left.fill_null(0).cast(pl.Float32)).to_series().to_numpy()
