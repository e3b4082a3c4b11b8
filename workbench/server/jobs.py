"""Jobs as the browser sees them: finite numbers, and paths under the server's root relative to it."""

from collections.abc import Mapping
from math import isfinite
from pathlib import Path

from workbench.jobs.job import Job
from workbench.progress import Progress
from workbench.server.paths import seen_from
from workbench.server.state import JobState, UpdateState

__all__ = ["job_state", "update_state"]


def job_state(job: Job, root: Path, store: str) -> JobState:
    """Say how a job stands.

    Args:
        job: The job.
        root: The server's root folder.
        store: Path of its store under the root.
    """
    at = job.progress or Progress("", 0, None, "", 0.0)
    return JobState(
        store=store,
        id=job.id,
        kind=job.kind,
        state=job.state,
        began=job.began.isoformat(timespec="seconds"),
        stage=at.stage,
        share=min(1.0, max(0.0, at.done / at.total)) if at.total else None,
        seconds_left=at.remaining,
        rate=at.rate,
        unit=at.unit,
        figures=_finite(at.figures),
        message=seen_from(root, job.message),
        result={name: seen_from(root, part) if isinstance(part, str) else part for name, part in job.result.items()},
    )


def update_state(progress: Progress) -> UpdateState:
    """Say one moment of a job."""
    return UpdateState(
        progress.stage,
        progress.done,
        progress.total,
        progress.unit,
        progress.seconds,
        _finite(progress.figures),
    )


def _finite(figures: Mapping[str, float]) -> dict[str, float | None]:
    """JSON has no NaN: a browser that meets one reads nothing of the answer."""
    return {name: figure if isfinite(figure) else None for name, figure in figures.items()}
