"""One simulated log: the world, what was shown, what happened, and why."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.progress import OnProgress, Progress, quiet
from workbench.simulation.behaviour import Behaviour, draw_behaviour
from workbench.simulation.catalogue import Catalogue, draw_catalogue
from workbench.simulation.causes import CLICK_CAUSES, ORDER_CAUSES, click_logit, order_logit, sigmoid, terms
from workbench.simulation.observable import observable
from workbench.simulation.outcomes import Outcomes, draw_outcomes
from workbench.simulation.people import Users, draw_users
from workbench.simulation.policies import Choices, choose
from workbench.simulation.scene import Scene, set_scene
from workbench.simulation.settings import Settings
from workbench.simulation.traffic import Requests, draw_requests

__all__ = ["SimulatedLog", "simulate"]

Reals = NDArray[np.float64]


@dataclass(frozen=True)
class SimulatedLog:
    """Everything drawn, and every probability it was drawn from.

    Attributes:
        settings: The platform.
        seed: Seed of all draws.
        users: Its people.
        catalogue: Its ads.
        behaviour: What people did outside ads; None where the platform does not know.
        requests: The requests, in order of time.
        choices: What the policies showed.
        scene: What bears on clicks and orders.
        click_terms: Term of the click's logit [rows] by cause.
        order_terms: Term of the order's logit [rows] by cause.
        logit: True logit of a click [rows].
        p_click: Probability of a click [rows].
        p_click_observable: The same as far as logged fields tell [rows].
        p_order: Probability of an order, given a click [rows].
        outcomes: What happened.
    """

    settings: Settings
    seed: int
    users: Users
    catalogue: Catalogue
    behaviour: Behaviour | None
    requests: Requests
    choices: Choices
    scene: Scene
    click_terms: Mapping[str, NDArray[np.float32]]
    order_terms: Mapping[str, NDArray[np.float32]]
    logit: Reals
    p_click: Reals
    p_click_observable: Reals
    p_order: Reals
    outcomes: Outcomes

    def __len__(self) -> int:
        return len(self.requests)

    @property
    def ad(self) -> NDArray[np.int16]:
        """Index of the ad shown [rows]."""
        return self.choices.creative // np.int16(self.catalogue.per_ad)


def simulate(settings: Settings, impressions: int, seed: int, *, on_progress: OnProgress = quiet) -> SimulatedLog:
    """Draw a log.

    Args:
        settings: The platform.
        impressions: Number of impressions.
        seed: Seed of all draws.
        on_progress: Told after each step.

    Returns:
        The log; the same arguments give the same log.
    """
    started = time.monotonic()

    def told(step: int) -> None:
        on_progress(
            Progress("simulating", impressions * step // 5, impressions, "impressions", time.monotonic() - started)
        )

    told(0)
    users, catalogue = draw_users(settings, seed), draw_catalogue(settings, seed)
    requests = draw_requests(settings, users, catalogue, impressions, seed)
    told(1)
    choices = choose(settings, users, catalogue, requests, seed)
    told(2)
    browsing = settings.behaviour
    behaviour = None if browsing is None else draw_behaviour(settings, browsing, users, catalogue, seed)
    scene = set_scene(settings, users, catalogue, requests, choices.creative, behaviour)
    click_terms, order_terms = terms(settings, scene, CLICK_CAUSES), terms(settings, scene, ORDER_CAUSES)
    logit = click_logit(settings, click_terms)
    p_click, p_order = sigmoid(logit), sigmoid(order_logit(settings, order_terms))
    told(3)
    p_click_observable = observable(settings, scene, logit)
    told(4)
    ad = choices.creative // np.int16(catalogue.per_ad)
    outcomes = draw_outcomes(settings, catalogue, ad, requests.ts, p_click, p_order, seed)
    told(5)
    return SimulatedLog(
        settings=settings,
        seed=seed,
        users=users,
        catalogue=catalogue,
        behaviour=behaviour,
        requests=requests,
        choices=choices,
        scene=scene,
        click_terms=click_terms,
        order_terms=order_terms,
        logit=logit,
        p_click=p_click,
        p_click_observable=p_click_observable,
        p_order=p_order,
        outcomes=outcomes,
    )
