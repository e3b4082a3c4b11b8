// Bars about zero with caps for their intervals: changes, blue raises and orange lowers, or plain figures in one colour.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Text } from "../panel/text";
import { Table } from "../panel/table";

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Ends of the interval; null where none is known. */
  readonly low: number | null;
  readonly high: number | null;
}

const ROW = 24;
const WIDEST = 720;
const LETTER = 8;
const SHORTEST = 6;

interface Drawn {
  readonly bars: readonly Bar[];
  readonly name: string;
  readonly text: Text;
  readonly digits?: number;
  /** How a plain figure is written; where it is not given, bars are changes and their table stands behind them. */
  readonly plain?: (bar: Bar) => string;
}

export function Bars({ bars, name, text, digits = 2, plain }: Drawn) {
  const [element, width] = useWidth();
  const ends = bars.flatMap((bar) => [bar.value, bar.low ?? bar.value, bar.high ?? bar.value, 0]);
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const figures = bars.map((bar) => (plain ? plain(bar) : figure(bar, text, digits)));
  // The words take what they need, names at most a third; the bars take the rest, and letters keep their size.
  const longest = Math.max(0, ...bars.map((bar) => wide(bar.label)));
  const letters = Math.max(SHORTEST, Math.min(Math.floor(width / 3 / LETTER), longest));
  const label = letters * LETTER + 8;
  const beside = Math.max(0, ...figures.map(wide)) * LETTER + 8;
  const room = Math.max(40, width - label - beside);
  const x = (value: number) => label + (room * (value - least)) / (most - least || 1);
  return (
    <figure class="wb-chart" ref={element}>
      <svg viewBox={`0 0 ${label + room + beside} ${ROW * bars.length + 4}`} role="img" aria-label={name}>
        <line class="wb-axis" x1={x(0)} x2={x(0)} y1={0} y2={ROW * bars.length} />
        {bars.map((bar, place) => {
          const middle = ROW * place + ROW / 2;
          return (
            <g key={bar.label}>
              <text x={label - 8} y={middle + 4} text-anchor="end">
                <title>{bar.label}</title>
                {short(bar.label, letters)}
              </text>
              <rect class={bar.value < 0 && !plain ? "wb-lowers" : "wb-raises"} x={Math.min(x(0), x(bar.value))} y={middle - 7} width={Math.max(1, Math.abs(x(bar.value) - x(0)))} height={14} />
              {bar.low !== null && bar.high !== null && <Caps low={x(bar.low)} high={x(bar.high)} y={middle} />}
              <text class="wb-figure" x={label + room + 8} y={middle + 4}>
                {figures[place]}
              </text>
            </g>
          );
        })}
      </svg>
      {!plain && (
        <Table
          text={text}
          caption={name}
          folded
          heads={[text.say("field"), text.say("value"), text.say("from"), text.say("to")]}
          rows={bars.map((bar) => [bar.label, text.signed(bar.value, digits + 1), ...[bar.low, bar.high].map((end) => (end === null ? "–" : text.signed(end, digits + 1)))])}
        />
      )}
    </figure>
  );
}

/** The width there is, in CSS pixels: what is drawn in it is then drawn as large as it is. */
function useWidth() {
  const element = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(WIDEST);
  useEffect(() => {
    if (!element.current || !("ResizeObserver" in window)) return;
    const seen = new ResizeObserver(([one]) => one && one.contentRect.width > 0 && setWidth(Math.min(WIDEST, Math.round(one.contentRect.width))));
    seen.observe(element.current);
    return () => seen.disconnect();
  }, []);
  return [element, width] as const;
}

/** Letters of a text, where a Chinese one is twice as wide. */
function wide(text: string): number {
  return [...text].reduce((sum, letter) => sum + (letter > "\u2e80" ? 2 : 1), 0);
}

function Caps({ low, high, y }: { low: number; high: number; y: number }) {
  return <path class="wb-interval" d={`M${low} ${y - 4}V${y + 4}M${high} ${y - 4}V${y + 4}M${low} ${y}H${high}`} />;
}

function figure(bar: Bar, text: Text, digits: number): string {
  const about = bar.low === null || bar.high === null ? "" : ` ±${text.fixed((bar.high - bar.low) / 2, digits)}`;
  return text.signed(bar.value, digits) + about;
}

export function short(label: string, most: number): string {
  return label.length > most ? `${label.slice(0, most - 1)}…` : label;
}
