// Words and numbers of the panels in the language that JupyterLab speaks.
import common from "../messages/common.json";

export type Language = "en" | "zh";
export type Catalogue = Readonly<Record<string, Readonly<Record<Language, string>>>>;

export interface Text<Key extends string = string> {
  readonly language: Language;
  /** The message of a key, `{name}` replaced by values; values stay text. */
  say(key: Key | keyof typeof common, values?: Readonly<Record<string, string | number>>): string;
  /** A number with at most so many digits after the point. */
  number(value: number, digits?: number): string;
  /** A number with exactly so many digits after the point. */
  fixed(value: number, digits: number): string;
  /** A number with a sign. */
  signed(value: number, digits?: number): string;
  /** A share in [0, 1] as per cent. */
  percent(value: number, digits?: number): string;
  /** A time in UTC as ISO 8601. */
  moment(iso: string): string;
  /** A length of time in words. */
  duration(seconds: number): string;
}

export function text<Key extends string>(catalogue: Readonly<Record<Key, Readonly<Record<Language, string>>>>, language: Language): Text<Key> {
  const all: Catalogue = { ...common, ...catalogue };
  const locale = language === "zh" ? "zh-CN" : "en-GB";
  const figure = (value: number, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options).format(value);
  const say: Text<Key>["say"] = (key, values = {}) =>
    (all[key]?.[language] ?? String(key)).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  return {
    language,
    say,
    number: (value, digits = 0) => figure(value, { maximumFractionDigits: digits }),
    fixed: (value, digits) => figure(value, { minimumFractionDigits: digits, maximumFractionDigits: digits }),
    signed: (value, digits = 2) => figure(value, { signDisplay: "always", minimumFractionDigits: digits, maximumFractionDigits: digits }),
    percent: (value, digits = 1) => figure(value, { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits }),
    moment: (iso) => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso)),
    duration: (seconds) =>
      seconds < 90 ? say("duration.seconds", { n: Math.max(0, Math.round(seconds)) }) : say("duration.minutes", { n: Math.round(seconds / 60) }),
  };
}
