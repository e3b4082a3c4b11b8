"""What the private view panel draws of the ledger: a release's figures, what it is about, and what left before."""

from collections.abc import Sequence

import polars as pl

from workbench.panels.protocol import HistoryLine, MeasureView, PrivateAnswer, SubjectView
from workbench.privacy.history import Event, Subject
from workbench.privacy.measures import Measured
from workbench.privacy.release import Release

__all__ = ["answer_of", "figures_of", "history_of"]

_MOST_CELLS = 1_000
_MOST_FIGURES = 5_000  # A browser draws them all in one table.
_MOST_LINES = 50
_LONGEST_WORDS = 200


def answer_of(release: Release, events: Sequence[Event]) -> PrivateAnswer:
    """Describe a release; its figures travel beside it.

    Args:
        release: A release of the ledger.
        events: What happened to that ledger.
    """
    subject = next(event.subject for event in events if event.release == release.id and event.subject is not None)
    return PrivateAnswer(
        release.id,
        _subject(subject),
        release.frame.height,
        _shown(release),
        release.epsilon,
        release.delta,
        release.store_version,
    )


def figures_of(release: Release) -> pl.DataFrame:
    """One row a figure, measure by measure: the cell's values in words, the measure, its figure and interval."""
    cells = release.frame.head(_shown(release))
    keys = [pl.col(key).cast(pl.String) for key in release.keys]
    label = pl.concat_str(keys, separator=" · ") if keys else pl.lit("")
    return pl.concat(
        cells.select(
            label.alias("cell"),
            pl.lit(one.name).alias("measure"),
            *(pl.col(f"{one.name}{end}").cast(pl.Float64).alias(end[1:] or "value") for end in ("", "_low", "_high")),
        )
        for one in release.measures
    )


def history_of(events: Sequence[Event]) -> tuple[HistoryLine, ...]:
    """The last events, newest first."""
    return tuple(
        HistoryLine(
            event.at,
            event.who,
            event.kind,
            event.epsilon,
            event.release,
            None if event.subject is None else _subject(event.subject, longest=_LONGEST_WORDS),
            _cut(event.reason, _LONGEST_WORDS),
        )
        for event in reversed(events[-_MOST_LINES:])
    )


def _shown(release: Release) -> int:
    return min(release.frame.height, _MOST_CELLS, _MOST_FIGURES // len(release.measures))


def _subject(subject: Subject, longest: int | None = None) -> SubjectView:
    measures = tuple(_measure(name, what) for name, what in subject.measures.items())
    where = subject.where if longest is None else _cut(subject.where, longest)
    return SubjectView(subject.table, subject.unit, subject.limit, where, subject.keys, measures)


def _measure(name: str, what: Measured | tuple[str, str]) -> MeasureView:
    if isinstance(what, Measured):
        column = what.column.removesuffix("_micros") if what.micros else what.column
        return MeasureView(name, what.kind, column, what.low / what.unit, what.high / what.unit, what.currency, "", "")
    return MeasureView(name, "ratio", "", 0, 0, "", *what)


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"
