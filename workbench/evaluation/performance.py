"""How campaigns and segments perform: volume, rates, prices and returns, each ratio with its interval."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite

import polars as pl

from workbench.checks import check_between, check_name
from workbench.display import group_keys, html_block, html_table
from workbench.errors import InputError
from workbench.evaluation.filling import Group, currency_of, fill
from workbench.evaluation.metrics import METRICS, PERFORMANCE
from workbench.evaluation.moments import Moments, Unit, unit_note
from workbench.evaluation.ratios import Estimate, estimate
from workbench.evaluation.segments import find_keys
from workbench.store.store import Store

__all__ = ["TOTALS", "Performance", "Segment", "summarise"]

TOTALS = ("impressions", "clicks", "conversions", "cost", "revenue")
"""The sums of a performance table, in its order; cost and revenue in whole currency units."""

_ROWS_SHOWN = 50


@dataclass(frozen=True)
class Segment:
    """One row of a performance table.

    Attributes:
        keys: Values grouped by; None where unknown.
        units: Users seen in it, or impressions where the log names no users.
        totals: What happened, by the names in `TOTALS`; None for what was not logged. They are counts of what was
            logged, not estimates, so they have no interval.
        estimates: CTR and its like by metric name.
    """

    keys: tuple[object, ...]
    units: int
    totals: Mapping[str, float | None]
    estimates: Mapping[str, Estimate]

    def __getitem__(self, metric: str) -> Estimate:
        """Give one metric by name, for example `ctr`."""
        check_name(metric, self.estimates, name="metric")
        return self.estimates[metric]


@dataclass(frozen=True, repr=False)
class Performance:
    """Performance by group.

    Attributes:
        by: What it is grouped by; empty for one row over all.
        segments: The groups, sorted by key, unknown last.
        unit: What the intervals take as independent: `user`, or `impression` where the log names no users.
        level: Share of such intervals that hold the true value.
        currency: Code of the money's currency; empty where the log names none.
        store_version: Version of the store it was computed from.
    """

    by: tuple[str, ...]
    segments: tuple[Segment, ...]
    unit: Unit
    level: float
    currency: str
    store_version: int

    @property
    def _grouping(self) -> str:
        return f"by {', '.join(self.by)}" if self.by else "over all"

    def of(self, *keys: object) -> Segment:
        """Give the group with these key values, in the order of `by`.

        Raises:
            InputError: If there is no such group.
        """
        for segment in self.segments:
            if segment.keys == keys:
                return segment
        raise InputError(
            f"{len(keys)} key values that name no group, must be values of ({', '.join(self.by)}) that occur: "
            "see .to_polars()"
        )

    def to_polars(self) -> pl.DataFrame:
        """Give one row a group: keys, users, totals, then value, low and high of each metric; null for no data."""
        columns: dict[str, list[object]] = {
            name: [segment.keys[place] for segment in self.segments] for place, name in enumerate(self.by)
        }
        if self.unit == "user":
            columns["users"] = [segment.units for segment in self.segments]
        for name in TOTALS:
            columns[name] = [segment.totals[name] for segment in self.segments]
        for name in PERFORMANCE:
            found = [segment.estimates[name] for segment in self.segments]
            columns[name] = [_or_none(one.value) for one in found]
            columns[f"{name}_low"] = [_or_none(one.low) for one in found]
            columns[f"{name}_high"] = [_or_none(one.high) for one in found]
        numbers = [name for name in columns if name not in self.by]
        whole = {"users", "impressions", "clicks", "conversions"}
        frame = pl.DataFrame(columns, strict=False)
        return frame.with_columns(pl.col(name).cast(pl.Int64 if name in whole else pl.Float64) for name in numbers)

    @property
    def _headline(self) -> str:
        groups = f": {len(self.segments):,} group{'' if len(self.segments) == 1 else 's'}" if self.by else ""
        return f"Performance {self._grouping}{groups}"

    def __str__(self) -> str:
        lines = [f"{self._headline}. {unit_note(self.unit)}"]
        for segment in self.segments[:_ROWS_SHOWN]:
            named = ", ".join(group_keys(segment.keys)) or "all"
            parts = [f"{METRICS[name].label} {segment[name].show(self.currency)}" for name in PERFORMANCE]
            lines.append(f"{named}: {', '.join(parts)}")
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        shown = self.segments[:_ROWS_SHOWN]
        keys = [group_keys(segment.keys) for segment in shown]
        users = self.unit == "user"
        money = f", money in {self.currency}" if self.currency else ""
        totals = html_table(
            [*self.by, *(["users"] if users else []), *TOTALS],
            [
                [*key, *([segment.units] if users else []), *(_total(name, segment) for name in TOTALS)]
                for key, segment in zip(keys, shown, strict=True)
            ],
            caption=f"What happened{money}",
        )
        ratios = html_table(
            [*self.by, *(METRICS[name].label for name in PERFORMANCE)],
            [[*key, *(segment[name].show() for name in PERFORMANCE)] for key, segment in zip(keys, shown, strict=True)],
            caption=f"Rates, prices and returns with {self.level:.0%} intervals{money}",
        )
        hidden = len(self.segments) - len(shown)
        more = f" The first {len(shown)} groups are shown; .to_polars() has all." if hidden else ""
        note = f"{unit_note(self.unit)} CVR: share of clicks that led to an order. Refunds are subtracted.{more}"
        return html_block(self._headline, totals, ratios, note=note)


def summarise(store: Store, by: str | Iterable[str] = ("campaign_id",), level: float = 0.95) -> Performance:
    """Summarise performance by campaign, segment or day.

    CTR, CVR (clicks that led to an order), CPC, CPM, CPA (cost per order), ROAS and AOV, with intervals clustered by
    user. A group where a denominator is zero has no data for that metric.

    Args:
        store: The campaign tables.
        by: Columns to group by: of impressions, or of the ad, campaign, creative or user behind them, or `day` or
            `hour` (UTC). `()` gives one row over all.
        level: Confidence level, in (0, 1).

    Returns:
        The table; `.of(...)` gives one group.

    Raises:
        DataError: If the store holds no impressions.
        InputError: If `level` is not in (0, 1), a name stands twice or names a person, there would be more than
            100,000 groups, or the money is in several currencies.
        UnknownNameError: If there is no such column; the nearest is suggested.
    """
    check_between(level, 0, 1, name="level", hint="give a share such as 0.95")
    keys = find_keys(store, by)
    names = tuple(key.name for key in keys)
    currency = currency_of(store, names)
    groups = fill(store, keys)
    segments = tuple(_segment(group, level) for group in groups)
    unit: Unit = groups[0].moments.unit if groups else "user"
    return Performance(names, segments, unit, level, currency, store.version)


def _segment(group: Group, level: float) -> Segment:
    totals = {name: _sum(group.moments, name) for name in TOTALS}
    estimates = {name: estimate(group.moments, METRICS[name], level=level) for name in PERFORMANCE}
    return Segment(group.keys, group.moments.count, totals, estimates)


def _sum(moments: Moments, name: str) -> float | None:
    if not moments.has(name):
        return None
    return moments.sum(name) * (1e-6 if name in {"cost", "revenue"} else 1)


def _total(name: str, segment: Segment) -> object:
    value = segment.totals[name]
    if value is None:
        return "no data"
    return f"{value:,.2f}" if name in {"cost", "revenue"} else int(value)


def _or_none(value: float) -> float | None:
    return value if isfinite(value) else None
