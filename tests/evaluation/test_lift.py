"""Lift against two outside packages, against simulated truth, and at the edges."""

from collections.abc import Callable
from math import isnan, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.stats import binomtest, ttest_ind

from workbench.evaluation.lift import lift
from workbench.evaluation.metrics import METRICS, Metric
from workbench.evaluation.moments import Moments
from workbench.evaluation.rates import two_sided_quantile
from workbench.evaluation.ratios import ratio_variance

Reference = Callable[[str], dict[str, Any]]


def moments(entry: dict[str, Any]) -> Moments:
    return Moments("user", entry["count"], tuple(entry["names"]), np.array(entry["sums"]), np.array(entry["products"]))


@pytest.mark.parametrize("name", ["sessions_per_user", "orders_per_session", "orders_per_user", "revenue_per_user"])
def test_lift_equals_tea_tasting(reference: Reference, name: str) -> None:
    figures = reference("tea_tasting")
    numerator, denominator = figures["metrics"][name]
    got = lift(
        moments(figures["control"]), moments(figures["treatment"]), Metric(name, name, numerator, denominator, "number")
    )
    expected = figures["expected"][name]
    assert {
        "control": got.control.value,
        "treatment": got.treatment.value,
        "effect_size": got.difference,
        "effect_size_ci_lower": got.difference_low,
        "effect_size_ci_upper": got.difference_high,
        "rel_effect_size": got.value,
        "rel_effect_size_ci_lower": got.low,
        "rel_effect_size_ci_upper": got.high,
        "pvalue": got.p_value,
    } == pytest.approx({key: expected[key] for key in expected if key != "statistic"}, abs=1e-6)


def test_the_reference_moments_are_those_of_the_file(reference: Reference, shared_data: Path) -> None:
    users = pl.read_csv(shared_data / "ab" / "tea_tasting_users_rng42.csv")
    for variant, arm in enumerate(("control", "treatment")):
        entry = reference("tea_tasting")[arm]
        columns = users.filter(pl.col.variant == variant).select(entry["names"])
        got = Moments.of("user", {name: columns[name].to_numpy() for name in columns.columns})
        assert got.count == entry["count"]
        np.testing.assert_allclose(got.products, entry["products"], atol=1e-6)


def test_building_blocks_give_growthbooks_plain_delta_lift(reference: Reference) -> None:
    # GrowthBook puts the interval on the ratio itself; ours is on its logarithm. The variances are the same.
    figures = reference("growthbook")
    spend = Metric("spend", "spend", "spend", "units", "number")
    arms = [
        Moments("user", arm["count"], ("spend",), np.array([arm["sum"]]), np.array([[arm["sum_of_squares"]]]))
        for arm in (figures["control"], figures["treatment"])
    ]
    means = [arm.sum("spend") / arm.count for arm in arms]
    spreads = [ratio_variance(arm, spend, observations=arm.count) for arm in arms]
    value, error = (
        means[1] / means[0] - 1,
        sqrt(spreads[1] / means[0] ** 2 + spreads[0] * means[1] ** 2 / means[0] ** 4),
    )
    freedom = sum(spreads) ** 2 / sum(s**2 / (arm.count - 1) for s, arm in zip(spreads, arms, strict=True))
    reach = two_sided_quantile(0.95, freedom) * error
    assert (value, value - reach, value + reach) == pytest.approx(
        (figures["lift"], figures["low"], figures["high"]), abs=1e-5
    )


def test_rates_without_users_differ_by_newcombe(reference: Reference) -> None:
    figures = reference("newcombe")
    arms = []
    for arm in ("control", "treatment"):
        events, trials = figures[arm]
        arms.append(
            Moments.of(
                "impression", {"clicks": np.repeat([1, 0], [events, trials - events]), "impressions": [1] * trials}
            )
        )
    got = lift(*arms, METRICS["ctr"])
    assert (got.difference_low, got.difference_high) == pytest.approx((figures["low"], figures["high"]), abs=5e-5)
    # The same out of scipy's Wilson intervals, to more digits.
    before, after = (binomtest(*figures[arm]).proportion_ci(method="wilson") for arm in ("control", "treatment"))
    low = 0.8 - 0.6 - np.hypot(0.8 - after.low, before.high - 0.6)
    high = 0.8 - 0.6 + np.hypot(after.high - 0.8, 0.6 - before.low)
    assert (got.difference_low, got.difference_high) == pytest.approx((low, high), abs=1e-12)


