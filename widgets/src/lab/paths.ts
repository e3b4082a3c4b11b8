// Paths under the server's folder, `/` between names; "" or "." is that folder itself.

const DATA = /\.(?:(?:csv|tsv|jsonl|ndjson)(?:\.(?:gz|zst))?|parquet|duckdb)$/i;

/** Whether the load panel opens a file, by its name. */
export function isData(path: string): boolean {
  return DATA.test(path);
}

/** The folder that a file or a folder lies in. */
export function parent(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** A path as code in a notebook of some folder sees it. */
export function seenFrom(notebook: string, path: string): string {
  const from = notebook.split("/").slice(0, -1);
  const to = path === "." ? [] : path.split("/");
  while (from.length && to.length && from[0] === to[0]) {
    from.shift();
    to.shift();
  }
  const seen = [...from.map(() => ".."), ...to].join("/") || ".";
  // A name that begins so would be taken for somebody's home.
  return seen.startsWith("~") ? `./${seen}` : seen;
}

/** The store that a file goes to: the first of those nearest above or beside it, else the first; null where there is none. */
export function nearest(stores: readonly string[], file: string): string | null {
  let chosen = stores[0] ?? null;
  let deepest = -1;
  for (const store of stores) {
    const home = parent(store);
    if (!holds(home, file) || home.length <= deepest) continue;
    chosen = store;
    deepest = home.length;
  }
  return chosen;
}

/** The folder itself, or the one around the store that it is part of: nobody's notebook belongs into a store. */
export function outside(stores: readonly string[], folder: string): string {
  const around = stores.filter((store) => store !== "." && holds(store, folder)).sort((a, b) => a.length - b.length)[0];
  return around === undefined ? folder : parent(around);
}

function holds(folder: string, path: string): boolean {
  return folder === "" || path === folder || path.startsWith(`${folder}/`);
}
