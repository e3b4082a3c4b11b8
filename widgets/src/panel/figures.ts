// A figure with its interval, as a reader reads it.
import type { Interval } from "../protocol";
import type { Text } from "./text";

export function interval(figure: Interval, text: Text, digits: number): string {
  const shown = (value: number) => text.fixed(value, digits);
  if (figure.low === null || figure.high === null) return shown(figure.value);
  return text.say("interval", { value: shown(figure.value), low: shown(figure.low), high: shown(figure.high) });
}