def test_p_value_is_welchs() -> None:
    random = np.random.default_rng(4)
    before, after = random.poisson(1.0, 60).astype(float), random.poisson(1.6, 25).astype(float)
    got = lift(
        Moments.of("user", {"conversions": before}),
        Moments.of("user", {"conversions": after}),
        METRICS["orders_per_user"],
    )
    assert got.p_value == pytest.approx(float(ttest_ind(after, before, equal_var=False).pvalue), rel=1e-9)


def users(random: np.random.Generator, count: int, factor: float) -> Moments:
    """Users who see and click unequally often; `factor` multiplies how often they click."""
    impressions = 1 + random.poisson(random.gamma(1.0, 5.0, count))
    clicks = random.binomial(impressions, np.minimum(1, factor * random.beta(0.6, 20, count)))
    return Moments.of("user", {"impressions": impressions, "clicks": clicks})


def test_equal_arms_raise_a_false_alarm_one_time_in_twenty() -> None:
    random = np.random.default_rng(5)
    alarms, excluded = [], []
    for _ in range(1500):
        found = lift(users(random, 800, 1), users(random, 800, 1), METRICS["ctr"])
        alarms.append(found.p_value < 0.05)
        excluded.append(not found.low <= 0 <= found.high)
    assert 0.035 <= np.mean(alarms) <= 0.065
    assert 0.035 <= np.mean(excluded) <= 0.065


def test_the_interval_covers_a_true_lift() -> None:
    random = np.random.default_rng(6)
    found = [lift(users(random, 800, 1), users(random, 1200, 1.2), METRICS["ctr"]) for _ in range(1000)]
    # beta(0.6, 20) rarely exceeds 1 / 1.2, so the true lift is 20 % to four digits.
    assert 0.93 <= np.mean([one.low <= 0.2 <= one.high for one in found]) <= 0.97
    assert all(one.low > -1 for one in found)


def test_exchanging_the_arms_inverts_the_lift() -> None:
    random = np.random.default_rng(7)
    one, other = users(random, 900, 1), users(random, 700, 1.4)
    there, back = lift(one, other, METRICS["ctr"]), lift(other, one, METRICS["ctr"])
    assert (1 + there.value) * (1 + back.value) == pytest.approx(1)
    assert (1 + there.low) * (1 + back.high) == pytest.approx(1)
    assert there.p_value == pytest.approx(back.p_value)


def test_money_scales_differences_and_not_lifts() -> None:
    random = np.random.default_rng(8)
    arms = [Moments.of("user", {"revenue": random.gamma(2, 1e6, 300), "plain": [0.0] * 300}) for _ in range(2)]
    money, micros = (
        lift(*arms, METRICS["revenue_per_user"]),
        lift(*arms, Metric("m", "m", "revenue", "units", "number")),
    )
    assert (money.low, money.p_value) == pytest.approx((micros.low, micros.p_value))
    assert money.difference_high * 1e6 == pytest.approx(micros.difference_high)


def test_an_arm_without_clicks_has_no_lift_yet_a_difference() -> None:
    none = Moments.of("user", {"clicks": [0.0] * 50, "impressions": [10.0] * 50})
    some = Moments.of("user", {"clicks": [1.0] * 10 + [0.0] * 40, "impressions": [10.0] * 50})
    got = lift(none, some, METRICS["ctr"])
    assert got.show() == "no data"
    assert got.difference == pytest.approx(0.02)
    assert got.difference_low < 0.02 < got.difference_high
    assert 0 < got.p_value < 0.01


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_users_compare_to_nothing(count: int) -> None:
    few = Moments.of("user", {"clicks": [1.0] * count, "impressions": [9.0] * count})
    many = users(np.random.default_rng(9), 50, 1)
    for got in (lift(few, many, METRICS["ctr"]), lift(many, few, METRICS["ctr"])):
        assert got.show() == "no data"
        assert isnan(got.p_value)
        assert isnan(got.difference_low)


def test_arms_without_any_spread_have_no_p_value() -> None:
    flat = Moments.of("user", {"clicks": [0.0] * 30, "impressions": [10.0] * 30})
    assert isnan(lift(flat, flat, METRICS["ctr"]).p_value)
    fixed = Moments.of("user", {"cost": [3e6] * 30, "impressions": [10.0] * 30})
    assert lift(fixed, fixed, METRICS["cpm"]).show() == "+0.0% (no interval)"
