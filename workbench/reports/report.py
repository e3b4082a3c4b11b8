"""`wb.report`: a template is executed without a screen and becomes one offline page and a notebook."""

import getpass
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

import polars as pl
from nbformat import NotebookNode

from workbench.checks import check_name
from workbench.display import html_block, html_table
from workbench.errors import DataError, StoreError
from workbench.progress import OnProgress, quiet
from workbench.reports._notebook import notebook_text
from workbench.reports.execution import Failure, execute
from workbench.reports.internal import internal_page
from workbench.reports.page import render
from workbench.reports.parameters import AUDIENCES, OWN_VALUES
from workbench.reports.provenance import internal_facts, internal_provenance
from workbench.reports.shared import shared_report
from workbench.reports.templates import Template, find_template, only_for
from workbench.reports.withheld import Withheld
from workbench.store.store import Store

if TYPE_CHECKING:
    from workbench.models.run import Run

__all__ = ["ReportResult", "report"]

_FAILED = "report.failed.ipynb"
_LITTLE_ROOM = 64 * 2**20  # Bytes.
_FILES = {"shared": "shared", "internal": "report"}


@dataclass(frozen=True)
class ReportResult:
    """Where a report was written, and what it leaves out.

    Attributes:
        html: The page: one file, needs no network.
        notebook: The notebook beside it.
        audience: `shared` or `internal`.
        withheld: What the shared page names instead of showing; empty for an internal one.
    """

    html: Path
    notebook: Path
    audience: str
    withheld: tuple[Withheld, ...]

    def to_polars(self) -> pl.DataFrame:
        """What was withheld, one row a part."""
        rows = [(part.cell, part.what, part.why) for part in self.withheld]
        return pl.DataFrame(rows, schema={"cell": pl.Int64, "what": pl.String, "why": pl.String}, orient="row")

    def __str__(self) -> str:
        return f"{self._headline}\n{self.notebook}" + "".join(f"\nwithheld {part}" for part in self.withheld)

    @property
    def _headline(self) -> str:
        return f"{self.audience} report: {self.html}"

    def _repr_html_(self) -> str:
        if not self.withheld:
            return html_block(self._headline, note="Nothing was withheld." if self.audience == "shared" else "")
        rows = [[part.cell, part.what, part.why] for part in self.withheld]
        return html_block(self._headline, html_table(["cell", "withheld", "why"], rows))


