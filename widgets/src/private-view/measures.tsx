// What is measured: rows, people, sums held within bounds, and ratios of two of them; each under a name.
import { Choice, Entry } from "../panel/controls";
import type { MeasureForm, PrivateForm, PrivateTable } from "../protocol";
import type { Props } from "./words";

const KINDS = ["count", "count_users", "sum", "ratio"] as const;
const EMPTY: MeasureForm = { name: "", kind: "count", column: "", low: null, high: null, top: "", bottom: "" };

interface Shown {
  readonly form: PrivateForm;
  readonly table: PrivateTable | undefined;
  readonly text: Props["text"];
  change(measures: MeasureForm[]): void;
}

export function Measures({ form, table, text, change }: Shown) {
  const drawn = form.measures.filter((one) => one.kind !== "ratio").map((one) => one.name);
  const possible = KINDS.filter((kind) => (kind === "sum" ? table?.sums.length : kind === "ratio" ? drawn.length > 1 : true));
  return (
    <fieldset class="wb-group">
      <legend class="wb-label">{text.say("measures")}</legend>
      {form.measures.map((one, place) => (
        <Measure
          key={place}
          measure={one}
          sums={table?.sums ?? []}
          drawn={drawn}
          text={text}
          change={(changes) => change(form.measures.map((other, at) => (at === place ? { ...other, ...changes } : other)))}
          remove={() => change(form.measures.filter((_, at) => at !== place))}
        />
      ))}
      <div class="wb-line-up">
        {possible.map((kind) => (
          <button key={kind} type="button" onClick={() => change([...form.measures, fresh(kind, form, table?.sums ?? [], drawn)])}>
            <span aria-hidden="true">＋</span> <span class="wb-unseen">{text.say("measure.add")}</span> {text.say(`measure.${kind}`)}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

interface One {
  readonly measure: MeasureForm;
  readonly sums: readonly string[];
  readonly drawn: readonly string[];
  readonly text: Props["text"];
  change(changes: Partial<MeasureForm>): void;
  remove(): void;
}

function Measure({ measure, sums, drawn, text, change, remove }: One) {
  const bound = (label: string, value: number | null, kept: (value: number | null) => void) => (
    <Entry label={label} type="number" step="any" value={value === null ? "" : String(value)} onChange={(typed) => kept(typed === "" ? null : Number(typed))} />
  );
  return (
    <div class="wb-measure" role="group" aria-label={`${text.say(`measure.${measure.kind}`)} ${measure.name}`}>
      <Entry label={`${text.say("measure.name")} (${text.say(`measure.${measure.kind}`)})`} value={measure.name} onChange={(name) => change({ name })} />
      <button type="button" class="wb-remove" aria-label={text.say("measure.remove", { name: measure.name })} onClick={remove}>
        ×
      </button>
      {measure.kind === "sum" && (
        <div class="wb-three">
          <Choice label={text.say("measure.column")} value={measure.column} options={sums.map((name) => [name, name])} onChange={(column) => change({ column })} />
          {bound(text.say("measure.low"), measure.low, (low) => change({ low }))}
          {bound(text.say("measure.high"), measure.high, (high) => change({ high }))}
        </div>
      )}
      {measure.kind === "ratio" && (
        <div class="wb-three">
          <Choice label={text.say("measure.top")} value={measure.top} options={drawn.map((name) => [name, name])} onChange={(top) => change({ top })} />
          <Choice label={text.say("measure.bottom")} value={measure.bottom} options={drawn.map((name) => [name, name])} onChange={(bottom) => change({ bottom })} />
        </div>
      )}
    </div>
  );
}

function fresh(kind: MeasureForm["kind"], form: PrivateForm, sums: readonly string[], drawn: readonly string[]): MeasureForm {
  if (kind === "sum") {
    // What happened to the impression is asked for most; a click is 0 or 1.
    const taken = form.measures.map((one) => one.column);
    const column = ["click", "order", "revenue", ...sums].find((name) => sums.includes(name) && !taken.includes(name)) ?? sums[0] ?? "";
    return { ...EMPTY, name: unused(`${column}s`.replace("revenues", "revenue"), form), kind, column, low: 0, high: column === "click" ? 1 : null };
  }
  if (kind === "ratio") return { ...EMPTY, name: unused("ratio", form), kind, top: drawn[1] ?? "", bottom: drawn[0] ?? "" };
  return { ...EMPTY, name: unused(kind === "count" ? "n" : "users", form), kind };
}

function unused(name: string, form: PrivateForm): string {
  const taken = form.measures.map((one) => one.name);
  let found = name;
  for (let next = 2; taken.includes(found); next++) found = `${name}_${next}`;
  return found;
}
