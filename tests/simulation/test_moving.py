"""The moving shop as a whole: each cause is found in its log at the size planned, and is worth knowing."""

from dataclasses import replace

import numpy as np
import pytest

from workbench.simulation.causes import CLICK_CAUSES, ORDER_CAUSES, click_logit, order_logit, sigmoid, terms
from workbench.simulation.ceilings import ceiling, ranking
from workbench.simulation.configuration import load_settings
from workbench.simulation.log import SimulatedLog, simulate
from workbench.simulation.observable import observable
from workbench.simulation.settings import Settings


def estimated(log: SimulatedLog, cause: str, effect: float) -> tuple[float, float]:
    """Weight of a cause by maximum likelihood, all else known, and its standard error."""
    column, weight = log.click_terms[cause].astype(float) / effect, 0.0
    rest = log.logit - log.click_terms[cause]
    for _ in range(20):
        p = sigmoid(rest + weight * column)
        information = (p * (1 - p) * column**2).sum()
        weight += ((log.outcomes.click - p) * column).sum() / information
    return weight, float(information**-0.5)


@pytest.mark.parametrize("cause", ["fatigue", "recency", "drift"])
def test_the_log_shows_each_cause_at_its_planned_size(moving: Settings, moving_log: SimulatedLog, cause: str) -> None:
    planned = getattr(moving, cause).effect
    weight, error = estimated(moving_log, cause, planned)
    assert abs(weight - planned) < 4 * error
    assert abs(planned) > 4 * error  # It would be missed if it were not there.


def test_clicks_fall_with_earlier_showings(moving_log: SimulatedLog) -> None:
    """Against what each impression would be clicked with the ad unseen, all else equal."""
    showings, click = moving_log.scene.showings, moving_log.outcomes.click
    unseen = sigmoid(moving_log.logit - moving_log.click_terms["fatigue"])
    ratio = [click[showings == n].sum() / unseen[showings == n].sum() for n in (0, 1, 2)]
    assert ratio[0] > ratio[1] > ratio[2]
    assert ratio[0] == pytest.approx(1, abs=4 / np.sqrt(click[showings == 0].sum()))


def test_the_past_is_worth_knowing_and_what_is_hidden_is_little(moving: Settings, moving_log: SimulatedLog) -> None:
    true, seen, click = moving_log.p_click, moving_log.p_click_observable, moving_log.outcomes.click
    oracle, best = ceiling(true, true, click), ceiling(seen, true, click)
    assert 0 < oracle.expected_auc - best.expected_auc <= 0.01
    for cause, worth in (("recency", 0.01), ("fatigue", 0.001), ("drift", 0.001)):
        blind = observable(moving, moving_log.scene, moving_log.logit - moving_log.click_terms[cause])
        assert best.expected_auc - ranking(blind, true) > worth, cause
    assert 0.01 < true.mean() < 0.05
    assert np.quantile(true, 0.999) < 0.35


def test_the_badge_wins_clicks_and_loses_orders(moving: Settings, moving_log: SimulatedLog) -> None:
    """A model of clicks and a model of orders would choose different creatives, of every ad and for everyone."""
    scene, rest = moving_log.scene, moving_log.logit - moving_log.click_terms["badge"]
    clicks, orders = [], []
    for badge in (False, True):
        other = replace(scene, badge=np.full(len(scene), badge))
        effects = np.array(list(moving.causes.badge.values()))[scene.device]
        p_click = sigmoid(rest + effects * badge)
        clicks.append(p_click)
        orders.append(p_click * sigmoid(order_logit(moving, terms(moving, other, ORDER_CAUSES))))
    assert (clicks[1] > clicks[0]).all()
    assert (orders[1] < orders[0]).all()
    ordered, badged = np.zeros(len(scene), dtype=bool), scene.badge
    ordered[moving_log.outcomes.ordered] = True
    clicked = moving_log.outcomes.click
    assert clicked[badged].mean() > clicked[~badged].mean()
    assert ordered[badged & clicked].mean() < ordered[~badged & clicked].mean()


def test_whoever_chooses_by_clicks_loses_orders(moving: Settings, moving_log: SimulatedLog) -> None:
    """Of each ad, the creative most clicked and the one most ordered from, against one at random."""
    catalogue, clicks, orders = moving_log.catalogue, [], []
    for place in range(catalogue.per_ad):
        creative = moving_log.ad.astype(int) * catalogue.per_ad + place
        shown = {"benefit": catalogue.benefit[creative], "badge": catalogue.badge[creative]}
        other = replace(moving_log.scene, **shown)
        clicks.append(sigmoid(click_logit(moving, terms(moving, other, CLICK_CAUSES))))
        orders.append(clicks[-1] * sigmoid(order_logit(moving, terms(moving, other, ORDER_CAUSES))))
    by_clicks, by_orders = np.argmax(clicks, axis=0), np.argmax(orders, axis=0)
    rows = np.arange(len(moving_log))
    assert (by_clicks != by_orders).all()
    assert np.stack(clicks)[by_clicks, rows].mean() > 1.2 * np.mean(clicks)
    assert np.stack(orders)[by_clicks, rows].mean() < np.mean(orders) < np.stack(orders)[by_orders, rows].mean()


def test_clicks_move_neither_showings_nor_behaviour(moving: Settings) -> None:
    """What is shown and done does not follow clicks, so nothing logged betrays the hidden taste but clicks do."""
    cold, keen = (simulate(replace(moving, causes=replace(moving.causes, intercept=i)), 5_000, 3) for i in (-9.0, -1.0))
    assert cold.outcomes.click.sum() < 100 < keen.outcomes.click.sum()
    assert np.array_equal(cold.scene.showings, keen.scene.showings)
    assert np.array_equal(cold.scene.recent, keen.scene.recent)


def test_the_flat_shop_stays_flat() -> None:
    log = simulate(load_settings("flat"), 5_000, 7)
    assert log.behaviour is None
    assert np.ptp(log.p_click) == 0
    assert not log.scene.showings.any()
    assert not log.scene.recent.any()
