"""What a model's figures and its explanations say, in words."""

from math import isfinite

from workbench.explanation.attribution import Attribution
from workbench.explanation.overview import Overview
from workbench.models.metrics import Metrics
from workbench.reports._numbers import percent
from workbench.reports.sentence import Sentence

__all__ = ["importance", "metrics"]


def importance(result: Attribution | Overview) -> Sentence:
    """Say which fields move the score most."""
    overview = result if isinstance(result, Overview) else result.summary()
    first, *rest = [one.field for one in overview.importances[:3]]
    others = f", then {' and '.join(rest)}" if rest else ""
    return Sentence(f"The score moves most with {first}{others}.")


def metrics(result: Metrics) -> Sentence:
    """Say how often the model ranks the right way round, beside LightGBM and the best possible."""
    if not isfinite(result.auc.value):
        return Sentence("The test slice holds too few events to judge the model by.")
    shown = f"{percent(result.auc.value, 1)} ({percent(result.auc.low, 1)} to {percent(result.auc.high, 1)})"
    parts = [
        f"Of two impressions, one with the event and one without, {result.model} ranks the right one first in {shown}."
    ]
    if result.ceiling is not None:
        best = percent(result.ceiling.score.auc.value, 1)
        parts.append(f"The best any model could do with what is logged is {best}.")
    lightgbm = result.baselines.get("lightgbm")
    if lightgbm is not None and isfinite(lightgbm.log_loss_gain.low):
        gain = lightgbm.log_loss_gain
        verdict = "is better than" if gain.low > 0 else "is worse than" if gain.high < 0 else "cannot be told from"
        parts.append(f"{result.model} {verdict} LightGBM.")
    return Sentence(" ".join(parts))
