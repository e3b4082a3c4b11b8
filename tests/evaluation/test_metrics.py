"""The registry of metrics: looked up by name, shown in words."""

import pytest

from workbench.errors import InputError, UnknownNameError
from workbench.evaluation.metrics import METRICS, PERFORMANCE, find_metrics


def test_metrics_come_once_each_in_the_order_given() -> None:
    assert [metric.name for metric in find_metrics(["roas", "ctr", "roas"])] == ["roas", "ctr"]


def test_every_performance_metric_is_registered() -> None:
    assert set(PERFORMANCE) <= set(METRICS)
    assert all(name == metric.name for name, metric in METRICS.items())


def test_an_unknown_metric_suggests_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'revenue_per_user'"):
        find_metrics(["revenue_per_usr"])


@pytest.mark.parametrize(("names", "message"), [("ctr", r'write \["ctr"\]'), ([], "must name at least one")])
def test_what_is_no_list_of_names_is_refused(names: list[str] | str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        find_metrics(names)


def test_values_are_shown_with_their_unit() -> None:
    assert METRICS["cpc"].show(1234.5, "EUR") == "1,234.50 EUR"
    assert METRICS["roas"].show(2.5) == "2.500"
    assert METRICS["ctr"].show(float("nan")) == "no data"
