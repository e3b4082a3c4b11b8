// What the parts of the private view panel share: its requests, its words, and how its figures are written.
import type { Bar } from "../chart/bars";
import type messages from "../messages/private-view.json";
import type { PanelProps } from "../panel/shell";
import type { Text } from "../panel/text";
import type { BudgetView, FixBudget, MeasureView, PrivateSettings, PrivateTerms, PrivateViewState, Refresh, ReleaseView, ShowRelease, SubjectView } from "../protocol";

export type PrivateAsk = PrivateTerms | FixBudget | PrivateSettings | ReleaseView | ShowRelease | Refresh;
export type Key = keyof typeof messages;
export type Props = PanelProps<PrivateViewState, PrivateAsk, Key>;
export type Words = Props["text"];

/** The unit of a log that names no people: each impression by itself. */
export const SINGLE = "impression_id";

export function budgetLeft(budget: BudgetView): number {
  return Math.max(0, budget.epsilon - budget.spent);
}

/** A figure and its interval in words, to two digits of how far it can be off: noise has long passed the rest. */
export function spread({ value, low, high }: Pick<Bar, "value" | "low" | "high">, text: Words): readonly [string, string] {
  if (low === null || high === null) return [text.number(value, 4), ""];
  const digits = digitsOf((high - low) / 2);
  // Adding nothing turns the -0 of a rounded figure into 0.
  const said = (end: number) => text.fixed(Number(end.toFixed(digits)) + 0, digits);
  return [said(value), text.say("range", { low: said(low), high: said(high) })];
}

/** How far a figure will be off, to two digits. */
export function about(error: number, text: Text): string {
  return `±${text.number(error, digitsOf(error))}`;
}

function digitsOf(error: number): number {
  return error > 0 ? Math.min(12, Math.max(0, 1 - Math.floor(Math.log10(error)))) : 0;
}

/** Epsilon as a price: never rounded to nothing. */
export function price(epsilon: number, text: Text): string {
  return text.number(epsilon, epsilon >= 0.1 || epsilon <= 0 ? 2 : Math.min(20, 1 - Math.floor(Math.log10(epsilon))));
}

/** A measure under its name, with its currency. */
export function named({ name, currency }: MeasureView): string {
  return currency ? `${name} ${currency}` : name;
}

/** What a measure counted, in words. */
export function meaning(one: MeasureView, text: Words): string {
  if (one.kind === "ratio") return `${one.top} / ${one.bottom}`;
  if (one.kind !== "sum") return text.say(`measure.${one.kind}`);
  const values = { column: one.column, low: text.number(one.low, 6), high: text.number(one.high, 6), currency: one.currency };
  return text.say(one.currency ? "meaning.money" : "meaning.sum", values);
}

/** Which rows were counted: of what, by what, under which condition, how many of one person. */
export function rowsOf(subject: SubjectView, text: Words): string {
  const { table, keys, where, limit, unit } = subject;
  return [
    text.say("of", { table }),
    ...(keys.length ? [text.say("by", { keys: keys.join(" · ") })] : []),
    ...(where ? [text.say("where.said", { where })] : []),
    unit === SINGLE ? text.say("bound.single") : text.say("bound", { limit: text.number(limit), unit }),
  ].join(text.say("comma"));
}

/** Sentences one after the other; Chinese puts no space between them. */
export function sentences(said: readonly string[], text: Words): string {
  return said.join(text.language === "zh" ? "" : " ");
}
