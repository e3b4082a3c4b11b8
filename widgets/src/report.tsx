// Browser half of workbench/panels/report.py: what to send and to whom, then what it holds back.
import messages from "./messages/report.json";
import { Choice, Entry, useForm } from "./panel/controls";
import { host } from "./panel/lab";
import { type PanelProps, panel } from "./panel/shell";
import { Table } from "./panel/table";
import type { MakeReport, Refresh, ReportAnswer, ReportSettings, ReportState } from "./protocol";

type Ask = ReportSettings | MakeReport | Refresh;
type Key = keyof typeof messages;
type Props = PanelProps<ReportState, Ask, Key>;

function Body(props: Props) {
  const { state, text } = props;
  return (
    <div class="wb-columns">
      <Settings {...props} />
      <div>{state.answer ? <Answer answer={state.answer} text={text} /> : <p>{text.say("empty")}</p>}</div>
    </div>
  );
}

function Settings({ state, frame, text, ask }: Props) {
  const [form, change] = useForm(state.form, (form) => ask({ request: "ReportSettings", form }));
  const working = frame.job?.state === "running" || frame.job?.state === "stopping";
  return (
    <form
      class="wb-controls"
      onSubmit={(event) => {
        event.preventDefault();
        if (!working) ask({ request: "MakeReport", form });
      }}
    >
      <Choice label={text.say("template")} value={form.template} options={state.templates.map((name) => [name, name])} onChange={(template) => change({ template })} />
      <fieldset class="wb-group">
        <legend class="wb-label">{text.say("audience")}</legend>
        {(["shared", "internal"] as const).map((audience) => (
          <label key={audience} class="wb-check">
            <input type="radio" name={`audience-${frame.store_name}`} checked={form.audience === audience} onChange={() => change({ audience })} /> {text.say(`audience.${audience}`)}
          </label>
        ))}
        <span class="wb-note">{text.say(form.audience === "shared" ? "shared.note" : "internal.note")}</span>
      </fieldset>
      <Choice label={text.say("run")} value={form.run} options={[["", text.say("run.none")], ...state.runs.map((run) => [run, run] as const)]} onChange={(run) => change({ run })} />
      <Entry label={text.say("out")} value={form.out} onChange={(out) => change({ out })} />
      {state.parameters.length > 0 && (
        <details>
          <summary>{text.say("parameters")}</summary>
          {state.parameters.map((one) => (
            <Entry
              key={one.name}
              label={one.name}
              value={form.values[one.name] ?? ""}
              placeholder={one.default}
              onChange={(value) => change({ values: { ...form.values, [one.name]: value } })}
            />
          ))}
        </details>
      )}
      <button type="submit" class="wb-main" disabled={working}>
        {text.say("make")}
      </button>
    </form>
  );
}

function Answer({ answer, text }: { answer: ReportAnswer; text: Props["text"] }) {
  const shared = answer.audience === "shared";
  return (
    <>
      <p class="wb-answer">{text.say(shared ? "made.shared" : "made.internal", { name: answer.name })}</p>
      {answer.size === null ? (
        <p>{text.say("gone", { shown: answer.shown })}</p>
      ) : (
        <p>
          {text.say("size", { shown: answer.shown, size: text.number(answer.size / 1000) })}{" "}
          {host() && (
            <button type="button" onClick={() => void host()?.openFile(answer.shown)}>
              {text.say("open")}
            </button>
          )}
        </p>
      )}
      {shared && <h3>{answer.withheld.length ? text.say("withheld", { n: answer.withheld.length }) : text.say("withheld.none")}</h3>}
      {answer.withheld.length > 0 && (
        <Table
          text={text}
          caption={text.say("withheld", { n: answer.withheld.length })}
          heads={[text.say("withheld.cell"), text.say("withheld.what"), text.say("withheld.why")]}
          rows={answer.withheld.map((part) => [part.cell, part.what, part.why])}
        />
      )}
    </>
  );
}

export default panel<ReportState, Ask, Exclude<Key, "title">>({ messages, Body, refreshing: { request: "Refresh" } });
