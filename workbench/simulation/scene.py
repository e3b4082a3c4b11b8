"""The scene of an impression: everything a cause may look at, visible to the platform or not."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from workbench.simulation.behaviour import Behaviour
from workbench.simulation.catalogue import Catalogue
from workbench.simulation.history import earlier_showings, recent_interest
from workbench.simulation.people import Users
from workbench.simulation.settings import Settings
from workbench.simulation.traffic import Requests

__all__ = ["Scene", "set_scene"]

Indices = NDArray[np.int16]
Reals = NDArray[np.float32]
Flags = NDArray[np.bool_]

_DAY = 86_400_000_000


@dataclass(frozen=True)
class Scene:
    """What bears on a click, one entry an impression in every array [rows].

    Replace one array to ask what would have been: `dataclasses.replace(scene, arm=~scene.arm)`.

    Attributes:
        interest: Index of the category the person is interested in.
        price_sensitivity: Index of the person's level.
        taste: Hidden liking of ads, standard normal.
        consent: Whether the profile may be used.
        arm: Whether in arm B.
        daypart: Index of the part of the day.
        device: Index of the device.
        position: Index of the position.
        category: Index of the ad's category.
        quality: The ad's own quality, standard normal.
        price: The ad's price, as its logarithm standardised over all ads.
        benefit: Whether the copy names the benefit.
        badge: Whether the banner bears the badge.
        day: Days since the log's first day.
        showings: How often the ad was shown to the person before; 0 where the platform knows no fatigue.
        recent: What is left, 0 to 1, of the interest the person last showed in the ad's category.
    """

    interest: Indices
    price_sensitivity: Indices
    taste: Reals
    consent: Flags
    arm: Flags
    daypart: Indices
    device: Indices
    position: Indices
    category: Indices
    quality: Reals
    price: Reals
    benefit: Flags
    badge: Flags
    day: Indices
    showings: NDArray[np.int32]
    recent: Reals

    def __len__(self) -> int:
        return len(self.arm)

    def rows(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> "Scene":
        """Take some impressions.

        Args:
            chosen: Which [rows], as flags or indices.

        Returns:
            Their scene.
        """
        return Scene(**{field.name: getattr(self, field.name)[chosen] for field in fields(self)})


def set_scene(
    settings: Settings,
    users: Users,
    catalogue: Catalogue,
    requests: Requests,
    creative: NDArray[np.int16],
    behaviour: Behaviour | None,
) -> Scene:
    """Put people, context, the creative shown and what came before together.

    Args:
        settings: The platform.
        users: The people.
        catalogue: The ads.
        requests: The requests.
        creative: Index of the creative shown [rows].
        behaviour: What people did outside ads; None where the platform does not know.

    Returns:
        The scene.
    """
    ad, user = creative // catalogue.per_ad, requests.user
    price = np.log(catalogue.price)
    spread = price.std() or 1.0
    category, nothing = catalogue.category[ad], np.zeros(len(requests), dtype=np.float32)
    showings, recent = nothing.astype(np.int32), nothing
    if settings.fatigue is not None:
        showings = earlier_showings(user, ad, requests.ts)
    if settings.recency is not None and behaviour is not None:
        recent = recent_interest(behaviour, user, category, requests.ts, settings.recency.half_life_hours)
    return Scene(
        interest=users.interest[user],
        price_sensitivity=users.profile["price_sensitivity"][user],
        taste=users.taste[user],
        consent=users.consent[user],
        arm=users.arm[user],
        daypart=requests.daypart,
        device=requests.device,
        position=requests.position,
        category=category,
        quality=catalogue.quality[ad],
        price=((price - price.mean()) / spread).astype(np.float32)[ad],
        benefit=catalogue.benefit[creative],
        badge=catalogue.badge[creative],
        day=((requests.ts - settings.calendar.start) // _DAY).astype(np.int16),
        showings=showings,
        recent=recent,
    )
