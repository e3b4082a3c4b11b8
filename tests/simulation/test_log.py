"""The log of the shop, which published figures rest on, stays as it was whatever other platforms learn."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from workbench.simulation.causes import CLICK_CAUSES, ORDER_CAUSES
from workbench.simulation.log import simulate
from workbench.simulation.settings import Settings

REFERENCE = json.loads((Path(__file__).parents[1] / "references" / "simulated_shop.json").read_text())


def digest(*arrays: np.ndarray) -> str:
    found = hashlib.sha256()
    for array in arrays:
        found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()


def test_the_shop_is_drawn_as_ever(shop: Settings) -> None:
    log = simulate(shop, 20_000, 7)
    requests, choices, outcomes = log.requests, log.choices, log.outcomes
    seen = (requests.ts, requests.user, requests.device, requests.position, requests.slate)
    followed = (outcomes.clicked, outcomes.click_ts, outcomes.ordered, outcomes.order_ts)
    assert digest(*seen) == REFERENCE["requests"]
    assert digest(choices.creative, choices.uniform) == REFERENCE["choices"]
    assert digest(*followed, outcomes.revenue_micros, outcomes.cost_micros) == REFERENCE["outcomes"]
    assert list(log.click_terms) == [cause.name for cause in CLICK_CAUSES if not cause.part]
    assert list(log.order_terms) == [cause.name for cause in ORDER_CAUSES if not cause.part]


@pytest.mark.parametrize("name", ["shop", "moving"])
def test_the_same_seed_gives_the_same_log(name: str, request: pytest.FixtureRequest) -> None:
    settings: Settings = request.getfixturevalue(name)
    one, other, another = (simulate(settings, 2_000, seed) for seed in (7, 7, 8))
    for part in ("requests", "choices", "scene", "outcomes"):
        left, right = (digest(*vars(getattr(log, part)).values()) for log in (one, other))
        assert left == right
        assert left != digest(*vars(getattr(another, part)).values())
    assert digest(*one.click_terms.values(), one.p_click) == digest(*other.click_terms.values(), other.p_click)
