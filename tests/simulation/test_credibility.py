"""The page of a log: by hand on a few rows, in agreement with the demo, and honest where people are unnamed."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from workbench.errors import InputError
from workbench.evaluation.rates import rate
from workbench.simulation.credibility import Credibility, Figure, credibility, lay_beside
from workbench.store.store import Store, create_store

# Person a sees ad x at 23:30, 00:30, 00:30 and 01:30, the last clicked, and ad y once; person b sees x once, clicked.
ROWS = (
    ("a", "x", "2026-03-02 23:30", 1, False),
    ("a", "x", "2026-03-03 00:30", 1, False),
    ("a", "x", "2026-03-03 00:30", 2, False),
    ("a", "x", "2026-03-03 01:30", 2, True),
    ("a", "y", "2026-03-03 02:30", 2, False),
    ("b", "x", "2026-03-03 02:30", None, True),
)


@pytest.fixture
def tiny(tmp_path: Path) -> Store:
    return written(tmp_path / "tiny", [*ROWS])


def written(folder: Path, rows: list[tuple[str, str, str, int | None, bool]]) -> Store:
    ids = [f"i{number}" for number in range(len(rows))]
    users, ads, times, positions, clicks = zip(*rows, strict=True)
    when = [datetime.fromisoformat(moment) for moment in times]
    impressions = {"impression_id": ids, "ts": when, "user_id": users, "ad_id": ads, "position": positions}
    clicked = [number for number, click in enumerate(clicks) if click]
    seen = {"impression_id": [ids[n] for n in clicked], "ts": [when[n] + timedelta(seconds=9) for n in clicked]}
    tables = {"ads": {"ad_id": sorted(set(ads))}, "impressions": impressions, "clicks": seen}
    return create_store(folder).write({name: pl.DataFrame(table) for name, table in tables.items()}, source="test")


def values(figures: tuple[Figure, ...]) -> dict[tuple[str, str], tuple[float, int]]:
    return {(figure.measure, figure.of): (figure.value, figure.rows) for figure in figures}


def test_a_few_rows_by_hand(tiny: Store) -> None:
    page = credibility(tiny)
    assert (page.impressions, page.people) == (6, 2)
    assert values(page.by_position) == {
        ("CTR", ""): (2 / 6, 6),
        ("CTR at position", "1"): (0.0, 2),
        ("CTR at position", "2"): (1 / 3, 3),
    }
    hours = values(page.by_hour)
    assert {of: found for (measure, of), found in hours.items() if measure.startswith("CTR")} == {
        "0": (0.0, 2),
        "1": (1.0, 1),
        "2": (0.5, 2),
        "23": (0.0, 1),
    }
    assert hours["impressions in hour", "0"] == (2 / 6, 6)
    assert values(page.activity)["impressions of the most active", "1% of people"] == (5 / 6, 6)
    assert values(page.activity)["impressions of a person", "50% quantile"] == (3.0, 2)
    # The two at 00:30 have each seen x once before, not one another; the one at 01:30 has seen it three times.
    assert values(page.repeats) == {
        ("impressions of an ad seen before", ""): (3 / 6, 6),
        ("CTR after showings of the ad", "0"): (1 / 3, 3),
        ("CTR after showings of the ad", "1"): (0.0, 2),
        ("CTR after showings of the ad", "3 to 4"): (1.0, 1),
    }


def test_hours_are_local(tiny: Store) -> None:
    page = credibility(tiny, utc_offset_hours=-2)
    assert [figure.of for figure in page.by_hour if figure.measure.startswith("CTR")] == ["0", "21", "22", "23"]
    together = values(credibility(tiny, hours=12).by_hour)
    assert together["CTR in hour", "0 to 11"] == (2 / 5, 5)
    assert together["CTR in hour", "12 to 23"] == (0.0, 1)


@pytest.mark.parametrize("level", [0.5, 0.95])
def test_intervals_are_those_of_the_evaluation_room(demo_store: Store, level: float) -> None:
    page = credibility(demo_store, level=level)
    rates = [figure for figure in page.figures if figure.low == figure.low]
    assert len(rates) > 30
    for figure in rates:
        found = rate(round(figure.value * figure.rows), figure.rows, level=level)
        assert (figure.low, figure.high) == pytest.approx((found.low, found.high), abs=1e-12)
    nothing, all_of_them = (
        credibility(written(demo_store.folder.parent / f"all-{click}-{level}", [("a", "x", "2026-03-02", 1, click)]))
        for click in (False, True)
    )
    assert (nothing.figures[0].low, all_of_them.figures[0].high) == (0.0, 1.0)


def test_the_demo_looks_as_it_was_made(demo_store: Store) -> None:
    page = credibility(demo_store, utc_offset_hours=8)
    clicks = demo_store.rows("clicks")
    assert page.by_position[0].value == clicks / 20_000
    at = [figure.value for figure in page.by_position[1:]]
    assert at[0] > at[-1]
    assert len(page.by_hour) == 48
    assert sum(figure.value for figure in page.by_hour[24:]) == pytest.approx(1)
    shown = demo_store.lazy("impressions").group_by("user_id").len().collect()["len"].sort(descending=True)
    top = shown.head(round(0.1 * len(shown))).sum() / 20_000
    assert values(page.activity)["impressions of the most active", "10% of people"][0] == pytest.approx(top)
    assert page.people == len(shown)
    assert values(page.activity)["impressions of a person", "most active"][0] == shown[0]
    assert values(page.activity)["impressions of a person", "90% quantile"][0] == np.quantile(shown, 0.9)


def test_a_log_that_names_nobody_says_so(tiny: Store, tmp_path: Path) -> None:
    rows = tiny.lazy("impressions").drop("user_id", "position").collect()
    tables = {"impressions": rows.select("impression_id", "ts"), "clicks": tiny.lazy("clicks").collect()}
    page = credibility(create_store(tmp_path / "nobody").write(tables, source="test"))
    assert page.people is None
    assert page.activity == page.repeats == ()
    assert [figure.measure for figure in page.by_position] == ["CTR"]
    assert "names nobody" in page.note
    assert "names nobody" in page._repr_html_()
    beside = lay_beside({"named": credibility(tiny), "unnamed": page})
    assert beside.columns == ["measure", "of", "named", "unnamed"]
    assert beside.height == len(credibility(tiny).figures)
    assert beside.filter(measure="CTR at position")["unnamed"].unique().to_list() == ["–"]


def test_pages_lie_beside_one_another_in_the_order_of_measures(tiny: Store, demo_store: Store) -> None:
    beside = lay_beside({"tiny": credibility(tiny), "demo": credibility(demo_store)})
    measures = beside["measure"].to_list()
    assert sorted(set(measures), key=measures.index) == [key for key, _ in _runs(measures)]
    positions = beside.filter(measure="CTR at position")
    assert positions["of"].to_list() == ["1", "2", "3", "4"]
    assert positions["tiny"].to_list()[2:] == ["–", "–"]
    hours = beside.filter(measure="CTR in hour")["of"].to_list()
    assert hours == [str(hour) for hour in range(24)]
    with pytest.raises(InputError, match="pages is empty, must hold at least one page"):
        lay_beside({})


def _runs(names: list[str]) -> list[tuple[str, int]]:
    from itertools import groupby

    return [(name, len(list(run))) for name, run in groupby(names)]


def test_results_show_themselves(demo_store: Store) -> None:
    page: Credibility = credibility(demo_store)
    assert "20,000 impressions" in page._repr_html_()
    assert page.to_polars().height == len(page.figures)
    assert str(Figure("CTR", "", float("nan"), 0.0, 1.0, 0)) == "no data"


def test_what_is_missing_is_said(demo_store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no table impressions, must have impressions and clicks: load them first"):
        credibility(create_store(tmp_path / "empty"))
    with pytest.raises(InputError, match="level == 2, must be > 0 and < 1"):
        credibility(demo_store, level=2)
    for hours in (0, 5, 48):
        with pytest.raises(InputError, match=f"hours == {hours}, must be >= 1 and divide 24"):
            credibility(demo_store, hours=hours)


def test_the_real_log_has_a_page(shared_data: Path, tmp_path: Path) -> None:
    store = create_store(tmp_path / "real").load("open-bandit", shared_data / "open-bandit").store
    page = credibility(store, utc_offset_hours=9)
    assert (page.impressions, page.people) == (40_000, None)
    # 42 + 69 + 38 + 46 clicks: those counted in the four files when the logs were first surveyed.
    assert page.by_position[0].value == 195 / 40_000
    assert [figure.of for figure in page.by_position[1:]] == ["1", "2", "3"]
