"""Ctrl-C ends training at the end of a step, so that what was learnt until then is kept."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["StopRequest", "stops_on_interrupt"]


class StopRequest:
    """Whether somebody asked training to stop; loops look at it between steps."""

    def __init__(self) -> None:
        self.asked = False


@contextmanager
def stops_on_interrupt() -> Iterator[StopRequest]:
    """Turn the first Ctrl-C into a request to stop; a second one interrupts at once.

    Outside the main thread signals cannot be caught, and Ctrl-C does what it always does.

    Yields:
        The request.
    """
    request = StopRequest()
    if threading.current_thread() is not threading.main_thread():
        yield request
        return
    before = signal.getsignal(signal.SIGINT)

    def ask(number: int, frame: FrameType | None) -> None:
        if request.asked and callable(before):
            before(number, frame)
        request.asked = True

    signal.signal(signal.SIGINT, ask)
    try:
        yield request
    finally:
        signal.signal(signal.SIGINT, before)
