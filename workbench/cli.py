"""The command line: the verbs of `import workbench as wb`, so that anything done in a notebook can be scripted.

Exit status: 0 done, 1 refused with one line on standard error, 2 wrong usage. Standard output holds results alone.
"""

import errno
import gc
import json
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import workbench as wb
from workbench.checks import check_name
from workbench.errors import DataError, InputError, StoreError, WorkbenchError
from workbench.jobs.job import find_job, list_jobs, stop_job
from workbench.jobs.worker import INTERRUPTED, current_worker, working
from workbench.progress import OnProgress, to_terminal

if TYPE_CHECKING:
    from workbench.store.store import Store

__all__ = ["main"]

app = typer.Typer(
    name="workbench",
    help="Load campaign logs, predict, explain, test the effect and share, with people's privacy kept.",
    epilog="--debug, anywhere on the line, shows the traceback of an error.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
data = typer.Typer(help="Public logs to try the workbench on.", no_args_is_help=True)
app.add_typer(data, name="data")

_STOPPED = "stopped; nothing half-written remains"
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

StoreFolder = Annotated[Path, typer.Option("--store", help="Folder of the store.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


def main() -> None:
    """Run the command line; errors become one line, never a traceback unless `--debug` is given."""
    debug = "--debug" in sys.argv
    sys.argv = [argument for argument in sys.argv if argument != "--debug"]
    with working() as worker:
        status, message = _run(debug)
        if worker is not None:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # What was asked too late changes nothing.
            worker.end(status, message)
    if message:
        print(f"workbench: {message}", file=sys.stderr)  # noqa: T201
    gc.collect()  # What an error's traceback held is let go here: at the interpreter's end DuckDB would complain.
    raise SystemExit(status)


def _run(debug: bool) -> tuple[int, str]:
    """Run the command; give its exit status and what to say of an error."""
    try:
        app()
    except SystemExit as stop:  # Typer has said what it has to say, but of Ctrl-C it says nothing.
        return int(stop.code or 0), _STOPPED if stop.code == INTERRUPTED else ""
    except KeyboardInterrupt:
        return INTERRUPTED, _STOPPED
    except BaseException as error:
        if debug:
            raise
        return 1, _in_one_line(error)
    return 0, ""


def _in_one_line(error: BaseException) -> str:
    if isinstance(error, WorkbenchError):
        return str(error)
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return f"a file could not be written ({error.strerror}): make room on its disk, then run again"
    if isinstance(error, OSError):
        return f"{error.strerror or type(error).__name__}: {error.filename or 'a file'}; run again with --debug"
    # The last fence, also for panics of libraries in Rust: texts of foreign errors may hold cells.
    return f"unexpected {type(error).__name__}: run again with --debug and report what it shows"


def _on_progress() -> OnProgress:
    """Where progress goes: to the job that this command is, else to the terminal."""
    worker = current_worker()
    return worker.on_progress if worker else to_terminal()


def _say(result: object, as_json: bool = False, **detail: object) -> None:
    """Print a result: as text, or as JSON where it can be a table; a job keeps it with what else is named."""
    worker = current_worker()
    if worker is not None:
        worker.result = {"text": str(result), **detail}
        with suppress(OSError):  # What was made is kept: a log that no longer fits on the disk does not undo it.
            typer.echo(str(result))
        return
    if not as_json:
        typer.echo(str(result))
    elif isinstance(result, Mapping | list):
        typer.echo(json.dumps(result, default=str, ensure_ascii=False, indent=2))
    else:
        frame = result.to_polars()  # type: ignore[attr-defined]  # every result of ours is also a table
        typer.echo(json.dumps(frame.to_dicts(), default=str, ensure_ascii=False, indent=2))


def _call(module: str, name: str) -> Callable[..., Any]:
    """Import a room only when a command needs it, so that `--help` is quick."""
    function: Callable[..., Any] = getattr(import_module(f"workbench.{module}"), name)
    return function


@app.command()
def demo(
    store: StoreFolder,
    impressions: Annotated[int, typer.Option(help="Impressions to simulate.")] = 200_000,
    seed: Annotated[int, typer.Option(help="Seed of the simulated world.")] = 7,
    config: Annotated[str, typer.Option(help="Platform: shop, moving, flat, or a .toml file.")] = "shop",
) -> None:
    """Build a simulated advertising platform whose truth is known."""
    _say(wb.demo(store, impressions=impressions, seed=seed, config=config, on_progress=_on_progress()))


@data.command("get")
def data_get(
    name: Annotated[str, typer.Argument(help="Name of the public log: open-bandit.")],
    to: Annotated[Path, typer.Option(help="Folder to write to.")] = Path("data/open-bandit"),
) -> None:
    """Fetch a public log with the ordinary package client."""
    check_name(name, ["open-bandit"], name="data")
    _say(_call("store.open_bandit", "fetch_open_bandit")(to))


@app.command()
def load(
    source: Annotated[str, typer.Argument(help="Log format, for example generic or open-bandit.")],
    paths: Annotated[list[Path], typer.Argument(help="Files or folders of the source.")],
    store: StoreFolder,
    mapping: Annotated[Path | None, typer.Option(help="TOML file that maps columns, for the source generic.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look at the first rows and write nothing.")] = False,
    max_rejected: Annotated[float, typer.Option(help="Share of rows with wrong types that may be set aside.")] = 0.0,
    as_json: AsJson = False,
) -> None:
    """Load a campaign log, validated; a store is made where there is none."""
    from workbench.store.first_load import discard, store_to_load

    existed = (store / "store.json").exists()
    with store_to_load(store) as target:
        found = target.load(
            source, *paths, mapping=mapping, dry_run=dry_run, max_rejected=max_rejected, on_progress=_on_progress()
        )
        tables = [{"table": part.table, "added": part.rows, "rejected": dict(part.rejected)} for part in found.tables]
        _say(found, as_json, tables=tables, files=len(found.files), already_loaded=found.already_loaded)
        if dry_run and not existed:
            discard(target)


@app.command()
def quality(store: StoreFolder, as_json: AsJson = False) -> None:
    """Say what is in a store and what is wrong with it."""
    _say(wb.open(store).quality(), as_json)


@app.command()
def train(
    store: StoreFolder,
    model: Annotated[str, typer.Option(help="Name of the model, for example dcnv2 or lightgbm.")] = "dcnv2",
    target: Annotated[str, typer.Option(help="What to foresee: click or order.")] = "click",
    name: Annotated[str | None, typer.Option(help="Name of the run.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the training.")] = 0,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    epochs: Annotated[int | None, typer.Option(help="Most passes over the training rows.")] = None,
) -> None:
    """Train a model and say how far it can be trusted; Ctrl-C keeps a usable checkpoint."""
    opened = wb.open(store)
    run = wb.fit(
        opened, model, target=target, name=name, seed=seed, device=device, epochs=epochs, on_progress=_on_progress()
    )
    _say(run, run=run.id)


@app.command()
def runs(store: StoreFolder) -> None:
    """List the runs of a store, newest first."""
    for run in _call("models.run", "list_runs")(wb.open(store)):
        _say(run)


@app.command()
def explain(
    run: Annotated[str, typer.Option(help="Name of the run.")],
    store: StoreFolder,
    out: Annotated[Path, typer.Option(help="Parquet file to write: one row a decision and field.")],
    rows: Annotated[int, typer.Option(help="Decisions of the held-out part to explain.")] = 100,
    background: Annotated[int, typer.Option(help="Training rows that stand for the average decision.")] = 100,
    seed: Annotated[int, typer.Option(help="Seed of the choice of rows.")] = 0,
) -> None:
    """Explain held-out decisions field by field; the file is for internal use."""
    if out.is_dir() or not out.parent.is_dir():
        raise InputError(f"--out {out}, must be a file in a folder that exists: for example --out why.parquet")
    trained = _open_run(wb.open(store), run)
    with _whole_file(out) as part:
        why = wb.explain(trained, trained.rows("test", n=rows, seed=seed), background, seed=seed)
        why.to_polars().write_parquet(part)
    _say(why)


@app.command()
def compare(
    store: StoreFolder,
    arms: Annotated[str, typer.Option(help="Column that holds the arm.")] = "arm",
    metric: Annotated[list[str] | None, typer.Option(help="Metric to compare; may be repeated.")] = None,
    as_json: AsJson = False,
) -> None:
    """Compare the arms of a test, with intervals."""
    _say(wb.compare(wb.open(store), arms, metric or ["ctr", "revenue_per_user"]), as_json)


@app.command()
def release(
    store: StoreFolder,
    spec: Annotated[Path, typer.Option(help="TOML file that states the question.")],
    cost: Annotated[bool, typer.Option("--cost", help="Say what it would cost; no data is touched.")] = False,
    as_json: AsJson = False,
) -> None:
    """Release a private answer, charged once to the store's privacy budget."""
    question = _read_toml(spec)
    behind_gate = _call("privacy.spec", "private_from_spec")(wb.open(store), question)
    view = _call("privacy.spec", "view_from_spec")(behind_gate, question)
    _say(view.cost() if cost else view.release(), as_json and not cost)


@app.command()
def ledger(
    store: StoreFolder,
    raise_to: Annotated[float | None, typer.Option("--raise", help="New epsilon; needs --reason.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why; every later report prints it.")] = None,
) -> None:
    """Show what was spent of the privacy budget, by whom and on what; or raise the budget with a reason."""
    opened = wb.open(store)
    book = _call("privacy.continuity", "continued_ledger")(opened)
    if raise_to is not None:
        budget = book.budget
        raised = wb.Budget(epsilon=raise_to, delta=budget.delta) if budget else wb.Budget(epsilon=raise_to)
        book.raise_budget(raised, reason=reason or "", store_version=opened.version)
    _say(book)


@app.command()
def report(
    template: Annotated[str, typer.Argument(help="A template's name, or the path of a notebook.")],
    store: StoreFolder,
    out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path("out"),
    run: Annotated[str | None, typer.Option(help="Name of a run to describe.")] = None,
    audience: Annotated[str, typer.Option(help="shared or internal.")] = "shared",
    parameter: Annotated[list[str] | None, typer.Option("-p", help="NAME=VALUE, may be repeated.")] = None,
) -> None:
    """Execute a template and write one offline page and the notebook."""
    opened = wb.open(store)
    trained = _open_run(opened, run) if run else None
    parameters = dict(_assignment(text) for text in parameter or [])
    written = wb.report(
        template, opened, run=trained, audience=audience, out=out, parameters=parameters, on_progress=_on_progress()
    )
    withheld = [{"cell": part.cell, "what": part.what, "why": part.why} for part in written.withheld]
    _say(written, audience=audience, withheld=withheld, html=str(written.html), notebook=str(written.notebook))


@app.command()
def jobs(store: StoreFolder, as_json: AsJson = False) -> None:
    """List the jobs of a store, newest first."""
    found = list_jobs(store)
    if as_json:
        _say([{"id": job.id, "kind": job.kind, "state": job.state, "message": job.message} for job in found], as_json)
        return
    for job in found:
        _say(job)


@app.command()
def stop(
    job: Annotated[str, typer.Argument(help="Id of the job, or all.")],
    store: StoreFolder,
) -> None:
    """Ask a job to stop; what it has done so far is kept where it can be."""
    chosen = [one for one in list_jobs(store) if one.at_work] if job == "all" else [find_job(store, job)]
    for one in chosen:
        stop_job(one.folder)
        _say(f"{one.id} is asked to stop" if one.at_work else f"{one.id} had ended: {one.state}")


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Say what this machine has and what is missing."""
    health = _call("doctor", "examine")()
    _say(health, as_json)
    raise SystemExit(0 if health.well else 1)


@app.command()
def lab(notebook: Annotated[Path | None, typer.Argument(help="Notebook to open.")] = None) -> None:
    """Open JupyterLab, on a notebook where one is named."""
    opened = [] if notebook is None else [str(notebook)]
    command = [sys.executable, "-m", "jupyterlab", *opened]
    raise SystemExit(subprocess.run(command, check=False).returncode)  # noqa: S603 - a path is one argument, no shell's


@contextmanager
def _whole_file(path: Path) -> "Iterator[Path]":
    """Give a name to write under; the file gets its own name when all went well, and none is left otherwise."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.touch()
        yield part
        part.replace(path)
    except OSError as error:
        raise StoreError(f"{path} cannot be written ({error.strerror}): give a folder where you may write") from None
    finally:
        part.unlink(missing_ok=True)


def _open_run(store: "Store", name: str) -> Any:  # noqa: ANN401 - a Run, whose room is imported late
    check_name(name, [run.id for run in _call("models.run", "list_runs")(store)], name="run")
    return wb.open_run(store.runs_folder / name)


def _read_toml(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise InputError(f"{path} is not a file: give a TOML file, see README for an example")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise DataError(f"{path.name} is not valid TOML: mend it, see README for an example") from None


def _assignment(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise InputError(f"-p {text!r}, must be NAME=VALUE with a Python name before '='")
    try:
        return name, json.loads(value)
    except json.JSONDecodeError:
        return name, value


if __name__ == "__main__":
    main()
