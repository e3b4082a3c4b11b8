"""Work beside what a panel shows, where only the newest request matters."""

import threading
from collections.abc import Callable

__all__ = ["Latest"]


class Latest:
    """Work in a thread of its own, one piece at a time; of those asked for meanwhile only the last is done.

    Args:
        name: Name of the thread.

    Example:
        >>> done, began, go, ended = [], threading.Event(), threading.Event(), threading.Event()
        >>> latest = Latest("doctest")
        >>> latest.ask(lambda: (began.set(), go.wait(9), done.append("first")) and None)
        >>> began.wait(9)
        True
        >>> latest.ask(lambda: done.append("second"))
        >>> latest.ask(lambda: (done.append("third"), ended.set()) and None)
        >>> go.set()
        >>> ended.wait(9)
        True
        >>> done
        ['first', 'third']
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._waiting: Callable[[], None] | None = None
        self._thread: threading.Thread | None = None

    def ask(self, work: Callable[[], None]) -> None:
        """Do this next, in place of what waits.

        Args:
            work: Must not raise.
        """
        with self._lock:
            self._waiting = work
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True, name=self._name)
                self._thread.start()

    def _run(self) -> None:
        while True:
            with self._lock:
                work, self._waiting = self._waiting, None
                if work is None:
                    self._thread = None
                    return
            work()
