"""Releases: answers that left through the gate. Built from the ledger's text alone, so they can be built again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from workbench.display import html_block, html_table
from workbench.privacy.accounting import epsilon_at
from workbench.privacy.budget import Budget
from workbench.privacy.intervals import half_width, ratios
from workbench.privacy.keys import PublicKeys
from workbench.privacy.question import Asked, Presentation
from workbench.store.public import PublicDomain, PublicValue

__all__ = ["SINGLE", "Figure", "Release", "ReleasedMeasure", "ReleasedRow", "release_from"]

SINGLE = "impression_id"
"""The unit of a log that names no people: each impression by itself."""

_SHOWN_ROWS = 100
MIME = "application/vnd.workbench.release+json"


@dataclass(frozen=True)
class Figure:
    """One released figure.

    Attributes:
        value: The figure with noise, as drawn: counts may be negative; None reads "no data".
        low: Lower end of the 95 % interval for the bounded figure; None where there is no data.
        high: Upper end.
    """

    value: float | None
    low: float | None
    high: float | None

    def __str__(self) -> str:
        if self.value is None or self.low is None or self.high is None:
            return "no data"
        return f"{self.value:,.6g} ({self.low:,.6g} to {self.high:,.6g})"


@dataclass(frozen=True)
class ReleasedRow:
    """One cell of a release.

    Attributes:
        keys: Values of the key columns.
        figures: Name of the measure -> figure.
    """

    keys: tuple[PublicValue, ...]
    figures: Mapping[str, Figure]


@dataclass(frozen=True)
class ReleasedMeasure:
    """What a measure of a release means.

    Attributes:
        name: Its name.
        what: What was measured, in words.
        error: Half-width of the 95 % interval in every cell, in the unit shown; None for ratios, where cells differ.
        currency: Name of the currency; empty where the figures are not money.
    """

    name: str
    what: str
    error: float | None
    currency: str


@dataclass(frozen=True, eq=False)
class Release:
    """An answer that left through the privacy gate; everything in it may be shared.

    Attributes:
        id: Names the release in the ledger.
        table: The table that was counted.
        keys: Key columns.
        measures: What each measure means.
        frame: Key columns, then `name`, `name_low`, `name_high` a measure; null reads "no data".
        limit: Most rows of one person that were counted.
        unit: Column that names the person.
        where: Condition on the rows in words; empty where there is none.
        epsilon: What this release alone spent, at `delta`.
        delta: The ledger's delta.
        store_version: Version of the store that was asked.
        domains: Name of each public domain that makes the cells, its column and its values, as the ledger keeps them.
    """

    id: str
    table: str
    keys: tuple[str, ...]
    measures: tuple[ReleasedMeasure, ...]
    frame: pl.DataFrame
    limit: int
    unit: str
    where: str
    epsilon: float
    delta: float
    store_version: int
    domains: tuple[PublicDomain, ...]

    @property
    def bound(self) -> str:
        """The bound in words."""
        return f"at most {self.limit} {self.table} a person" if self.unit != SINGLE else "each impression by itself"

    @property
    def statement(self) -> str:
        """What the figures are, in plain words."""
        kept = f" where {self.where}" if self.where else ""
        return (
            f"Counts of bounded activity ({self.bound}){kept}, with random noise; not for billing. 95 % intervals, one "
            "for each figure, cover the bounded total: activity beyond the bound is in no figure and in no interval. "
            f"Rows without {self.unit} are left out. {self._promise}: this release spent epsilon {self.epsilon:.3g} at "
            f"delta {self.delta:g}."
        )

    @property
    def _promise(self) -> str:
        if self.unit == SINGLE:
            return (
                "This log names no people, so there is no user-level guarantee: whoever reads this can learn little "
                "about any one impression, but may learn more about a person with many"
            )
        return "Whoever reads this can learn little about any one person"

    @cached_property
    def rows(self) -> tuple[ReleasedRow, ...]:
        """The cells in order."""
        return tuple(self._row(row) for row in self.frame.iter_rows(named=True))

    def to_polars(self) -> pl.DataFrame:
        """The cells as a frame: key columns, then `name`, `name_low`, `name_high` a measure."""
        return self.frame

    def _row(self, row: Mapping[str, object]) -> ReleasedRow:
        names = [measure.name for measure in self.measures]
        figures = {name: Figure(*(_float(row[f"{name}{end}"]) for end in ("", "_low", "_high"))) for name in names}
        return ReleasedRow(tuple(row[key] for key in self.keys), figures)  # type: ignore[misc]  # keys are public values

    def __str__(self) -> str:
        table = _aligned([self._titles, *self._shown], left=len(self.keys))
        meaning = "\n".join(f"{measure.name}: {measure.what}" for measure in self.measures)
        return f"{self._headline}\n\n{table}\n\n{meaning}\n{self.statement}"

    def _repr_html_(self) -> str:
        meaning = html_table(["measure", "is"], [[measure.name, measure.what] for measure in self.measures])
        return html_block(self._headline, html_table(self._titles, self._shown), meaning, note=self.statement)

    @property
    def _headline(self) -> str:
        more = f"; the first {_SHOWN_ROWS} are shown" if self.frame.height > _SHOWN_ROWS else ""
        cells = "1 cell" if self.frame.height == 1 else f"{self.frame.height:,} cells"
        return f"Release {self.id[:12]}: {cells} of {self.bound}{more}"

    @property
    def _titles(self) -> list[str]:
        return [*self.keys, *(f"{measure.name} {measure.currency}".strip() for measure in self.measures)]

    @property
    def _shown(self) -> list[list[str]]:
        return [
            [*(str(key) for key in row.keys), *(str(row.figures[measure.name]) for measure in self.measures)]
            for row in map(self._row, self.frame.head(_SHOWN_ROWS).iter_rows(named=True))
        ]

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        """What a notebook keeps: the table, and the id from which a shared report builds it again."""
        text = f"Release {self.id}: {self.frame.height} cells, {', '.join(measure.name for measure in self.measures)}"
        return {MIME: {"release": self.id}, "text/html": self._repr_html_(), "text/plain": text}


def release_from(
    id: str, question: str, answer: str, presentation: str, budget: Budget, *, store_version: int
) -> Release:
    """Build a release from what the ledger keeps, and nothing else.

    Args:
        id: The release's id.
        question: Canonical JSON of the question.
        answer: Canonical JSON of the noisy answer.
        presentation: Canonical JSON of how it is shown.
        budget: The ledger's budget.
        store_version: Version of the store that was asked.

    Returns:
        The release.
    """
    asked, shown = json.loads(question), Presentation.from_content(presentation)
    measures = [Asked.from_content(content) for content in asked["measures"]]
    keys = PublicKeys.from_content(asked["keys"])
    drawn = [_turned(values, keys, shown.per) for values in json.loads(answer)["measures"]]
    columns = _key_columns(keys.ordered(shown.per))
    notes = []
    for name, what in shown.names.items():
        if isinstance(what, int):
            notes.append(_note(name, measures[what]))
            columns += _figures(name, drawn[what], measures[what])
        else:
            top, bottom = (shown.names[part] for part in what)
            if isinstance(top, int) and isinstance(bottom, int):
                notes.append(ReleasedMeasure(name, f"{what[0]} / {what[1]}", None, ""))
                columns += _quotients(name, (drawn[top], measures[top]), (drawn[bottom], measures[bottom]))
    rho_nano = sum(measure.rho_nano for measure in measures)
    return Release(
        id,
        asked["table"],
        shown.per,
        tuple(notes),
        pl.DataFrame(columns),
        asked["limit"],
        asked["unit"],
        shown.where,
        epsilon_at(rho_nano, budget.conversion_delta),
        budget.delta,
        store_version,
        keys.ordered(shown.per).domains,
    )


def _turned(values: list[int], keys: PublicKeys, per: tuple[str, ...]) -> npt.NDArray[np.int64]:
    cells = np.array(values, dtype=np.int64).reshape(keys.shape)
    return cells.transpose([keys.columns.index(column) for column in per]).ravel()


def _key_columns(keys: PublicKeys) -> list[pl.Series]:
    combinations = keys.combinations()
    return [pl.Series(column, [row[at] for row in combinations]) for at, column in enumerate(keys.columns)]


def _note(name: str, asked: Asked) -> ReleasedMeasure:
    error = half_width(asked.noise) / asked.measured.unit
    return ReleasedMeasure(name, str(asked.measured), error, asked.measured.currency)


def _figures(name: str, drawn: npt.NDArray[np.int64], asked: Asked) -> list[pl.Series]:
    half, unit = half_width(asked.noise), asked.measured.unit
    ends = {"": drawn, "_low": drawn - half, "_high": drawn + half}
    return [pl.Series(f"{name}{end}", values / unit if unit > 1 else values) for end, values in ends.items()]


def _quotients(
    name: str, top: tuple[npt.NDArray[np.int64], Asked], bottom: tuple[npt.NDArray[np.int64], Asked]
) -> list[pl.Series]:
    found = ratios(top[0], top[1].noise, bottom[0], bottom[1].noise)
    unit = bottom[1].measured.unit / top[1].measured.unit
    ends = {"": found.value, "_low": found.low, "_high": found.high}
    return [pl.Series(f"{name}{end}", values * unit).fill_nan(None) for end, values in ends.items()]


def _aligned(rows: Sequence[Sequence[str]], *, left: int) -> str:
    """Plain text in columns: the first `left` stand at the left, figures at the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(
            cell.ljust(width) if at < left else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)


def _float(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
