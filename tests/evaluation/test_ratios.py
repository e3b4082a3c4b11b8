"""Ratios against definitions, against simulated truth, and where there is little or nothing to see."""

from math import isnan

import numpy as np
import numpy.typing as npt
import pytest

from workbench.evaluation.metrics import METRICS, Metric
from workbench.evaluation.moments import Moments
from workbench.evaluation.rates import rate
from workbench.evaluation.ratios import carriers, estimate, ratio_variance

Columns = dict[str, npt.NDArray[np.float64]]


def crowd(count: int, *, seed: int = 0) -> Columns:
    """Users of a shop: some see many ads, some click more than others, some who click order for some amount."""
    random = np.random.default_rng(seed)
    impressions = 1 + random.poisson(random.gamma(1.0, 6.0, count))
    clicks = random.binomial(impressions, 1 / (1 + np.exp(3.6 - 0.8 * random.normal(size=count))))
    orders = random.binomial(clicks, 0.2)
    revenue = 20e6 * random.gamma(np.maximum(orders, 1e-9) * 4, 0.25)
    cost = 0.2e6 * random.gamma(np.maximum(clicks, 1e-9) * 2, 0.5)
    return {
        "impressions": impressions.astype(float),
        "clicks": clicks.astype(float),
        "converted": orders.astype(float),
        "conversions": orders.astype(float),
        "revenue": np.where(orders > 0, revenue, 0.0),
        "cost": np.where(clicks > 0, cost, 0.0),
    }


@pytest.mark.parametrize("name", ["ctr", "cvr", "cpc", "cpm", "cpa", "roas", "revenue_per_user"])
def test_intervals_cover_the_truth(name: str) -> None:
    world = crowd(400_000)
    truth = estimate(Moments.of("user", world), METRICS[name]).value
    random, covered = np.random.default_rng(1), []
    for _ in range(400):
        chosen = random.integers(0, 400_000, 1_500)
        found = estimate(Moments.of("user", {key: column[chosen] for key, column in world.items()}), METRICS[name])
        covered.append(found.low <= truth <= found.high)
    assert 0.92 <= np.mean(covered) <= 0.98  # 400 samples: two standard errors are 2.2 points.


def test_variance_equals_its_definition() -> None:
    users = crowd(500)
    ratio = users["revenue"].sum() / users["cost"].sum()
    residual = users["revenue"] - ratio * users["cost"]
    expected = np.sum(residual**2) / users["cost"].sum() ** 2 * 500 / 499
    got = ratio_variance(Moments.of("user", users), METRICS["roas"], observations=500)
    assert got == pytest.approx(expected, rel=1e-9)


def test_a_mean_per_user_has_the_variance_of_a_mean() -> None:
    users = crowd(500)
    got = ratio_variance(Moments.of("user", users), METRICS["revenue_per_user"], observations=500)
    assert got == pytest.approx(np.var(users["revenue"], ddof=1) / 500, rel=1e-9)


def test_people_who_click_alike_widen_a_rate() -> None:
    impressions = np.full(200, 10.0)
    alike = {"clicks": np.repeat([10.0, 0.0], [20, 180]), "impressions": impressions}
    clustered = estimate(Moments.of("user", alike), METRICS["ctr"])
    plain = rate(200, 2000)
    assert clustered.value == plain.value
    assert clustered.high - clustered.low > 3 * (plain.high - plain.low)


def test_without_users_a_rate_is_wilsons() -> None:
    trials = {"clicks": np.repeat([1.0, 0.0], [30, 970]), "impressions": np.ones(1000)}
    got, plain = estimate(Moments.of("impression", trials), METRICS["ctr"]), rate(30, 1000)
    assert (got.low, got.high) == (plain.low, plain.high)


def test_cost_per_click_and_clicks_per_cost_agree() -> None:
    users = Moments.of("user", crowd(2_000))
    clicks_per_cost = Metric("clicks_per_cost", "clicks per unit", "clicks", "cost", "number", 1e6)
    cost, clicks = estimate(users, METRICS["cpc"]), estimate(users, clicks_per_cost)
    assert cost.value * clicks.value == pytest.approx(1)
    # The degrees of freedom differ a little: those who carry the clicks, those who carry the cost.
    assert cost.low * clicks.high == pytest.approx(1, rel=1e-3)


def test_money_is_shown_in_whole_units() -> None:
    users = Moments.of("user", {"cost": [2_000_000.0] * 4, "clicks": [1.0, 2.0, 3.0, 2.0], "impressions": [10.0] * 4})
    assert estimate(users, METRICS["cpc"]).value == pytest.approx(1)
    assert estimate(users, METRICS["cpm"]).value == pytest.approx(200)
    assert estimate(users, METRICS["cpc"]).show("EUR").startswith("1.000 EUR (")


def test_zero_denominators_read_no_data() -> None:
    users = Moments.of("user", {"cost": [5e6, 1e6], "clicks": [0.0, 0.0], "impressions": [3.0, 4.0]})
    for name in ("cpc", "cvr", "cpa", "aov"):
        found = estimate(users, METRICS[name])
        assert found.show() == "no data"
        assert isnan(found.value)
        assert isnan(found.low)
        assert isnan(found.high)


def test_no_click_is_no_proof_of_none() -> None:
    few = estimate(Moments.of("user", {"clicks": [0.0] * 20, "impressions": [50.0] * 20}), METRICS["ctr"])
    assert (few.value, few.low) == (0, 0)
    assert few.high == pytest.approx(rate(0, 20).high)  # Twenty people, not a thousand impressions.


def test_one_user_tells_little() -> None:
    one = Moments.of("user", {"clicks": [2.0], "impressions": [40.0], "cost": [1e6], "conversions": [0.0]})
    ctr = estimate(one, METRICS["ctr"])
    assert ctr.value == 0.05
    assert ctr.high > 0.5
    assert estimate(one, METRICS["cpc"]).show("EUR") == "0.500 EUR (no interval)"


def test_one_paying_user_among_many_gives_no_interval() -> None:
    users = Moments.of("user", {"revenue": [9e6, *[0.0] * 99], "conversions": [1.0, *[0.0] * 99]})
    found = estimate(users, METRICS["aov"])
    assert found.show("EUR") == "9.000 EUR (no interval)"


def test_net_refunds_give_a_negative_value_with_a_plain_interval() -> None:
    users = Moments.of("user", {"revenue": [-9e6, -1e6, 2e6, 1e6], "cost": [1e6] * 4})
    found = estimate(users, METRICS["roas"])
    assert found.value == pytest.approx(-1.75)
    assert found.high - found.value == pytest.approx(found.value - found.low)


def test_what_was_not_logged_is_not_zero() -> None:
    assert estimate(Moments.of("user", {"impressions": [1.0, 2.0]}), METRICS["ctr"]).show() == "no data"


def test_carriers_count_the_users_who_matter() -> None:
    users = Moments.of("user", {"clicks": [5.0, 5.0, 0.0, 0.0], "orders": [9.0, 0.0, 0.0, 0.0], "none": [0.0] * 4})
    assert [carriers(users, name) for name in ("units", "clicks", "orders", "none")] == [4, 2, 1, 0]
