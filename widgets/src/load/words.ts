// What the parts of the load panel share: its requests, its words, and how files and columns are described.
import type messages from "../messages/load.json";
import type { PanelProps } from "../panel/shell";
import type { Text } from "../panel/text";
import type { ColumnLine, LoadForm, LoadSettings, LoadState, LookAt, Refresh, ShowSamples, StartLoading, TableLine } from "../protocol";

export type LoadAsk = LookAt | LoadSettings | StartLoading | ShowSamples | Refresh;
export type Key = keyof typeof messages;
export type Props = PanelProps<LoadState, LoadAsk, Key>;
export type Samples = ReadonlyMap<string, readonly string[]>;

export interface FormProps extends Props {
  readonly form: LoadForm;
  change(changes: Partial<LoadForm>): void;
}

export function bytes(size: number, text: Text): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const step = size < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(size) / 3));
  return `${text.number(size / 1000 ** step, step ? 1 : 0)} ${units[step]}`;
}

export function tableName(table: string, text: Text<Key>): string {
  return text.say(`table.${table}` as Key);
}

export function rowsOf(tables: readonly TableLine[], text: Text<Key>): string {
  return tables.map((one) => text.say("table.rows", { rows: text.number(one.rows), table: tableName(one.table, text) })).join(text.language === "zh" ? "，" : ", ");
}

export function look(column: ColumnLine, people: boolean, text: Text<Key>): string {
  const nulls = column.nulls > 0 && column.nulls < 1 ? [text.say("look.nulls", { share: text.percent(column.nulls) })] : [];
  return [kind(column, text), ...(people ? [text.say("look.people")] : []), ...nulls].join(" · ");
}

function kind(column: ColumnLine, text: Text<Key>): string {
  if (column.unit && column.kind !== "flag") return column.unit.includes("%") ? text.say("look.format", { format: column.unit }) : text.say(`look.${column.unit}` as Key);
  const n = column.unique ? text.say("look.unique") : text.say("look.different", { n: text.number(column.distinct) });
  return text.say(`look.${column.kind}`, { n, share: text.percent(column.ones ?? 0) });
}
