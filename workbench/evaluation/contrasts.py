"""The result of an experiment: one contrast for each metric, segment and arm, and whether to believe them."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite, isnan

import polars as pl

from workbench.checks import check_name
from workbench.display import group_keys, html_block, html_table
from workbench.errors import InputError
from workbench.evaluation.lift import Lift
from workbench.evaluation.moments import Unit, unit_note
from workbench.evaluation.multiplicity import Correction
from workbench.evaluation.sample_ratio import MISMATCH, SampleRatio

__all__ = ["Comparison", "Contrast"]

_ROWS_SHOWN = 50
_CORRECTED: dict[Correction, str] = {
    "holm": "corrected by Holm's method",
    "benjamini-hochberg": "corrected by Benjamini and Hochberg's method",
    "none": "not corrected for looking at several",
}


@dataclass(frozen=True)
class Contrast:
    """One metric of one arm against the control, in one segment.

    Attributes:
        keys: Values of the segment; empty where all are compared.
        arm: The arm compared with the control.
        units: Users (or impressions) in control and treatment.
        lift: What changed.
        p_adjusted: The lift's p-value corrected for all contrasts looked at; NaN where it has none.
    """

    keys: tuple[object, ...]
    arm: str
    units: tuple[int, int]
    lift: Lift
    p_adjusted: float


@dataclass(frozen=True, repr=False)
class Comparison:
    """Arms of an experiment against their control.

    Attributes:
        arms: The column that names the arms.
        control: The arm compared with.
        by: What segments are made of; empty for all users at once.
        contrasts: By segment, then arm, then metric.
        sample_ratio: Users in each arm against their planned shares.
        in_several_arms: Users shown more than one arm.
        correction: How p-values were corrected for their number.
        unit: What the intervals take as independent: `user`, or `impression` where the log names no users.
        level: Share of such intervals that hold the true value.
        currency: Code of the money's currency; empty where none is shown.
        store_version: Version of the store it was computed from.
    """

    arms: str
    control: str
    by: tuple[str, ...]
    contrasts: tuple[Contrast, ...]
    sample_ratio: SampleRatio
    in_several_arms: int
    correction: Correction
    unit: Unit
    level: float
    currency: str
    store_version: int

    @property
    def trusted(self) -> bool:
        """Whether the arms hold the users they were meant to hold, so that a lift may be read."""
        return not self.sample_ratio.mismatch

    @property
    def headline(self) -> str:
        """The answer in one line, or why there is none."""
        if not self.trusted:
            return (
                f"No lift should be read yet: {self.sample_ratio}. Something removes users of one arm more often than "
                "of another; find it first."
            )
        if self.by:
            found = sum(contrast.p_adjusted < 1 - self.level for contrast in self.contrasts)
            return f"{found} of {len(self.contrasts)} comparisons with {self.control} differ after correction"
        parts = [f"{contrast.lift.metric.label} {contrast.lift.show()}" for contrast in self.contrasts]
        arms = {contrast.arm for contrast in self.contrasts}
        versus = f"{next(iter(arms))} against {self.control}" if len(arms) == 1 else f"against {self.control}"
        named = parts if len(arms) == 1 else [f"{c.arm}: {p}" for c, p in zip(self.contrasts, parts, strict=True)]
        return f"{versus}: {'; '.join(named)}"

    def lift(self, metric: str, arm: str | None = None, keys: tuple[object, ...] = ()) -> Lift:
        """Give one lift.

        Args:
            metric: Name of the metric.
            arm: The arm; may be left out where only one is compared with the control.
            keys: Values of the segment, in the order of `by`.

        Returns:
            The lift of that arm over the control.

        Raises:
            InputError: If several arms were compared and none is named, or there is no such segment.
            UnknownNameError: If the metric or arm was not compared.
        """
        check_name(metric, {contrast.lift.metric.name for contrast in self.contrasts}, name="metric")
        arms = sorted({contrast.arm for contrast in self.contrasts})
        if arm is None and len(arms) > 1:
            raise InputError(f"arm == None, must be one of {', '.join(arms)}: say which, several were compared")
        wanted = arms[0] if arm is None else arm
        check_name(wanted, arms, name="arm")
        for contrast in self.contrasts:
            if (contrast.lift.metric.name, contrast.arm, contrast.keys) == (metric, wanted, keys):
                return contrast.lift
        raise InputError(
            f"{len(keys)} key values that name no segment, must be values of ({', '.join(self.by)}) that occur: "
            "see .to_polars()"
        )

    def to_polars(self) -> pl.DataFrame:
        """Give one row a contrast: segment, arm, metric, both values, lift and difference with ends, p-values."""
        rows = [self._row(contrast) for contrast in self.contrasts]
        numbers = [name for name in rows[0] if name not in {*self.by, "arm", "control", "metric"}] if rows else []
        counts = {"control_units", "treatment_units"}
        frame = pl.DataFrame(rows, strict=False, infer_schema_length=None)
        return frame.with_columns(pl.col(name).cast(pl.Int64 if name in counts else pl.Float64) for name in numbers)

    def _row(self, contrast: Contrast) -> Mapping[str, object]:
        lift = contrast.lift
        figures = {
            "control_value": lift.control.value,
            "treatment_value": lift.treatment.value,
            "lift": lift.value,
            "lift_low": lift.low,
            "lift_high": lift.high,
            "difference": lift.difference,
            "difference_low": lift.difference_low,
            "difference_high": lift.difference_high,
            "p_value": lift.p_value,
            "p_adjusted": contrast.p_adjusted,
        }
        return {
            **dict(zip(self.by, contrast.keys, strict=True)),
            "arm": contrast.arm,
            "control": self.control,
            "metric": lift.metric.name,
            "control_units": contrast.units[0],
            "treatment_units": contrast.units[1],
            **{name: value if isfinite(value) else None for name, value in figures.items()},
        }

    def __str__(self) -> str:
        return f"{self.headline}\n{self._note(len(self.contrasts))}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        shown = self.contrasts[:_ROWS_SHOWN]
        table = html_table(
            [*self.by, "arm", "metric", f"in {self.control}", "in the arm", "lift", "difference", "p", "p corrected"],
            [
                [
                    *group_keys(contrast.keys),
                    contrast.arm,
                    contrast.lift.metric.label,
                    contrast.lift.metric.show(contrast.lift.control.value, self.currency),
                    contrast.lift.metric.show(contrast.lift.treatment.value, self.currency),
                    contrast.lift.show(),
                    self._difference(contrast.lift),
                    _p(contrast.lift.p_value),
                    _p(contrast.p_adjusted),
                ]
                for contrast in shown
            ],
            caption="" if self.trusted else "Computed all the same, for whoever looks for the cause:",
        )
        inside = table if self.trusted else f"<details><summary>Lifts not to be read</summary>{table}</details>"
        return html_block(self.headline, inside, note=self._note(len(shown)))

    def _difference(self, lift: Lift) -> str:
        if not isfinite(lift.difference + lift.difference_low + lift.difference_high):
            return "no data"
        if lift.metric.kind == "rate":
            ends = [f"{100 * end:+.3f}" for end in (lift.difference, lift.difference_low, lift.difference_high)]
            return f"{ends[0]} points ({ends[1]} to {ends[2]})"
        ends = [f"{end:+,.3f}" for end in (lift.difference, lift.difference_low, lift.difference_high)]
        unit = f" {self.currency}" if lift.metric.kind == "money" and self.currency else ""
        return f"{ends[0]}{unit} ({ends[1]} to {ends[2]})"

    def _note(self, shown: int) -> str:
        several = self.in_several_arms
        users = "1 user" if several == 1 else f"{several:,} users"
        blurred = f" {users} saw more than one arm, which blurs the effect." if several else ""
        more = f" The first {shown} of {len(self.contrasts)} are shown; .to_polars() has all." * (
            shown < len(self.contrasts)
        )
        check = str(self.sample_ratio)
        return (
            f"Lift and its {self.level:.0%} interval on the log-ratio scale; p by Welch's test, "
            f"{_CORRECTED[self.correction]}. {check[0].upper()}{check[1:]}; below p = {MISMATCH:g} no lift is read. "
            f"{unit_note(self.unit)}{blurred}{more}"
        )


def _p(value: float) -> str:
    return "no data" if isnan(value) else "< .0001" if value < 1e-4 else f"{value:.4f}"
