"""True effects: of arm B over arm A, and of choosing creatives well over choosing them at random.

Both ask of the impressions that happened what would have been expected of them otherwise, so they hold no luck of the
draw: an interval from the log should cover them as often as it claims.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from workbench.simulation.catalogue import Catalogue
from workbench.simulation.causes import CLICK_CAUSES, sigmoid, terms
from workbench.simulation.scene import Scene
from workbench.simulation.settings import Settings

__all__ = ["Effect", "arm_effects", "creative_lift"]

Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Effect:
    """The true effect of the experiment on one metric.

    Attributes:
        metric: Its name, for example `ctr`.
        a: Expected value if everyone were in arm A.
        b: Expected value if everyone were in arm B.
        lift: (b - a) / a.
    """

    metric: str
    a: float
    b: float
    lift: float


def arm_effects(
    settings: Settings, scene: Scene, logit: Reals, p_order: Reals, value: Reals, users: int
) -> dict[str, Effect]:
    """Compute the true effect of the A/B arms.

    Args:
        settings: The platform.
        scene: The impressions.
        logit: True logit of a click [rows].
        p_order: Probability of an order, given a click [rows].
        value: Expected value of an order, in units of the currency [rows].
        users: Number of people who saw any of the impressions.

    Returns:
        Effects by metric: `ctr`, `cvr` (orders per click), `orders_per_user`, `revenue_per_user` and
        `revenue_per_impression`.
    """
    arm = next(cause for cause in CLICK_CAUSES if cause.name == "arm")
    base = logit - arm.term(settings, scene)
    found = []
    for in_b in (False, True):
        everyone = replace(scene, arm=np.full(len(scene), in_b))
        p_click = sigmoid(base + arm.term(settings, everyone))
        orders = p_click * p_order
        revenue = float(orders @ value)
        found.append(
            {
                "ctr": float(p_click.mean()),
                "cvr": float(orders.sum() / p_click.sum()),
                "orders_per_user": float(orders.sum()) / users,
                "revenue_per_user": revenue / users,
                "revenue_per_impression": revenue / len(scene),
            }
        )
    a, b = found
    return {metric: Effect(metric, a[metric], b[metric], b[metric] / a[metric] - 1) for metric in a}


def creative_lift(settings: Settings, catalogue: Catalogue, scene: Scene, ad: NDArray[np.int16], logit: Reals) -> float:
    """Say how much more the best creative of each ad would be clicked than a random one.

    Args:
        settings: The platform.
        catalogue: Its ads.
        scene: The impressions.
        ad: Index of the ad shown [rows].
        logit: True logit of a click [rows].

    Returns:
        Expected clicks of the best creative for each impression over those of a random one, minus 1.
    """
    by_creative = tuple(cause for cause in CLICK_CAUSES if "creative_id" in cause.fields)
    rest = logit - sum(terms(settings, scene, by_creative).values())
    options = []
    for place in range(catalogue.per_ad):
        creative = ad.astype(np.int64) * catalogue.per_ad + place
        other = replace(scene, benefit=catalogue.benefit[creative], badge=catalogue.badge[creative])
        options.append(sigmoid(rest + sum(terms(settings, other, by_creative).values())))
    clicks = np.stack(options)
    return float(clicks.max(axis=0).sum() / clicks.mean(axis=0).sum() - 1)
