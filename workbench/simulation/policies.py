"""Logging policies: which creative of a slate is shown, and exactly how likely that was.

A small share of impressions is shown uniformly at random; the rest follow a softmax over what the platform believes
from some earlier log: the true effects of interest and ad, weakened and with errors. Without consent it believes the
same of everyone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.simulation.catalogue import Catalogue
from workbench.simulation.causes import interest_table
from workbench.simulation.people import Users
from workbench.simulation.settings import Settings
from workbench.simulation.streams import stream
from workbench.simulation.traffic import Requests

__all__ = ["POLICIES", "Choices", "belief", "choose", "slate_probabilities"]

POLICIES: tuple[str, ...] = ("softmax", "uniform")

_CHUNK = 65_536

Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Choices:
    """What was shown, one entry an impression in every array [rows].

    Attributes:
        creative: Index of the creative.
        uniform: Whether the uniform policy chose it.
        propensity: Probability that this policy gave to this creative, given the slate.
    """

    creative: NDArray[np.int16]
    uniform: NDArray[np.bool_]
    propensity: Reals


def belief(settings: Settings, catalogue: Catalogue, seed: int) -> Reals:
    """Say what the platform believes of each creative.

    Args:
        settings: The platform.
        catalogue: Its ads.
        seed: Seed of the world.

    Returns:
        Logits [interest + 1, creatives]; the last row is for people without consent.
    """
    causes, policies = settings.causes, settings.policies
    ad = np.arange(len(catalogue.benefit)) // catalogue.per_ad
    benefit = np.average(
        list(causes.benefit.values()),
        weights=[settings.users.profile["price_sensitivity"][level] for level in causes.benefit],
    )
    badge = np.average(list(causes.badge.values()), weights=[settings.context.device[name] for name in causes.badge])
    true = interest_table(settings)[:, catalogue.category[ad]].astype(np.float64)
    true += benefit * catalogue.benefit + badge * catalogue.badge + causes.quality * catalogue.quality[ad]
    error = stream(seed, "policies.error").standard_normal(true.shape)
    believed = policies.skill * true + policies.error * error
    audience = [category.audience for category in settings.categories]
    return np.vstack([believed, np.average(believed, axis=0, weights=audience)])


def slate_probabilities(settings: Settings, scores: Reals, uniform: NDArray[np.bool_]) -> Reals:
    """Compute how likely each policy shows each creative of a slate.

    Args:
        settings: The platform.
        scores: Beliefs [rows, creatives of the slate].
        uniform: Whether the uniform policy chooses [rows].

    Returns:
        Probabilities [rows, creatives of the slate]; each row sums to 1.
    """
    weights = np.exp(settings.policies.sharpness * (scores - scores.max(axis=1, keepdims=True)))
    weights[uniform] = 1.0
    chances: Reals = weights / weights.sum(axis=1, keepdims=True)
    return chances


def choose(settings: Settings, users: Users, catalogue: Catalogue, requests: Requests, seed: int) -> Choices:
    """Let the policies choose.

    Args:
        settings: The platform.
        users: Its people.
        catalogue: Its ads.
        requests: Requests with their slates.
        seed: Seed of the world.

    Returns:
        The creatives shown, with exact propensities.
    """
    believed = belief(settings, catalogue, seed)
    knows = np.where(users.consent, users.interest, len(believed) - 1)
    count = len(requests)
    uniform = stream(seed, "policies.uniform").random(count) < settings.policies.uniform
    draws = stream(seed, "policies.choice").random(count)
    creative = np.empty(count, dtype=np.int16)
    propensity = np.empty(count)
    each_creative = np.arange(catalogue.per_ad)
    for start in range(0, count, _CHUNK):
        part = slice(start, start + _CHUNK)
        ads = requests.slate[part].astype(np.int64)
        slate = (ads[:, :, None] * catalogue.per_ad + each_creative).reshape(len(ads), -1)
        chances = slate_probabilities(settings, believed[knows[requests.user[part]][:, None], slate], uniform[part])
        place = (np.cumsum(chances, axis=1)[:, :-1] < draws[part, None]).sum(axis=1)
        rows = np.arange(len(ads))
        creative[part], propensity[part] = slate[rows, place], chances[rows, place]
    return Choices(creative, uniform, propensity)
