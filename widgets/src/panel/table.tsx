// A plain table; every cell is text, numbers stand at the right.
import type { VNode } from "preact";
import type { Text } from "./text";

interface Shown {
  readonly text: Text;
  readonly caption: string;
  readonly heads: readonly string[];
  readonly rows: readonly (readonly (string | number | null | VNode)[])[];
  /** Whether it waits behind a line that opens it. */
  readonly folded?: boolean;
}

export function Table(shown: Shown) {
  if (!shown.folded) return <Grid {...shown} />;
  return (
    <details class="wb-folded">
      <summary>{shown.text.say("table")}</summary>
      <Grid {...shown} />
    </details>
  );
}

function Grid({ text, caption, heads, rows }: Shown) {
  return (
    <div class="wb-scroll" tabIndex={0} role="region" aria-label={caption}>
      <table>
        <caption class="wb-unseen">{caption}</caption>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, row) => (
            <tr key={row}>
              {cells.map((cell, column) => (
                <td key={column} class={/^[-+−]?[\d,.]+( ?%)?$/.test(String(cell)) || typeof cell === "number" ? "wb-figure" : ""}>
                  {cell === null ? "–" : typeof cell === "number" ? text.number(cell, 4) : cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
