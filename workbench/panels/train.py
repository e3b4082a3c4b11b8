"""The train panel: can we foresee clicks? Kernel half of `widgets/src/train.tsx`."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import isfinite

import polars as pl

from workbench.checks import check_name
from workbench.display import html_block, html_table
from workbench.features.spec import infer_spec
from workbench.jobs.job import Job, job_updates
from workbench.models.folder import name_run, read_json
from workbench.models.intervals import Estimate
from workbench.models.listing import summarise_runs
from workbench.models.metrics import Metrics
from workbench.models.names import DEVICES, MODELS
from workbench.models.scores import Score
from workbench.panels.panel import Panel, answers
from workbench.panels.protocol import (
    ChooseRun,
    Interval,
    Predictor,
    RunLine,
    StartTraining,
    TrainAnswer,
    TrainField,
    TrainForm,
    TrainSettings,
    TrainState,
)
from workbench.progress import Progress
from workbench.store.store import Store

__all__ = ["TrainPanel"]

TARGETS = ("click", "order")
_MOST_POINTS = 240
_EMPTY_CURVE = pl.DataFrame(
    schema={"rows": pl.Float64, "train_loss": pl.Float64, "valid_loss": pl.Float64, "valid_auc": pl.Float64}
)


class TrainPanel(Panel):
    """Settings of a training, its curves while it runs, and how well its run foresees.

    Args:
        store: The store.
        run: Id of the run to show; the newest where None.

    Raises:
        UnknownNameError: If the store has no such run.
    """

    NAME = "train"
    JOB = "train"
    OPENS_ON = ("run",)

    def __init__(self, store: Store, run: str | None = None) -> None:
        runs = summarise_runs(store.runs_folder)
        if run is not None:
            check_name(run, [one.id for one in runs], name="run")
        self._state = TrainState(
            form=TrainForm("dcnv2", "click", "auto", None, 0, ""),
            models=MODELS,
            targets=TARGETS,
            devices=DEVICES,
            fields=(),
            left_out=0,
            runs=(),
            answer=None,
        )
        self._curve = _EMPTY_CURVE
        super().__init__(store, self._state)
        self._list_runs()
        chosen = run or (runs[0].id if runs else None)
        with self._refusing():
            if chosen is not None:
                self._answer(chosen)
            elif self._frame.phase == "ready":
                self.show(self._state, phase="empty")
        self._name_fields()

    def python(self) -> str:
        """The call that trains as the settings say."""
        form = self._state.form
        chosen = [f'"{form.model}"', f'target="{form.target}"']
        chosen += [f'name="{form.name}"'] if form.name else []
        chosen += [f"seed={form.seed}"] if form.seed else []
        chosen += [f'device="{form.device}"'] if form.device != "auto" else []
        chosen += [f"epochs={form.epochs}"] if form.epochs is not None else []
        return f"{self.opening()}\nrun = wb.fit(store, {', '.join(chosen)})\nrun"

    def fallback(self) -> str:
        """How well the run foresees, as a table."""
        answer = self._state.answer
        if answer is None:
            return html_block("Can we foresee clicks?", note="No model has been trained in this store yet.")
        rows = [[one.name, _text(one.auc), _text(one.log_loss), _text(one.ratio)] for one in answer.predictors]
        return html_block(
            f"Run {answer.run}: {answer.target} by {answer.model}, AUC {_text(answer.predictors[0].auc)}",
            html_table(["predictor", "AUC", "log loss", "predicted / came"], rows),
            note=f"Test slice: {answer.rows:,} rows, {answer.events:,} events. 95 % intervals.",
        )

    def job_moved(self, job: Job, updates: Sequence[Progress]) -> None:
        """Add what training said to the curve."""
        model = job.arguments[job.arguments.index("--model") + 1] if "--model" in job.arguments else ""
        # A baseline that is trained after the model has a curve of its own, which nobody asked for.
        mine = [update for update in updates if update.stage == f"training {model}"]
        seen = [(update.done, update.figures) for update in mine if "train_loss" in update.figures]
        if not seen:
            return
        added = pl.DataFrame(
            [[rows, *(figures.get(name) for name in _EMPTY_CURVE.columns[1:])] for rows, figures in seen],
            schema=_EMPTY_CURVE.schema,
            orient="row",
        )
        self._curve = pl.concat([self._curve, added])
        self.show(tables={"curve": _thinned(self._curve)})

    def job_ended(self, job: Job) -> None:
        """Show the run that was made."""
        self._list_runs()
        run = job.result.get("run")
        if run is not None:
            self._answer(str(run))

    def answer_again(self) -> None:
        """Show the runs, and the chosen one, as they are now."""
        self._list_runs()
        self._name_fields()
        if self._state.answer is not None:
            self._answer(self._state.answer.run)

    @answers(TrainSettings)
    def settle(self, request: TrainSettings) -> None:
        """Keep the settings, so that the code follows them."""
        self._keep_form(request.form)
        self.show(self._state, refusal=None)

    @answers(StartTraining)
    def train(self, request: StartTraining) -> None:
        """Start the job."""
        form = request.form
        self._keep_form(form)
        name = name_run(self.store.runs_folder, form.model, form.name or None)
        self._curve = _EMPTY_CURVE
        arguments = ["--store", str(self.store.folder), "--model", form.model, "--target", form.target, "--name", name]
        arguments += ["--seed", str(form.seed), "--device", form.device]
        arguments += [] if form.epochs is None else ["--epochs", str(form.epochs)]
        self.start(arguments)
        self._state = replace(self._state, form=replace(form, name=""))
        self.show(self._state, tables={"curve": _EMPTY_CURVE})

    @answers(ChooseRun)
    def choose(self, request: ChooseRun) -> None:
        """Show another run."""
        self._list_runs()
        check_name(request.run, [run.id for run in self._state.runs], name="run")
        self._answer(request.run)

    def _keep_form(self, form: TrainForm) -> None:
        check_name(form.model, MODELS, name="model")
        check_name(form.target, TARGETS, name="target")
        check_name(form.device, DEVICES, name="device")
        self._state = replace(self._state, form=form)

    def _list_runs(self) -> None:
        runs = tuple(
            RunLine(run.id, run.model, run.target, run.made[:16], run.ended == "stopped", _interval(run.auc))
            for run in summarise_runs(self.store.runs_folder)
        )
        self._state = replace(self._state, runs=runs)
        self.show(self._state)

    def _name_fields(self) -> None:
        """Name the fields once they are known: that reads every column, while an empty store is told of at once."""
        store, target = self.store, self._state.form.target

        def work() -> Callable[[], None]:
            spec = infer_spec(store, target)
            fields = tuple(TrainField(field.name, field.source, field.kind) for field in spec.fields)

            def answer() -> None:
                self._state = replace(self._state, fields=fields, left_out=len(spec.left_out))
                self.show(self._state)

            return answer

        self.beside(work)

    def _answer(self, run: str) -> None:
        folder = self.store.runs_folder / run
        metrics = Metrics.from_json(read_json(folder / "metrics.json"))
        facts = read_json(folder / "spec.json")["facts"]
        others = [*metrics.baselines.items(), *([("ceiling", metrics.ceiling)] if metrics.ceiling else [])]
        answer = TrainAnswer(
            run,
            metrics.model,
            facts["target"],
            facts["ended"] == "stopped",
            metrics.rows,
            metrics.events,
            metrics.people,
            (
                _predictor(metrics.model, metrics.score, None),
                *(_predictor(name, against.score, against.log_loss_gain) for name, against in others),
            ),
        )
        self._state = replace(self._state, answer=answer)
        jobs = [job for job in self.jobs() if job.result.get("run") == run]
        if jobs and not self.at_work:
            self._curve = _EMPTY_CURVE
            self.job_moved(jobs[0], job_updates(jobs[0].folder))
        self.show(
            self._state,
            tables={"reliability": metrics.reliability},
            phase="working" if self.at_work else "answer",
        )


def _thinned(curve: pl.DataFrame) -> pl.DataFrame:
    step = -(-len(curve) // _MOST_POINTS)
    return curve.reverse().gather_every(max(1, step)).reverse()  # From the end, so that the last point stays.


def _predictor(name: str, score: Score, saved: Estimate | None) -> Predictor:
    auc, log_loss, ratio = (_interval(figure) for figure in (score.auc, score.log_loss, score.ratio))
    return Predictor(name, auc, log_loss, ratio, None if saved is None else _interval(saved))


def _interval(figure: Estimate) -> Interval | None:
    if not isfinite(figure.value):
        return None
    low, high = (end if isfinite(end) else None for end in (figure.low, figure.high))
    return Interval(figure.value, low, high)


def _text(figure: Interval | None) -> str:
    if figure is None:
        return "no data"
    if figure.low is None or figure.high is None:
        return f"{figure.value:.4f} (too few rows for an interval)"
    return f"{figure.value:.4f} ({figure.low:.4f} to {figure.high:.4f})"
