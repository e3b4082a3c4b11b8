"""Running a notebook without a screen, in a process of its own, with progress by cell."""

import asyncio
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL
from tempfile import TemporaryDirectory

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat import NotebookNode
from traitlets.config import Config

from workbench.progress import OnProgress, Progress

__all__ = ["Failure", "execute"]


@dataclass(frozen=True)
class Failure:
    """Where and how a notebook stopped.

    Attributes:
        index: Place of the cell in the notebook, from 0; None where the process ended.
        kind: Type of the error, for example `KeyError`. Its text stays in the notebook: it may hold cells of people.
    """

    index: int | None
    kind: str


class _ThisInterpreter(AsyncKernelManager):
    """Starts the Python that runs now, whatever kernels are registered on the machine.

    Attributes:
        ended_alive: Whether the kernel was ended while it was well: after its last cell, or by Ctrl-C.
    """

    ended_alive = False

    @property
    def kernel_spec(self) -> KernelSpec:
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="Python 3", language="python")

    async def shutdown_kernel(  # type: ignore[override]  # the library types its own coroutine as a plain function
        self, now: bool = False, restart: bool = False
    ) -> None:
        """End the kernel, which nbclient asks for only while it is well, and note it."""
        self.ended_alive = True
        await super().shutdown_kernel(now=now, restart=restart)


def execute(notebook: NotebookNode, *, name: str, folder: Path, on_progress: OnProgress) -> Failure | None:
    """Run every code cell in order; outputs go into the notebook given.

    Args:
        notebook: Changed in place.
        name: What progress calls it.
        folder: Working folder of the process.
        on_progress: Called after each code cell.

    Returns:
        None where every cell ran, else where it stopped; the notebook then holds the outputs up to there.

    Raises:
        KeyboardInterrupt: If it was stopped from outside.
    """
    code = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    began, done = time.monotonic(), 0

    def told(**_: object) -> None:
        nonlocal done
        done += 1
        on_progress(Progress(f"running {name}", done, len(code), "cells", time.monotonic() - began))

    started: list[int] = []
    managers: list[_ThisInterpreter] = []  # nbclient forgets its manager when it ends the kernel

    def starting(cell_index: int, **_: object) -> None:
        started.append(cell_index)
        if isinstance(client.km, _ThisInterpreter):
            managers.append(client.km)

    with TemporaryDirectory(prefix="wb-") as private:
        client = NotebookClient(
            notebook,
            config=_connection(Path(private)),
            kernel_manager_class=_ThisInterpreter,
            startup_timeout=180,
            timeout=None,
            record_timing=False,
            store_widget_state=False,
            resources={"metadata": {"path": str(folder)}},
            on_cell_execute=starting,
            on_cell_executed=told,
        )
        try:
            client.execute(stdout=DEVNULL, stderr=DEVNULL)  # What the kernel's own process mutters is no output.
        except CellExecutionError as error:
            return Failure(started[-1], str(error.ename))
        except (Exception, asyncio.CancelledError) as error:
            # On Ctrl-C nbclient ends the kernel and then stumbles over it, in more than one way.
            if isinstance(error, asyncio.CancelledError) or (managers and managers[-1].ended_alive):
                raise KeyboardInterrupt from None
            if isinstance(error, DeadKernelError):
                return Failure(started[-1] if started else None, "the end of its process, often for want of memory")
            raise
    return None


def _connection(folder: Path) -> Config:
    """Talk through sockets in a folder that is ours alone, so that no port is opened; Windows has no such sockets."""
    files = {"connection_file": str(folder / "kernel.json")}
    sockets = {"transport": "ipc", "ip": str(folder / "kernel")} if os.name == "posix" else {}
    return Config({"KernelManager": {**files, **sockets}})
