"""The shop can be learnt from its log: a plain model that is told which two fields to cross comes near the ceiling."""

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score

from workbench.simulation.log import SimulatedLog


def test_a_linear_model_with_one_cross_comes_near_the_ceiling(shop_log: SimulatedLog) -> None:
    scene, requests, count = shop_log.scene, shop_log.requests, len(shop_log)
    known = scene.consent
    interest = np.where(known, scene.interest, scene.interest.max() + 1)
    columns = (
        interest.astype(int) * 100 + scene.category,
        requests.ts // 3_600_000_000 % 24,
        scene.device,
        scene.position,
        shop_log.choices.creative,
    )
    rows = sparse.hstack([one_hot(column) for column in columns], format="csr", dtype=np.float64)
    train = np.arange(count) < 0.8 * count  # The log is in order of time.
    click = shop_log.outcomes.click
    model = LogisticRegression(C=0.1, max_iter=200).fit(rows[train], click[train])
    p, ceiling = model.predict_proba(rows[~train])[:, 1], shop_log.p_click_observable[~train]
    assert roc_auc_score(click[~train], ceiling) - roc_auc_score(click[~train], p) < 0.015
    constant = np.full(len(p), click[train].mean())
    assert log_loss(click[~train], p) < log_loss(click[~train], constant) - 0.004


def test_one_who_reads_the_behaviour_learns_more_in_the_moving_shop(moving_log: SimulatedLog) -> None:
    """Both are told of interest, ad, day and showings; one is told how long ago the ad's category was last wanted."""
    scene, count = moving_log.scene, len(moving_log)
    left = np.clip(np.floor(8 * scene.recent), 0, 7)  # In eighths, as a model that must find the shape would see it.
    interest = np.where(scene.consent, scene.interest, scene.interest.max() + 1)
    known = [
        interest.astype(int) * 100 + scene.category,
        scene.daypart,
        scene.device,
        scene.position,
        moving_log.choices.creative,
        np.minimum(scene.showings, 5),
        scene.category.astype(int) * 2 + (scene.day >= 14),
    ]
    train, click = np.arange(count) < 0.8 * count, moving_log.outcomes.click
    scores = []
    for columns in (known, [*known, left]):
        rows = sparse.hstack([one_hot(column) for column in columns], format="csr", dtype=np.float64)
        model = LogisticRegression(C=0.1, max_iter=200).fit(rows[train], click[train])
        scores.append(roc_auc_score(click[~train], model.predict_proba(rows[~train])[:, 1]))
    ceiling = roc_auc_score(click[~train], moving_log.p_click_observable[~train])
    assert scores[1] - scores[0] > 0.008
    assert ceiling - scores[1] < 0.02


def one_hot(column: np.ndarray) -> sparse.csr_matrix:
    levels, place = np.unique(column, return_inverse=True)
    return sparse.csr_matrix(place[:, None] == np.arange(len(levels)))