def report(
    template: str | Path,
    store: Store,
    *,
    run: "Run | None" = None,
    audience: str = "shared",
    out: str | Path | None = None,
    parameters: Mapping[str, object] | None = None,
    on_progress: OnProgress = quiet,
) -> ReportResult:
    """Execute a template and write one offline HTML page and the notebook.

    An internal report shows everything the notebook showed. A shared one is built anew from released answers and the
    template's own text; all else is withheld and named. `shared` is the default.

    Args:
        template: Name of a template that ships, for example `campaign-review`, or the path of a notebook.
        store: The campaign tables.
        run: A trained model to describe; without one the template says what is missing.
        audience: `shared` (may be passed on) or `internal` (for colleagues).
        out: Folder to write to, `out` by default: `report.html` and `report.ipynb`, or `shared.html` and
            `shared.ipynb`. Files of an earlier report are replaced.
        parameters: Values for the template's cell tagged `parameters`, for example `{"prepared_by": "Lin Wei"}`.
        on_progress: Told after each cell.

    Returns:
        Where the files are, and what was withheld.

    Raises:
        UnknownNameError: If there is no such template, audience or parameter.
        InputError: If a parameter is of the wrong type, or the template is no notebook.
        DataError: If a cell stops. Nothing is written then, but for `report.failed.ipynb` of an internal report, which
            holds the message; the error names the cell and the kind of error only.
        StoreError: If the folder cannot be written to.
    """
    check_name(audience, AUDIENCES, name="audience")
    chosen = find_template(template)
    values = chosen.checked(parameters or {})
    folder = _folder(Path("out" if out is None else out).expanduser().absolute())
    own = {"store_folder": str(store.folder), "run_id": None if run is None else run.id, "audience": audience}
    executed, places = _for_audience(audience, *chosen.filled({**own, **values}))
    failure = execute(executed, name=chosen.name, folder=Path.cwd(), on_progress=on_progress)
    if failure is not None:
        stopped = _stopped(failure, chosen, executed, places, folder if audience == "internal" else None)
        raise DataError(f"{stopped}{_little_room(store.folder, folder)}")
    store = store.refresh()
    stated = {**chosen.defaults, **values}
    title, prepared_by = (str(stated.get(name) or "") for name in ("title", "prepared_by"))
    withheld: tuple[Withheld, ...] = ()
    if audience == "internal":
        shown = {name: value for name, value in stated.items() if name not in OWN_VALUES and value not in ("", None)}
        facts = internal_facts(store, prepared_by=prepared_by or getpass.getuser())
        provenance = internal_provenance(store, run, template=chosen.name, values=shown)
        page, notebook = internal_page(executed, title=title, facts=facts, provenance=provenance), executed
    else:
        outputs = {place: cell.get("outputs", []) for place, cell in zip(places, executed.cells, strict=True) if place}
        made = shared_report(chosen, outputs, store, title=title, prepared_by=prepared_by)
        page, notebook, withheld = made.page, made.notebook, made.withheld
    html, written = (folder / f"{_FILES[audience]}.{ending}" for ending in ("html", "ipynb"))
    store.record("report", chosen.name, {"audience": audience, "run": own["run_id"], "html": str(html)})
    store.log("export" if audience == "shared" else "report", f"{chosen.name}, {audience}")
    _write({html: render(page), written: notebook_text(notebook)})
    if audience == "internal":
        (folder / _FAILED).unlink(missing_ok=True)
    return ReportResult(html, written, audience, withheld)


def _for_audience(
    audience: str, notebook: NotebookNode, places: list[int | None]
) -> tuple[NotebookNode, list[int | None]]:
    """Leave out the cells that are for the other audience alone; they are not even run."""
    other = next(name for name in AUDIENCES if name != audience)
    kept = [place for place, cell in enumerate(notebook.cells) if not only_for(cell, other)]
    notebook.cells = [notebook.cells[place] for place in kept]
    return notebook, [places[place] for place in kept]


def _folder(folder: Path) -> Path:
    """Make the folder and try it: a report that cannot be kept must not spend the budget first."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trial = folder / f".{token_hex(4)}.part"
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise StoreError(f"{folder} cannot be used ({error.strerror}): give a folder where you may write") from None
    return folder


def _stopped(
    failure: Failure,
    template: Template,
    executed: NotebookNode,
    places: list[int | None],
    folder: Path | None,
) -> str:
    """Say where a template stopped and with what kind of error; its message stays inside."""
    place = None if failure.index is None else places[failure.index]
    where = f"cell {place}" if place else "the cell with the parameters"
    if folder is None:
        advice = "run it with audience='internal' to read the message"
    else:
        path = folder / _FAILED
        _write({path: notebook_text(executed)})
        advice = f"its message is in {path}"
    return f"{where} of {template.name} stopped with {failure.kind}, and no report was written: {advice}"


def _little_room(*folders: Path) -> str:
    """What to do first where a full disk is the likely reason why a cell stopped."""
    free = min(shutil.disk_usage(folder).free for folder in folders)
    return f". The disk has {free // 2**20} MB left: make room first" if free < _LITTLE_ROOM else ""


def _write(texts: Mapping[Path, str]) -> None:
    """Write all files aside, then put them under their names, so that none is ever half there."""
    aside = {path: path.with_name(f".{path.name}.{token_hex(4)}.part") for path in texts}
    try:
        for path, text in texts.items():
            aside[path].write_text(text, encoding="utf-8")
        for path, part in aside.items():
            part.replace(path)
    except OSError as error:
        for part in aside.values():
            part.unlink(missing_ok=True)
        raise StoreError(
            f"{next(iter(texts)).parent} cannot be written to ({error.strerror}): give a folder where you may write, "
            "with room on its disk"
        ) from None
