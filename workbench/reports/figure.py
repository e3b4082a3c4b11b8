"""A chart that stands alone: two pictures, the table behind them, and where its figures may be asked for again."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl

from workbench.reports.marks import Drawing

__all__ = ["FIGURE_MIME", "RELEASE_MIME", "Figure"]

FIGURE_MIME = "application/vnd.workbench.figure+json"
RELEASE_MIME = "application/vnd.workbench.release+json"


@dataclass(frozen=True)
class Figure:
    """A chart of a result.

    Attributes:
        title: What it shows.
        drawing: The picture, wide and narrow.
        columns: Titles of the text table behind it.
        rows: The table's cells, formatted.
        release: Where it shows a released answer: the release's id and what to draw of it. A shared report draws the
            chart anew from the ledger's answer; it never takes the picture.
    """

    title: str
    drawing: Drawing
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    release: Mapping[str, object] | None = None

    def to_polars(self) -> pl.DataFrame:
        """The table behind the chart, one row a mark, as text."""
        return pl.DataFrame(
            {name: [row[place] for row in self.rows] for place, name in enumerate(self.columns)},
            schema=dict.fromkeys(self.columns, pl.String),
        )

    def __str__(self) -> str:
        lines = ["  ".join(row) for row in (self.columns, *self.rows)]
        return "\n".join([self.title, *lines])

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, object]:
        bundle: dict[str, object] = {
            "image/svg+xml": self.drawing.wide,
            "text/plain": str(self),
            FIGURE_MIME: {
                "title": self.title,
                "narrow": self.drawing.narrow,
                "columns": list(self.columns),
                "rows": [list(row) for row in self.rows],
            },
        }
        if self.release is not None:
            bundle[RELEASE_MIME] = dict(self.release)
        return {
            mime: content
            for mime, content in bundle.items()
            if (not include or mime in include) and (not exclude or mime not in exclude)
        }
