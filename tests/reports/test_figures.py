"""Charts: every interval drawn, every chart with its table, nothing that fetches or runs."""

import re
from datetime import date, timedelta
from math import nan

import defusedxml.ElementTree
import pytest

from workbench.errors import InputError, UnknownNameError
from workbench.evaluation.comparison import compare
from workbench.evaluation.performance import summarise
from workbench.models.metrics import Outcome, measure
from workbench.privacy.release import Release
from workbench.reports._sanitise import clean_svg
from workbench.reports.curves import draw_reliability, draw_series
from workbench.reports.drawings import draw_bars, draw_estimates
from workbench.reports.figure import FIGURE_MIME, RELEASE_MIME, Figure
from workbench.reports.figures import chart
from workbench.reports.marks import Drawing, Mark
from workbench.store.store import Store

MARKS = [Mark("春节 campaign", 0.04, 0.03, 0.05), Mark("b", 0.03, 0.02, 0.04), Mark("b", 0.02, 0.01, 0.03)]


def texts(svg: str) -> list[str]:
    return [
        "".join(node.itertext())
        for node in defusedxml.ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    ]


def width(svg: str) -> float:
    return float(defusedxml.ElementTree.fromstring(svg).get("width", "0"))


def check(drawing: Drawing) -> None:
    for svg, most in ((drawing.wide, 680), (drawing.narrow, 344)):
        assert width(svg) == most
        assert not re.search(r"<script|href=|url\(http|<image|<style", svg)
        cleaned = clean_svg(svg)
        assert cleaned is not None
        assert texts(cleaned) == texts(svg)


def test_estimates_say_their_figures() -> None:
    drawing = draw_estimates(MARKS, title="CTR", unit="share", axis="CTR", reference=(0.03, "all"))
    check(drawing)
    assert "4.00% (3.00% to 5.00%)" in texts(drawing.wide)
    assert "4.00%" in texts(drawing.narrow)
    assert "春节 campaign" in texts(drawing.wide)


def test_every_mark_has_an_interval_with_two_caps() -> None:
    count = 40
    marks = [Mark(str(place), 0.5, 0.4, 0.6) for place in range(count)]
    svg = draw_estimates(marks, title="t", unit="share", axis="x").wide
    # Ticks are drawn as small rectangles, dots as paths: two caps a mark.
    caps = re.findall(r'<g class="mark-rect role-mark layer_\d_marks".*?</g>', svg)
    assert [group.count("<path") for group in caps] == [count, count]


def test_rows_of_one_name_stay_apart() -> None:
    svg = draw_estimates(MARKS, title="t", unit="share", axis="x").wide
    heights = re.findall(r"<text[^>]*translate\([^,]+,([\d.]+)\)[^>]*>b\u200b*</text>", svg)
    assert len(set(heights)) == 2


def test_colours_say_which_side_of_zero_is_sure() -> None:
    marks = [Mark("up", 0.1, 0.05, 0.2), Mark("down", -0.1, -0.2, -0.05), Mark("either", 0.01, -0.1, 0.1)]
    svg = draw_estimates(marks, title="t", unit="change", axis="lift", signed=True).wide
    assert [svg.count(colour) > 0 for colour in ("#0072b2", "#d55e00", "#8b95a3")] == [True] * 3


def test_bars_series_and_reliability_draw() -> None:
    check(draw_bars([Mark("hour", 0.4, 0.3, 0.5), Mark("price", -0.2, None, None)], title="Why", unit="", axis="x"))
    days = [(date(2026, 3, 1) + timedelta(days=place), mark) for place, mark in enumerate(MARKS)]
    check(draw_series(days, title="CTR by day", unit="share"))
    check(draw_reliability([(0.02, MARKS[0]), (0.03, Mark("", 0.0, nan, nan))], title="Do they come true?"))


def test_nothing_to_draw_says_so() -> None:
    drawing = draw_estimates([Mark("a", nan, nan, nan)], title="CTR", unit="share", axis="x")
    check(drawing)
    assert "no data" in texts(drawing.wide)
    assert "no data" in texts(draw_series([], title="CTR", unit="share").narrow)


def test_the_same_figures_give_the_same_bytes() -> None:
    first, second = (draw_estimates(MARKS, title="CTR", unit="share", axis="CTR") for _ in range(2))
    assert first == second


@pytest.fixture(scope="module")
def performance(shop: Store) -> Figure:
    return chart(summarise(shop, by="campaign_id"))


def test_performance_is_ranked_and_has_its_table(performance: Figure) -> None:
    check(performance.drawing)
    assert performance.columns[0] == "campaign"
    shares = [float(row[2].partition("%")[0]) for row in performance.rows]
    assert shares == sorted(shares, reverse=True)
    assert performance.to_polars().height == 10


def test_a_day_is_drawn_in_order(shop: Store) -> None:
    figure = chart(summarise(shop, by="day"))
    days = [row[0] for row in figure.rows]
    assert days == sorted(days)
    assert len(days) == 28


def test_comparisons_show_every_metric(shop: Store) -> None:
    figure = chart(compare(shop, metrics=["ctr", "revenue_per_user"]))
    assert [row[0] for row in figure.rows] == ["CTR", "revenue per user"]
    assert len(chart(compare(shop, metrics=["ctr", "cvr"]), "cvr").rows) == 1


def test_metrics_show_reliability_and_rivals() -> None:
    import numpy as np

    rng = np.random.default_rng(0)
    logits = rng.normal(-2, 1, 3_000)
    outcome = Outcome(rng.random(3_000) < 1 / (1 + np.exp(-logits)), None)
    metrics = measure("dcnv2", logits, outcome, baselines={"constant": np.full(3_000, -2.0)}, ceiling=logits)
    assert len(chart(metrics).rows) == 15
    assert [row[0] for row in chart(metrics, "auc").rows] == ["dcnv2", "constant", "best possible"]


def test_releases_carry_their_request(release: Release) -> None:
    figure = chart(release)
    bundle = figure._repr_mimebundle_()
    assert bundle[RELEASE_MIME] == {"release": release.id, "chart": {"measure": "ctr"}}
    assert bundle.keys() == {"image/svg+xml", "text/plain", FIGURE_MIME, RELEASE_MIME}
    assert figure._repr_mimebundle_(include={"text/plain"}).keys() == {"text/plain"}
    assert [row[0] for row in figure.rows] == ["phone", "desktop", "tablet"]
    assert "%" in figure.rows[0][1]
    assert "%" not in chart(release, "impressions").rows[0][1]


def test_other_things_have_no_chart(release: Release) -> None:
    with pytest.raises(InputError, match="result is of type dict, must be a performance"):
        chart({"a": 1})
    with pytest.raises(UnknownNameError, match="measure == 'clix'"):
        chart(release, "clix")
