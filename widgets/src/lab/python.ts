// What a click puts into a notebook: Python that can be read, kept and run again.

export type PanelName = "load" | "train" | "decision" | "private_view" | "report";

/** Panels that the launcher and the palette offer, in the order in which an analyst needs them. */
export const PANELS: readonly PanelName[] = ["load", "train", "decision", "private_view", "report"];

/** What a panel opens on, beside its store. */
export type What = Readonly<Record<string, string | readonly string[]>>;

const WIDEST = 100;

/** The cell that opens a panel; `store` is a path from the notebook's folder, null where there is none yet. */
export function panelCode(panel: PanelName, store: string | null, what: What = {}): string {
  const first = panel === "load" ? 'wb.open("campaigns", create=True)' : 'wb.demo("shop")';
  return `import workbench as wb\n\nstore = ${store === null ? first : opened(store)}\n${call(panel, what)}`;
}

/** The cell that shows a store. */
export function storeCode(store: string | null): string {
  return `import workbench as wb\n\nstore = ${store === null ? 'wb.demo("shop")' : opened(store)}\nstore`;
}

/**
 * Text, or a list of it, as Python writes it.
 *
 * JSON's own escapes are Python's too; what does not show on the screen is written out, so that the cell reads as it runs.
 */
export function literal(value: string | readonly string[]): string {
  if (typeof value !== "string") return `[${value.map(literal).join(", ")}]`;
  return JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (unseen) => {
    const code = (unseen.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
  });
}

function opened(store: string): string {
  return `wb.open(${literal(store)})`;
}

function call(panel: PanelName, what: What): string {
  const extra = Object.entries(what);
  const line = `wb.panel(${[literal(panel), "store", ...extra.map(([name, value]) => `${name}=${literal(value)}`)].join(", ")})`;
  if (line.length <= WIDEST) return line;
  const broken = extra.map(([name, value]) =>
    typeof value === "string" ? `    ${name}=${literal(value)},\n` : `    ${name}=[\n${value.map((one) => `        ${literal(one)},\n`).join("")}    ],\n`,
  );
  return `wb.panel(\n    ${literal(panel)},\n    store,\n${broken.join("")})`;
}
