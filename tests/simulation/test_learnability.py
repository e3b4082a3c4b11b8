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
    blocks = [
        sparse.csr_matrix(np.unique(column, return_inverse=True)[1][:, None] == np.arange(len(np.unique(column))))
        for column in columns
    ]
    rows = sparse.hstack(blocks, format="csr", dtype=np.float64)
    train = np.arange(count) < 0.8 * count  # The log is in order of time.
    click = shop_log.outcomes.click
    model = LogisticRegression(C=0.1, max_iter=200).fit(rows[train], click[train])
    p, ceiling = model.predict_proba(rows[~train])[:, 1], shop_log.p_click_observable[~train]
    assert roc_auc_score(click[~train], ceiling) - roc_auc_score(click[~train], p) < 0.015
    constant = np.full(len(p), click[train].mean())
    assert log_loss(click[~train], p) < log_loss(click[~train], constant) - 0.004
