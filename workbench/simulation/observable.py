"""The probability of a click as far as the logged fields tell it: hidden causes averaged out.

Hidden are the person's taste (normal, averaged by Gauss-Hermite quadrature) and the arm of the experiment, which no
model is given. Without consent the profile is hidden too, and is averaged over its shares. The average is exact, since
what is hidden is drawn independently of all that is logged: the logging policy, too, does not look at it.

Fatigue, recency and drift are not hidden: earlier impressions, behaviour and time are logged. Behaviour is kept, and
acts, only with consent, so that nothing of it is left to average over.
"""

from dataclasses import replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from workbench.simulation.causes import CLICK_CAUSES, sigmoid, terms
from workbench.simulation.scene import Scene
from workbench.simulation.settings import Settings

__all__ = ["observable"]

_NODES = 9  # Exact to about 1e-9 for a taste of 0.2.

Reals = NDArray[np.float64]


def observable(settings: Settings, scene: Scene, logit: Reals) -> Reals:
    """Average the probability of a click over what is hidden.

    Args:
        settings: The platform.
        scene: The impressions.
        logit: True logit of a click [rows].

    Returns:
        Probability given the logged fields [rows].
    """
    hidden = tuple(cause for cause in CLICK_CAUSES if cause.hidden)
    known = logit - sum(terms(settings, scene, hidden).values())
    p = _over_hidden(settings, known)
    unknown = np.flatnonzero(~scene.consent)
    if len(unknown):
        p[unknown] = _over_profiles(settings, scene.rows(unknown), known[unknown])
    return p


def _over_hidden(settings: Settings, known: Reals) -> Reals:
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    share, effect = settings.experiment.share, settings.experiment.effect
    p = np.zeros_like(known)
    for (node, weight), (shift, chance) in product(
        zip(nodes, weights / weights.sum(), strict=True), ((0.0, 1 - share), (effect, share))
    ):
        p += weight * chance * sigmoid(known + settings.causes.taste * node + shift)
    return p


def _over_profiles(settings: Settings, scene: Scene, known: Reals) -> Reals:
    personal = tuple(cause for cause in CLICK_CAUSES if cause.profile)
    rest = known - sum(terms(settings, scene, personal).values())
    sensitivities = settings.users.profile["price_sensitivity"].values()
    p = np.zeros_like(known)
    for (interest, category), (level, share) in product(enumerate(settings.categories), enumerate(sensitivities)):
        supposed = replace(
            scene,
            interest=np.full(len(scene), interest, dtype=np.int16),
            price_sensitivity=np.full(len(scene), level, dtype=np.int16),
        )
        logit = rest + sum(terms(settings, supposed, personal).values())
        p += category.audience * share * _over_hidden(settings, logit)
    return p
