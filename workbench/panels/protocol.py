"""The contract between the two halves of every panel, from which `widgets/src/protocol.ts` is generated.

A panel's state is plain JSON and may be saved with a notebook, so it holds names, settings, aggregates and ids, never a
person's row. Larger figures travel beside it as Arrow streams, one a name; their columns are written here as a `Row`.
What concerns one person travels as a `Told` message, which no notebook keeps. The browser answers with a `Request`,
named and typed, never with SQL.

After a change: `python -m workbench.panels.typescript`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "AnotherDecision",
    "BudgetTerms",
    "BudgetView",
    "ChooseRun",
    "ColumnForm",
    "ColumnLine",
    "CurvePoint",
    "DecisionAnswer",
    "DecisionFacts",
    "DecisionField",
    "DecisionForm",
    "DecisionSettings",
    "DecisionState",
    "DomainLine",
    "ExplainDecision",
    "FieldContribution",
    "FileLine",
    "FixBudget",
    "Frame",
    "HistoryLine",
    "Interval",
    "JobView",
    "KindForm",
    "KindLine",
    "LoadAnswer",
    "LoadCheck",
    "LoadForm",
    "LoadSettings",
    "LoadState",
    "LookAt",
    "MakeReport",
    "MappedLine",
    "MaskedColumn",
    "MaskedSamples",
    "MeasureError",
    "MeasureForm",
    "MeasureView",
    "Parameter",
    "Ping",
    "Predictor",
    "PrivateAnswer",
    "PrivateForm",
    "PrivatePrice",
    "PrivateSettings",
    "PrivateTable",
    "PrivateTerms",
    "PrivateViewState",
    "Refresh",
    "ReleaseView",
    "ReleasedCell",
    "ReliabilityBin",
    "ReportAnswer",
    "ReportForm",
    "ReportSettings",
    "ReportState",
    "Request",
    "Row",
    "RunLine",
    "SetAside",
    "ShowFacts",
    "ShowRelease",
    "ShowSamples",
    "SourceLine",
    "StartLoading",
    "StartTraining",
    "StopJob",
    "SubjectView",
    "Suppose",
    "Supposed",
    "TableLine",
    "TargetLine",
    "Told",
    "TrainAnswer",
    "TrainField",
    "TrainForm",
    "TrainSettings",
    "TrainState",
    "Withheld",
]

Phase = Literal["empty", "ready", "working", "answer", "refused", "stale"]
JobState = Literal["running", "stopping", "done", "stopped", "refused", "lost"]


class Request:
    """What the browser asks of the kernel; the class's name is the request's."""


class Row:
    """Columns of an Arrow stream; one object a row in the browser."""


class Told:
    """What the kernel tells an open panel and no notebook keeps; the class's name is the message's."""


# What all panels share


@dataclass(frozen=True)
class JobView:
    """A job as a panel draws it.

    Attributes:
        store: Folder of the store.
        id: The job's id.
        kind: The command it runs, for example `train`.
        state: How it stands.
        stage: What it is doing.
        done: Units finished in this stage.
        total: Units of this stage; None where not known.
        unit: What is counted.
        rate: Units a second.
        seconds_left: Seconds to the stage's end; None where it cannot be said.
        message: What there is to say of its end.
    """

    store: str
    id: str
    kind: str
    state: JobState
    stage: str
    done: int
    total: int | None
    unit: str
    rate: float
    seconds_left: float | None
    message: str


@dataclass(frozen=True)
class Frame:
    """What every panel shows around its answer.

    Attributes:
        phase: Where the panel stands.
        refusal: Why the last request was refused, and what to do; None where it was not.
        working: What is being done where no job does it; empty where nothing is.
        job: The job at work, or the last one; None where there was none.
        python: The calls that do what the panel's settings do.
        answered: When the answer was found, ISO 8601 in UTC; None before.
        store_name: Name of the store's folder.
        store_version: Version of the store the answer speaks of.
    """

    phase: Phase
    refusal: str | None
    working: str
    job: JobView | None
    python: str
    answered: str | None
    store_name: str
    store_version: int


@dataclass(frozen=True)
class Ping(Request):
    """Is the kernel there? It answers by sending `pong`."""


@dataclass(frozen=True)
class StopJob(Request):
    """Stop the job at work."""


@dataclass(frozen=True)
class Interval:
    """A figure and how far it can be trusted; ends are None where they cannot be told."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Refresh(Request):
    """Take up the newest data and answer again."""


# Load

# Load


@dataclass(frozen=True)
class ColumnForm:
    """Where one column goes: a column of the file's table, an outcome, `field`, `pseudonym`, or empty: left out."""

    column: str
    target: str
    unit: str


