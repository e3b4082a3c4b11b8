"""Moments: joining groups is the same as summing them at once."""

import numpy as np
import pytest

from workbench.errors import InputError, UnknownNameError
from workbench.evaluation.moments import Moments, unit_note


def users(seed: int, count: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    return {"clicks": random.poisson(1, count).astype(float), "impressions": 1.0 + random.poisson(5, count)}


def test_two_groups_joined_equal_one_group_of_all() -> None:
    first, second = users(1, 70), users(2, 30)
    joined = Moments.of("user", first) + Moments.of("user", second)
    at_once = Moments.of("user", {name: np.concatenate([first[name], second[name]]) for name in first})
    assert joined.count == at_once.count
    np.testing.assert_allclose(joined.sums, at_once.sums)
    np.testing.assert_allclose(joined.products, at_once.products)


def test_nobody_changes_nothing() -> None:
    some = Moments.of("user", users(1, 10))
    joined = some + Moments.none("user", some.names)
    np.testing.assert_array_equal(joined.products, some.products)


def test_products_equal_their_definition() -> None:
    columns = users(3, 40)
    moments = Moments.of("user", columns)
    assert moments.product("clicks", "impressions") == pytest.approx(np.sum(columns["clicks"] * columns["impressions"]))
    assert moments.product("units", "clicks") == moments.product("clicks", "units") == columns["clicks"].sum()
    assert moments.product("units", "units") == moments.sum("units") == 40


def test_different_groups_cannot_be_joined() -> None:
    some = Moments.of("user", users(1, 10))
    with pytest.raises(InputError, match="must hold the same measures of the same unit"):
        some + Moments.none("impression", some.names)


def test_an_unknown_measure_suggests_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'clicks'"):
        Moments.of("user", users(1, 10)).sum("click")


def test_sums_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="give one sum for each name"):
        Moments("user", 1, ("clicks",), np.zeros(2), np.zeros((1, 1)))
    with pytest.raises(InputError, match="count == -1"):
        Moments("user", -1, (), np.zeros(0), np.zeros((0, 0)))


def test_a_log_without_users_says_so() -> None:
    assert "names no users" in unit_note("impression")
    assert "clustered by user" in unit_note("user")
