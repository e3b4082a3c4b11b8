"""The decision panel: why did this person see this ad? Kernel half of `widgets/src/decision.tsx`."""

import base64
from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING

import polars as pl

from workbench.checks import check_name
from workbench.display import html_block, html_table
from workbench.errors import InputError
from workbench.models.listing import summarise_runs
from workbench.panels.panel import Panel, answers
from workbench.panels.protocol import (
    AnotherDecision,
    DecisionAnswer,
    DecisionFacts,
    DecisionField,
    DecisionForm,
    DecisionSettings,
    DecisionState,
    ExplainDecision,
    FieldContribution,
    ShowFacts,
    Suppose,
    Supposed,
)
from workbench.store.store import Store

if TYPE_CHECKING:
    from workbench.models.run import Run

__all__ = ["DecisionPanel"]

_BACKGROUND = 100
_MOST_CHOICES = 200


class DecisionPanel(Panel):
    """One decision explained: its score, what each field added, and what would change it.

    The person's values, the picture and the copy are told to an open panel only; what a notebook keeps is the
    impression's id, its score and the names of fields with their contributions.

    Args:
        store: The store.
        run: Id of the run whose score is explained; the newest where None.
        impression: Id of the impression; the panel asks for one where None.

    Raises:
        UnknownNameError: If the store has no such run.
    """

    NAME = "decision"
    OPENS_ON = ("run", "impression")

    def __init__(self, store: Store, run: str | None = None, impression: str | None = None) -> None:
        runs = tuple(one.id for one in summarise_runs(store.runs_folder))
        if run is not None:
            check_name(run, runs, name="run")
        self._state = DecisionState(DecisionForm(run or (runs[0] if runs else ""), impression or ""), runs, None)
        self._run: Run | None = None
        self._row: pl.DataFrame | None = None
        self._told: DecisionFacts | None = None
        self._drawn = 0
        super().__init__(store, self._state)
        if not runs:
            self.show(
                phase="refused", refusal="This store has no model yet: train one first, wb.panel('train', store)."
            )
        elif impression is None:
            self.show(phase="empty")
        else:
            self.in_background("Explaining the decision", self._explain)

    def python(self) -> str:
        """The calls that explain the decision."""
        form = self._state.form
        return (
            f"{self.opening()}\nrun = wb.open_run(store.runs_folder / {form.run!r})\n"
            f"rows = run.rows(ids=[{form.impression!r}])\nwb.explain(run, rows, {_BACKGROUND}).decision(0)"
        )

    def fallback(self) -> str:
        """The score and the contributions, without a value of the person."""
        answer = self._state.answer
        if answer is None:
            return html_block("Why did this person see this ad?", note="No decision was chosen.")
        rows = [[one.field, f"{one.value:+.3f}", f"{one.low:+.3f} to {one.high:+.3f}" if one.low is not None else None]
                for one in answer.contributions]  # fmt: skip
        return html_block(
            f"{answer.impression}: {answer.target} foreseen with {answer.score:.2%}",
            html_table(["field", "change of the logit", "95 % interval"], rows),
            note=f"{answer.value_function}. The fields' values are shown in an open panel only.",
        )

    def answer_again(self) -> None:
        """Explain the same decision with the data as it is now."""
        self._run = None
        self.in_background("Explaining the decision", self._explain)

    @answers(DecisionSettings)
    def settle(self, request: DecisionSettings) -> None:
        """Keep the settings, so that the code follows them."""
        self._keep_form(request.form)
        self.show(self._state, refusal=None)

    @answers(ExplainDecision)
    def explain(self, request: ExplainDecision) -> None:
        """Explain the impression that was named."""
        self._keep_form(request.form)
        if not request.form.impression.strip():
            raise InputError("impression is empty, must be an impression's id: type one, or take another at random")
        self.in_background("Explaining the decision", self._explain)

    @answers(AnotherDecision)
    def draw(self, request: AnotherDecision) -> None:  # noqa: ARG002 - it has no fields
        """Explain an impression of the run's held-out part, the next of a fixed order."""
        self._opened_run_name()
        self.in_background("Taking another decision", self._draw)

    @answers(ShowFacts)
    def facts(self, request: ShowFacts) -> None:  # noqa: ARG002 - it has no fields
        """Tell an open panel what no notebook keeps."""
        if self._told is not None:
            self.tell(self._told)

    @answers(Suppose)
    def suppose(self, request: Suppose) -> None:
        """Say what the score would be, were some fields of this row otherwise."""
        if self._run is None or self._row is None:
            raise InputError("no decision is shown yet: explain one first")
        changed = self._row
        for name, value in request.values.items():
            check_name(name, self._run.spec.names, name="field")
            kind = self._row.schema[name]
            try:
                changed = changed.with_columns(pl.lit(None if value == "" else value).cast(kind).alias(name))
            except pl.exceptions.PolarsError:
                raise InputError(f"field {name} is a number: type one, or leave it empty for unknown") from None
        self.tell(Supposed(dict(request.values), float(self._run.predict(changed)[0])))

    def _keep_form(self, form: DecisionForm) -> None:
        check_name(form.run, self._state.runs, name="run")
        self._state = replace(self._state, form=replace(form, impression=form.impression.strip()))

    def _opened_run_name(self) -> str:
        if not self._state.form.run:
            raise InputError("this store has no model yet: train one first, wb.panel('train', store)")
        return self._state.form.run

    def _open_run(self) -> "Run":
        from workbench.models.run import open_run

        name = self._opened_run_name()
        if self._run is None or self._run.id != name:
            self._run = open_run(self.store.runs_folder / name)
        return self._run

    def _draw(self) -> None:
        run = self._open_run()
        chosen = str(run.rows("test", n=1, seed=self._drawn)["impression_id"][0])
        self._drawn += 1
        self._state = replace(self._state, form=replace(self._state.form, impression=chosen))
        self._explain()

    def _explain(self) -> None:
        from workbench.explanation.explain import explain

        run = self._open_run()
        row = run.rows(ids=[self._state.form.impression])
        why = explain(run, row, _BACKGROUND)
        decision = why.decision(0)
        contributions = tuple(
            FieldContribution(one.field, one.value, *_ends(one.value, one.standard_error))
            for one in decision.contributions
        )
        answer = DecisionAnswer(
            decision.row_id,
            run.id,
            run.target,
            decision.probability,
            run.metrics.events / max(1, run.metrics.rows),
            decision.base,
            decision.output,
            float(why.additivity_error[0]),
            why.tolerance,
            why.method,
            why.value_function,
            contributions,
        )
        told = self._facts(run, row)
        with self._lock:
            self._row, self._told = row, told
            self._state = replace(self._state, answer=answer)
            self.show(self._state, phase="answer", working="")
        self.tell(told)

    def _facts(self, run: "Run", row: pl.DataFrame) -> DecisionFacts:
        shown = row.row(0, named=True)
        fields = tuple(
            DecisionField(
                field.name,
                field.source,
                "" if shown[field.name] is None else str(shown[field.name]),
                run.vocabulary.categories[field.name][:_MOST_CHOICES] if field.kind == "categorical" else (),
            )
            for field in run.spec
        )
        moment = "" if shown.get("ts") is None else shown["ts"].isoformat(timespec="minutes")
        copy, picture = self._creative(str(shown["impression_id"]))
        return DecisionFacts(str(shown["impression_id"]), moment, fields, copy, picture)

    def _creative(self, impression: str) -> tuple[str, str]:
        """The ad's copy, and its picture as base64; empty where the log has none."""
        store = self.store
        if not store.has("creatives") or "creative_id" not in store.columns("impressions"):
            return "", ""
        wanted = [name for name in ("text", "image") if name in store.columns("creatives")]
        one = store.lazy("impressions").filter(pl.col("impression_id") == impression).select("creative_id")
        found = one.join(store.lazy("creatives"), on="creative_id").select(wanted).head(1).collect()
        if found.is_empty():
            return "", ""
        row = found.row(0, named=True)
        picture = row.get("image")
        return row.get("text") or "", base64.b64encode(picture).decode() if picture else ""


def _ends(value: float, error: float) -> tuple[float | None, float | None]:
    return (value - 1.96 * error, value + 1.96 * error) if isfinite(error) else (None, None)