@dataclass(frozen=True)
class KindForm:
    """Where the columns of files of one kind go; an empty `table` leaves them out, `missing` cells are empty."""

    names: tuple[str, ...]
    inner: str
    table: str
    zone: str
    once: bool
    missing: tuple[str, ...]
    columns: tuple[ColumnForm, ...]


@dataclass(frozen=True)
class LoadForm:
    """What the panel is set to; `kinds` counts for the source `generic` alone."""

    source: str
    paths: tuple[str, ...]
    kinds: tuple[KindForm, ...]
    set_aside: float


@dataclass(frozen=True)
class ColumnLine:
    """A column as its first rows look; `ones` is the share of ones of a column of 0 and 1."""

    name: str
    kind: Literal["empty", "flag", "whole", "number", "time", "category", "text"]
    unit: str
    nulls: float
    distinct: int
    unique: bool
    ones: float | None


@dataclass(frozen=True)
class KindLine:
    """Files with the same columns, or one table of a DuckDB file; `rows` were looked at."""

    names: tuple[str, ...]
    inner: str
    rows: int
    columns: tuple[ColumnLine, ...]


@dataclass(frozen=True)
class FileLine:
    """A file that was looked into; `rows` is exact for Parquet, an estimate for text, None where not known."""

    name: str
    size: int
    rows: int | None


@dataclass(frozen=True)
class SourceLine:
    """A log format; `share` of the columns it reads are in the files, None where that says nothing."""

    name: str
    title: str
    share: float | None


@dataclass(frozen=True)
class TargetLine:
    """A table, and what a column of its rows may become."""

    table: str
    targets: tuple[str, ...]
    times: tuple[str, ...]
    money: tuple[str, ...]


@dataclass(frozen=True)
class MappedLine:
    """What fills a column of the store, as the first rows have it."""

    table: str
    column: str
    origin: str
    personal: bool
    nulls: float
    distinct: int


@dataclass(frozen=True)
class SetAside:
    """Rows set aside for one reason."""

    reason: str
    rows: int


@dataclass(frozen=True)
class TableLine:
    """Rows of a table that were added, or would be, and those set aside."""

    table: str
    rows: int
    set_aside: tuple[SetAside, ...]


@dataclass(frozen=True)
class LoadCheck:
    """What a dry run on the first rows says."""

    rows: int
    tables: tuple[TableLine, ...]
    mapped: tuple[MappedLine, ...]
    left_out: tuple[str, ...]
    passed_over: int


@dataclass(frozen=True)
class LoadAnswer:
    """What a load did; `bots` users look like bots, None where that cannot be told."""

    files: int
    already_loaded: bool
    version: int
    tables: tuple[TableLine, ...]
    bots: int | None
    notes: tuple[str, ...]


@dataclass(frozen=True)
class LoadState:
    """State of the load panel; `problem` says why the files cannot be loaded as it is set.

    While `checking`, check and problem are those of earlier settings.
    """

    form: LoadForm
    sources: tuple[SourceLine, ...]
    found: tuple[str, ...]
    files: tuple[FileLine, ...]
    kinds: tuple[KindLine, ...]
    targets: tuple[TargetLine, ...]
    zones: tuple[str, ...]
    formats: tuple[str, ...]
    checking: bool
    check: LoadCheck | None
    problem: str
    answer: LoadAnswer | None


@dataclass(frozen=True)
class LookAt(Request):
    """Look into other files."""

    paths: tuple[str, ...]


@dataclass(frozen=True)
class LoadSettings(Request):
    """The settings were changed; the first rows are checked again, nothing is loaded."""

    form: LoadForm


@dataclass(frozen=True)
class StartLoading(Request):
    """Load the files."""

    form: LoadForm


@dataclass(frozen=True)
class ShowSamples(Request):
    """Say what cells look like, masked."""


@dataclass(frozen=True)
class MaskedColumn:
    """A column of a kind of file, counted from 0, and at most three of its values or their shapes."""

    kind: int
    column: str
    samples: tuple[str, ...]


@dataclass(frozen=True)
class MaskedSamples(Told):
    """What cells look like, such that no person can be told from them; never kept with the notebook."""

    columns: tuple[MaskedColumn, ...]


# Train


@dataclass(frozen=True)
class TrainForm:
    """What may be chosen of a training."""

    model: str
    target: str
    device: str
    epochs: int | None
    seed: int
    name: str


@dataclass(frozen=True)
class TrainField:
    """A field the model will see: whom it tells about, and how."""

    name: str
    source: str
    kind: str


