"""Users: drawn once from settings and seed, whatever the size of the log, so that logs of one world share their people.

What a person is interested in is known to the platform only where the person consented; their hidden taste never is.
Canaries are ordinary users with unmistakable names: a leak test searches for these strings wherever nothing of a
person may appear.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.simulation.settings import Settings
from workbench.simulation.streams import stream

__all__ = ["Users", "canaries", "draw_level", "draw_users", "users_table"]

Indices = NDArray[np.int16]


@dataclass(frozen=True)
class Users:
    """All people of a world, one entry a person in every array [users].

    Attributes:
        names: Raw identifiers, canaries last.
        interest: Index of the category a person is interested in.
        profile: Further profile columns: index into the column's levels in the settings.
        town: Index of the home town.
        device: Index of the device used most.
        activity: Share of impressions that go to this person.
        taste: Hidden liking of ads, standard normal.
        consent: Whether the profile may be used.
        arm: Whether in arm B of the A/B test.
        aa_arm: Whether in A2 of the A/A test.
    """

    names: tuple[str, ...]
    interest: Indices
    profile: Mapping[str, Indices]
    town: Indices
    device: Indices
    activity: NDArray[np.float64]
    taste: NDArray[np.float32]
    consent: NDArray[np.bool_]
    arm: NDArray[np.bool_]
    aa_arm: NDArray[np.bool_]


def draw_users(settings: Settings, seed: int) -> Users:
    """Draw the people of a world.

    Args:
        settings: The platform.
        seed: Seed of the world.

    Returns:
        The users; the same for every size of the log.
    """
    people = settings.users
    ordinary = people.count - people.canaries
    names = (
        *(f"user-{number:06d}" for number in range(1, ordinary + 1)),
        *(name for name, _ in canaries(settings, seed)),
    )
    activity = np.exp(people.activity * stream(seed, "users.activity").standard_normal(people.count))
    activity[ordinary:] = people.canary_activity
    consent = stream(seed, "users.consent").random(people.count) < people.consent
    consent[ordinary:] = True  # A canary whose profile is not kept could not be found by a leak test.
    return Users(
        names=names,
        interest=draw_level(
            (category.audience for category in settings.categories),
            people.count,
            stream(seed, "users.interest"),
        ),
        profile={
            name: draw_level(shares.values(), people.count, stream(seed, f"users.{name}"))
            for name, shares in people.profile.items()
        },
        town=draw_level((town.share for town in people.towns.values()), people.count, stream(seed, "users.town")),
        device=draw_level(settings.context.device.values(), people.count, stream(seed, "users.device")),
        activity=activity / activity.sum(),
        taste=stream(seed, "users.taste").standard_normal(people.count, dtype=np.float32),
        consent=consent,
        arm=_assigned(names, f"{seed}.arm", settings.experiment.share),
        aa_arm=_assigned(names, f"{seed}.aa_arm", settings.experiment.aa_share),
    )


def canaries(settings: Settings, seed: int) -> tuple[tuple[str, str], ...]:
    """Name the planted users.

    Args:
        settings: The platform.
        seed: Seed of the world.

    Returns:
        (raw identifier, home town) of each; the first must never be found in a store, the second nowhere but there.
    """
    digests = (
        hashlib.sha256(f"canary {seed} {number}".encode()).hexdigest() for number in range(settings.users.canaries)
    )
    return tuple((f"canary-person-{digest[:12]}", f"canary-town-{digest[12:24]}") for digest in digests)


def users_table(users: Users, settings: Settings, seed: int, pseudonyms: pl.Series) -> pl.DataFrame:
    """Make the store's table of users; the profile is missing where there is no consent.

    Args:
        users: The people.
        settings: The platform.
        seed: Seed of the world.
        pseudonyms: Their pseudonyms, in order.

    Returns:
        One row a person.
    """
    towns = list(settings.users.towns)
    tiers = [town.tier for town in settings.users.towns.values()]
    home_town = [towns[index] for index in users.town]
    for place, (_, town) in enumerate(canaries(settings, seed), start=len(home_town) - settings.users.canaries):
        home_town[place] = town
    profile = {
        "interest": _labels(users.interest, settings.category_names),
        **{name: _labels(levels, tuple(settings.users.profile[name])) for name, levels in users.profile.items()},
        "city_tier": _labels(users.town, tuple(tiers)),
        "home_town": pl.Series(home_town),
    }
    frame = pl.DataFrame({"user_id": pseudonyms, **profile, "consent_personalised": users.consent})
    return frame.with_columns(pl.when("consent_personalised").then(pl.col(name)).alias(name) for name in profile)


def draw_level(shares: Iterable[float], count: int, draws: np.random.Generator) -> Indices:
    """Draw levels of a column by their shares.

    Args:
        shares: Probability of each level, summing to 1.
        count: How many to draw.
        draws: The stream.

    Returns:
        Index of a level [count].
    """
    edges = np.cumsum(list(shares))
    return np.searchsorted(edges[:-1], draws.random(count), side="right").astype(np.int16)


def _assigned(names: tuple[str, ...], salt: str, share: float) -> NDArray[np.bool_]:
    """Assign people by hash, as a platform does that keeps no list: the same person always lands in the same arm."""
    digests = b"".join(hashlib.sha256(f"{salt} {name}".encode()).digest()[:8] for name in names)
    return np.frombuffer(digests, dtype=">u8") < share * 2.0**64


def _labels(indices: Indices, labels: tuple[str, ...]) -> pl.Series:
    return pl.Series(labels, dtype=pl.String).gather(indices)
