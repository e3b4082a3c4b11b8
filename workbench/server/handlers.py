"""The routes under `BASE/campaign-workbench/`: who may ask is settled by Jupyter's own handler, what is asked here."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web

from workbench.errors import InputError, StoreError, UnknownNameError, WorkbenchError
from workbench.jobs.job import Job, find_job, job_updates, stop_job
from workbench.server.jobs import job_state, update_state
from workbench.server.paths import confined, seen_from
from workbench.server.state import JobAnswer, StopAnswer, StoresAnswer
from workbench.server.stores import Stores
from workbench.store._catalog import CATALOG

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["JobHandler", "StopHandler", "StoresHandler", "routes"]

_LARGEST_BODY = 10_000
_NUMBER = re.compile(r"[0-9]{1,9}")


def routes(base: str, root_dir: str) -> list[tuple[str, type[APIHandler], dict[str, object]]]:
    """List the routes for a server.

    Args:
        base: The server's base URL.
        root_dir: The folder it serves.
    """
    known: dict[str, object] = {"stores": Stores(Path(root_dir).expanduser().resolve())}
    handlers = {"stores": StoresHandler, "job": JobHandler, "stop": StopHandler}
    return [(url_path_join(base, "campaign-workbench", "api", name), kind, known) for name, kind in handlers.items()]


class _Handler(APIHandler):
    """What the routes share: work on files in a thread, refusals in one line of JSON."""

    _track_activity = False  # A sidebar that polls must not keep an idle server from being shut down.

    def initialize(self, stores: Stores) -> None:
        self.stores = stores

    async def answer(self, work: "Callable[[], DataclassInstance]") -> None:
        """Do the work off the event loop and send what it gives."""
        try:
            content = asdict(await asyncio.to_thread(work))
        except WorkbenchError as error:
            status = 404 if isinstance(error, UnknownNameError) else 400 if isinstance(error, InputError) else 409
            self.set_status(status)
            content = {"message": seen_from(self.stores.root, str(error))}
        self.set_header("Cache-Control", "no-store")
        self.finish(content)

    def store_folder(self, path: str) -> Path:
        """Find a store by the path the browser gave."""
        folder = confined(self.stores.root, path)
        if not (folder / CATALOG).is_file():
            raise UnknownNameError("store is not under the server's folder, must be one that api/stores gives")
        return folder

    def job_of(self, store: Path, id: str) -> Job:
        """Find a job of a store; a link to a folder elsewhere is none."""
        job = find_job(store, id)
        if job.folder.resolve().parent.parent != store:
            raise StoreError("the job's folder is a link, must be the store's own: remove it")
        return job

    def query(self, name: str, default: str | None = None) -> str:
        """An argument exactly as it was sent; tornado's own reading would mend control characters."""
        values = self.request.query_arguments.get(name, [])
        if not values and default is not None:
            return default
        if len(values) != 1:
            raise InputError(f"{name} must be given once")
        try:
            return values[0].decode()
        except UnicodeDecodeError:
            raise InputError(f"{name} must be UTF-8 text") from None


class StoresHandler(_Handler):
    """`GET api/stores`: all stores under the server's folder."""

    @web.authenticated
    async def get(self) -> None:
        """Answer with `StoresAnswer`."""
        await self.answer(lambda: StoresAnswer(self.stores.states()))


class JobHandler(_Handler):
    """`GET api/job?store=PATH&job=ID&after=N`: one job, and what it said since."""

    @web.authenticated
    async def get(self) -> None:
        """Answer with `JobAnswer`."""
        await self.answer(self._job)

    def _job(self) -> JobAnswer:
        after = self.query("after", "0")
        if not _NUMBER.fullmatch(after):
            raise InputError("after must be a whole number from 0 on: the `next` of the last answer")
        path = self.query("store")
        job = self.job_of(self.store_folder(path), self.query("job"))
        updates = job_updates(job.folder, int(after))
        state = job_state(job, self.stores.root, path)
        return JobAnswer(state, tuple(map(update_state, updates)), int(after) + len(updates))


class StopHandler(_Handler):
    """`POST api/stop` with `{"store", "job"}`: ask a job to stop; one that ended stays as it is."""

    @web.authenticated
    async def post(self) -> None:
        """Answer with `StopAnswer`."""
        if len(self.request.body) > _LARGEST_BODY:
            raise web.HTTPError(413)
        body: Any = self.get_json_body()
        await self.answer(lambda: self._stop(body))

    def _stop(self, body: Any) -> StopAnswer:  # noqa: ANN401 - anything may be sent
        known = isinstance(body, dict) and set(body) == {"store", "job"}
        if not known or not all(isinstance(value, str) for value in body.values()):
            raise InputError('the body must be {"store": path, "job": id} and nothing else')
        store = self.store_folder(body["store"])
        stop_job(self.job_of(store, body["job"]).folder)
        return StopAnswer(job_state(self.job_of(store, body["job"]), self.stores.root, body["store"]))
