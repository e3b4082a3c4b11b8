// Browser half of workbench/panels/private_view.py: a question, its price before it is asked, and its answer.
import { useEffect, useRef } from "preact/hooks";
import messages from "./messages/private-view.json";
import { panel } from "./panel/shell";
import { Answer } from "./private-view/answer";
import { Terms } from "./private-view/budget";
import { History } from "./private-view/history";
import { Question } from "./private-view/question";
import { budgetLeft, type Key, price, type PrivateAsk, type Props } from "./private-view/words";
import type { PrivateViewState } from "./protocol";

function Body(props: Props) {
  const [place, ask] = useSteps(props);
  const { state, text } = props;
  return (
    <div ref={place}>
      {state.budget ? (
        <>
          <Left budget={state.budget} text={text} />
          <Question {...props} ask={ask}>
            {state.answer && <Answer key={state.answer.release} {...props} answer={state.answer} />}
          </Question>
          <History {...props} ask={ask} />
        </>
      ) : (
        <Terms {...props} ask={ask} />
      )}
    </div>
  );
}

function Left({ budget, text }: { budget: NonNullable<PrivateViewState["budget"]>; text: Props["text"] }) {
  const said = text.say("left", { left: price(budgetLeft(budget), text), all: price(budget.epsilon, text) });
  return (
    <p class="wb-budget" tabIndex={-1}>
      <span class="wb-label">{text.say("budget")}</span>
      <progress value={budgetLeft(budget) / budget.epsilon} max={1} aria-label={said} />
      <b role="status">{said}</b>
      <span class="wb-note">{text.say("left.about", { unit: budget.unit, delta: String(budget.delta) })}</span>
    </p>
  );
}

interface Step {
  /** Where the keyboard was when it was asked. */
  readonly from: Element | null;
  readonly to: string;
  /** Whether what was asked for is there. */
  came(props: Props): boolean;
}

/** Ask, and move the keyboard on to what comes of it, unless the person has gone elsewhere meanwhile. */
function useSteps(props: Props) {
  const place = useRef<HTMLDivElement>(null);
  const step = useRef<Step | null>(null);
  useEffect(() => {
    // A drawing between two views keeps its step until it is on the page again.
    if (!place.current?.isConnected || !step.current?.came(props)) return;
    const { from, to } = step.current;
    step.current = null;
    if (document.activeElement === document.body || document.activeElement === from) place.current.querySelector<HTMLElement>(to)?.focus();
  });
  const ask = (request: PrivateAsk) => {
    props.ask(request);
    const next = following(request);
    if (next) step.current = { from: document.activeElement, ...next };
  };
  return [place, ask] as const;
}

function following(request: PrivateAsk): Omit<Step, "from"> | null {
  if (request.request === "FixBudget") return { to: ".wb-budget", came: ({ state }) => state.budget !== null };
  if (request.request === "ReleaseView") return { to: ".wb-told", came: ({ state, frame }) => frame.phase === "answer" && frame.working === "" && state.price?.free === true };
  if (request.request === "ShowRelease") return { to: ".wb-told", came: ({ state, frame }) => frame.working === "" && state.answer?.release === request.release };
  return null;
}

export default panel<PrivateViewState, PrivateAsk, Exclude<Key, "title">>({ messages, Body, refreshing: { request: "Refresh" } });
