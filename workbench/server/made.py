"""What was made from a store: its runs and its reports, read from files without what trains or draws them."""

import json
from contextlib import suppress
from functools import lru_cache
from math import isfinite
from pathlib import Path

from workbench.errors import StoreError
from workbench.models.folder import read_json
from workbench.server.state import AucState, ReportState, RunState
from workbench.server.tables import logged

__all__ = ["Noted", "noted_reports", "present", "runs"]

_MOST = 100

Noted = tuple[str, str, str]
"""A report as the lineage table notes it: its page's path, audience and moment."""


def runs(store: Path) -> tuple[RunState, ...]:
    """Read the runs of a store, newest first; a damaged one says so."""
    try:
        folders = [path for path in (store / "runs").iterdir() if path.is_dir() and not path.name.startswith(".")]
    except OSError:
        return ()
    return tuple(sorted(map(_run, folders), key=lambda run: (run.made, run.id), reverse=True)[:_MOST])


def _run(folder: Path) -> RunState:
    try:
        facts = read_json(folder / "spec.json")["facts"]
        auc = read_json(folder / "metrics.json")["score"]["auc"]
        ends = [None if auc[end] is None else float(auc[end]) for end in ("value", "low", "high")]
        known = [end for end in ends if end is not None and isfinite(end)]
        shown = AucState(*known) if len(known) == 3 else None
        words = [str(facts[name]) for name in ("model", "target", "made", "ended")]
    except (StoreError, KeyError, TypeError, ValueError):
        return RunState(folder.name, "", "", "", None, "damaged")
    return RunState(folder.name, words[0], words[1], words[2], shown, words[3])


def noted_reports(lineage: Path, version: int | None) -> tuple[Noted, ...]:
    """Read which pages the lineage table notes, newest first, each page once.

    Raises:
        StoreError: If the table cannot be read.
    """
    if version is None:
        return ()
    found: dict[str, Noted] = {}
    for name, _ in logged(lineage, version).files:
        for html, audience, at in _reports_in(lineage / name):
            if html not in found or at > found[html][2]:
                found[html] = (html, audience, at)
    return tuple(sorted(found.values(), key=lambda noted: noted[2], reverse=True))


@lru_cache(maxsize=4096)
def _reports_in(file: Path) -> tuple[Noted, ...]:
    """Read one file of the lineage table; it never changes."""
    from pyarrow.lib import ArrowException
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(file) as opened:
            rows = opened.read(["at", "kind", "detail"]).to_pylist()
        details = [(row["at"], json.loads(row["detail"])) for row in rows if row["kind"] == "report"]
        return tuple(
            (str(detail["html"]), str(detail["audience"]), at.isoformat(timespec="seconds") + "+00:00")
            for at, detail in details
            if "html" in detail
        )
    except (OSError, ArrowException, ValueError, KeyError, TypeError, AttributeError):
        raise StoreError("table lineage cannot be read: restore the store from a copy") from None


def present(noted: tuple[Noted, ...], root: Path) -> tuple[ReportState, ...]:
    """Keep the reports whose page is still there, under the server's root."""
    found = []
    for html, audience, at in noted[:_MOST]:
        with suppress(OSError, ValueError, RuntimeError):
            page = Path(html).resolve()
            if page.is_relative_to(root) and page.is_file():
                found.append(ReportState(page.relative_to(root).as_posix(), audience, at))
    return tuple(found)
