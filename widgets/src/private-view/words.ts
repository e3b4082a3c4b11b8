// What the parts of the private view panel share: its requests, its words, and how its figures are written.
import type messages from "../messages/private-view.json";
import type { PanelProps } from "../panel/shell";
import type { Text } from "../panel/text";
import type { BudgetView, FixBudget, PrivateSettings, PrivateTerms, PrivateViewState, Refresh, ReleaseView, ShowRelease } from "../protocol";

export type PrivateAsk = PrivateTerms | FixBudget | PrivateSettings | ReleaseView | ShowRelease | Refresh;
export type Key = keyof typeof messages;
export type Props = PanelProps<PrivateViewState, PrivateAsk, Key>;

export function budgetLeft(budget: BudgetView): number {
  return Math.max(0, budget.epsilon - budget.spent);
}

/** Fewer digits the larger a figure is: noise has long passed them. */
export function size(value: number, text: Text): string {
  const least = Math.abs(value);
  return text.number(value, least >= 1000 ? 0 : least >= 10 ? 1 : 4);
}

/** Epsilon as a price: never rounded to nothing. */
export function price(epsilon: number, text: Text): string {
  return text.number(epsilon, epsilon >= 0.1 ? 2 : 4);
}
