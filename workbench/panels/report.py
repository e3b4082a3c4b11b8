"""The report panel: send it. Kernel half of `widgets/src/report.tsx`."""

from dataclasses import replace
from pathlib import Path

from workbench.checks import check_name
from workbench.display import html_block, html_table
from workbench.errors import InputError
from workbench.jobs.job import Job
from workbench.models.listing import summarise_runs
from workbench.panels.panel import Panel, answers, typed_path
from workbench.panels.protocol import (
    MakeReport,
    Parameter,
    ReportAnswer,
    ReportForm,
    ReportSettings,
    ReportState,
    Withheld,
)
from workbench.reports.parameters import AUDIENCES, OWN_VALUES, checked_values, read_defaults, template_names
from workbench.store.store import Store

__all__ = ["ReportPanel"]


class ReportPanel(Panel):
    """Template, audience and parameters; the report as a job; what was withheld and why.

    Args:
        store: The store.
        run: Id of the run the report describes; the newest where None.

    Raises:
        UnknownNameError: If the store has no such run.
    """

    NAME = "report"
    JOB = "report"
    OPENS_ON = ("run",)

    def __init__(self, store: Store, run: str | None = None) -> None:
        runs = tuple(one.id for one in summarise_runs(store.runs_folder))
        if run is not None:
            check_name(run, runs, name="run")
        names = tuple(template_names())
        form = ReportForm(names[0], "shared", run or (runs[0] if runs else ""), "out", {})
        self._state = ReportState(form, names, _parameters(form.template), runs, None)
        super().__init__(store, self._state)
        finished = [job for job in self.jobs() if job.result.get("html")]
        if finished:
            self._answer(finished[0])

    def python(self) -> str:
        """The call that makes the report as the settings say."""
        form = self._state.form
        chosen = [repr(form.template), "store"]
        chosen += [f"run=wb.open_run(store.runs_folder / {form.run!r})"] if form.run else []
        chosen += [f"audience={form.audience!r}", f"out={form.out!r}"]
        given = self._given()
        chosen += [f"parameters={given!r}"] if given else []
        return f"{self.opening()}\nwb.report({', '.join(chosen)})"

    def fallback(self) -> str:
        """Which report was made, and what it leaves out."""
        answer = self._state.answer
        if answer is None:
            return html_block("Send it.", note="No report has been made from this panel yet.")
        rows = [[part.cell, part.what, part.why] for part in answer.withheld]
        table = html_table(["cell", "withheld", "why"], rows) if rows else ""
        return html_block(f"{answer.audience} report: {answer.name}", table)

    def job_ended(self, job: Job) -> None:
        """Show what was made."""
        if job.result.get("html"):
            self._answer(job)

    def answer_again(self) -> None:
        """Take up the store's newest version; the report that was made stays what it is."""
        runs = tuple(one.id for one in summarise_runs(self.store.runs_folder))
        self._state = replace(self._state, runs=runs)
        self.show(self._state, phase="ready", store_version=self.store.version, refusal=None)

    @answers(ReportSettings)
    def settle(self, request: ReportSettings) -> None:
        """Keep the settings, so that the code follows them."""
        self._keep_form(request.form)
        self.show(self._state, refusal=None)

    @answers(MakeReport)
    def make(self, request: MakeReport) -> None:
        """Start the job."""
        self._keep_form(request.form)
        form = self._state.form
        checked_values(form.template, read_defaults(form.template), self._given())
        arguments = [form.template, "--store", str(self.store.folder), "--audience", form.audience]
        arguments += ["--out", str(Path(form.out).expanduser().absolute())]
        arguments += ["--run", form.run] if form.run else []
        arguments += [part for name, value in self._given().items() for part in ("-p", f"{name}={value}")]
        self.start(arguments)
        self.show(self._state)

    def _keep_form(self, form: ReportForm) -> None:
        check_name(form.audience, AUDIENCES, name="audience")
        if form.run:
            check_name(form.run, self._state.runs, name="run")
        if not form.out.strip():
            raise InputError("out is empty, must name a folder to write to: out, for example")
        parameters = _parameters(form.template)
        names = {one.name for one in parameters}
        values = {name: value for name, value in form.values.items() if name in names}
        self._state = replace(self._state, form=replace(form, values=values), parameters=parameters)

    def _given(self) -> dict[str, str]:
        return {name: value for name, value in self._state.form.values.items() if value != ""}

    def _answer(self, job: Job) -> None:
        html = Path(str(job.result["html"]))
        withheld = tuple(Withheld(part["cell"], part["what"], part["why"]) for part in job.result["withheld"])
        made = html.stat().st_size if html.is_file() else None
        answer = ReportAnswer(str(job.result["audience"]), html.name, typed_path(html), str(html), made, withheld)
        self._state = replace(self._state, answer=answer)
        self.show(self._state, phase="answer")


def _parameters(template: str) -> tuple[Parameter, ...]:
    asked = {name: value for name, value in read_defaults(template).items() if name not in OWN_VALUES}
    return tuple(Parameter(name, "" if value is None else str(value)) for name, value in asked.items())
