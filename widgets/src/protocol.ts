// Generated from workbench/panels/protocol.py by `python -m workbench.panels.typescript`; change it there.

/** A job as a panel draws it. */
export interface JobView {
  readonly store: string;
  readonly id: string;
  readonly kind: string;
  readonly state: "running" | "stopping" | "done" | "stopped" | "refused" | "lost";
  readonly stage: string;
  readonly done: number;
  readonly total: number | null;
  readonly unit: string;
  readonly rate: number;
  readonly seconds_left: number | null;
  readonly message: string;
}

/** What every panel shows around its answer. */
export interface Frame {
  readonly phase: "empty" | "ready" | "working" | "answer" | "refused" | "stale";
  readonly refusal: string | null;
  readonly working: string;
  readonly job: JobView | null;
  readonly python: string;
  readonly answered: string | null;
  readonly store_name: string;
  readonly store_version: number;
}

/** Is the kernel there? It answers by sending `pong`. */
export interface Ping {
  readonly request: "Ping";
}

/** Stop the job at work. */
export interface StopJob {
  readonly request: "StopJob";
}

/** A figure and how far it can be trusted; ends are None where they cannot be told. */
export interface Interval {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** Take up the newest data and answer again. */
export interface Refresh {
  readonly request: "Refresh";
}

/** Where one column goes: a column of the file's table, an outcome, `field`, `pseudonym`, or empty: left out. */
export interface ColumnForm {
  readonly column: string;
  readonly target: string;
  readonly unit: string;
}

/** Where the columns of files of one kind go; an empty `table` leaves them out, `missing` cells are empty. */
export interface KindForm {
  readonly names: readonly string[];
  readonly inner: string;
  readonly table: string;
  readonly zone: string;
  readonly once: boolean;
  readonly missing: readonly string[];
  readonly columns: readonly ColumnForm[];
}

/** What the panel is set to; `kinds` counts for the source `generic` alone. */
export interface LoadForm {
  readonly source: string;
  readonly paths: readonly string[];
  readonly kinds: readonly KindForm[];
  readonly set_aside: number;
}

/** A column as its first rows look; `ones` is the share of ones of a column of 0 and 1. */
export interface ColumnLine {
  readonly name: string;
  readonly kind: "empty" | "flag" | "whole" | "number" | "time" | "category" | "text";
  readonly unit: string;
  readonly nulls: number;
  readonly distinct: number;
  readonly unique: boolean;
  readonly ones: number | null;
}

/** Files with the same columns, or one table of a DuckDB file; `rows` were looked at. */
export interface KindLine {
  readonly names: readonly string[];
  readonly inner: string;
  readonly rows: number;
  readonly columns: readonly ColumnLine[];
}

/** A file that was looked into; `rows` is exact for Parquet, an estimate for text, None where not known. */
export interface FileLine {
  readonly name: string;
  readonly size: number;
  readonly rows: number | null;
}

/** A log format; `share` of the columns it reads are in the files, None where that says nothing. */
export interface SourceLine {
  readonly name: string;
  readonly title: string;
  readonly share: number | null;
}

/** A table, and what a column of its rows may become. */
export interface TargetLine {
  readonly table: string;
  readonly targets: readonly string[];
  readonly times: readonly string[];
  readonly money: readonly string[];
}

/** What fills a column of the store, as the first rows have it. */
export interface MappedLine {
  readonly table: string;
  readonly column: string;
  readonly origin: string;
  readonly personal: boolean;
  readonly nulls: number;
  readonly distinct: number;
}

/** Rows set aside for one reason. */
export interface SetAside {
  readonly reason: string;
  readonly rows: number;
}

/** Rows of a table that were added, or would be, and those set aside. */
export interface TableLine {
  readonly table: string;
  readonly rows: number;
  readonly set_aside: readonly SetAside[];
}

/** What a dry run on the first rows says. */
export interface LoadCheck {
  readonly rows: number;
  readonly tables: readonly TableLine[];
  readonly mapped: readonly MappedLine[];
  readonly left_out: readonly string[];
  readonly passed_over: number;
}

/** What a load did; `bots` users look like bots, None where that cannot be told. */
export interface LoadAnswer {
  readonly files: number;
  readonly already_loaded: boolean;
  readonly version: number;
  readonly tables: readonly TableLine[];
  readonly bots: number | null;
  readonly notes: readonly string[];
}

/** State of the load panel; `problem` says why the files cannot be loaded as it is set. */
export interface LoadState {
  readonly form: LoadForm;
  readonly sources: readonly SourceLine[];
  readonly found: readonly string[];
  readonly files: readonly FileLine[];
  readonly kinds: readonly KindLine[];
  readonly targets: readonly TargetLine[];
  readonly zones: readonly string[];
  readonly formats: readonly string[];
  readonly checking: boolean;
  readonly check: LoadCheck | null;
  readonly problem: string;
  readonly answer: LoadAnswer | null;
}

/** Look into other files. */
export interface LookAt {
  readonly request: "LookAt";
  readonly paths: readonly string[];
}

/** The settings were changed; the first rows are checked again, nothing is loaded. */
export interface LoadSettings {
  readonly request: "LoadSettings";
  readonly form: LoadForm;
}

/** Load the files. */
export interface StartLoading {
  readonly request: "StartLoading";
  readonly form: LoadForm;
}

/** Say what cells look like, masked. */
export interface ShowSamples {
  readonly request: "ShowSamples";
}

/** A column of a kind of file, counted from 0, and at most three of its values or their shapes. */
export interface MaskedColumn {
  readonly kind: number;
  readonly column: string;
  readonly samples: readonly string[];
}

/** What cells look like, such that no person can be told from them; never kept with the notebook. */
export interface MaskedSamples {
  readonly told: "MaskedSamples";
  readonly columns: readonly MaskedColumn[];
}

/** What may be chosen of a training. */
export interface TrainForm {
  readonly model: string;
  readonly target: string;
  readonly device: string;
  readonly epochs: number | null;
  readonly seed: number;
  readonly name: string;
}

/** A field the model will see: whom it tells about, and how. */
export interface TrainField {
  readonly name: string;
  readonly source: string;
  readonly kind: string;
}

/** A run in the list of runs. */
export interface RunLine {
  readonly id: string;
  readonly model: string;
  readonly target: string;
  readonly made: string;
  readonly stopped: boolean;
  readonly auc: Interval | null;
}

/** A predictor on the test slice; `saved` is the log loss the run saves against it, None for the run itself. */
export interface Predictor {
  readonly name: string;
  readonly auc: Interval | null;
  readonly log_loss: Interval | null;
  readonly ratio: Interval | null;
  readonly saved: Interval | null;
}

/** How well a run foresees on its test slice. */
export interface TrainAnswer {
  readonly run: string;
  readonly model: string;
  readonly target: string;
  readonly stopped: boolean;
  readonly rows: number;
  readonly events: number;
  readonly people: number;
  readonly predictors: readonly Predictor[];
}

/** State of the train panel; `left_out` counts columns that are no fields. */
export interface TrainState {
  readonly form: TrainForm;
  readonly models: readonly string[];
  readonly targets: readonly string[];
  readonly devices: readonly string[];
  readonly fields: readonly TrainField[];
  readonly left_out: number;
  readonly runs: readonly RunLine[];
  readonly answer: TrainAnswer | null;
}

/** A moment of training: rows seen, and losses in nats. */
export interface CurvePoint {
  readonly rows: number;
  readonly train_loss: number | null;
  readonly valid_loss: number | null;
  readonly valid_auc: number | null;
}

/** Rows of like prediction: what was foreseen and what came. */
export interface ReliabilityBin {
  readonly rows: number;
  readonly predicted: number;
  readonly observed: number;
  readonly low: number;
  readonly high: number;
}

/** The settings were changed. */
export interface TrainSettings {
  readonly request: "TrainSettings";
  readonly form: TrainForm;
}

/** Train with these settings. */
export interface StartTraining {
  readonly request: "StartTraining";
  readonly form: TrainForm;
}

/** Show another run. */
export interface ChooseRun {
  readonly request: "ChooseRun";
  readonly run: string;
}

/** Which decision of which model. */
export interface DecisionForm {
  readonly run: string;
  readonly impression: string;
}

/** What a field added to the logit, with its 95 % interval over background rows; ends are None where none is. */
export interface FieldContribution {
  readonly field: string;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** One decision explained, without a value of the person; `average` is the events' share in the test slice. */
export interface DecisionAnswer {
  readonly impression: string;
  readonly run: string;
  readonly target: string;
  readonly score: number;
  readonly average: number;
  readonly base: number;
  readonly output: number;
  readonly additivity_error: number;
  readonly tolerance: number;
  readonly method: string;
  readonly value_function: string;
  readonly contributions: readonly FieldContribution[];
}

/** State of the decision panel. */
export interface DecisionState {
  readonly form: DecisionForm;
  readonly runs: readonly string[];
  readonly answer: DecisionAnswer | null;
}

/** A field of this row; `choices` are the values the model knows of a category, none for a number. */
export interface DecisionField {
  readonly name: string;
  readonly source: string;
  readonly shown: string;
  readonly choices: readonly string[];
}

/** What the row holds, and the ad as it looked: told to an open panel alone. `picture` is a PNG as base64. */
export interface DecisionFacts {
  readonly told: "DecisionFacts";
  readonly impression: string;
  readonly moment: string;
  readonly fields: readonly DecisionField[];
  readonly copy: string;
  readonly picture: string;
}

/** The score were some fields otherwise. */
export interface Supposed {
  readonly told: "Supposed";
  readonly values: Readonly<Record<string, string>>;
  readonly score: number;
}

/** The settings were changed. */
export interface DecisionSettings {
  readonly request: "DecisionSettings";
  readonly form: DecisionForm;
}

/** Explain this decision. */
export interface ExplainDecision {
  readonly request: "ExplainDecision";
  readonly form: DecisionForm;
}

/** Take another decision of the held-out part. */
export interface AnotherDecision {
  readonly request: "AnotherDecision";
}

/** Tell what no notebook keeps. */
export interface ShowFacts {
  readonly request: "ShowFacts";
}

/** What would the score be with these values? Empty text stands for unknown. */
export interface Suppose {
  readonly request: "Suppose";
  readonly values: Readonly<Record<string, string>>;
}

/** Whose data is protected, and how much may ever be told: fixed once, before the first release. */
export interface BudgetTerms {
  readonly unit: string;
  readonly epsilon: number | null;
  readonly delta: number | null;
}

/** The budget in force. */
export interface BudgetView {
  readonly unit: string;
  readonly epsilon: number;
  readonly delta: number;
  readonly spent: number;
}

/** A measure; `column` and its bounds are those of a sum, `top` and `bottom` name the measures of a ratio. */
export interface MeasureForm {
  readonly name: string;
  readonly kind: "count" | "count_users" | "sum" | "ratio";
  readonly column: string;
  readonly low: number | null;
  readonly high: number | null;
  readonly top: string;
  readonly bottom: string;
}

/** A question; `keys` names public domains, `epsilon` is what it may spend, None a tenth of the budget. */
export interface PrivateForm {
  readonly table: string;
  readonly where: string;
  readonly keys: readonly string[];
  readonly limit: number | null;
  readonly epsilon: number | null;
  readonly measures: readonly MeasureForm[];
}

/** A table that can be asked about: its columns, and those that can be summed. */
export interface PrivateTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly sums: readonly string[];
}

/** A public domain: its column, and how many values it has. */
export interface DomainLine {
  readonly name: string;
  readonly column: string;
  readonly values: number;
}

/** Half-width of the 95 % interval in every cell, in the unit shown. */
export interface MeasureError {
  readonly measure: string;
  readonly error: number;
}

/** What the question would spend; `free` where it was charged before, `more` how many like it fit after it. */
export interface PrivatePrice {
  readonly epsilon: number;
  readonly epsilon_after: number;
  readonly allowed: boolean;
  readonly free: boolean;
  readonly more: number;
  readonly cells: number;
  readonly errors: readonly MeasureError[];
}

/** What was drawn under a name; `column`, bounds and `currency` are a sum's, `top` and `bottom` a ratio's. */
export interface MeasureView {
  readonly name: string;
  readonly kind: "count" | "count_users" | "sum" | "ratio";
  readonly column: string;
  readonly low: number;
  readonly high: number;
  readonly currency: string;
  readonly top: string;
  readonly bottom: string;
}

/** What a release is about; `keys` are columns, `where` is in words, as it was asked. */
export interface SubjectView {
  readonly table: string;
  readonly unit: string;
  readonly limit: number;
  readonly where: string;
  readonly keys: readonly string[];
  readonly measures: readonly MeasureView[];
}

/** A release; `shown` counts the cells that the panel draws. */
export interface PrivateAnswer {
  readonly release: string;
  readonly subject: SubjectView;
  readonly cells: number;
  readonly shown: number;
  readonly epsilon: number;
  readonly delta: number;
  readonly version: number;
}

/** Something the ledger has seen; `release` names what can be shown again, empty where nothing can. */
export interface HistoryLine {
  readonly at: string;
  readonly who: string;
  readonly kind: "budget" | "raise" | "release" | "charge";
  readonly epsilon: number;
  readonly release: string;
  readonly subject: SubjectView | null;
  readonly reason: string;
}

/** State of the private view panel; `problem` says why the question as it stands has no price. */
export interface PrivateViewState {
  readonly terms: BudgetTerms;
  readonly units: readonly string[];
  readonly budget: BudgetView | null;
  readonly form: PrivateForm;
  readonly tables: readonly PrivateTable[];
  readonly domains: readonly DomainLine[];
  readonly price: PrivatePrice | null;
  readonly problem: string;
  readonly answer: PrivateAnswer | null;
  readonly history: readonly HistoryLine[];
}

/** A figure of a release with its 95 % interval; None reads "no data". Cells come in order, measure by measure. */
export interface ReleasedCell {
  readonly cell: string;
  readonly measure: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** The terms were changed; nothing is fixed. */
export interface PrivateTerms {
  readonly request: "PrivateTerms";
  readonly terms: BudgetTerms;
}

/** Fix unit and budget for good. */
export interface FixBudget {
  readonly request: "FixBudget";
  readonly terms: BudgetTerms;
}

/** The question was changed; nothing is spent. */
export interface PrivateSettings {
  readonly request: "PrivateSettings";
  readonly form: PrivateForm;
}

/** Release the answer, at the price that was shown. */
export interface ReleaseView {
  readonly request: "ReleaseView";
  readonly form: PrivateForm;
  readonly epsilon: number;
}

/** Show an earlier release again. */
export interface ShowRelease {
  readonly request: "ShowRelease";
  readonly release: string;
}

/** What may be chosen of a report; values of parameters are text, as typed, empty where the default stands. */
export interface ReportForm {
  readonly template: string;
  readonly audience: string;
  readonly run: string;
  readonly out: string;
  readonly values: Readonly<Record<string, string>>;
}

/** A value that a template takes, with its default. */
export interface Parameter {
  readonly name: string;
  readonly default: string;
}

/** A part that a shared report names instead of showing. */
export interface Withheld {
  readonly cell: number | null;
  readonly what: string;
  readonly why: string;
}

/** A report that was made; `size` is in bytes, None where the page is gone. */
export interface ReportAnswer {
  readonly audience: string;
  readonly name: string;
  readonly shown: string;
  readonly path: string;
  readonly size: number | null;
  readonly withheld: readonly Withheld[];
}

/** State of the report panel. */
export interface ReportState {
  readonly form: ReportForm;
  readonly templates: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly runs: readonly string[];
  readonly answer: ReportAnswer | null;
}

/** The settings were changed. */
export interface ReportSettings {
  readonly request: "ReportSettings";
  readonly form: ReportForm;
}

/** Make the report with these settings. */
export interface MakeReport {
  readonly request: "MakeReport";
  readonly form: ReportForm;
}
