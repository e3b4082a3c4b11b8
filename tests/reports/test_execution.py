"""Running notebooks headless: progress, failures by type, the running interpreter."""

import sys
from pathlib import Path

import nbformat

from workbench.progress import Progress, quiet
from workbench.reports.execution import execute


def notebook(*sources: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])


def test_cells_run_in_order_in_this_interpreter(tmp_path: Path) -> None:
    told: list[Progress] = []
    made = notebook("import sys, os", "print(sys.executable)", "print(os.getcwd())")
    assert execute(made, name="review", folder=tmp_path, on_progress=told.append) is None
    assert made.cells[1].outputs[0].text.strip() == sys.executable
    assert made.cells[2].outputs[0].text.strip() == str(tmp_path)
    assert [(progress.done, progress.total) for progress in told] == [(1, 3), (2, 3), (3, 3)]
    assert told[0].stage == "running review"


def test_a_failure_is_named_by_place_and_type_alone(tmp_path: Path) -> None:
    failure = execute(notebook("1", "{}['alice@shop.example']"), name="r", folder=tmp_path, on_progress=quiet)
    assert failure is not None
    assert (failure.index, failure.kind) == (1, "KeyError")


def test_the_end_of_the_process_is_a_failure(tmp_path: Path) -> None:
    failure = execute(notebook("import os; os._exit(3)"), name="r", folder=tmp_path, on_progress=quiet)
    assert failure is not None
    assert "process" in failure.kind
