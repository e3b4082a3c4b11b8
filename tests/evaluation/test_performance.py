"""Performance tables against sums by hand, and on the demo against SQL of another shape."""

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from workbench.errors import DataError, InputError
from workbench.evaluation.performance import TOTALS, summarise
from workbench.store.store import Store, create_store

Tables = dict[str, pl.DataFrame]


def test_every_metric_equals_its_definition(write_store: Callable[..., Store], tables: Tables) -> None:
    spring = summarise(write_store(**tables)).of("c1")
    assert dict(spring.totals) == pytest.approx(
        {"impressions": 6, "clicks": 3, "conversions": 3, "cost": 0.6, "revenue": 32}
    )
    assert {name: spring[name].value for name in spring.estimates} == pytest.approx(
        {
            "ctr": 3 / 6,
            "cvr": 3 / 3,
            "cpc": 0.6 / 3,
            "cpm": 1000 * 0.6 / 6,
            "cpa": 0.6 / 3,
            "roas": 32 / 0.6,
            "aov": 32 / 3,
        }
    )
    assert all(found.low <= found.value <= found.high for found in spring.estimates.values())


def test_zero_denominators_read_no_data(write_store: Callable[..., Store], tables: Tables) -> None:
    result = summarise(write_store(**tables))
    toys = result.of("c2")
    assert [toys[name].show() for name in ("cvr", "cpc", "cpa", "aov")] == ["no data"] * 4
    assert toys["ctr"].value == 0 < toys["ctr"].high
    assert "inf" not in result._repr_html_()
    assert "nan" not in result._repr_html_()
    row = result.to_polars().filter(pl.col.campaign_id == "c2")
    assert row["cpc"].to_list() == [None]
    assert row["cpc_high"].to_list() == [None]


def test_no_keys_give_one_row_over_all(write_store: Callable[..., Store], tables: Tables) -> None:
    result = summarise(write_store(**tables), by=())
    assert result.of().units == 4
    assert result.to_polars().height == 1


def test_days_and_attributes_of_others_are_keys(write_store: Callable[..., Store], tables: Tables) -> None:
    result = summarise(write_store(**tables), by=("day", "category"))
    assert [segment.keys for segment in result.segments] == [
        (date(2026, 3, 1), "shoes"),
        (date(2026, 3, 2), "shoes"),
        (date(2026, 3, 2), "toys"),
    ]
    assert result.to_polars().schema["day"] == pl.Date


def test_totals_add_up_to_the_whole_on_the_demo(demo_store: Store) -> None:
    parts = summarise(demo_store, by=("campaign_id", "device")).to_polars()
    whole = summarise(demo_store, by=()).of()
    for name in TOTALS:
        assert parts[name].sum() == pytest.approx(whole.totals[name])
    assert whole.totals["impressions"] == demo_store.rows("impressions")


def test_ratios_equal_plain_sql_on_the_demo(demo_store: Store) -> None:
    with demo_store.connect() as connection:
        expected = connection.execute(
            """
            SELECT campaign_id, (SELECT count(*) FROM clicks JOIN impressions USING (impression_id)
                                 WHERE impressions.campaign_id = c.campaign_id) / count(*),
                   sum(cost_micros) / 1000 / count(*)
            FROM impressions c GROUP BY campaign_id"""
        ).fetchall()
    result = summarise(demo_store)
    assert len(expected) == len(result.segments)
    for campaign, ctr, cpm in expected:
        assert (result.of(campaign)["ctr"].value, result.of(campaign)["cpm"].value) == pytest.approx(
            (ctr, cpm), rel=1e-12
        )


def test_it_reads_as_text(write_store: Callable[..., Store], tables: Tables) -> None:
    result = summarise(write_store(**tables))
    assert str(result) == repr(result)
    assert "c2: CTR 0.00% (0.00% to" in str(result)
    assert "CPC no data" in str(result)


def test_wider_levels_give_wider_intervals(demo_store: Store) -> None:
    narrow, wide = (summarise(demo_store, by=(), level=level).of()["roas"] for level in (0.8, 0.99))
    assert wide.low < narrow.low < narrow.value == wide.value < narrow.high < wide.high


def test_a_log_without_users_says_so(write_store: Callable[..., Store], tables: Tables) -> None:
    result = summarise(write_store(impressions=tables["impressions"].drop("user_id"), clicks=tables["clicks"]), by=())
    assert result.unit == "impression"
    assert "names no users" in result._repr_html_()
    assert "users" not in result.to_polars().columns
    assert result.of().totals["revenue"] is None


def test_cells_are_escaped(write_store: Callable[..., Store], tables: Tables) -> None:
    odd = tables["impressions"].with_columns(device=pl.lit("<script>alert(1)</script>"))
    assert "<script>" not in summarise(write_store(impressions=odd), by="device")._repr_html_()


def test_long_tables_say_what_they_hide(write_store: Callable[..., Store]) -> None:
    many = pl.DataFrame({"impression_id": [str(n) for n in range(60)], "placement": [f"p{n:02}" for n in range(60)]})
    result = summarise(write_store(impressions=many), by="placement")
    shown = result._repr_html_()
    assert "p49" in shown
    assert "p50" not in shown
    assert "first 50 groups" in shown


def test_impossible_questions_are_refused(write_store: Callable[..., Store], tables: Tables) -> None:
    store = write_store(**tables)
    with pytest.raises(InputError, match="level == 95"):
        summarise(store, level=95)
    with pytest.raises(InputError, match="key values that name no group"):
        summarise(store).of("c3")
    with pytest.raises(InputError, match=r"metric == 'ctrr'.*did you mean 'ctr'"):
        summarise(store).of("c1")["ctrr"]


def test_an_empty_store_says_what_to_do(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(DataError, match="load a log first"):
        summarise(create_store(tmp_path_factory.mktemp("empty") / "store"))
