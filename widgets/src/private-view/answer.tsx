// What left: the figures with their intervals, as a chart and as a table, and what they are in plain words.
import { useState } from "preact/hooks";
import { Bars } from "../chart/bars";
import { Choice } from "../panel/controls";
import { Table } from "../panel/table";
import type { PrivateAnswer, ReleasedCell } from "../protocol";
import { price, type Props, size } from "./words";

const MOST_BARS = 24;
const SINGLE = "impression_id";

export function Answer({ answer, rows, text }: Props & { answer: PrivateAnswer }) {
  const [drawn, draw] = useState(answer.measures[0]?.name ?? "");
  const cells = rows<ReleasedCell>("release");
  const shown = (one: ReleasedCell | undefined) =>
    !one || one.value === null ? text.say("nodata") : text.say("interval", { value: size(one.value, text), low: size(one.low ?? one.value, text), high: size(one.high ?? one.value, text) });
  const named = (name: string) => [name, answer.measures.find((one) => one.name === name)?.currency].filter(Boolean).join(" ");
  const chosen = cells.filter((one) => one.measure === drawn && one.value !== null).slice(0, MOST_BARS);
  const keys = answer.keys.join(" · ");
  return (
    <section aria-label={text.say("release.none")}>
      {answer.cells === 1 ? (
        answer.measures.map((one) => (
          <p key={one.name} class="wb-answer">
            {text.say("answer.one", { name: named(one.name), figure: shown(cells.find((cell) => cell.measure === one.name)) })}
          </p>
        ))
      ) : (
        <p class="wb-answer">{text.say("answer.many", { cells: text.number(answer.cells), keys })}</p>
      )}
      <p class="wb-note">
        {text.say("answer.of", { table: answer.table, limit: answer.limit, unit: answer.unit })}
        {answer.where && ` · ${text.say("answer.where", { where: answer.where })}`} · {text.say("answer.version", { version: answer.version, release: answer.release.slice(0, 12) })}
      </p>
      {answer.cells > 1 && (
        <>
          {answer.measures.length > 1 && <Choice label={text.say("chart.measure")} value={drawn} options={answer.measures.map((one) => [one.name, named(one.name)])} onChange={draw} />}
          {chosen.length > 0 && (
            <Bars
              name={named(drawn)}
              text={text}
              plain={(value) => size(value, text)}
              bars={chosen.map((one) => ({ label: one.cell, value: one.value ?? 0, low: one.low, high: one.high }))}
            />
          )}
          {answer.cells > MOST_BARS && <p class="wb-note">{text.say("chart.first", { n: MOST_BARS, cells: text.number(answer.cells), shown: text.number(answer.shown) })}</p>}
          <Table
            text={text}
            caption={text.say("answer.many", { cells: text.number(answer.cells), keys })}
            heads={[keys, ...answer.measures.map((one) => named(one.name))]}
            rows={byCell(cells, answer).map(([cell, ...figures]) => [cell?.cell ?? "", ...[cell, ...figures].map(shown)])}
          />
        </>
      )}
      <p class="wb-note">
        {text.say(answer.unit === SINGLE ? "statement.single" : "statement", { unit: answer.unit, epsilon: price(answer.epsilon, text), delta: String(answer.delta) })}{" "}
        {answer.measures.map((one) => `${one.name}: ${one.what}`).join("; ")}.
      </p>
    </section>
  );
}

/** The figures of each cell, in the order of the measures: they arrive measure by measure. */
function byCell(cells: readonly ReleasedCell[], answer: PrivateAnswer): (ReleasedCell | undefined)[][] {
  return Array.from({ length: answer.shown }, (_, cell) => answer.measures.map((_, measure) => cells[measure * answer.shown + cell]));
}
