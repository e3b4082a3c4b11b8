"""Why people click and order: each cause one function from settings and scene to a term of the logit.

Terms add up: the logit of a click is the intercept and the sum of `CLICK_CAUSES`, the logit of an order, given a
click, likewise of `ORDER_CAUSES`. To add a cause, write its function and enter it in one of the two. A cause whose part
of the settings is missing does not act and has no term.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import log
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from workbench.errors import InputError
from workbench.simulation.scene import Scene
from workbench.simulation.settings import Settings

__all__ = ["CLICK_CAUSES", "ORDER_CAUSES", "Cause", "click_logit", "interest_table", "order_logit", "sigmoid", "terms"]

Term = NDArray[np.float32]
Part = TypeVar("Part")


@dataclass(frozen=True)
class Cause:
    """One reason for or against a click or an order.

    Attributes:
        name: Its name, as in the truth's columns.
        fields: The columns it acts through, as a model names them; empty for what nobody logs.
        term: Its term of the logit [rows].
        profile: Whether it needs the person's profile, which is known only with consent.
        hidden: Whether no model may see it.
        part: Part of the settings without which it does not act; empty for what every platform has.
    """

    name: str
    fields: tuple[str, ...]
    term: Callable[[Settings, Scene], Term]
    profile: bool = False
    hidden: bool = False
    part: str = ""

    def acts(self, settings: Settings) -> bool:
        """Whether a platform has this cause."""
        return not self.part or getattr(settings, self.part) is not None


def interest_table(settings: Settings) -> Term:
    """Term of interest x category.

    Args:
        settings: The platform.

    Returns:
        Logits [interest, category].
    """
    causes, names = settings.causes, settings.category_names
    table = np.full((len(names), len(names)), causes.interest_far, dtype=np.float32)
    for row, category in enumerate(settings.categories):
        table[row, [names.index(near) for near in category.near]] = causes.interest_near
        table[row, row] = causes.interest_match
    return table


def _interest(settings: Settings, scene: Scene) -> Term:
    return interest_table(settings)[scene.interest, scene.category]


def _hour(settings: Settings, scene: Scene) -> Term:
    return _level(settings.causes.daypart, settings.calendar.dayparts)[scene.daypart]


def _device(settings: Settings, scene: Scene) -> Term:
    return _level(settings.causes.device, settings.context.device)[scene.device]


def _position(settings: Settings, scene: Scene) -> Term:
    odds = {position: log(odds) for position, odds in settings.causes.examination.items()}
    return _level(odds, settings.context.position)[scene.position]


def _benefit(settings: Settings, scene: Scene) -> Term:
    levels = _level(settings.causes.benefit, settings.users.profile["price_sensitivity"])
    return levels[scene.price_sensitivity] * scene.benefit


def _badge(settings: Settings, scene: Scene) -> Term:
    return _level(settings.causes.badge, settings.context.device)[scene.device] * scene.badge


def _quality(settings: Settings, scene: Scene) -> Term:
    return np.float32(settings.causes.quality) * scene.quality


def _taste(settings: Settings, scene: Scene) -> Term:
    return np.float32(settings.causes.taste) * scene.taste


def _arm(settings: Settings, scene: Scene) -> Term:
    return np.float32(settings.experiment.effect) * scene.arm


def _fatigue(settings: Settings, scene: Scene) -> Term:
    fatigue = _given(settings.fatigue)
    logarithm: Term = np.log1p(np.minimum(scene.showings, fatigue.most).astype(np.float32))
    return np.float32(fatigue.effect) * logarithm


def _recency(settings: Settings, scene: Scene) -> Term:
    return np.float32(_given(settings.recency).effect) * scene.recent


def _drift(settings: Settings, scene: Scene) -> Term:
    drift = _given(settings.drift)
    since = (drift.first_day - settings.calendar.first_day).days
    moved = (scene.day >= since) & (scene.category == settings.category_names.index(drift.category))
    return np.where(moved, np.float32(drift.effect), np.float32(0))


def _order_interest(settings: Settings, scene: Scene) -> Term:
    return np.float32(settings.orders.interest) * _interest(settings, scene)


def _order_price(settings: Settings, scene: Scene) -> Term:
    weights = _level(settings.orders.price_weight, settings.users.profile["price_sensitivity"])
    return np.float32(settings.orders.price) * weights[scene.price_sensitivity] * scene.price


def _order_badge(settings: Settings, scene: Scene) -> Term:
    return np.float32(_given(settings.conflict).badge) * scene.badge


CLICK_CAUSES: tuple[Cause, ...] = (
    Cause("interest", ("interest", "category"), _interest, profile=True),
    Cause("hour", ("hour",), _hour),
    Cause("device", ("device",), _device),
    Cause("position", ("position",), _position),
    Cause("benefit", ("creative_id", "price_sensitivity"), _benefit, profile=True),
    Cause("badge", ("creative_id", "device"), _badge),
    Cause("quality", ("ad_id",), _quality),
    Cause("taste", (), _taste, hidden=True),
    Cause("arm", ("arm",), _arm, hidden=True),
    Cause("fatigue", ("user_id", "ad_id", "ts"), _fatigue, part="fatigue"),
    Cause("recency", ("user_id", "category", "ts"), _recency, part="recency"),
    Cause("drift", ("category", "ts"), _drift, part="drift"),
)
ORDER_CAUSES: tuple[Cause, ...] = (
    Cause("interest", ("interest", "category"), _order_interest, profile=True),
    Cause("price", ("price_micros", "price_sensitivity"), _order_price, profile=True),
    Cause("badge", ("creative_id",), _order_badge, part="conflict"),
)


def terms(settings: Settings, scene: Scene, causes: tuple[Cause, ...]) -> dict[str, Term]:
    """Compute the term of each cause that acts.

    Args:
        settings: The platform.
        scene: The impressions.
        causes: `CLICK_CAUSES` or `ORDER_CAUSES`.

    Returns:
        Term [rows] by cause.
    """
    return {
        cause.name: cause.term(settings, scene).astype(np.float32, copy=False)
        for cause in causes
        if cause.acts(settings)
    }


def click_logit(settings: Settings, parts: Mapping[str, Term]) -> NDArray[np.float64]:
    """Add up the logit of a click [rows] from its terms."""
    return _sum(settings.causes.intercept, parts)


def order_logit(settings: Settings, parts: Mapping[str, Term]) -> NDArray[np.float64]:
    """Add up the logit of an order, given a click [rows], from its terms."""
    return _sum(settings.orders.intercept, parts)


def sigmoid(logit: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn logits into probabilities.

    Example:
        >>> sigmoid(np.array([0.0])).tolist()
        [0.5]
    """
    return 1 / (1 + np.exp(-logit))


def _sum(intercept: float, parts: Mapping[str, Term]) -> NDArray[np.float64]:
    total = np.full(len(next(iter(parts.values()))), intercept)
    for term in parts.values():
        total += term
    return total


def _given(part: Part | None) -> Part:
    """The settings of a cause that acts."""
    if part is None:
        raise InputError("this platform lacks the settings of the cause: add them, or ask for the causes that act")
    return part


def _level(effects: Mapping[str, float], levels: Mapping[str, object]) -> Term:
    """Effects in the order of the levels that the scene's indices count."""
    return np.array([effects[level] for level in levels], dtype=np.float32)
