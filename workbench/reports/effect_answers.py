"""What performance tables and experiments say, in words."""

from collections.abc import Sequence
from math import isfinite

from workbench.display import group_keys
from workbench.evaluation.contrasts import Comparison, Contrast
from workbench.evaluation.performance import Performance
from workbench.evaluation.ratios import Estimate
from workbench.reports._numbers import between, percent, signed_percent, whole, with_interval
from workbench.reports.sentence import Sentence

__all__ = ["comparison", "performance"]


def performance(result: Performance) -> Sentence:
    """Say who leads and who trails in CTR, or that nobody can be told apart; over all, say what happened."""
    if not result.by:
        return _totals(result)
    ranked = sorted(
        (segment for segment in result.segments if isfinite(segment["ctr"].value)),
        key=lambda segment: segment["ctr"].value,
        reverse=True,
    )
    group = result.by[0].removesuffix("_id")
    if not ranked:
        return Sentence(f"No {group} has impressions to judge it by.")
    best, worst = ranked[0], ranked[-1]
    first, last = (", ".join(group_keys(segment.keys)) for segment in (best, worst))
    if len(ranked) == 1:
        return Sentence(f"There is one {group}, {first}: its CTR is {_rate(best['ctr'])}.")
    if best["ctr"].low > worst["ctr"].high:
        return Sentence(
            f"{first} has the highest CTR, {_rate(best['ctr'])}; {last} has the lowest, {_rate(worst['ctr'])}."
        )
    return Sentence(
        f"CTR runs from {_rate(worst['ctr'])} for {last} to {_rate(best['ctr'])} for {first}; the intervals "
        "overlap, so chance alone could make this order."
    )


def comparison(result: Comparison) -> Sentence:
    """Say what the arms changed, or that no change could be seen, or that no lift may be read."""
    if not result.trusted or result.by or not result.contrasts:
        return Sentence(f"{result.headline.rstrip('.')}.")
    changed = [contrast for contrast in result.contrasts if _sure(contrast, result.level)]
    unclear = [contrast for contrast in result.contrasts if contrast not in changed]
    arms = " and ".join(sorted({contrast.arm for contrast in result.contrasts}))
    against = f"Against {result.control}, {arms} moved"
    if not changed:
        return Sentence(f"{against} nothing for sure: {_joined(unclear)}.")
    unsure = f"; not sure: {_joined(unclear)}" if unclear else ""
    return Sentence(f"{against} {_joined(changed)}{unsure}.")


def _totals(result: Performance) -> Sentence:
    all_of_it = result.segments[0]
    seen = f"{whole(all_of_it.totals['impressions'])} impressions"
    people = f" to {whole(all_of_it.units)} people" if result.unit == "user" else ""
    clicks = f"{whole(all_of_it.totals['clicks'])} clicks, a CTR of {_rate(all_of_it['ctr'])}"
    orders = all_of_it.totals["conversions"]
    earned = all_of_it.totals["revenue"]
    sold = f", and {whole(orders)} orders" if orders is not None else ""
    money = f" worth {whole(earned)} {result.currency}".rstrip() if earned is not None and orders is not None else ""
    return Sentence(f"{seen}{people} brought {clicks}{sold}{money}.")


def _sure(contrast: Contrast, level: float) -> bool:
    return isfinite(contrast.p_adjusted) and contrast.p_adjusted < 1 - level


def _joined(contrasts: Sequence[Contrast]) -> str:
    """Several lifts in one clause; the arm is named where there are several."""
    several = len({contrast.arm for contrast in contrasts}) > 1
    return " and ".join(f"{contrast.arm}: {_lift(contrast)}" if several else _lift(contrast) for contrast in contrasts)


def _lift(contrast: Contrast) -> str:
    lift = contrast.lift
    if not isfinite(lift.value):
        return f"{lift.metric.label} (no data)"
    return f"{lift.metric.label} {signed_percent(lift.value)} ({between(lift.low, lift.high, 'change')})"


def _rate(found: Estimate) -> str:
    return with_interval(found.value, found.low, found.high, "share") if isfinite(found.low) else percent(found.value)
