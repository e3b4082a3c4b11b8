"""How a comparison is read: by name, as a table, on screen."""

from collections.abc import Callable

import polars as pl
import pytest

from workbench.errors import InputError, UnknownNameError
from workbench.evaluation.comparison import compare
from workbench.evaluation.contrasts import Comparison
from workbench.store.store import Store


@pytest.fixture
def comparison(write_store: Callable[..., Store], tables: dict[str, pl.DataFrame]) -> Comparison:
    return compare(write_store(**tables), metrics=["ctr", "revenue_per_user"])


def test_the_table_has_one_row_a_contrast_and_null_for_no_data(comparison: Comparison) -> None:
    frame = comparison.to_polars()
    assert frame["metric"].to_list() == ["ctr", "revenue_per_user"]
    assert frame["control_units"].to_list() == [2, 2]
    assert frame["control_value"].to_list() == pytest.approx([2 / 6, 13])
    assert (
        frame.select(pl.selectors.float().is_nan().any()).row(0) == (False,) * frame.select(pl.selectors.float()).width
    )


def test_the_screen_says_how_and_how_sure(comparison: Comparison) -> None:
    shown = comparison._repr_html_()
    for words in ("log-ratio scale", "Welch", "Holm", "Sample ratio as planned", "clustered by user", "EUR"):
        assert words in shown
    assert "nan" not in shown
    assert "inf" not in shown


def test_it_reads_as_text(comparison: Comparison) -> None:
    assert str(comparison) == repr(comparison)
    assert str(comparison).startswith("B against A: CTR ")


def test_what_was_not_compared_is_refused(comparison: Comparison) -> None:
    with pytest.raises(UnknownNameError, match="metric == 'roas'"):
        comparison.lift("roas")
    with pytest.raises(UnknownNameError, match="arm == 'C'"):
        comparison.lift("ctr", "C")
    with pytest.raises(InputError, match="key values that name no segment"):
        comparison.lift("ctr", keys=("phone",))
