// Lines over a common axis, for figures that are still coming in; a table of the same figures behind it.
import type { Text } from "../panel/text";
import { Table } from "../panel/table";

export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
}

const WIDTH = 480;
const HEIGHT = 200;
const LEFT = 56;
const BOTTOM = 24;
const TOP = 20;

export function Lines({ lines, name, across, text, digits = 3 }: { lines: readonly Line[]; name: string; across: string; text: Text; digits?: number }) {
  const points = lines.flatMap((line) => line.points);
  if (!points.length) return null;
  const [left, right] = ends(points.map(([x]) => x));
  const [low, high] = ends(points.map(([, y]) => y));
  const x = (value: number) => LEFT + ((WIDTH - LEFT - 8) * (value - left)) / (right - left || 1);
  const y = (value: number) => HEIGHT - BOTTOM - ((HEIGHT - BOTTOM - TOP) * (value - low)) / (high - low || 1);
  return (
    <figure class="wb-chart">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={name}>
        <text x={0} y={12}>{name}</text>
        {[low, high].map((value) => (
          <g key={value}>
            <line class="wb-grid" x1={LEFT} x2={WIDTH - 8} y1={y(value)} y2={y(value)} />
            <text class="wb-figure" x={LEFT - 8} y={y(value) + 4} text-anchor="end">{text.number(value, digits)}</text>
          </g>
        ))}
        <text class="wb-figure" x={LEFT} y={HEIGHT - 6}>{text.number(left)}</text>
        <text class="wb-figure" x={WIDTH - 8} y={HEIGHT - 6} text-anchor="end">{`${text.number(right)} ${across}`}</text>
        {lines.map((line, place) => (
          <g key={line.name}>
            <path class={`wb-line wb-line-${place}`} d={line.points.map(([across, up], at) => `${at ? "L" : "M"}${x(across).toFixed(1)} ${y(up).toFixed(1)}`).join("")} />
            <text class={`wb-key wb-key-${place}`} x={WIDTH - 8} y={12 + 14 * place} text-anchor="end">{line.name}</text>
          </g>
        ))}
      </svg>
      <Table
        text={text}
        caption={name}
        folded
        heads={["", across, text.say("value")]}
        rows={lines.flatMap((line) => line.points.slice(-20).map(([across, up]) => [line.name, text.number(across), text.number(up, digits + 1)]))}
      />
    </figure>
  );
}

function ends(values: readonly number[]): [number, number] {
  return [Math.min(...values), Math.max(...values)];
}
