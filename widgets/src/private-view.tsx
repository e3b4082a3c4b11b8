// Browser half of workbench/panels/private_view.py: a question, its price before it is asked, and its answer.
import messages from "./messages/private-view.json";
import { panel } from "./panel/shell";
import { Answer } from "./private-view/answer";
import { Terms } from "./private-view/budget";
import { Question } from "./private-view/question";
import { budgetLeft, type Key, type PrivateAsk, type Props } from "./private-view/words";
import { Table } from "./panel/table";
import type { PrivateViewState } from "./protocol";

function Body(props: Props) {
  const { state, text, ask } = props;
  if (!state.budget) return <Terms {...props} />;
  return (
    <>
      <Left budget={state.budget} text={text} />
      <Question {...props}>{state.answer && <Answer key={state.answer.release} {...props} answer={state.answer} />}</Question>
      {state.history.length > 0 && (
        <details>
          <summary>{text.say("history")}</summary>
          <Table
            text={text}
            caption={text.say("history")}
            heads={[text.say("history.when"), text.say("history.who"), text.say("history.epsilon"), text.say("history.what"), ""]}
            rows={state.history.map((line) => [
              line.when,
              line.who,
              line.epsilon,
              line.what,
              line.release ? (
                <button type="button" onClick={() => ask({ request: "ShowRelease", release: line.release })}>
                  {text.say("history.show")}
                </button>
              ) : (
                ""
              ),
            ])}
          />
        </details>
      )}
    </>
  );
}

function Left({ budget, text }: { budget: NonNullable<PrivateViewState["budget"]>; text: Props["text"] }) {
  const said = text.say("left", { left: text.number(budgetLeft(budget), 2), all: text.number(budget.epsilon, 2) });
  return (
    <p class="wb-budget">
      <span class="wb-label">{text.say("budget")}</span>
      <progress value={budgetLeft(budget) / budget.epsilon} max={1} aria-label={said} />
      <b>{said}</b>
      <span class="wb-note">{text.say("left.about", { unit: budget.unit, delta: String(budget.delta) })}</span>
    </p>
  );
}

export default panel<PrivateViewState, PrivateAsk, Exclude<Key, "title">>({ messages, Body, refreshing: { request: "Refresh" } });
