"""The contract between the server extension and JupyterLab's sidebar: plain JSON, aggregates and names only.

`widgets/src/lab/server.ts` is generated from this file: `python -m workbench.panels.typescript` after a change.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "AucState",
    "BudgetState",
    "JobAnswer",
    "JobState",
    "ReportState",
    "RunState",
    "StopAnswer",
    "StoreState",
    "StoresAnswer",
    "TableState",
    "UpdateState",
]


@dataclass(frozen=True)
class TableState:
    """A table of a store.

    Attributes:
        name: Its name.
        rows: Number of rows.
        version: Its Delta version.
    """

    name: str
    rows: int
    version: int


@dataclass(frozen=True)
class AucState:
    """A run's AUC on its test slice, with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class RunState:
    """A trained model.

    Attributes:
        id: Its id.
        model: Name of the model; empty where the run is damaged.
        target: What it foresees.
        made: When, as the run says it.
        auc: How well it foresees; None where it cannot be said.
        state: Why training ended: `patience`, `epochs` or `stopped`; `damaged` where the run cannot be read.
    """

    id: str
    model: str
    target: str
    made: str
    auc: AucState | None
    state: str


@dataclass(frozen=True)
class BudgetState:
    """The privacy budget of a store, as its ledger adds it up.

    Attributes:
        spent: Epsilon spent.
        epsilon: Epsilon in all.
        unit: Column that names the person whose data is protected.
    """

    spent: float
    epsilon: float
    unit: str


@dataclass(frozen=True)
class ReportState:
    """A report's page that is still there.

    Attributes:
        path: Its path under the server's folder.
        audience: `shared` or `internal`.
        made: When, ISO 8601 in UTC.
    """

    path: str
    audience: str
    made: str


@dataclass(frozen=True)
class JobState:
    """Long work in a subprocess.

    Attributes:
        store: Path of its store under the server's folder.
        id: The job's id.
        kind: The command it runs, for example `train`.
        state: How it stands.
        began: When it was started, ISO 8601 in UTC.
        stage: What it is doing; empty before its first word.
        share: How much of the stage is done, 0 to 1; None where not known.
        seconds_left: Seconds to the stage's end; None where it cannot be said.
        rate: Units a second.
        unit: What is counted.
        figures: What is measured on the way, by name; None where it is no number.
        message: Why it was refused or lost, and what to do.
        result: What came of it, by name; paths under the server's folder are relative to it.
    """

    store: str
    id: str
    kind: str
    state: Literal["running", "stopping", "done", "stopped", "refused", "lost"]
    began: str
    stage: str
    share: float | None
    seconds_left: float | None
    rate: float
    unit: str
    figures: Mapping[str, float | None]
    message: str
    result: Mapping[str, object]


@dataclass(frozen=True)
class UpdateState:
    """One moment of a job.

    Attributes:
        stage: What was being done.
        done: Units finished.
        total: Units in all; None where not known.
        unit: What is counted.
        seconds: Seconds since the stage began.
        figures: What was measured, by name; None where it is no number.
    """

    stage: str
    done: int
    total: int | None
    unit: str
    seconds: float
    figures: Mapping[str, float | None]


@dataclass(frozen=True)
class StoreState:
    """A store under the server's folder.

    Attributes:
        path: Its path; `.` for the server's folder itself.
        name: Name of its folder.
        version: Its version; 0 while it is empty.
        tables: Its tables at that version.
        last_load: When rows were last written, ISO 8601 in UTC; None while it is empty.
        runs: Its newest runs, newest first.
        jobs: Its newest jobs, newest first.
        budget: Its privacy budget; None while none is fixed.
        reports: Pages made from it that lie under the server's folder, newest first.
        fault: What is wrong with it and what to do; None where nothing is.
    """

    path: str
    name: str
    version: int
    tables: tuple[TableState, ...]
    last_load: str | None
    runs: tuple[RunState, ...]
    jobs: tuple[JobState, ...]
    budget: BudgetState | None
    reports: tuple[ReportState, ...]
    fault: str | None


@dataclass(frozen=True)
class StoresAnswer:
    """Answer of `GET api/stores`."""

    stores: tuple[StoreState, ...]


@dataclass(frozen=True)
class JobAnswer:
    """Answer of `GET api/job`; `next` is the number to ask from next time."""

    job: JobState
    updates: tuple[UpdateState, ...]
    next: int


@dataclass(frozen=True)
class StopAnswer:
    """Answer of `POST api/stop`."""

    job: JobState
