"""The global view: means, intervals, order."""

import numpy as np
import pytest
from scipy.stats import t

from workbench.errors import InputError
from workbench.explanation.overview import overview

VALUES = np.array([[0.1, -2.0, 0.0], [-0.3, 1.0, 0.0], [0.2, -3.0, 0.0], [-0.1, 2.5, 0.0]])


def view(values: np.ndarray = VALUES, level: float = 0.95) -> object:
    return overview(("hour", "interest", "noise"), values, run="run", value_function="logit", level=level)


def test_means_and_intervals_equal_students() -> None:
    first = view().importances[0]
    sizes = np.abs(VALUES[:, 1])
    assert (first.field, first.value) == ("interest", sizes.mean())
    low, high = t.interval(0.95, 3, sizes.mean(), sizes.std(ddof=1) / 2)
    assert (first.low, first.high) == pytest.approx((low, high))


def test_a_field_that_does_nothing_comes_last() -> None:
    last = view().importances[-1]
    assert (last.field, last.value, last.low, last.high) == ("noise", 0, 0, 0)


def test_one_row_has_no_interval() -> None:
    single = view(VALUES[:1])
    assert single.to_polars()["low"].to_list() == [None, None, None]
    assert "nan" not in single._repr_html_()


def test_an_impossible_level_is_refused() -> None:
    with pytest.raises(InputError, match="level == 0"):
        view(level=0)
