// What left, when and by whom: one line for each budget and each release, the newest first.
import { Table } from "../panel/table";
import type { HistoryLine } from "../protocol";
import { meaning, price, type Props, rowsOf, type Words } from "./words";

export function History({ state, frame, text, ask }: Props) {
  if (!state.history.length) return null;
  const busy = frame.working !== "";
  return (
    <details class="wb-history">
      <summary>{text.say("history")}</summary>
      <div class="wb-words">
        <Table
          text={text}
          caption={text.say("history")}
          heads={[text.say("history.when"), text.say("history.who"), text.say("history.epsilon"), text.say("history.what")]}
          rows={state.history.map((line) => [
            text.moment(line.at),
            line.who,
            line.subject ? price(line.epsilon, text) : "",
            <div class="wb-flow">
              {what(line, text)}
              {line.release && (
                <button type="button" disabled={busy} aria-label={text.say("history.show.this", { what: what(line, text) })} onClick={() => ask({ request: "ShowRelease", release: line.release })}>
                  {text.say("history.show")}
                </button>
              )}
            </div>,
          ])}
        />
      </div>
    </details>
  );
}

function what({ kind, subject, epsilon, reason }: HistoryLine, text: Words): string {
  const values = { epsilon: price(epsilon, text), reason };
  if (kind === "budget") return text.say("history.budget", values);
  if (kind === "raise" || !subject) return text.say("history.raise", values);
  // Names are given when an answer is shown, so what was only paid for has none.
  const measures = subject.measures.map((one) => (kind === "release" ? `${one.name}${text.say("colon")}${meaning(one, text)}` : meaning(one, text)));
  const asked = `${measures.join(text.say("semicolon"))} · ${rowsOf(subject, text)}`;
  return kind === "charge" ? text.say("history.charge", { asked }) : asked;
}
