// What left: the figures with their intervals, as a chart and as a table, and what they are in plain words.
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { Bars } from "../chart/bars";
import { Choice } from "../panel/controls";
import { Table } from "../panel/table";
import type { PrivateAnswer, ReleasedCell } from "../protocol";
import { meaning, named, price, type Props, rowsOf, sentences, SINGLE, spread, type Words } from "./words";

const MOST_BARS = 24;

interface Shown {
  readonly answer: PrivateAnswer;
  readonly cells: readonly ReleasedCell[];
  readonly text: Words;
}

export function Answer({ answer, rows, text }: Props & { answer: PrivateAnswer }) {
  const cells = rows<ReleasedCell>("release");
  const { keys, measures, unit } = answer.subject;
  const values = { unit, epsilon: price(answer.epsilon, text), delta: String(answer.delta) };
  const meanings = measures.map((one) => `${named(one)}${text.say("colon")}${meaning(one, text)}`).join(text.say("semicolon"));
  return (
    <section class="wb-told" tabIndex={-1} aria-label={text.say("answer")}>
      {keys.length === 0 ? (
        measures.map((one) => (
          <p key={one.name} class="wb-answer">
            {named(one)} {figure(cells.find((cell) => cell.measure === one.name), text)}
          </p>
        ))
      ) : (
        <p class="wb-answer">{headline(answer, text)}</p>
      )}
      <p class="wb-note">
        {rowsOf({ ...answer.subject, keys: [] }, text)} · {text.say("answer.version", { version: answer.version, release: answer.release.slice(0, 12) })}
      </p>
      {keys.length > 0 && <Cells answer={answer} cells={cells} text={text} />}
      <p class="wb-note">
        {sentences([text.say(unit === SINGLE ? "statement.single" : "statement", values), meanings + text.say("stop.full")], text)}
      </p>
    </section>
  );
}

function Cells({ answer, cells, text }: Shown) {
  const { keys, measures } = answer.subject;
  const [drawn, draw] = useState(measures[0]?.name ?? "");
  const chosen = cells.filter((one) => one.measure === drawn && one.value !== null).slice(0, MOST_BARS);
  const title = measures.filter((one) => one.name === drawn).map(named).join();
  return (
    <>
      {measures.length > 1 && (
        <div class="wb-short">
          <Choice label={text.say("chart.measure")} value={drawn} options={measures.map((one) => [one.name, named(one)])} onChange={draw} />
        </div>
      )}
      {chosen.length > 0 && (
        <Bars name={title} text={text} plain={(bar) => spread(bar, text).join(" ")} bars={chosen.map((one) => ({ label: one.cell, value: one.value ?? 0, low: one.low, high: one.high }))} />
      )}
      {answer.cells > MOST_BARS && <p class="wb-note">{text.say("chart.first", { n: MOST_BARS, cells: text.number(answer.cells), shown: text.number(answer.shown) })}</p>}
      <div class="wb-whole">
        <Table text={text} caption={headline(answer, text)} heads={[keys.join(" · "), ...measures.map(named)]} rows={byCell(cells, answer).map((row) => [row[0]?.cell ?? "", ...row.map((one) => figure(one, text))])} />
      </div>
    </>
  );
}

function headline(answer: PrivateAnswer, text: Words): string {
  return text.say(answer.cells === 1 ? "answer.cell" : "answer.cells", { cells: text.number(answer.cells), keys: answer.subject.keys.join(" · ") });
}

/** A figure with its interval, which stands below it where there is little room. */
function figure(one: ReleasedCell | undefined, text: Words): VNode {
  if (!one || one.value === null) return <>{text.say("nodata")}</>;
  const [value, range] = spread({ ...one, value: one.value }, text);
  return (
    <>
      {value} <small>{range}</small>
    </>
  );
}

/** The figures of each cell, in the order of the measures: they arrive measure by measure. */
function byCell(cells: readonly ReleasedCell[], answer: PrivateAnswer): (ReleasedCell | undefined)[][] {
  return Array.from({ length: answer.shown }, (_, cell) => answer.subject.measures.map((_, measure) => cells[measure * answer.shown + cell]));
}
