"""From a release's id to what a shared report shows: always the ledger's stored answer, never an output's content."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from workbench.errors import WorkbenchError
from workbench.privacy.ledger import Ledger
from workbench.privacy.release import Release
from workbench.reports.blocks import answer_block, chart_block, table_block
from workbench.reports.figure import RELEASE_MIME, Figure
from workbench.reports.release_answers import release as say
from workbench.reports.release_figures import release as draw
from workbench.reports.release_figures import release_table

__all__ = ["Shown", "shown_by"]

_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Shown:
    """A released answer, ready for a page and for a notebook.

    Attributes:
        release: The release, from the ledger.
        sentence: The sentence asked for; empty where a chart or a table was.
        block: The same for the page.
        bundle: The same for a notebook's output.
    """

    release: Release
    sentence: str
    block: Markup
    bundle: Mapping[str, str]


def shown_by(output: Mapping[str, Any], ledger: Ledger) -> Shown | None:
    """Make what an output asks to show, from the ledger alone.

    Args:
        output: An output of an executed cell. Only its request is read: the release's id and which reading of it.
        ledger: The store's ledger.

    Returns:
        What to show; None where the output asks for nothing, for something that was never released, or in any other
        form than the one expected. It is then withheld.
    """
    data = output.get("data")
    request = data.get(RELEASE_MIME) if isinstance(data, Mapping) else None
    if not isinstance(request, Mapping) or not request.keys() <= {"release", "chart", "sentence"}:
        return None
    id = request.get("release")
    if not isinstance(id, str) or not _ID.fullmatch(id):
        return None
    try:
        return _made(ledger.answer(id), request)
    except WorkbenchError:
        return None


def _made(release: Release, request: Mapping[str, Any]) -> Shown | None:
    if request.get("sentence") is True:
        text = say(release).text
        return Shown(release, text, answer_block(text), {"text/plain": text})
    if "chart" not in request:
        columns, rows = release_table(release)
        return Shown(release, "", table_block(columns, rows), {"text/plain": _plain(columns, rows)})
    asked = request["chart"]
    measure = asked.get("measure") if isinstance(asked, Mapping) and asked.keys() == {"measure"} else None
    if not isinstance(measure, str):
        return None
    figure = draw(release, measure)
    return Shown(release, "", _block(figure), {"image/svg+xml": figure.drawing.wide, "text/plain": str(figure)})


def _block(figure: Figure) -> Markup:
    wide, narrow = Markup(figure.drawing.wide), Markup(figure.drawing.narrow)  # noqa: S704 - drawn by us just now
    return chart_block(figure.title, wide, narrow, table_block(figure.columns, figure.rows))


def _plain(columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> str:
    return "\n".join("  ".join(row) for row in (columns, *rows))
