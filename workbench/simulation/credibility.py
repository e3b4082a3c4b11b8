"""Is a log credible? What every advertising log shows, of one store, to lay beside that of another.

CTR by position and by hour, how few people see most of the ads, how often they see the same one again: a simulated log
is held against real ones by these, a real one against what its owner expects.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isnan, nan, sqrt
from statistics import NormalDist

import duckdb
import polars as pl

from workbench.checks import check_between
from workbench.display import html_block, html_table
from workbench.errors import InputError
from workbench.store.store import Store

__all__ = ["Credibility", "Figure", "credibility", "lay_beside"]

_TOP = (0.01, 0.10)
_QUANTILES = (0.1, 0.5, 0.9, 0.99)
_SHOWINGS = (0, 1, 2, 3, 5, 10)
"""First number of earlier showings of each band; the last one is open."""


@dataclass(frozen=True)
class Figure:
    """One figure of a log.

    Attributes:
        measure: What it is, for example `CTR at position`.
        of: Of what: the position, the hour, the share of people; empty where it is of the whole log.
        value: The figure; NaN where nothing could be counted.
        low: Lower end of the interval of a rate; NaN for what has none.
        high: Upper end of it.
        rows: Impressions it rests on; people where it counts a person's impressions.
        share: Whether it is a share, and shown in per cent.
    """

    measure: str
    of: str
    value: float
    low: float
    high: float
    rows: int
    share: bool = True

    def __str__(self) -> str:
        if self.rows == 0:
            return "no data"
        if not self.share:
            return f"{self.value:,.1f}"
        return f"{self.value:.2%}" if isnan(self.low) else f"{self.value:.2%} ({self.low:.2%} to {self.high:.2%})"


@dataclass(frozen=True)
class Credibility:
    """What a log shows. All figures are of what is in the store; none knows a simulated log's truth.

    Attributes:
        impressions: Number of impressions.
        people: Number of people among them; None where the log names nobody.
        level: Level of the intervals.
        by_position: CTR of the whole log and by position.
        by_hour: CTR by hour of the day, local, and the share of impressions.
        activity: Share of impressions seen by the most active people, and quantiles of a person's impressions; empty
            where the log names nobody.
        repeats: Share of impressions of an ad that the person saw before, and CTR by earlier showings; likewise.
    """

    impressions: int
    people: int | None
    level: float
    by_position: tuple[Figure, ...]
    by_hour: tuple[Figure, ...]
    activity: tuple[Figure, ...]
    repeats: tuple[Figure, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All figures, in the order of the page."""
        return self.by_position + self.by_hour + self.activity + self.repeats

    @property
    def note(self) -> str:
        """What limits the figures."""
        if self.people is None:
            return "The log names nobody: nothing can be said of activity and repeats."
        return (
            "Intervals take impressions as independent: those of one person are not, so they are somewhat too narrow."
        )

    def to_polars(self) -> pl.DataFrame:
        """One row a figure."""
        return pl.DataFrame([vars(figure) for figure in self.figures])

    def _repr_html_(self) -> str:
        rows = [(figure.measure, figure.of, str(figure), f"{figure.rows:,}") for figure in self.figures]
        table = html_table(["measure", "of", f"figure ({self.level:.0%} interval)", "rests on"], rows)
        return html_block(f"What {self.impressions:,} impressions look like", table, note=self.note)


def credibility(store: Store, *, utc_offset_hours: int = 0, hours: int = 1, level: float = 0.95) -> Credibility:
    """Describe a log by what makes one credible.

    Args:
        store: Any store with impressions and clicks, simulated or not.
        utc_offset_hours: Hours that local time is ahead of UTC, which the store keeps; hours of the day are local.
        hours: Hours that are taken together, a divisor of 24; more where clicks are few.
        level: Level of the intervals, in (0, 1).

    Returns:
        The page.

    Raises:
        InputError: If the store has no impressions or no clicks, hours do not divide the day, or the level is not in
            (0, 1).

    Source:
        Intervals: Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference, JASA 22,
        p. 209.
    """
    check_between(level, 0, 1, name="level", hint="give a share such as 0.95")
    if hours < 1 or 24 % hours:
        raise InputError(f"hours == {hours}, must be >= 1 and divide 24: give for example 4")
    for name in ("impressions", "clicks"):
        if name not in store.tables:
            raise InputError(f"{store.folder} has no table {name}, must have impressions and clicks: load them first")
    columns = store.columns("impressions")
    with store.connect() as opened:
        opened.execute(
            f"CREATE TEMP TABLE shown AS SELECT {_wanted(columns)}, c.impression_id IS NOT NULL AS click "
            "FROM impressions i LEFT JOIN (SELECT DISTINCT impression_id FROM clicks) c USING (impression_id)"
        )
        impressions, people = _counts(opened)
        return Credibility(
            impressions=impressions,
            people=people or None,
            level=level,
            by_position=_by_position(opened, level),
            by_hour=_by_hour(opened, utc_offset_hours, hours, level),
            activity=_activity(opened, people) if people else (),
            repeats=_repeats(opened, level) if people else (),
        )


def lay_beside(pages: Mapping[str, Credibility]) -> pl.DataFrame:
    """Lay the pages of several stores side by side.

    Args:
        pages: Page by name of the store.

    Returns:
        `measure`, `of`, and one column of text a store; a dash where a store has no such figure.

    Raises:
        InputError: If no page is given.
    """
    if not pages:
        raise InputError("pages is empty, must hold at least one page: lay_beside({'shop': credibility(store)})")
    cells = {
        name: {(figure.measure, figure.of): str(figure) for figure in page.figures} for name, page in pages.items()
    }
    keys = list(dict.fromkeys(key for found in cells.values() for key in found))
    measures = list(dict.fromkeys(measure for measure, _ in keys))
    keys.sort(key=lambda key: (measures.index(key[0]), _leading_number(key[1])))
    return pl.DataFrame(
        {
            "measure": [measure for measure, _ in keys],
            "of": [of for _, of in keys],
            **{name: [found.get(key, "–") for key in keys] for name, found in cells.items()},
        }
    )


