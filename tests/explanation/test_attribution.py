"""One result type: it adds up or does not exist, and goes to shap, Polars and the screen."""

import warnings

import matplotlib as mpl
import numpy as np
import polars as pl
import pytest

from workbench.errors import DataError, InputError
from workbench.explanation.attribution import Attribution
from workbench.explanation.shap_library import load_shap

FIELDS = ("interest", "hour", "price")


def attribution(**changes: object) -> Attribution:
    random = np.random.default_rng(0)
    values = random.normal(size=(12, 3))
    made: dict[str, object] = {
        "run": "run",
        "target": "click",
        "fields": FIELDS,
        "values": values,
        "standard_errors": np.full((12, 3), 0.01),
        "base": np.full(12, -3.0),
        "output": -3.0 + values.sum(axis=1),
        "probability": np.full(12, 0.04),
        "method": "integrated gradients",
        "value_function": "Logit of click under run",
        "row_ids": tuple(f"i{place}" for place in range(12)),
        "data": pl.DataFrame({"interest": ["shoes", None] * 6, "hour": ["21"] * 12, "price": [9.5, float("nan")] * 6}),
        "tolerance": 1e-6,
    }
    return Attribution(**(made | changes))


def test_contributions_that_do_not_add_up_are_refused() -> None:
    output = attribution().output.copy()
    output[4] += 0.01
    with pytest.raises(DataError, match=r"1 of 12 rows miss their logit by up to 0.01"):
        attribution(output=output)
    output[4] = np.nan
    with pytest.raises(DataError, match="1 of 12 rows"):
        attribution(output=output)


def test_a_decision_is_sorted_and_adds_up() -> None:
    why = attribution()
    decision = why.decision(3)
    sizes = [abs(one.value) for one in decision.contributions]
    assert sizes == sorted(sizes, reverse=True)
    assert decision.base + sum(one.value for one in decision.contributions) == pytest.approx(decision.output)
    assert {one.field: one.shown for one in decision.contributions} == {
        "interest": "unknown",
        "hour": "21",
        "price": "unknown",
    }
    assert why.decision("i3") == decision
    assert why.decision(-1).row_id == "i11"


@pytest.mark.parametrize("row", [12, -13, "i99"])
def test_rows_that_were_not_explained_are_refused(row: int | str) -> None:
    with pytest.raises(InputError, match="explained"):
        attribution().decision(row)


def test_the_long_table_holds_every_value() -> None:
    why = attribution()
    frame = why.to_polars()
    assert frame.height == 36
    assert frame["value"].to_list() == why.values.ravel().tolist()
    sums = frame.group_by("impression_id", maintain_order=True).agg(pl.col("value").sum() + pl.col("base").first())
    np.testing.assert_allclose(sums["value"], why.output)
    nothing_drawn = attribution(standard_errors=np.full((12, 3), np.nan)).to_polars()
    assert nothing_drawn["standard_error"].null_count() == 36


def test_shap_plots_accept_it() -> None:
    mpl.use("Agg")
    explanation = attribution().to_shap()
    assert explanation.shape == (12, 3)
    np.testing.assert_allclose(explanation.base_values + explanation.values.sum(axis=1), attribution().output)
    plots = load_shap().plots
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # shap's own use of matplotlib.
        from matplotlib import pyplot as plt

        plots.waterfall(explanation[0], show=False)
        plots.bar(explanation, show=False)
        plots.beeswarm(explanation, show=False)
        plt.close("all")


def test_the_screen_names_the_value_function_and_escapes_cells() -> None:
    data = attribution().data.with_columns(interest=pl.lit("<script>x</script>"))
    shown = attribution(data=data).decision(0)._repr_html_()
    assert "Logit of click under run" in shown
    assert "not what causes people to act" in shown
    assert "<script>" not in shown
    assert "± 0.020" in shown
    assert "What moves run" in attribution()._repr_html_()


def test_it_reads_as_text() -> None:
    assert "12 decisions explained by integrated gradients" in str(attribution())
    assert "click 4.00%" in str(attribution().decision(0))
    assert repr(attribution()) == "Attribution('run', 12 decisions, 3 fields, integrated gradients)"
