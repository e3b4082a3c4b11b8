"""Budgets: ranges, and the part of delta kept for thresholds."""

import pytest

import workbench as wb
from workbench.errors import InputError
from workbench.privacy.accounting import DELTA_UNIT, epsilon_at


@pytest.mark.parametrize(
    ("epsilon", "delta", "message"),
    [
        (0, 1e-7, "epsilon == 0, must be > 0"),
        (-1, 1e-7, "epsilon == -1, must be > 0"),
        (float("nan"), 1e-7, "epsilon == nan"),
        (float("inf"), 1e-7, "must be > 0 and <= 100"),
        (1, 0, "delta == 0, must be >= 1e-12"),
        (1, 0.5, "delta == 0.5, must be"),
        (1e-6, 1e-7, "buys nothing"),
    ],
)
def test_impossible_budgets_are_refused(epsilon: float, delta: float, message: str) -> None:
    with pytest.raises(InputError, match=message):
        wb.Budget(epsilon=epsilon, delta=delta)


def test_both_parts_of_delta_add_up_to_it() -> None:
    budget = wb.Budget(epsilon=3, delta=1e-7)
    assert budget.conversion_delta + budget.threshold_delta * DELTA_UNIT == pytest.approx(1e-7, rel=1e-9)
    assert epsilon_at(budget.rho_nano, budget.conversion_delta) <= 3


def test_keeping_a_tenth_of_delta_costs_below_one_percent() -> None:
    budget = wb.Budget(epsilon=3, delta=1e-7)
    assert epsilon_at(budget.rho_nano, budget.delta) >= 0.99 * 3


@pytest.mark.parametrize(("epsilon", "delta"), [("x", 1e-7), (None, 1e-7), (True, 1e-7), (1, "1e-7")])
def test_what_is_no_number_is_refused(epsilon: float, delta: float) -> None:
    with pytest.raises(InputError, match=r"must be a number: e\.g\. Budget"):
        wb.Budget(epsilon, delta)