@dataclass(frozen=True)
class RunLine:
    """A run in the list of runs."""

    id: str
    model: str
    target: str
    made: str
    stopped: bool
    auc: Interval | None


@dataclass(frozen=True)
class Predictor:
    """A predictor on the test slice; `saved` is the log loss the run saves against it, None for the run itself."""

    name: str
    auc: Interval | None
    log_loss: Interval | None
    ratio: Interval | None
    saved: Interval | None


@dataclass(frozen=True)
class TrainAnswer:
    """How well a run foresees on its test slice."""

    run: str
    model: str
    target: str
    stopped: bool
    rows: int
    events: int
    people: int
    predictors: tuple[Predictor, ...]


@dataclass(frozen=True)
class TrainState:
    """State of the train panel; `left_out` counts columns that are no fields."""

    form: TrainForm
    models: tuple[str, ...]
    targets: tuple[str, ...]
    devices: tuple[str, ...]
    fields: tuple[TrainField, ...]
    left_out: int
    runs: tuple[RunLine, ...]
    answer: TrainAnswer | None


@dataclass(frozen=True)
class CurvePoint(Row):
    """A moment of training: rows seen, and losses in nats."""

    rows: float
    train_loss: float | None
    valid_loss: float | None
    valid_auc: float | None


@dataclass(frozen=True)
class ReliabilityBin(Row):
    """Rows of like prediction: what was foreseen and what came."""

    rows: int
    predicted: float
    observed: float
    low: float
    high: float


@dataclass(frozen=True)
class TrainSettings(Request):
    """The settings were changed."""

    form: TrainForm


@dataclass(frozen=True)
class StartTraining(Request):
    """Train with these settings."""

    form: TrainForm


@dataclass(frozen=True)
class ChooseRun(Request):
    """Show another run."""

    run: str


# Decision


@dataclass(frozen=True)
class DecisionForm:
    """Which decision of which model."""

    run: str
    impression: str


@dataclass(frozen=True)
class FieldContribution:
    """What a field added to the logit, with its 95 % interval over background rows; ends are None where none is."""

    field: str
    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class DecisionAnswer:
    """One decision explained, without a value of the person; `average` is the events' share in the test slice."""

    impression: str
    run: str
    target: str
    score: float
    average: float
    base: float
    output: float
    additivity_error: float
    tolerance: float
    method: str
    value_function: str
    contributions: tuple[FieldContribution, ...]


@dataclass(frozen=True)
class DecisionState:
    """State of the decision panel."""

    form: DecisionForm
    runs: tuple[str, ...]
    answer: DecisionAnswer | None


@dataclass(frozen=True)
class DecisionField:
    """A field of this row; `choices` are the values the model knows of a category, none for a number."""

    name: str
    source: str
    shown: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class DecisionFacts(Told):
    """What the row holds, and the ad as it looked: told to an open panel alone. `picture` is a PNG as base64."""

    impression: str
    moment: str
    fields: tuple[DecisionField, ...]
    copy: str
    picture: str


@dataclass(frozen=True)
class Supposed(Told):
    """The score were some fields otherwise."""

    values: Mapping[str, str]
    score: float


@dataclass(frozen=True)
class DecisionSettings(Request):
    """The settings were changed."""

    form: DecisionForm


@dataclass(frozen=True)
class ExplainDecision(Request):
    """Explain this decision."""

    form: DecisionForm


@dataclass(frozen=True)
class AnotherDecision(Request):
    """Take another decision of the held-out part."""


@dataclass(frozen=True)
class ShowFacts(Request):
    """Tell what no notebook keeps."""


@dataclass(frozen=True)
class Suppose(Request):
    """What would the score be with these values? Empty text stands for unknown."""

    values: Mapping[str, str]


# Private view


@dataclass(frozen=True)
class BudgetTerms:
    """Whose data is protected, and how much may ever be told: fixed once, before the first release."""

    unit: str
    epsilon: float | None
    delta: float | None


@dataclass(frozen=True)
class BudgetView:
    """The budget in force."""

    unit: str
    epsilon: float
    delta: float
    spent: float


@dataclass(frozen=True)
class MeasureForm:
    """A measure; `column` and its bounds are those of a sum, `top` and `bottom` name the measures of a ratio."""

    name: str
    kind: Literal["count", "count_users", "sum", "ratio"]
    column: str
    low: float | None
    high: float | None
    top: str
    bottom: str


