// Browser half of workbench/panels/train.py: settings at the left, the answer and its evidence at the right.
import { Lines } from "./chart/lines";
import { Reliability } from "./chart/reliability";
import messages from "./messages/train.json";
import { Choice, Entry, useForm } from "./panel/controls";
import { interval } from "./panel/figures";
import { type PanelProps, panel } from "./panel/shell";
import { Table } from "./panel/table";
import type { ChooseRun, CurvePoint, Interval, Predictor, Refresh, ReliabilityBin, RunLine, StartTraining, TrainAnswer, TrainSettings, TrainState } from "./protocol";

type Ask = TrainSettings | StartTraining | ChooseRun | Refresh;
type Key = keyof typeof messages;
type Props = PanelProps<TrainState, Ask, Key>;

function Body(props: Props) {
  const { state, frame, text } = props;
  return (
    <div class="wb-columns">
      <Settings {...props} />
      <div>
        {state.answer ? <Answer answer={state.answer} text={text} /> : frame.phase === "empty" && <p>{text.say("empty")}</p>}
        <Curves {...props} />
        {state.answer && (
          <>
            <Predictors answer={state.answer} text={text} />
            <Reliability bins={props.rows<ReliabilityBin>("reliability")} text={text} say={text.say} />
          </>
        )}
        {state.runs.length > 1 && <Runs {...props} />}
      </div>
    </div>
  );
}

function Settings({ state, frame, text, ask }: Props) {
  const [form, change] = useForm(state.form, (form) => ask({ request: "TrainSettings", form }));
  const working = frame.job?.state === "running" || frame.job?.state === "stopping";
  const named = (kind: "model" | "target" | "device", names: readonly string[]) => names.map((name) => [name, text.say(`${kind}.${name}` as Key)] as const);
  const whole = (typed: string) => (/^\d+$/.test(typed) ? Number(typed) : null);
  return (
    <form
      class="wb-controls"
      onSubmit={(event) => {
        event.preventDefault();
        if (!working) ask({ request: "StartTraining", form });
      }}
    >
      <Choice label={text.say("model")} value={form.model} options={named("model", state.models)} onChange={(model) => change({ model })} />
      <Choice label={text.say("target")} value={form.target} options={named("target", state.targets)} onChange={(target) => change({ target })} />
      <Choice label={text.say("device")} value={form.device} options={named("device", state.devices)} onChange={(device) => change({ device })} />
      <Entry label={text.say("epochs")} note={text.say("epochs.note")} type="number" min={1} value={String(form.epochs ?? "")} onChange={(typed) => change({ epochs: whole(typed) })} />
      <Entry label={text.say("seed")} type="number" min={0} value={String(form.seed)} onChange={(typed) => change({ seed: whole(typed) ?? 0 })} />
      <Entry label={text.say("name")} note={text.say("name.note")} value={form.name} onChange={(name) => change({ name })} />
      <button type="submit" class="wb-main" disabled={working}>
        {text.say("start")}
      </button>
      {state.fields.length > 0 && (
        <details>
          <summary>{text.say("fields", { n: state.fields.length })}</summary>
          {(["user", "ad", "context"] as const).map((source) => (
            <p key={source}>
              <b>{text.say(`source.${source}`)}</b> {state.fields.filter((field) => field.source === source).map((field) => field.name).join(", ") || text.say("none")}
            </p>
          ))}
          <p class="wb-note">{text.say("fields.note", { n: state.left_out })}</p>
        </details>
      )}
    </form>
  );
}

function Answer({ answer, text }: { answer: TrainAnswer; text: Props["text"] }) {
  const [own, ...others] = answer.predictors;
  const rival = others.find((one) => one.name === "lightgbm") ?? others[0];
  if (!own?.auc) return <p class="wb-answer">{text.say("auc.none")}</p>;
  const counts = { run: answer.run, rows: text.number(answer.rows), people: text.number(answer.people), events: text.number(answer.events) };
  return (
    <>
      <p class="wb-answer">
        {[text.say("auc", { figure: interval(own.auc, text, 3) }), ...(rival ? [versus(own, rival, text)] : []), ...(own.ratio ? [text.say("calibrated", { figure: interval(own.ratio, text, 2) })] : [])].join(" · ")}
      </p>
      <p>{text.say("plain", { figure: text.percent(own.auc.value) })}</p>
      <p class="wb-note">
        {text.say(answer.people ? "about" : "about.nobody", counts)} {answer.stopped && text.say("stopped.early")}
      </p>
    </>
  );
}

/** Better or worse only where the interval leaves no doubt. */
function versus(own: Predictor, rival: Predictor, text: Props["text"]): string {
  const name = text.say(`model.${rival.name}` as Key);
  const { saved, log_loss } = rival;
  if (!saved || saved.low === null || saved.high === null || !log_loss || !own.log_loss) return text.say("versus.same", { name });
  const share = text.percent(Math.abs(saved.value) / log_loss.value);
  if (saved.low > 0) return text.say("versus.better", { name, saved: share });
  if (saved.high < 0) return text.say("versus.worse", { name, saved: share });
  return text.say("versus.same", { name });
}

function Curves({ rows, text }: Props) {
  const points = rows<CurvePoint>("curve");
  if (points.length < 2) return null;
  const line = (name: "train_loss" | "valid_loss" | "valid_auc") =>
    points.flatMap((point) => (point[name] === null || point[name] === undefined ? [] : [[point.rows, point[name]] as [number, number]]));
  return (
    <div class="wb-pair">
      <Lines
        name={text.say("curve")}
        across={text.say("curve.rows")}
        text={text}
        digits={4}
        lines={[
          { name: text.say("curve.train"), points: line("train_loss") },
          { name: text.say("curve.valid"), points: line("valid_loss") },
        ]}
      />
      <Lines name={text.say("curve.auc")} across={text.say("curve.rows")} text={text} lines={[{ name: text.say("curve.valid"), points: line("valid_auc") }]} />
    </div>
  );
}

function Predictors({ answer, text }: { answer: TrainAnswer; text: Props["text"] }) {
  const shown = (figure: Interval | null, digits: number) => (figure ? interval(figure, text, digits) : "–");
  return (
    <>
      <h3>{text.say("predictors")}</h3>
      <Table
        text={text}
        caption={text.say("predictors")}
        heads={[text.say("predictor"), "AUC", text.say("log_loss"), text.say("ratio"), text.say("saved")]}
        rows={answer.predictors.map((one) => [text.say(`model.${one.name}` as Key), shown(one.auc, 3), shown(one.log_loss, 4), shown(one.ratio, 2), shown(one.saved, 4)])}
      />
    </>
  );
}

function Runs({ state, text, ask }: Props) {
  const button = (run: RunLine) =>
    run.id === state.answer?.run ? (
      text.say("runs.shown")
    ) : (
      <button type="button" aria-label={`${text.say("runs.show")} ${run.id}`} onClick={() => ask({ request: "ChooseRun", run: run.id })}>
        {text.say("runs.show")}
      </button>
    );
  return (
    <>
      <h3>{text.say("runs")}</h3>
      <Table
        text={text}
        caption={text.say("runs")}
        heads={[text.say("run"), text.say("model"), text.say("target"), "AUC", text.say("made"), text.say("runs.show")]}
        rows={state.runs.map((run) => [run.id, text.say(`model.${run.model}` as Key), text.say(`target.${run.target}` as Key), run.auc ? interval(run.auc, text, 3) : "–", run.made, button(run)])}
      />
    </>
  );
}

export default panel<TrainState, Ask, Exclude<Key, "title">>({ messages, Body, refreshing: { request: "Refresh" } });
