// Before anything is told: whose data is protected, and how much may ever be told of it.
import { Choice, Confirmed, NumberEntry, useForm } from "../panel/controls";
import { price, type Props } from "./words";

export function Terms({ state, text, ask, frame }: Props) {
  const [terms, change] = useForm(state.terms, (terms) => ask({ request: "PrivateTerms", terms }));
  const whole = state.units.length > 0 && terms.epsilon !== null && terms.delta !== null;
  return (
    <form class="wb-controls wb-narrow" onSubmit={(event) => event.preventDefault()}>
      <p>{text.say("empty")}</p>
      <Choice label={text.say("unit")} value={terms.unit} options={state.units.map((unit) => [unit, unit])} onChange={(unit) => change({ unit })} />
      <NumberEntry label={text.say("budget.epsilon")} note={text.say("budget.epsilon.note")} min={0} step="any" value={terms.epsilon} onChange={(epsilon) => change({ epsilon })} />
      <NumberEntry label={text.say("budget.delta")} note={text.say("budget.delta.note")} min={0} step="any" value={terms.delta} onChange={(delta) => change({ delta })} />
      <div>
        <Confirmed
          label={text.say("fix")}
          warning={text.say("fix.sure")}
          yes={text.say("fix.yes", { epsilon: price(terms.epsilon ?? 0, text) })}
          no={text.say("back")}
          about={JSON.stringify(terms)}
          disabled={!whole || frame.phase === "working"}
          onYes={() => ask({ request: "FixBudget", terms })}
        />
      </div>
    </form>
  );
}
