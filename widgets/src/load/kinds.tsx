// For each kind of file: what its rows are, and where each column goes.
import { useState } from "preact/hooks";
import { Check, Choice, Entry } from "../panel/controls";
import { Table } from "../panel/table";
import type { ColumnForm, ColumnLine, KindForm, KindLine, TargetLine } from "../protocol";
import { type FormProps, type Key, look, type Samples, tableName } from "./words";

const FIRST_COLUMNS = 40;
const KEPT = ["field", "pseudonym", ""] as const;
const TIMES: readonly (readonly [string, Key])[] = [
  ["", "unit.plain"],
  ["s", "unit.s"],
  ["ms", "unit.ms"],
  ["us", "unit.us"],
];
const MONEY: readonly (readonly [string, Key])[] = [
  ["decimal", "unit.decimal"],
  ["cents", "unit.cents"],
  ["micros", "unit.micros"],
];

export function Kinds({ samples, ...props }: FormProps & { samples: Samples }) {
  const { state, form, change } = props;
  return (
    <>
      {form.kinds.map((kind, place) => {
        const line = state.kinds[place];
        const set = (changes: Partial<KindForm>) => change({ kinds: form.kinds.map((one, at) => (at === place ? { ...one, ...changes } : one)) });
        return line && <Kind key={place} {...props} kind={kind} line={line} set={set} shown={(column) => samples.get(`${place} ${column}`) ?? []} />;
      })}
    </>
  );
}

interface OneKind extends FormProps {
  readonly kind: KindForm;
  readonly line: KindLine;
  set(changes: Partial<KindForm>): void;
  shown(column: string): readonly string[];
}

function Kind({ state, kind, line, set, shown, text }: OneKind) {
  const [all, showAll] = useState(false);
  const target = state.targets.find((one) => one.table === kind.table);
  const names = line.names.length > 1 ? text.say("kind.more", { name: line.names[0] ?? "", n: line.names.length - 1 }) : (line.names[0] ?? "");
  const title = line.inner ? text.say("kind.inner", { names, inner: line.inner }) : names;
  const columns = all ? line.columns : line.columns.slice(0, FIRST_COLUMNS);
  const put = (column: string, changes: Partial<ColumnForm>) => set({ columns: kind.columns.map((one) => (one.column === column ? { ...one, ...changes } : one)) });
  const hasTimes = target && kind.columns.some((one) => target.times.includes(one.target));
  return (
    <section aria-label={title}>
      {state.kinds.length > 1 && <h3>{title}</h3>}
      <div class="wb-line-up">
        <Choice
          label={text.say("rows")}
          value={kind.table}
          options={[...state.targets.map((one) => [one.table, tableName(one.table, text)] as const), ["", text.say("rows.none")]]}
          onChange={(table) => set({ table, columns: kind.columns.map((one) => fitted(one, state.targets.find((line) => line.table === table))) })}
        />
        {hasTimes && <Choice label={text.say("zone")} value={kind.zone} options={state.zones.map((zone) => [zone, zone])} onChange={(zone) => set({ zone })} />}
      </div>
      {target && <Missing kind={kind} set={set} text={text} />}
      {target && kind.table !== "impressions" && <Check label={text.say("once")} checked={kind.once} onChange={(once) => set({ once })} />}
      {target && (
        <Table
          text={text}
          caption={title}
          heads={[text.say("column"), text.say("looks"), text.say("goes"), text.say("samples")]}
          rows={columns.map((column) => [
            column.name || "–",
            look(column, ["pseudonym", "user_id"].includes(kind.columns.find((one) => one.column === column.name)?.target ?? ""), text),
            <Goes column={column} kind={kind} target={target} formats={state.formats} put={put} text={text} />,
            <span>{shown(column.name).join(", ")}</span>,
          ])}
        />
      )}
      {target && !all && line.columns.length > FIRST_COLUMNS && (
        <button type="button" onClick={() => showAll(true)}>
          {text.say("show.all", { n: line.columns.length })}
        </button>
      )}
    </section>
  );
}

/** Typed text is kept as it stands until it says other words than the kernel knows. */
function Missing({ kind, set, text }: Pick<OneKind, "kind" | "set" | "text">) {
  const [typed, type] = useState(kind.missing.join(", "));
  const read = (line: string) => line.split(",").map((word) => word.trim()).filter(Boolean);
  const shown = JSON.stringify(read(typed)) === JSON.stringify(kind.missing) ? typed : kind.missing.join(", ");
  return (
    <div class="wb-narrow">
      <Entry
        label={text.say("missing")}
        note={text.say("missing.note")}
        value={shown}
        onChange={(line) => {
          type(line);
          set({ missing: read(line) });
        }}
      />
    </div>
  );
}

interface Going {
  readonly column: ColumnLine;
  readonly kind: KindForm;
  readonly target: TargetLine;
  readonly formats: readonly string[];
  readonly text: FormProps["text"];
  put(column: string, changes: Partial<ColumnForm>): void;
}

function Goes({ column, kind, target, formats, put, text }: Going) {
  const chosen = kind.columns.find((one) => one.column === column.name);
  if (!chosen) return null;
  const time = target.times.includes(chosen.target);
  const units = time ? [...TIMES, ...formats.map((format) => [format, null] as const)] : target.money.includes(chosen.target) ? MONEY : [];
  const move = (to: string) => put(column.name, { target: to, unit: target.money.includes(to) ? "decimal" : target.times.includes(to) || column.kind === "flag" ? column.unit : "" });
  return (
    <span class="wb-goes">
      <select aria-label={text.say("goes.of", { column: column.name })} value={chosen.target} onChange={(event) => move(event.currentTarget.value)}>
        {[...target.targets, ...KEPT].map((one) => (
          <option key={one} value={one}>
            {targetName(one, text)}
          </option>
        ))}
      </select>
      {units.length > 0 && (
        <select aria-label={text.say("unit.of", { column: column.name })} value={chosen.unit} onChange={(event) => put(column.name, { unit: event.currentTarget.value })}>
          {units.map(([unit, key]) => (
            <option key={unit} value={unit}>
              {key === null ? unit : text.say(key)}
            </option>
          ))}
        </select>
      )}
    </span>
  );
}

/** A choice that the other table does not offer: such a column is kept as a field of its own. */
function fitted(one: ColumnForm, target: TargetLine | undefined): ColumnForm {
  const known = !target || [...target.targets, ...KEPT].includes(one.target);
  return known ? one : { ...one, target: "field", unit: "" };
}

function targetName(target: string, text: FormProps["text"]): string {
  const key = `target.${target || "none"}` as Key;
  const said = text.say(key);
  return said === key ? target : said;
}
