"""Measures: bounds in whole units, sensitivities, and what cannot be summed."""

from decimal import Decimal

import pytest

import workbench as wb
from workbench.errors import InputError, UnknownNameError
from workbench.privacy.measures import Measured, Sum, measured
from workbench.privacy.noise import Sensitivity

COLUMNS = {"click": "INTEGER", "cost_micros": "BIGINT", "propensity": "DOUBLE", "seen": "BOOLEAN", "device": "VARCHAR"}


def test_money_bounds_become_exact_micros() -> None:
    for name, low, high in (("cost", 0, 0.1), ("cost_micros", 0, Decimal("0.1")), ("cost", 0, 0.1 + 0.0)):
        got = measured(Sum(name, low, high), COLUMNS, 10, "CNY")
        assert got == Measured("sum", "cost_micros", 0, 100_000, "CNY", micros=True)
    assert str(got) == "cost, each row held within 0 to 0.1 CNY"


def test_sensitivities_follow_the_larger_bound_and_the_cells_touched() -> None:
    assert Measured("count").sensitivity(7, 100) == Sensitivity(7, 49)
    assert Measured("sum", "x", -5, 2).sensitivity(7, 100) == Sensitivity(35, 35**2)
    assert Measured("count_users").sensitivity(7, 100) == Sensitivity(7, 7)
    assert Measured("count_users").sensitivity(7, 3) == Sensitivity(3, 3)


def test_measures_read_back_as_themselves() -> None:
    for one in (Measured("count"), Measured("count_users"), Measured("sum", "cost_micros", -1, 5, "CNY", micros=True)):
        assert Measured.from_content(one.content()) == one


@pytest.mark.parametrize("bounds", [(), (0,), (None, 1)])
def test_missing_bounds_print_the_line_to_write(bounds: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match=r"write wb.sum\('revenue', 0, <largest amount>\)"):
        wb.sum("revenue", *bounds)


@pytest.mark.parametrize("bounds", [(2, 1), (0, 0)])
def test_bounds_that_bound_nothing_are_refused(bounds: tuple[float, float]) -> None:
    with pytest.raises(InputError, match="must be low <= high and not both 0"):
        wb.sum("click", *bounds)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (Sum("click", 0, 0.5), "must be a whole number"),
        (Sum("cost", 0, 0.0000001), "at most 6 decimals"),
        (Sum("cost", 0, float("inf")), "must be a finite number"),
        (Sum("propensity", 0, 1), "type DOUBLE, must be of whole numbers"),
        (Sum("device", 0, 1), "type VARCHAR, must be of whole numbers"),
        (Sum("click", 0, 2**60), "leaves 64 bits"),
    ],
)
def test_what_cannot_be_summed_is_refused(asked: Sum, message: str) -> None:
    with pytest.raises(InputError, match=message):
        measured(asked, COLUMNS, 10, "CNY")


def test_unknown_columns_suggest_the_nearest_or_what_to_load() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'click'"):
        measured(Sum("clik", 0, 1), COLUMNS, 10, "")
    with pytest.raises(UnknownNameError, match="no conversions to count revenues of"):
        measured(Sum("revenue", 0, 1), COLUMNS, 10, "")


@pytest.mark.parametrize("bound", ["a", True, [1], float("nan"), Decimal("nan")])
def test_bounds_that_are_no_numbers_are_refused(bound: int) -> None:
    for low, high in ((bound, 1), (0, bound)):
        with pytest.raises(InputError, match=r"sum\('click'\) has bound .*, must be a number"):
            wb.sum("click", low, high)
