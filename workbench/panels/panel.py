"""What all panels share: the frame, the browser's requests, work in the background, and what stays without a kernel."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar

import anywidget
import polars as pl
import traitlets
from IPython.display import display, update_display

from workbench.display import html_block
from workbench.errors import InputError, MissingPartError, StoreError, WorkbenchError
from workbench.jobs.job import Job, find_job, job_updates, list_jobs, stop_job
from workbench.jobs.start import start_job
from workbench.panels._latest import Latest
from workbench.panels.protocol import Frame, JobView, Phase, Ping, Refresh, Request, StopJob, Told
from workbench.panels.reading import read_request
from workbench.progress import Progress
from workbench.store._catalog import CATALOG
from workbench.store.store import Store

__all__ = ["Panel", "answers", "job_view", "typed_path"]

STATIC = Path(__file__).parent / "static"
WORKING = {"running", "stopping"}
_LOOK_SECONDS = 0.2
_REST_SECONDS = 1.0

Handler = TypeVar("Handler", bound=Callable[..., None])


def answers(request: type[Request]) -> Callable[[Handler], Handler]:
    """Mark a method of a panel as the answer to a request of the browser.

    Args:
        request: The request's class; the method takes one of it.
    """

    def mark(method: Handler) -> Handler:
        method.__answers__ = request  # type: ignore[attr-defined]  # functions carry marks of their own
        return method

    return mark


class Panel(anywidget.AnyWidget):
    """Kernel half of a panel; holds no rows, answers named requests, and is drawn by `widgets/src/NAME.tsx`.

    A subclass sets `NAME`, `JOB` where it starts one and `OPENS_ON`, and overrides the hooks `python`, `fallback`,
    `bundle`, `job_moved`, `job_ended` and `answer_again`.

    Traits:
        frame: A `Frame` as JSON: where the panel stands.
        state: The panel's own state as JSON: settings, names and aggregates.
        tables: Arrow streams by name; aggregates only.

    Args:
        store: The store it shows.
        state: The panel's first state, a dataclass of the protocol.
    """

    NAME: ClassVar[str] = ""
    JOB: ClassVar[str] = ""
    OPENS_ON: ClassVar[tuple[str, ...]] = ()
    _known: ClassVar[dict[str, type[Request]]] = {}
    _methods: ClassVar[dict[str, str]] = {}
    _lock: threading.RLock

    frame = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    tables = traitlets.Dict().tag(sync=True)

    def __init_subclass__(cls, **arguments: Any) -> None:  # noqa: ANN401 - handed on as it came
        if "NAME" in vars(cls):  # anywidget makes a further class of each panel it opens.
            cls._esm, cls._css = STATIC / f"{cls.NAME}.js", STATIC / "panel.css"
        super().__init_subclass__(**arguments)
        methods = {name: method for kind in reversed(cls.__mro__) for name, method in vars(kind).items()}
        marked = {name: method.__answers__ for name, method in methods.items() if hasattr(method, "__answers__")}
        cls._known = {request.__name__: request for request in marked.values()}
        cls._methods = {request.__name__: name for name, request in marked.items()}

    def __new__(cls, *given: object, **named: object) -> Self:
        """Make the lock that is held while state is read and changed, before a subclass has any.

        Requests, the watch and the ends of work come from several threads; work itself runs without the lock, so that
        requests are answered meanwhile.
        """
        panel: Self = super().__new__(cls, *given, **named)
        panel._lock = threading.RLock()
        return panel

    def __init__(self, store: Store, state: object) -> None:
        if not (STATIC / f"{self.NAME}.js").is_file():
            raise MissingPartError(f"the browser half of panel {self.NAME} is not built: run make install")
        self.store = store
        self._latest = Latest(f"workbench {self.NAME} panel, beside")
        self._frame = Frame("ready", None, "", None, "", None, store.folder.name, store.version)
        self._shown: object = None  # The place of the panel in its notebook, once it is shown.
        self._seen = 0  # Updates of the job that were shown.
        self._before: Phase | None = None  # Where the panel stood before its store was moved away.
        super().__init__(frame=asdict(self._frame), state=asdict(state))  # type: ignore[call-overload]
        self.on_msg(self._on_message)
        self._attach()
        threading.Thread(target=self._watch, daemon=True, name=f"workbench {self.NAME} panel").start()

    # What a subclass overrides

    def python(self) -> str:
        """The calls that do what the panel's settings do."""
        return ""

    def fallback(self) -> str:
        """What a reader without a kernel sees, as HTML of aggregates: never a person's row, never an outside link."""
        return html_block(f"{self.NAME} panel", note="Run this cell to open it.")

    def bundle(self) -> dict[str, object]:
        """What a notebook keeps of the panel, by MIME type."""
        view = {"version_major": 2, "version_minor": 1, "model_id": self.model_id}
        name = f"{self.NAME} panel of {self.store.folder.name}"
        return {"application/vnd.jupyter.widget-view+json": view, "text/html": self.fallback(), "text/plain": name}

    def job_moved(self, job: Job, updates: Sequence[Progress]) -> None:
        """Draw what a job of this panel said since the last call."""

    def job_ended(self, job: Job) -> None:
        """Show the answer of a job that came to its end; one that was refused is shown by the frame."""

    def answer_again(self) -> None:
        """Answer with the store's newest version, which the panel has taken up."""

    # What a subclass calls

    @property
    def at_work(self) -> bool:
        """Whether a job of this panel is at work."""
        return self._frame.job is not None and self._frame.job.state in WORKING

    def jobs(self) -> tuple[Job, ...]:
        """This panel's jobs in its store, newest first."""
        return tuple(job for job in list_jobs(self.store.folder) if job.kind == self.JOB)

    def opening(self) -> str:
        """The lines of Python that open the store."""
        return f"import workbench as wb\n\nstore = wb.open({typed_path(self.store.folder)!r})"

    def show(self, state: object | None = None, tables: Mapping[str, pl.DataFrame] | None = None, **frame: Any) -> None:  # noqa: ANN401
        """Show a state, tables and changes of the frame at once.

        Args:
            state: The panel's state, a dataclass of the protocol; as it was where None.
            tables: Aggregates by name; those not named stay as they were.
            frame: Fields of `Frame` that change.
        """
        with self._lock:
            if frame.get("phase") == "answer" and "answered" not in frame:
                frame["answered"] = datetime.now(UTC).isoformat(timespec="seconds")
                frame.setdefault("refusal", None)
                frame.setdefault("store_version", self.store.version)
            self._frame = replace(self._frame, **frame)
            with self.hold_sync():
                if state is not None:
                    self.state = asdict(state)  # type: ignore[call-overload]
                if tables:
                    self.tables = {**self.tables, **{name: _arrow(table) for name, table in tables.items()}}
                self._frame = replace(self._frame, python=self.python())
                self.frame = asdict(self._frame)
        if frame.get("phase") == "answer":
            self._keep()

    def tell(self, told: Told) -> None:
        """Tell an open panel what no notebook may keep."""
        self.send({"told": type(told).__name__, **asdict(told)})  # type: ignore[call-overload]

    def in_background(self, what: str, work: Callable[[], None]) -> None:
        """Do something that takes a moment without holding the kernel up.

        Args:
            what: What is being done, as the user reads it.
            work: Shows its own answer; what it raises is shown as a refusal.

        Raises:
            InputError: If something is being done already: one connection serves one thread.
        """
        if self._frame.working:
            raise InputError("the panel is at work, must be at rest: wait for its answer, then ask again")
        before = self._frame.phase
        self.show(working=what, phase="working", refusal=None)

        def run() -> None:
            with self._refusing():
                work()
            phase: Phase = before if self._frame.phase == "working" else self._frame.phase
            self.show(working="", phase=phase)

        threading.Thread(target=run, daemon=True).start()

    def beside(self, work: Callable[[], Callable[[], None]]) -> None:
        """Work something out while the panel stays open to its user; of several asked for, only the last counts.

        Args:
            work: Works it out in a thread of its own; what it returns shows the answer, and what either raises is
                shown as a refusal.
        """

        def run() -> None:
            with self._refusing():
                answer = work()
                with self._lock:
                    answer()

        self._latest.ask(run)

    def start(self, arguments: Sequence[str]) -> None:
        """Start this panel's job and follow it.

        Args:
            arguments: Of the command `JOB`, for example `["--model", "dcnv2"]`.

        Raises:
            StoreError: If the store's folder cannot be written to, or such a job is at work already.
        """
        if any(job.at_work for job in self.jobs()):
            raise StoreError(f"a {self.JOB} job is at work in this store: wait for its end, or stop it first")
        self._follow(start_job(self.store.folder, self.JOB, arguments))

    # Requests

    def receive(self, content: object) -> None:
        """Answer a message of the browser; a refusal becomes the panel's refused state, nothing else is raised.

        Args:
            content: The message as it came.
        """
        with self._lock, self._refusing():
            request = read_request(content, self._known)
            getattr(self, self._methods[type(request).__name__])(request)

    @answers(Ping)
    def pong(self, request: Ping) -> None:  # noqa: ARG002 - it has no fields
        """Say that the kernel is there."""
        self.send({"told": "Pong"})

    @answers(Refresh)
    def refresh(self, request: Refresh) -> None:  # noqa: ARG002 - it has no fields
        """Take up the store's newest version and answer again."""
        self.store = self.store.refresh()
        self.answer_again()

    @answers(StopJob)
    def stop(self, request: StopJob) -> None:  # noqa: ARG002 - it has no fields
        """Ask the job at work to stop."""
        if self._frame.job is not None:
            stop_job(find_job(self.store.folder, self._frame.job.id).folder)

    def _on_message(self, widget: object, content: object, buffers: object) -> None:  # noqa: ARG002 - as ipywidgets calls
        self.receive(content)

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        try:
            yield
        except WorkbenchError as error:
            self._refuse(str(error))
        except Exception as error:  # noqa: BLE001 - texts of foreign errors may hold cells, so only their kind is shown
            self._refuse(f"Unexpected {type(error).__name__}. Nothing was changed; try it in a cell.")

    def _refuse(self, refusal: str) -> None:
        with self._lock:
            if not self._is_away():  # Which is why it was refused, and is said in its place.
                self.show(phase="refused", refusal=refusal)

    # Jobs and changes of the store

    def _attach(self) -> None:
        """Take up a job of this kind that is at work, for example after a restart of the kernel."""
        if self.JOB:
            working = [job for job in self.jobs() if job.at_work]
            if working:
                self._follow(working[0])

    def _follow(self, job: Job) -> None:
        self._seen = 0
        self.show(phase="working", refusal=None, job=job_view(job))

    def _watch(self) -> None:
        while self.comm is not None:
            with self._refusing():
                self._look()
            time.sleep(_LOOK_SECONDS if self.at_work else _REST_SECONDS)

    def _look(self) -> None:
        with self._lock:
            self._follow_store()

    def _follow_store(self) -> None:
        if self._is_away():
            return
        shown = self._frame.job
        if shown is not None and shown.state in WORKING:
            job = find_job(self.store.folder, shown.id)
            updates = job_updates(job.folder, self._seen)
            self._seen += len(updates)
            view = job_view(job)
            if view != shown or updates:
                self.job_moved(job, updates)
                self.show(job=view)
            if not job.at_work:
                self._end(job)
        elif self._frame.phase == "answer" and self.store.refresh().version != self._frame.store_version:
            self.show(phase="stale")

    def _is_away(self) -> bool:
        """Say so once the store's folder is not where it was, and go on where things stood once it is back."""
        folder = self.store.folder
        if not (folder / CATALOG).is_file():
            away = f"{folder} holds no store any more: put it back and the panel goes on, or open it where it is now"
            self._before = self._before or self._frame.phase
            if self._frame.refusal != away:
                self.show(phase="refused", refusal=away)
            return True
        if self._before is not None:
            stood = "ready" if self._before == "working" and not self.at_work else self._before
            self._before = None
            self.show(phase=stood, refusal=None, answered=self._frame.answered)
        return False

    def _end(self, job: Job) -> None:
        if job.state in {"refused", "lost"}:
            self.show(phase="refused", refusal=job.message)
            return
        self.store = self.store.refresh()
        self.job_ended(job)
        if self._frame.phase == "working":
            self.show(phase="ready")

    # Where it stands in a notebook

    def _ipython_display_(self) -> None:
        self._shown = display(self.bundle(), raw=True, display_id=True)  # type: ignore[no-untyped-call]

    def _keep(self) -> None:
        """Put the answer into the saved output, for readers without a kernel."""
        if self._shown is not None:
            update_display(self.bundle(), raw=True, display_id=self._shown.display_id)  # type: ignore[attr-defined, no-untyped-call]


def job_view(job: Job) -> JobView:
    """What a panel draws of a job."""
    at = job.progress or Progress("starting", 0, None, "steps", 0.0)
    return JobView(
        str(job.folder.parent.parent),
        job.id,
        job.kind,
        job.state,
        at.stage,
        at.done,
        at.total,
        at.unit,
        at.rate,
        at.remaining,
        job.message,
    )


def typed_path(path: Path) -> str:
    """A path as an analyst would type it: from the kernel's folder where it lies within."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _arrow(table: pl.DataFrame) -> bytes:
    stream = BytesIO()
    table.write_ipc_stream(stream, compat_level=pl.CompatLevel.oldest())
    return stream.getvalue()
