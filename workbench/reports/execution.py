"""Running a notebook without a screen, in a process of its own, with progress by cell."""

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
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
    """Starts the Python that runs now, whatever kernels are registered on the machine."""

    @property
    def kernel_spec(self) -> KernelSpec:
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="Python 3", language="python")


def execute(notebook: NotebookNode, *, name: str, folder: Path, on_progress: OnProgress) -> Failure | None:
    """Run every code cell in order; outputs go into the notebook given.

    Args:
        notebook: Changed in place.
        name: What progress calls it.
        folder: Working folder of the process.
        on_progress: Called after each code cell.

    Returns:
        None where every cell ran, else where it stopped; the notebook then holds the outputs up to there.
    """
    code = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    began, done = time.monotonic(), 0

    def told(**_: object) -> None:
        nonlocal done
        done += 1
        on_progress(Progress(f"running {name}", done, len(code), "cells", time.monotonic() - began))

    started: list[int] = []
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
            on_cell_execute=lambda cell_index, **_: started.append(cell_index),
            on_cell_executed=told,
        )
        try:
            client.execute()
        except CellExecutionError as error:
            return Failure(started[-1], str(error.ename))
        except DeadKernelError:
            return Failure(started[-1] if started else None, "the end of its process, often for want of memory")
    return None


def _connection(folder: Path) -> Config:
    """Talk through sockets in a folder that is ours alone, so that no port is opened; Windows has no such sockets."""
    files = {"connection_file": str(folder / "kernel.json")}
    sockets = {"transport": "ipc", "ip": str(folder / "kernel")} if os.name == "posix" else {}
    return Config({"KernelManager": {**files, **sockets}})
