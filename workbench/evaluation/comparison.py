"""Experiments: what each arm changed, whether it may be believed, and how sure one can be."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import nan

import duckdb

from workbench.checks import check_between, check_name
from workbench.errors import DataError, InputError
from workbench.evaluation.contrasts import Comparison, Contrast
from workbench.evaluation.filling import Group, currency_of, fill, unit_sql
from workbench.evaluation.lift import lift
from workbench.evaluation.metrics import Metric, find_metrics
from workbench.evaluation.moments import Moments
from workbench.evaluation.multiplicity import CORRECTIONS, Correction, adjust
from workbench.evaluation.sample_ratio import sample_ratio
from workbench.evaluation.segments import Key, find_keys, join_tables
from workbench.store.store import Store

__all__ = ["compare"]

DEFAULT_METRICS = ("ctr", "revenue_per_user")


def compare(
    store: Store,
    arms: str = "arm",
    metrics: Iterable[str] = DEFAULT_METRICS,
    by: str | Iterable[str] | None = None,
    level: float = 0.95,
    *,
    control: str | None = None,
    shares: Mapping[str, float] | None = None,
    correction: Correction = "holm",
) -> Comparison:
    """Compare the arms of an experiment in which users were assigned at random.

    Every other arm is compared with the control: the lift with an interval from the log-ratio scale, the difference,
    Welch's p-value, and that p-value corrected for all metrics, segments and arms looked at. The users in each arm are
    checked against their planned shares; where they do not fit, the result leads with that instead of a lift.

    Args:
        store: The campaign tables.
        arms: Column that names the arm; impressions where it is null are outside the experiment.
        metrics: Names from `workbench.evaluation.metrics.METRICS`, for example `ctr`, `revenue_per_user`.
        by: Columns to compare within; fixed before the experiment, or the arms' segments hold different people.
        level: Confidence level, in (0, 1).
        control: The arm to compare with; the first in sorted order by default.
        shares: Planned share of users in each arm; equal by default.
        correction: `holm`, `benjamini-hochberg` or `none`.

    Returns:
        The comparison; `.lift(metric)` gives one lift.

    Raises:
        DataError: If the store holds no impressions, fewer than two arms have any, or a metric per user is asked of a
            log without users.
        InputError: If an argument is outside what is allowed.
        UnknownNameError: If there is no such column, metric, arm or correction; the nearest is suggested.
    """
    check_between(level, 0, 1, name="level", hint="give a share such as 0.95")
    check_name(correction, CORRECTIONS, name="correction")
    chosen = find_metrics(metrics)
    (arm_key,) = find_keys(store, arms, argument="arms")
    segment_keys = find_keys(store, () if by is None else by)
    names = tuple(key.name for key in segment_keys)
    if arms in names:
        raise InputError(f"by names {arms!r}, which is the arm: leave it out")
    currency = currency_of(store, names) if any(metric.kind == "money" for metric in chosen) else ""
    assigned = _by_arm(fill(store, [arm_key], where=f"{arm_key.sql} IS NOT NULL"))
    if len(assigned) < 2:
        raise DataError(f"column {arms!r} holds {len(assigned)} different arms, must hold at least 2 to compare")
    baseline = next(iter(assigned)) if control is None else control
    check_name(baseline, assigned, name="control")
    _check_users(assigned, chosen)
    inside = _by_segment(fill(store, [*segment_keys, arm_key], where=f"{arm_key.sql} IS NOT NULL"))
    contrasts = _contrasts(inside, tuple(assigned), baseline, chosen, level)
    adjusted = adjust([contrast.lift.p_value for contrast in contrasts], correction)
    return Comparison(
        arms=arms,
        control=baseline,
        by=names,
        contrasts=tuple(
            replace(contrast, p_adjusted=p_value) for contrast, p_value in zip(contrasts, adjusted, strict=True)
        ),
        sample_ratio=sample_ratio({arm: moments.count for arm, moments in assigned.items()}, shares),
        in_several_arms=_users_in_several_arms(store, arm_key) if assigned[baseline].unit == "user" else 0,
        correction=correction,
        unit=assigned[baseline].unit,
        level=level,
        currency=currency,
        store_version=store.version,
    )


def _by_arm(groups: list[Group]) -> dict[str, Moments]:
    return {str(group.keys[-1]): group.moments for group in groups}


def _by_segment(groups: list[Group]) -> dict[tuple[object, ...], dict[str, Moments]]:
    segments: dict[tuple[object, ...], list[Group]] = {}
    for group in groups:
        segments.setdefault(group.keys[:-1], []).append(group)
    return {keys: _by_arm(inside) for keys, inside in segments.items()}


def _check_users(assigned: Mapping[str, Moments], metrics: Iterable[Metric]) -> None:
    per_user = [metric.name for metric in metrics if metric.per_user]
    if per_user and any(moments.unit != "user" for moments in assigned.values()):
        raise DataError(f"metric {per_user[0]!r} is a mean per user, and the log names no users: ask for ctr or cpc")


def _contrasts(
    segments: Mapping[tuple[object, ...], Mapping[str, Moments]],
    arms: tuple[str, ...],
    control: str,
    metrics: Iterable[Metric],
    level: float,
) -> list[Contrast]:
    """Compare each arm with the control in each segment; an arm nobody of a segment was in has no data there."""
    found = []
    for keys, by_arm in segments.items():
        some = next(iter(by_arm.values()))
        nobody = Moments.none(some.unit, some.names)
        before = by_arm.get(control, nobody)
        for arm in arms:
            if arm != control:
                after = by_arm.get(arm, nobody)
                found += [
                    Contrast(keys, arm, (before.count, after.count), lift(before, after, metric, level=level), nan)
                    for metric in metrics
                ]
    return found


def _users_in_several_arms(store: Store, arm: Key) -> int:
    """Count users who were shown more than one arm; they blur the effect."""
    query = f"""
        SELECT count(*) FROM (
            SELECT {unit_sql("user")} AS unit FROM impressions {join_tables(store, [arm])}
            WHERE {arm.sql} IS NOT NULL GROUP BY unit HAVING count(DISTINCT {arm.sql}) > 1
        )"""
    try:
        with store.connect() as connection:
            found = connection.execute(query).fetchone()
    except duckdb.Error:
        raise DataError("the campaign tables cannot be summed up: look at store.quality()") from None
    return int(found[0]) if found else 0