@dataclass(frozen=True)
class PrivateForm:
    """A question; `keys` names public domains, `epsilon` is what it may spend, None a tenth of the budget.

    `limit` is None while nobody has said how many rows of a person count; such a question has no price.
    """

    table: str
    where: str
    keys: tuple[str, ...]
    limit: int | None
    epsilon: float | None
    measures: tuple[MeasureForm, ...]


@dataclass(frozen=True)
class PrivateTable:
    """A table that can be asked about: its columns, and those that can be summed."""

    name: str
    columns: tuple[str, ...]
    sums: tuple[str, ...]


@dataclass(frozen=True)
class DomainLine:
    """A public domain: its column, and how many values it has."""

    name: str
    column: str
    values: int


@dataclass(frozen=True)
class MeasureError:
    """Half-width of the 95 % interval in every cell, in the unit shown."""

    measure: str
    error: float


@dataclass(frozen=True)
class PrivatePrice:
    """What the question would spend; `free` where it was charged before, `more` how many like it fit after it."""

    epsilon: float
    epsilon_after: float
    allowed: bool
    free: bool
    more: int
    cells: int
    errors: tuple[MeasureError, ...]


@dataclass(frozen=True)
class MeasureView:
    """What was drawn under a name; `column`, bounds and `currency` are a sum's, `top` and `bottom` a ratio's."""

    name: str
    kind: Literal["count", "count_users", "sum", "ratio"]
    column: str
    low: float
    high: float
    currency: str
    top: str
    bottom: str


@dataclass(frozen=True)
class SubjectView:
    """What a release is about; `keys` are columns, `where` is in words, as it was asked."""

    table: str
    unit: str
    limit: int
    where: str
    keys: tuple[str, ...]
    measures: tuple[MeasureView, ...]


@dataclass(frozen=True)
class PrivateAnswer:
    """A release; `shown` counts the cells that the panel draws."""

    release: str
    subject: SubjectView
    cells: int
    shown: int
    epsilon: float
    delta: float
    version: int


@dataclass(frozen=True)
class HistoryLine:
    """Something the ledger has seen; `release` names what can be shown again, empty where nothing can.

    `epsilon` is what a budget allows and what the rest spent; a `charge` was paid for and never shown.
    """

    at: str
    who: str
    kind: Literal["budget", "raise", "release", "charge"]
    epsilon: float
    release: str
    subject: SubjectView | None
    reason: str


@dataclass(frozen=True)
class PrivateViewState:
    """State of the private view panel; `problem` says why the question as it stands has no price."""

    terms: BudgetTerms
    units: tuple[str, ...]
    budget: BudgetView | None
    form: PrivateForm
    tables: tuple[PrivateTable, ...]
    domains: tuple[DomainLine, ...]
    price: PrivatePrice | None
    problem: str
    answer: PrivateAnswer | None
    history: tuple[HistoryLine, ...]


@dataclass(frozen=True)
class ReleasedCell(Row):
    """A figure of a release with its 95 % interval; None reads "no data". Cells come in order, measure by measure."""

    cell: str
    measure: str
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class PrivateTerms(Request):
    """The terms were changed; nothing is fixed."""

    terms: BudgetTerms


@dataclass(frozen=True)
class FixBudget(Request):
    """Fix unit and budget for good."""

    terms: BudgetTerms


@dataclass(frozen=True)
class PrivateSettings(Request):
    """The question was changed; nothing is spent."""

    form: PrivateForm


@dataclass(frozen=True)
class ReleaseView(Request):
    """Release the answer, at the price that was shown."""

    form: PrivateForm
    epsilon: float


@dataclass(frozen=True)
class ShowRelease(Request):
    """Show an earlier release again."""

    release: str


# Report


@dataclass(frozen=True)
class ReportForm:
    """What may be chosen of a report; values of parameters are text, as typed, empty where the default stands."""

    template: str
    audience: str
    run: str
    out: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Parameter:
    """A value that a template takes, with its default."""

    name: str
    default: str


@dataclass(frozen=True)
class Withheld:
    """A part that a shared report names instead of showing."""

    cell: int | None
    what: str
    why: str


@dataclass(frozen=True)
class ReportAnswer:
    """A report that was made; `size` is in bytes, None where the page is gone."""

    audience: str
    name: str
    shown: str
    path: str
    size: int | None
    withheld: tuple[Withheld, ...]


@dataclass(frozen=True)
class ReportState:
    """State of the report panel."""

    form: ReportForm
    templates: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    runs: tuple[str, ...]
    answer: ReportAnswer | None


@dataclass(frozen=True)
class ReportSettings(Request):
    """The settings were changed."""

    form: ReportForm


@dataclass(frozen=True)
class MakeReport(Request):
    """Make the report with these settings."""

    form: ReportForm
