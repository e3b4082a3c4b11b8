"""Progress of long work: how far, how fast, how long yet."""

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TextIO

__all__ = ["OnProgress", "Progress", "progress_line", "quiet", "to_terminal"]


@dataclass(frozen=True)
class Progress:
    """One moment of long work.

    Attributes:
        stage: What is being done, for example `reading log.csv`.
        done: Units finished.
        total: Units in all; None where not known.
        unit: What is counted, for example `rows`.
        seconds: Seconds since this stage began.
        figures: What is measured on the way, by name, for example `valid_loss`.
    """

    stage: str
    done: int
    total: int | None
    unit: str
    seconds: float
    figures: Mapping[str, float] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Units a second so far; 0 at the start."""
        return self.done / self.seconds if self.seconds > 0 else 0.0

    @property
    def remaining(self) -> float | None:
        """Seconds still to go at this rate; None where it cannot be said."""
        if self.total is None or self.rate == 0:
            return None
        return max(0.0, (self.total - self.done) / self.rate)


OnProgress = Callable[[Progress], None]


def quiet(progress: Progress) -> None:
    """Show nothing: the default where nobody watches."""


def progress_line(progress: Progress) -> str:
    """Say one moment in one line.

    Example:
        >>> progress_line(Progress("reading", 500_000, 1_000_000, "rows", 2.0))
        'reading: 500,000 of 1,000,000 rows, 250,000 rows/s, 2 s left'
    """
    of = f" of {progress.total:,}" if progress.total is not None else ""
    left = f", {progress.remaining:.0f} s left" if progress.remaining is not None else ""
    rate = f"{progress.rate:,.0f}" if progress.rate >= 10 else f"{progress.rate:.2g}"
    return f"{progress.stage}: {progress.done:,}{of} {progress.unit}, {rate} {progress.unit}/s{left}"


def to_terminal(stream: TextIO | None = None, *, every: float = 0.5) -> OnProgress:
    """Make a callback that keeps one line on a terminal up to date.

    Args:
        stream: Where to write; standard error by default, so that standard output stays for results.
        every: Least number of seconds between two updates of one stage; a stage's end is always shown.

    Returns:
        The callback.
    """
    out = stream or sys.stderr
    live = out.isatty()
    stage, shown_at = "", float("-inf")

    def show(progress: Progress) -> None:
        nonlocal stage, shown_at
        now, ended = time.monotonic(), progress.done == progress.total
        if progress.stage == stage and not ended and now - shown_at < every:
            return
        if not live and not ended:  # A log file gets one line a stage, not one every half second.
            return
        stage, shown_at = progress.stage, now
        start, end = ("\r\x1b[2K", "\n" if ended else "") if live else ("", "\n")
        out.write(start + progress_line(progress) + end)
        out.flush()

    return show
