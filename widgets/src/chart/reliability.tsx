// Foreseen against came, one point a bin with its interval; on the line all came true.
import type { Text } from "../panel/text";
import { Table } from "../panel/table";
import type { ReliabilityBin } from "../protocol";

const SIZE = 260;
const EDGE = 44;

type Key = "reliability" | "reliability.predicted" | "reliability.observed" | "reliability.perfect";

export function Reliability({ bins, text, say }: { bins: readonly ReliabilityBin[]; text: Text; say: (key: Key) => string }) {
  const known = bins.filter((bin) => Number.isFinite(bin.observed));
  if (!known.length) return null;
  const most = 1.05 * Math.max(...known.map((bin) => Math.max(bin.predicted, Number.isFinite(bin.high) ? bin.high : bin.observed)));
  const x = (value: number) => EDGE + ((SIZE - EDGE - 8) * value) / most;
  const y = (value: number) => SIZE - EDGE + 12 - ((SIZE - EDGE) * value) / most;
  const percent = (value: number) => text.percent(value, most < 0.1 ? 1 : 0);
  return (
    <figure class="wb-chart wb-square">
      <h3>{say("reliability")}</h3>
      <svg viewBox={`0 0 ${SIZE} ${SIZE}`} role="img" aria-label={say("reliability")}>
        <line class="wb-grid" x1={x(0)} y1={y(0)} x2={x(most)} y2={y(most)} />
        <path class="wb-axis" fill="none" d={`M${x(0)} ${y(most)}V${y(0)}H${x(most)}`} />
        {known.map((bin) => (
          <g key={bin.predicted}>
            {Number.isFinite(bin.low) && <path class="wb-interval" d={`M${x(bin.predicted)} ${y(bin.low)}V${y(bin.high)}m-3 0h6M${x(bin.predicted) - 3} ${y(bin.low)}h6`} />}
            <circle class="wb-raises" cx={x(bin.predicted)} cy={y(bin.observed)} r={3} />
          </g>
        ))}
        <text class="wb-figure" x={EDGE - 6} y={y(most / 1.05) + 4} text-anchor="end">{percent(most / 1.05)}</text>
        <text class="wb-figure" x={EDGE - 6} y={y(0) + 4} text-anchor="end">0</text>
        <text class="wb-figure" x={x(most / 1.05)} y={y(0) + 16} text-anchor="end">{percent(most / 1.05)}</text>
        <text class="wb-figure" x={x(most / 2)} y={y(0) + 28} text-anchor="middle">{say("reliability.predicted")}</text>
        <text class="wb-figure" x={EDGE + 6} y={y(most) + 8}>{say("reliability.observed")}</text>
      </svg>
      <Table
        text={text}
        caption={say("reliability")}
        folded
        heads={[say("reliability.predicted"), say("reliability.observed"), text.say("from"), text.say("to"), text.say("unit.rows")]}
        rows={known.map((bin) => [text.percent(bin.predicted, 2), text.percent(bin.observed, 2), text.percent(bin.low, 2), text.percent(bin.high, 2), text.number(bin.rows)])}
      />
    </figure>
  );
}