def _leading_number(of: str) -> float:
    """What positions, hours and bands are sorted by; names without a number follow."""
    digits = re.match(r"\d+", of)
    return float(digits.group()) if digits else inf


def _wanted(columns: Mapping[str, str]) -> str:
    names = ("position", "ts", "user_id", "ad_id")
    return ", ".join(f"i.{name}" if name in columns else f"NULL AS {name}" for name in names)


def _counts(opened: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    found = opened.execute("SELECT count(*), count(DISTINCT user_id) FROM shown").fetchall()
    return found[0][0], found[0][1]


def _by_position(opened: duckdb.DuckDBPyConnection, level: float) -> tuple[Figure, ...]:
    whole = opened.execute("SELECT '', count(*), count_if(click) FROM shown").fetchall()
    each = opened.execute(
        "SELECT position::VARCHAR, count(*), count_if(click) FROM shown WHERE position IS NOT NULL "
        "GROUP BY position ORDER BY position"
    ).fetchall()
    return _rates("CTR", whole, level) + _rates("CTR at position", each, level)


def _by_hour(opened: duckdb.DuckDBPyConnection, offset: int, hours: int, level: float) -> tuple[Figure, ...]:
    found = opened.execute(
        "SELECT hour(ts::TIMESTAMP + to_hours($offset)) // $hours * $hours AS first, count(*), count_if(click) "
        "FROM shown WHERE ts IS NOT NULL GROUP BY first ORDER BY first",
        {"offset": offset, "hours": hours},
    ).fetchall()
    each = [(_band(first, first + hours - 1), shown, clicks) for first, shown, clicks in found]
    total = sum(shown for _, shown, _ in each)
    traffic = (Figure("impressions in hour", of, shown / total, nan, nan, total) for of, shown, _ in each)
    return (*_rates("CTR in hour", each, level), *traffic)


def _activity(opened: duckdb.DuckDBPyConnection, people: int) -> tuple[Figure, ...]:
    opened.execute(
        "CREATE TEMP TABLE seen AS SELECT count(*) AS shown FROM shown WHERE user_id IS NOT NULL GROUP BY user_id"
    )
    top = [
        opened.execute(
            "SELECT sum(shown) FILTER (place <= greatest(1, round($top * $people))), sum(shown) FROM "
            "(SELECT shown, row_number() OVER (ORDER BY shown DESC) AS place FROM seen)",
            {"top": share, "people": people},
        ).fetchall()[0]
        for share in _TOP
    ]
    quantiles, most = opened.execute(
        f"SELECT quantile_cont(shown, {list(_QUANTILES)}), max(shown) FROM seen"
    ).fetchall()[0]
    each = [*zip((f"{share:.0%} quantile" for share in _QUANTILES), quantiles, strict=True), ("most active", most)]
    return (
        *(
            Figure("impressions of the most active", f"{share:.0%} of people", of_them / all_, nan, nan, all_)
            for share, (of_them, all_) in zip(_TOP, top, strict=True)
        ),
        *(Figure("impressions of a person", of, float(value), nan, nan, people, share=False) for of, value in each),
    )


def _repeats(opened: duckdb.DuckDBPyConnection, level: float) -> tuple[Figure, ...]:
    """Earlier is strictly before; showings at the same moment are not earlier than one another."""
    ends: list[int | None] = [*(first - 1 for first in _SHOWINGS[1:]), None]
    names = [_band(first, last) for first, last in zip(_SHOWINGS, ends, strict=True)]
    bands = " ".join(f"WHEN earlier >= {first} THEN {number}" for number, first in reversed(list(enumerate(_SHOWINGS))))
    each = opened.execute(
        f"SELECT CASE {bands} END AS band, count(*), count_if(click) FROM (SELECT click, rank() OVER "
        "(PARTITION BY user_id, ad_id ORDER BY ts) - 1 AS earlier FROM shown "
        "WHERE user_id IS NOT NULL AND ad_id IS NOT NULL AND ts IS NOT NULL) GROUP BY band ORDER BY band"
    ).fetchall()
    total = sum(shown for _, shown, _ in each)
    again = sum(shown for band, shown, _ in each if band > 0)
    return (
        Figure("impressions of an ad seen before", "", again / total if total else nan, nan, nan, total),
        *_rates("CTR after showings of the ad", [(names[band], shown, clicks) for band, shown, clicks in each], level),
    )


def _band(first: int, last: int | None) -> str:
    if last is None:
        return f"{first} or more"
    return str(first) if first == last else f"{first} to {last}"


def _rates(measure: str, counts: Sequence[tuple[str, int, int]], level: float) -> tuple[Figure, ...]:
    """Rates with Wilson's interval: those of evaluation lie a floor above."""
    quantile = NormalDist().inv_cdf((1 + level) / 2)
    return tuple(Figure(measure, of, *_wilson(clicks, shown, quantile), shown) for of, shown, clicks in counts)


def _wilson(events: int, trials: int, quantile: float) -> tuple[float, float, float]:
    if trials == 0:
        return nan, 0.0, 1.0
    value, square = events / trials, quantile * quantile
    shrink = 1 + square / trials
    centre = (value + square / (2 * trials)) / shrink
    half = quantile * sqrt(value * (1 - value) / trials + square / (4 * trials * trials)) / shrink
    return value, max(0.0, centre - half) if events else 0.0, min(1.0, centre + half) if events < trials else 1.0
