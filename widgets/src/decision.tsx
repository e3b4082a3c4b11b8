// Browser half of workbench/panels/decision.py: the score, what it is made of, and what would change it.
import { useEffect, useState } from "preact/hooks";
import { Bars } from "./chart/bars";
import messages from "./messages/decision.json";
import { Choice, Entry, useForm } from "./panel/controls";
import { type PanelProps, panel } from "./panel/shell";
import type { AnotherDecision, DecisionAnswer, DecisionFacts, DecisionSettings, DecisionState, ExplainDecision, Refresh, ShowFacts, Supposed, Suppose } from "./protocol";

type Ask = DecisionSettings | ExplainDecision | AnotherDecision | ShowFacts | Suppose | Refresh;
type Key = keyof typeof messages;
type Props = PanelProps<DecisionState, Ask, Key>;

const MOST_BARS = 8;

function Body(props: Props) {
  const { state, text, hear } = props;
  const [facts, setFacts] = useState<DecisionFacts | null>(null);
  const [supposed, setSupposed] = useState<Supposed | null>(null);
  useEffect(
    () =>
      hear((told) => {
        if (told.told === "DecisionFacts") {
          setFacts(told as DecisionFacts);
          setSupposed(null);
        }
        if (told.told === "Supposed") setSupposed(told as Supposed);
      }),
    [hear],
  );
  const answer = state.answer;
  const known = facts !== null && facts.impression === answer?.impression ? facts : null;
  return (
    <div class="wb-columns">
      <div>
        <Settings {...props} />
        {known && <Ad facts={known} text={text} />}
      </div>
      {answer ? (
        <div>
          <p class="wb-answer">
            {text.say(answer.target === "order" ? "score.order" : "score.click", { score: text.percent(answer.score, 2) })} <small>{text.say("average", { average: text.percent(answer.average, 2) })}</small>
          </p>
          <p class="wb-note">{known?.moment ? text.say("facts", { impression: answer.impression, moment: known.moment.replace("T", " ") }) : answer.impression}</p>
          <Why answer={answer} facts={known} text={text} />
          {known && <WhatIf key={known.impression} {...props} answer={answer} facts={known} supposed={supposed} />}
          <Belief answer={answer} text={text} />
        </div>
      ) : (
        <p>{text.say("empty")}</p>
      )}
    </div>
  );
}

function Settings({ state, frame, text, ask }: Props) {
  const [form, change] = useForm(state.form, (form) => ask({ request: "DecisionSettings", form }));
  const busy = frame.phase === "working" || !state.runs.length;
  return (
    <form
      class="wb-controls"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) ask({ request: "ExplainDecision", form });
      }}
    >
      <Choice label={text.say("run")} value={form.run} options={state.runs.map((run) => [run, run])} onChange={(run) => change({ run })} />
      <Entry label={text.say("impression")} value={form.impression} onChange={(impression) => change({ impression })} />
      <div class="wb-line-up">
        <button type="submit" class="wb-main" disabled={busy}>
          {text.say("explain")}
        </button>
        <button type="button" disabled={busy} onClick={() => ask({ request: "AnotherDecision" })}>
          {text.say("another")}
        </button>
      </div>
    </form>
  );
}

function Ad({ facts, text }: { facts: DecisionFacts; text: Props["text"] }) {
  if (!facts.copy && !facts.picture) return null;
  return (
    <figure class="wb-ad">
      <figcaption class="wb-label">{text.say("ad")}</figcaption>
      {facts.picture && <img src={`data:image/png;base64,${facts.picture}`} alt={text.say("ad.picture")} />}
      {facts.copy && <p>{facts.copy}</p>}
    </figure>
  );
}

function Why({ answer, facts, text }: { answer: DecisionAnswer; facts: DecisionFacts | null; text: Props["text"] }) {
  const shown = (field: string) => facts?.fields.find((one) => one.name === field)?.shown;
  const leading = answer.contributions.slice(0, MOST_BARS);
  const rest = answer.contributions.slice(MOST_BARS);
  const sum = rest.reduce((total, one) => total + one.value, 0);
  return (
    <>
      <h3>{text.say("why")}</h3>
      <Bars
        name={text.say("why")}
        text={text}
        bars={leading.map((one) => ({ label: facts ? `${one.field} = ${shown(one.field) || text.say("suppose.unknown")}` : one.field, value: one.value, low: one.low, high: one.high }))}
      />
      <p class="wb-note">
        {rest.length > 0 && text.say("others", { n: rest.length, sum: text.signed(sum) })} {text.say("from", { base: text.signed(answer.base), output: text.signed(answer.output) })}
      </p>
    </>
  );
}

function WhatIf({ answer, facts, supposed, text, ask }: Props & { answer: DecisionAnswer; facts: DecisionFacts; supposed: Supposed | null }) {
  const [name, setName] = useState(answer.contributions[0]?.field ?? "");
  const [values, setValues] = useState<Record<string, string>>({});
  const field = facts.fields.find((one) => one.name === name);
  if (!field) return null;
  const suppose = (next: Record<string, string>) => {
    setValues(next);
    ask({ request: "Suppose", values: next });
  };
  const value = values[name] ?? field.shown;
  const typed = (entered: string) => suppose({ ...values, [name]: entered });
  const options = [...new Set([value, field.shown, ...field.choices, ""])].map((choice) => [choice, choice || text.say("suppose.unknown")] as const);
  return (
    <>
      <h3>{text.say("suppose")}</h3>
      <div class="wb-line-up">
        <Choice label={text.say("suppose.field")} value={name} options={facts.fields.map((one) => [one.name, one.name])} onChange={setName} />
        {field.choices.length ? (
          <Choice label={text.say("suppose.value")} value={value} options={options} onChange={typed} />
        ) : (
          <Entry label={text.say("suppose.value")} type="number" step="any" value={value} onChange={typed} />
        )}
        <button type="button" disabled={!Object.keys(values).length} onClick={() => suppose({})}>
          {text.say("suppose.reset")}
        </button>
      </div>
      <p role="status">
        {supposed && Object.keys(supposed.values).length > 0 && (
          <b>{text.say("supposed", { score: text.percent(supposed.score, 2), change: text.signed(100 * (supposed.score - answer.score), 2) })}</b>
        )}
      </p>
      <p class="wb-note">{text.say("suppose.note")}</p>
    </>
  );
}

function Belief({ answer, text }: { answer: DecisionAnswer; text: Props["text"] }) {
  const size = (value: number) => value.toExponential(0);
  return (
    <details>
      <summary>{text.say("believe")}</summary>
      <p>{text.say("adds", { error: size(answer.additivity_error), tolerance: size(answer.tolerance) })}</p>
      <p>
        {answer.method}. {answer.value_function}.
      </p>
      <p>{text.say("model")}</p>
    </details>
  );
}

export default panel<DecisionState, Ask, Exclude<Key, "title">>({ messages, Body, opening: { request: "ShowFacts" }, refreshing: { request: "Refresh" } });
