"""The observable probability against brute force: draw what is hidden again and again, and average."""

from dataclasses import replace

import numpy as np
import pytest

from workbench.simulation.causes import CLICK_CAUSES, click_logit, sigmoid, terms
from workbench.simulation.log import SimulatedLog
from workbench.simulation.scene import Scene
from workbench.simulation.settings import Settings

REPEATS = 4000


def redrawn(settings: Settings, scene: Scene, draws: np.random.Generator) -> np.ndarray:
    """Draw taste and arm anew, and the profile where there is no consent."""
    count = len(scene)
    audience = [category.audience for category in settings.categories]
    levels = list(settings.users.profile["price_sensitivity"].values())
    interest = draws.choice(len(audience), count, p=audience).astype(np.int16)
    sensitivity = draws.choice(len(levels), count, p=levels).astype(np.int16)
    supposed = replace(
        scene,
        taste=draws.standard_normal(count, dtype=np.float32),
        arm=draws.random(count) < settings.experiment.share,
        interest=np.where(scene.consent, scene.interest, interest),
        price_sensitivity=np.where(scene.consent, scene.price_sensitivity, sensitivity),
    )
    return sigmoid(click_logit(settings, terms(settings, supposed, CLICK_CAUSES)))


@pytest.mark.parametrize("consent", [True, False])
def test_it_is_the_mean_over_what_is_hidden(any_log: SimulatedLog, consent: bool) -> None:
    rows = np.flatnonzero(any_log.scene.consent == consent)[-40:]
    scene, draws = any_log.scene.rows(rows), np.random.default_rng(3)
    drawn = np.stack([redrawn(any_log.settings, scene, draws) for _ in range(REPEATS)])
    error = drawn.std(axis=0) / np.sqrt(REPEATS)
    off = np.abs(drawn.mean(axis=0) - any_log.p_click_observable[rows]) / error
    assert off.max() < 4.5
    assert np.square(off).mean() < 2


def test_it_does_not_change_with_what_is_hidden(any_log: SimulatedLog) -> None:
    from workbench.simulation.observable import observable

    settings, scene = any_log.settings, any_log.scene.rows(np.arange(5000))
    seen = []
    for taste, arm in ((-2.0, False), (2.0, True)):
        supposed = replace(scene, taste=np.full_like(scene.taste, taste), arm=np.full_like(scene.arm, arm))
        logit = click_logit(settings, terms(settings, supposed, CLICK_CAUSES))
        seen.append(observable(settings, supposed, logit))
    assert np.abs(seen[0] - seen[1]).max() < 1e-7


def test_without_consent_nothing_of_behaviour_acts(moving_log: SimulatedLog) -> None:
    """What is not kept could not be averaged over by anyone who has only the log, so it must not act either."""
    unknown = ~moving_log.scene.consent
    assert unknown.sum() > 1000
    assert not moving_log.click_terms["recency"][unknown].any()
    assert moving_log.click_terms["recency"][~unknown].any()
    assert moving_log.behaviour is not None
    assert moving_log.users.consent[moving_log.behaviour.user].all()
