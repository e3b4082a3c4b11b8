// What a click writes into a notebook, and the paths it writes: no JupyterLab needed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { hearDrops } from "../src/lab/drop";
import { isData, nearest, outside, parent, seenFrom } from "../src/lab/paths";
import { literal, PANELS, panelCode, storeCode } from "../src/lab/python";
import { page } from "./page";

test("the panels stand in the order of the work", () => {
  assert.deepEqual(PANELS, ["load", "train", "decision", "private_view", "report"]);
});

test("without a store loading makes an empty one, and everything else builds the demo", () => {
  assert.equal(panelCode("load", null), 'import workbench as wb\n\nstore = wb.open("campaigns", create=True)\nwb.panel("load", store)');
  assert.equal(panelCode("train", null), 'import workbench as wb\n\nstore = wb.demo("shop")\nwb.panel("train", store)');
  assert.equal(panelCode("load", "shop", { files: ["logs/a.csv"] }), 'import workbench as wb\n\nstore = wb.open("shop")\nwb.panel("load", store, files=["logs/a.csv"])');
  assert.equal(panelCode("train", "shop", { run: "first" }).split("\n").at(-1), 'wb.panel("train", store, run="first")');
  assert.equal(storeCode("../shop"), 'import workbench as wb\n\nstore = wb.open("../shop")\nstore');
});

test("many files stand one to a line, as a formatter would put them", () => {
  const files = Array.from({ length: 8 }, (_, day) => `logs/impressions-2026-11-0${day}.csv`);
  const code = panelCode("load", "shop", { files }).split("\n").slice(3);
  assert.deepEqual(code.slice(0, 5), ["wb.panel(", '    "load",', "    store,", "    files=[", '        "logs/impressions-2026-11-00.csv",']);
  assert.deepEqual(code.slice(-2), ["    ],", ")"]);
  assert.equal(panelCode("train", "s", { run: "r".repeat(100) }).split("\n").at(-2), `    run="${"r".repeat(100)}",`);
});

// What Python 3.11 reads from each is the name itself: checked with ast.literal_eval, and again in tests/browser/test_lab_files.py.
const NAMES: readonly (readonly [string, string])[] = [
  ["plain.csv", '"plain.csv"'],
  [`it's "quoted".csv`, String.raw`"it's \"quoted\".csv"`],
  [String.raw`back\slash\n.csv`, String.raw`"back\\slash\\n.csv"`],
  ["日志 2026年.csv", '"日志 2026年.csv"'],
  ["$HOME/{x}%s.csv", '"$HOME/{x}%s.csv"'],
  ["two\nlines\t.csv", String.raw`"two\nlines\t.csv"`],
  ["😀/a.csv", '"😀/a.csv"'],
  ["\ud83d.csv", String.raw`"\ud83d.csv"`],
  ["bell\u0007\u007f.csv", String.raw`"bell\u0007\u007f.csv"`],
  ["csv.\u202eexe\u2028", String.raw`"csv.\u202eexe\u2028"`],
  ["\u{e0001}tag", String.raw`"\U000e0001tag"`],
];

for (const [name, written] of NAMES)
  test(`${JSON.stringify(name)} is written as Python text`, () => {
    assert.equal(literal(name), written);
    assert.equal(literal([name, "b"]), `[${written}, "b"]`);
  });

test("paths are seen from the notebook's folder", () => {
  assert.equal(seenFrom("a.ipynb", "logs/a.csv"), "logs/a.csv");
  assert.equal(seenFrom("work/a.ipynb", "work/a.csv"), "a.csv");
  assert.equal(seenFrom("work/deep/a.ipynb", "work/logs/a.csv"), "../logs/a.csv");
  assert.equal(seenFrom("work/a.ipynb", "."), "..");
  assert.equal(seenFrom("a.ipynb", "."), ".");
  assert.equal(seenFrom("a.ipynb", "~/a.csv"), "./~/a.csv");
  assert.equal(parent("a.csv"), "");
  assert.equal(parent("logs/2026/a.csv"), "logs/2026");
});

test("data files are known by their endings, compressed ones too", () => {
  for (const name of ["a.csv", "a.TSV", "a.b.jsonl", "a.ndjson", "a.parquet", "a.duckdb", "a.csv.gz", "a.jsonl.zst"]) assert.ok(isData(name), name);
  for (const name of ["a.txt", "csv", "a.csv.txt", "a.gz", "a.ipynb", "a.json", "a.duckdb.gz", "a.py"]) assert.ok(!isData(name), name);
});

test("a file goes to the store beside or above it, else to the first", () => {
  const stores = ["old", "north/shop", "north/second", "south/shop"];
  assert.equal(nearest(stores, "north/logs/a.csv"), "north/shop");
  assert.equal(nearest(stores, "south/a.csv"), "south/shop");
  assert.equal(nearest(stores, "northern/a.csv"), "old");
  assert.equal(nearest(["north/shop", "south/shop"], "a.csv"), "north/shop");
  assert.equal(nearest(["."], "a.csv"), ".");
  assert.equal(nearest([], "a.csv"), null);
});

test("no notebook is made within a store", () => {
  assert.equal(outside(["work/shop"], "work/shop/impressions"), "work");
  assert.equal(outside(["shop"], "shop"), "");
  assert.equal(outside(["shop"], "shopping"), "shopping");
  assert.equal(outside(["shop", "shop/inner"], "shop/inner"), "");
  assert.equal(outside(["."], "logs"), "logs");
});

test("files dragged from the file browser are heard until nobody listens", () => {
  const element = page();
  const heard: (readonly string[])[] = [];
  const drag = (type: string, mime = "application/x-jupyter-icontents") => {
    const mimeData = { hasData: (asked: string) => asked === mime, getData: () => ["logs/a.csv"] };
    const event = Object.assign(new Event(type, { bubbles: true, cancelable: true }), { mimeData, proposedAction: "move", dropAction: "none" });
    element.dispatchEvent(event);
    return event;
  };
  const stop = hearDrops(element, (paths) => heard.push(paths));
  assert.ok(drag("lm-dragenter").defaultPrevented);
  assert.equal(drag("lm-dragover").dropAction, "move");
  assert.ok(element.classList.contains("wb-dragged-over"));
  drag("lm-drop");
  assert.ok(!element.classList.contains("wb-dragged-over"));
  assert.ok(!drag("lm-drop", "application/vnd.jupyter.cells").defaultPrevented);
  stop();
  assert.ok(!drag("lm-drop").defaultPrevented);
  assert.deepEqual(heard, [["logs/a.csv"]]);
});
