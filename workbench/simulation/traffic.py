"""Requests: who opens a page when, where and on which device, and which ads compete for the place."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.simulation.catalogue import Catalogue
from workbench.simulation.people import Users, draw_level
from workbench.simulation.settings import Settings
from workbench.simulation.streams import stream

__all__ = ["Requests", "daypart_of_hour", "draw_requests"]

Indices = NDArray[np.int16]

_SECOND = 1_000_000
_HOUR = 3600 * _SECOND


@dataclass(frozen=True)
class Requests:
    """Requests in order of time, one entry a request in every array [rows].

    Attributes:
        ts: Microseconds since 1970, UTC.
        user: Index of the person.
        daypart: Index of the part of the day, by local time.
        device: Index of the device.
        placement: Index of the placement.
        position: Index of the position.
        town: Index of the town the person is in.
        slate: Indices of the ads that compete, all different [rows, slate].
    """

    ts: NDArray[np.int64]
    user: NDArray[np.int32]
    daypart: Indices
    device: Indices
    placement: Indices
    position: Indices
    town: Indices
    slate: Indices

    def __len__(self) -> int:
        return len(self.ts)


def draw_requests(settings: Settings, users: Users, catalogue: Catalogue, count: int, seed: int) -> Requests:
    """Draw requests; nothing of them depends on whether anyone will click.

    Args:
        settings: The platform.
        users: Its people.
        catalogue: Its ads.
        count: Number of requests.
        seed: Seed of the world.

    Returns:
        The requests, in order of time.
    """
    context, people = settings.context, settings.users
    ts = _times(settings, count, seed)
    edges = np.cumsum(users.activity)
    user = np.searchsorted(edges[:-1], stream(seed, "requests.user").random(count), side="right").astype(np.int32)
    device = draw_level(context.device.values(), count, stream(seed, "requests.device"))
    town = draw_level((town.share for town in people.towns.values()), count, stream(seed, "requests.town"))
    on_main = stream(seed, "requests.on_main_device").random(count, dtype=np.float32) < people.main_device
    at_home = stream(seed, "requests.at_home").random(count, dtype=np.float32) < people.at_home
    local_hour = (ts // _HOUR + settings.calendar.utc_offset_hours) % 24
    return Requests(
        ts=ts,
        user=user,
        daypart=daypart_of_hour(settings)[local_hour],
        device=np.where(on_main, users.device[user], device),
        placement=draw_level(context.placement.values(), count, stream(seed, "requests.placement")),
        position=draw_level(context.position.values(), count, stream(seed, "requests.position")),
        town=np.where(at_home, users.town[user], town),
        slate=_distinct(len(catalogue.price), settings.policies.slate, count, stream(seed, "requests.slate")),
    )


def daypart_of_hour(settings: Settings) -> Indices:
    """Say which part of the day each local hour belongs to.

    Args:
        settings: The platform.

    Returns:
        Index of the part of the day [24]; hours before the first part belong to the last.

    Example:
        >>> from workbench.simulation.configuration import load_settings
        >>> daypart_of_hour(load_settings("shop"))[[0, 6, 23]].tolist()
        [0, 1, 4]
    """
    starts = np.array(list(settings.calendar.dayparts.values()))
    order = np.argsort(starts)
    place = np.searchsorted(starts[order], np.arange(24), side="right") - 1
    return order[place].astype(np.int16)


def _times(settings: Settings, count: int, seed: int) -> NDArray[np.int64]:
    calendar = settings.calendar
    weekdays = (calendar.first_day.weekday() + np.arange(calendar.days)) % 7
    traffic = np.outer(
        np.where(weekdays >= 5, calendar.weekend, 1.0),
        np.roll(calendar.hours, -calendar.utc_offset_hours),
    ).ravel()
    draws = stream(seed, "requests.ts")
    hour = np.searchsorted(np.cumsum(traffic / traffic.sum())[:-1], np.sort(draws.random(count)), side="right")
    return np.sort(calendar.start + hour * _HOUR + draws.integers(_HOUR, size=count))


def _distinct(size: int, take: int, count: int, draws: np.random.Generator) -> Indices:
    """Draw `take` different numbers below `size` for each of `count` rows, all sets equally likely."""
    chosen = np.empty((count, take), dtype=np.int16)
    for place in range(take):
        number = draws.integers(size - place, size=count, dtype=np.int16)
        for earlier in np.sort(chosen[:, :place], axis=1).T:  # Step over the numbers already taken.
            number += number >= earlier
        chosen[:, place] = number
    return chosen
