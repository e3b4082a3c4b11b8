// What is measured: rows, people, sums held within bounds, and ratios of two of them; each under a name.
import { useEffect, useRef } from "preact/hooks";
import { Choice, Entry, NumberEntry } from "../panel/controls";
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
  const group = useRef<HTMLFieldSetElement>(null);
  const removed = useRef(false);
  useEffect(() => {
    // The last one went, and the focus with it: on to the one before it, or to what adds one.
    if (removed.current && document.activeElement === document.body) {
      const buttons = group.current?.querySelectorAll("button");
      buttons?.[Math.max(0, form.measures.length - 1)]?.focus();
    }
    removed.current = false;
  }, [form.measures.length]);
  const possible = KINDS.filter((kind) => (kind === "sum" ? table?.sums.length : kind === "ratio" ? drawn.length > 1 : true));
  return (
    <fieldset class="wb-group" ref={group}>
      <legend class="wb-label">{text.say("measures")}</legend>
      {form.measures.map((one, place) => (
        <Measure
          key={place}
          measure={one}
          sums={table?.sums ?? []}
          drawn={drawn}
          text={text}
          change={(changes) => change(changed(form.measures, place, changes))}
          remove={() => {
            removed.current = true;
            change(form.measures.filter((_, at) => at !== place));
          }}
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
  return (
    <div class="wb-measure" role="group" aria-label={`${text.say(`measure.${measure.kind}`)} ${measure.name}`}>
      <Entry label={text.say("measure.name", { what: text.say(`measure.${measure.kind}`) })} value={measure.name} onChange={(name) => change({ name })} />
      <button type="button" class="wb-remove" aria-label={text.say("measure.remove", { name: measure.name })} onClick={remove}>
        ×
      </button>
      {measure.kind === "sum" && (
        <div class="wb-three">
          <Choice label={text.say("measure.column")} value={measure.column} options={sums.map((name) => [name, name])} onChange={(column) => change({ column })} />
          <NumberEntry label={text.say("measure.low")} step="any" value={measure.low} onChange={(low) => change({ low })} />
          <NumberEntry label={text.say("measure.high")} step="any" value={measure.high} onChange={(high) => change({ high })} />
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

/** The measures after one of them changed; ratios follow a name that was theirs alone. */
function changed(measures: readonly MeasureForm[], place: number, changes: Partial<MeasureForm>): MeasureForm[] {
  const old = measures[place]?.name ?? "";
  const followed = changes.name !== undefined && measures.filter((one) => one.name === old).length === 1;
  const follow = (name: string) => (followed && name === old ? (changes.name ?? name) : name);
  return measures.map((one, at) => (at === place ? { ...one, ...changes } : { ...one, top: follow(one.top), bottom: follow(one.bottom) }));
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
