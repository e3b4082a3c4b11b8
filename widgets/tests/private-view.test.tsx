// The private view panel in a page without a browser: what spends the budget takes two clicks and the very price shown.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { act } from "preact/test-utils";
import widget from "../src/private-view";
import type { Frame, HistoryLine, MeasureView, PrivateAnswer, PrivateForm, PrivatePrice, PrivateViewState, SubjectView } from "../src/protocol";
import { FakeModel, page } from "./page";

const FRAME: Frame = { phase: "ready", refusal: null, working: "", job: null, python: "p", answered: null, store_name: "shop", store_version: 3 };
const FORM: PrivateForm = { table: "impressions", where: "", keys: [], limit: 10, epsilon: null, measures: [{ name: "n", kind: "count", column: "", low: null, high: null, top: "", bottom: "" }] };
const PRICE: PrivatePrice = { epsilon: 0.3, epsilon_after: 0.8, allowed: true, free: false, more: 5, cells: 1, errors: [{ measure: "n", error: 52.4 }] };
const STATE: PrivateViewState = {
  terms: { unit: "user_id", epsilon: 3, delta: 1e-7 },
  units: ["user_id"],
  budget: { unit: "user_id", epsilon: 3, delta: 1e-7, spent: 0.5 },
  form: FORM,
  tables: [{ name: "impressions", columns: ["device", "day"], sums: ["click"] }],
  domains: [{ name: "devices", column: "device", values: 2 }],
  price: PRICE,
  problem: "",
  answer: null,
  history: [],
};

const ROWS: MeasureView = { name: "n", kind: "count", column: "", low: 0, high: 1, currency: "", top: "", bottom: "" };
const SPENT: MeasureView = { ...ROWS, name: "spent", kind: "sum", column: "revenue", high: 500, currency: "CNY" };
const CTR: MeasureView = { ...ROWS, name: "ctr", kind: "ratio", top: "clicks", bottom: "n" };
const SUBJECT: SubjectView = { table: "impressions", unit: "user_id", limit: 10, where: "device = 'phone'", keys: [], measures: [ROWS, SPENT, CTR] };
const ANSWER: PrivateAnswer = { release: "ab".repeat(16), subject: SUBJECT, cells: 1, shown: 1, epsilon: 0.3, delta: 1e-7, version: 3 };
const LINE: HistoryLine = { at: "2026-11-24T08:00:00+00:00", who: "ana", kind: "release", epsilon: 0.3, release: ANSWER.release, subject: SUBJECT, reason: "" };

let element: HTMLElement;
beforeEach(() => {
  element = page();
  delete (globalThis as { campaignWorkbench?: unknown }).campaignWorkbench;
});

function shown(changes: Partial<PrivateViewState>, frame: Partial<Frame> = {}): FakeModel<PrivateViewState> {
  const model = new FakeModel({ ...FRAME, ...frame }, { ...STATE, ...changes });
  act(() => void widget.render({ model: model.any, el: element }));
  return model;
}

function button(named: RegExp): HTMLButtonElement {
  const found = [...element.querySelectorAll("button")].find((one) => named.test(one.textContent ?? ""));
  assert.ok(found, `no button ${named}: ${element.textContent}`);
  return found;
}

const click = (named: RegExp) => act(() => button(named).click());
const pause = (milliseconds: number) => act(() => new Promise((resolve) => setTimeout(resolve, milliseconds)));

function input(label: RegExp): HTMLInputElement {
  const control = [...element.querySelectorAll("label")].find((one) => label.test(one.textContent ?? ""))?.querySelector("input");
  assert.ok(control, `no control ${label}`);
  return control;
}

async function typed(label: RegExp, value: string) {
  const control = input(label);
  await act(() => {
    control.value = value;
    control.dispatchEvent(new window.Event("input", { bubbles: true }));
    control.dispatchEvent(new window.Event("change", { bubbles: true }));
  });
}

test("a release takes two clicks, and the way back has the focus", () => {
  const model = shown({});
  click(/Release for ε 0.3/);
  assert.deepEqual(model.sent, []);
  assert.match(document.activeElement?.textContent ?? "", /go back/);
  click(/go back/);
  assert.deepEqual(model.sent, []);
  assert.equal(document.activeElement, button(/Release for/));
  click(/Release for/);
  click(/Yes, spend ε 0.3/);
  assert.deepEqual(model.sent, [{ request: "ReleaseView", form: FORM, epsilon: 0.3 }]);
});

test("Enter in the question releases nothing", () => {
  const model = shown({});
  act(() => element.querySelector("form")?.requestSubmit());
  assert.deepEqual(model.sent, []);
});

test("a price is shown only for the very question on the screen", async () => {
  const model = shown({});
  assert.match(element.textContent ?? "", /This will cost ε 0.3; ε 2.2 of 3 is left after it/);
  assert.match(element.textContent ?? "", /n ±52/);
  await typed(/Only rows where/, "device = 'phone'");
  assert.equal(button(/Release…/).disabled, true);
  assert.match(element.textContent ?? "", /Working out the price/);
  await pause(200);
  const form = { ...FORM, where: "device = 'phone'" };
  assert.deepEqual(model.sent, [{ request: "PrivateSettings", form }]);
  act(() => model.change("state", { ...STATE, form, price: { ...PRICE, epsilon: 0.4 } }));
  assert.equal(button(/Release for ε 0.4/).disabled, false);
});

test("an armed release is disarmed when the question changes", async () => {
  shown({});
  click(/Release for/);
  await typed(/Only rows where/, "device = 'phone'");
  assert.ok(![...element.querySelectorAll("button")].some((one) => /Yes, spend/.test(one.textContent ?? "")));
});

test("what the budget does not allow cannot be released, and says so", () => {
  shown({ price: { ...PRICE, epsilon: 4, allowed: false } });
  assert.equal(button(/Release for ε 4/).disabled, true);
  assert.match(element.textContent ?? "", /it asks ε 4, and ε 0.5 of 3 is spent/);
});

test("what was asked before is shown again with one click", () => {
  const model = shown({ price: { ...PRICE, epsilon: 0, free: true } });
  click(/Show again, free/);
  assert.equal((model.sent[0] as { request: string }).request, "ReleaseView");
});

test("a question without a price says why", () => {
  shown({ price: null, problem: "two measures have the same name: give each its own" });
  assert.match(element.textContent ?? "", /No price yet: two measures have the same name/);
  assert.equal(button(/Release…/).disabled, true);
});

test("while it works nothing more can be spent", () => {
  shown({}, { phase: "working", working: "Releasing" });
  assert.equal(button(/Release for/).disabled, true);
});

test("the budget is fixed with two clicks, after saying what it means", () => {
  const model = shown({ budget: null, price: null }, { phase: "empty" });
  assert.match(element.textContent ?? "", /It is fixed for good/);
  click(/Fix the budget/);
  click(/Yes, fix ε 3/);
  assert.deepEqual(model.sent, [{ request: "FixBudget", terms: STATE.terms }]);
});

test("measures are added under names of their own; sums say their bounds", async () => {
  const model = shown({});
  click(/Add sum/);
  await pause(200);
  const form = (model.sent.at(-1) as { form: PrivateForm }).form;
  assert.deepEqual(form.measures[1], { name: "clicks", kind: "sum", column: "click", low: 0, high: 1, top: "", bottom: "" });
  click(/Add rows/);
  await pause(200);
  assert.deepEqual((model.sent.at(-1) as { form: PrivateForm }).form.measures.map((one) => one.name), ["n", "clicks", "n_2"]);
});

test("a price that changed under an armed release disarms it", () => {
  const model = shown({});
  click(/Release for ε 0.3/);
  act(() => model.change("state", { ...STATE, price: { ...PRICE, epsilon: 0.9 } }));
  assert.equal(document.activeElement, button(/Release for ε 0.9/));
  act(() => model.change("state", STATE));
  assert.ok(button(/Release for ε 0.3/), "it does not arm itself again");
});

test("the second half of a double click spends nothing", () => {
  const model = shown({});
  click(/Release for/);
  act(() => void button(/Yes, spend/).dispatchEvent(new window.MouseEvent("click", { bubbles: true, detail: 2 })));
  assert.deepEqual(model.sent, []);
});

test("after a release the keyboard is at what it says, then at the answer", () => {
  const model = shown({});
  click(/Release for/);
  click(/Yes, spend/);
  assert.equal(document.activeElement?.getAttribute("role"), "status");
  act(() => model.change("frame", { ...FRAME, phase: "working", working: "Releasing" }));
  assert.match(document.activeElement?.textContent ?? "", /Releasing…/);
  act(() => model.change("state", { ...STATE, answer: ANSWER, price: { ...PRICE, epsilon: 0, free: true } }));
  act(() => model.change("frame", { ...FRAME, phase: "answer" }));
  assert.equal(document.activeElement?.getAttribute("aria-label"), "What was released");
});

test("who goes on typing meanwhile is left alone", () => {
  const model = shown({});
  click(/Release for/);
  click(/Yes, spend/);
  input(/Only rows where/).focus();
  act(() => model.change("state", { ...STATE, answer: ANSWER, price: { ...PRICE, epsilon: 0, free: true } }));
  act(() => model.change("frame", { ...FRAME, phase: "answer" }));
  assert.equal(document.activeElement, input(/Only rows where/));
});

test("after the budget is fixed the keyboard is at the budget", () => {
  const model = shown({ budget: null, price: null }, { phase: "empty" });
  click(/Fix the budget/);
  click(/Yes, fix/);
  act(() => model.change("state", STATE));
  assert.match(document.activeElement?.textContent ?? "", /ε 2.5 of 3 left/);
});

test("a number is typed letter by letter", async () => {
  const model = shown({});
  for (const text of ["0", "0.0", "0.05"]) {
    await typed(/May spend/, text);
    assert.equal(input(/May spend/).value, text);
  }
  await pause(200);
  assert.equal((model.sent.at(-1) as { form: PrivateForm }).form.epsilon, 0.05);
  await typed(/At most rows/, "");
  await pause(200);
  assert.equal((model.sent.at(-1) as { form: PrivateForm }).form.limit, null);
});

test("a slow kernel undoes nothing that was typed since", async () => {
  const model = shown({});
  await typed(/Only rows where/, "d");
  await pause(200);
  await typed(/Only rows where/, "de");
  await pause(200);
  act(() => model.change("state", { ...STATE, form: { ...FORM, where: "d" } }));
  assert.equal(input(/Only rows where/).value, "de");
  assert.equal(button(/Release…/).disabled, true, "the price is of another question");
  act(() => model.change("state", { ...STATE, form: { ...FORM, where: "de" } }));
  assert.equal(button(/Release for/).disabled, false);
  act(() => model.change("state", { ...STATE, form: { ...FORM, where: "other" } }));
  assert.equal(input(/Only rows where/).value, "other", "another browser typed");
});

test("a ratio follows the name of its measure", async () => {
  const ratio = { ...FORM.measures[0]!, name: "ctr", kind: "ratio" as const, top: "clicks", bottom: "n" };
  const model = shown({ form: { ...FORM, measures: [FORM.measures[0]!, { ...FORM.measures[0]!, name: "clicks" }, ratio] } });
  await typed(/Name \(rows\)/, "rows");
  await pause(200);
  assert.deepEqual((model.sent.at(-1) as { form: PrivateForm }).form.measures[2], { ...ratio, bottom: "rows" });
});

test("removing a measure leaves the keyboard where the next one goes", () => {
  shown({ form: { ...FORM, measures: [FORM.measures[0]!, { ...FORM.measures[0]!, name: "m" }] } });
  const remove = (name: string) => element.querySelector<HTMLButtonElement>(`[aria-label="Remove ${name}"]`);
  remove("m")?.focus();
  act(() => remove("m")?.click());
  assert.equal(document.activeElement, remove("n"));
  act(() => remove("n")?.click());
  assert.match(document.activeElement?.textContent ?? "", /Add rows/);
});

test("two domains of one column are told apart", () => {
  shown({ domains: [...STATE.domains, { name: "screens", column: "device", values: 4 }] });
  assert.match(element.textContent ?? "", /device, 2 values of devices.*device, 4 values of screens/);
});

test("in Chinese nothing stays English but names", () => {
  (globalThis as { campaignWorkbench?: unknown }).campaignWorkbench = { language: "zh" };
  const lines: HistoryLine[] = [LINE, { ...LINE, kind: "charge", release: "" }, { ...LINE, kind: "raise", subject: null, reason: "季度报告" }, { ...LINE, kind: "budget", subject: null }];
  shown({ answer: ANSWER, history: lines, price: { ...PRICE, free: true } });
  const own = new Set("wb impressions device day click n clicks ctr spent revenue user_id phone AND hour CNY ana shop Python ab p".split(" "));
  const words = (element.textContent ?? "").replace("ab".repeat(6), "").match(/[A-Za-z_]{2,}/g) ?? [];
  assert.deepEqual(words.filter((word) => !own.has(word)), []);
  assert.match(element.textContent ?? "", /spent CNY：revenue（每行限制在 0 至 500 CNY 之间）；ctr：clicks \/ n。/);
});

test("a view made anew goes on where the last one was", async () => {
  const model = shown({ answer: ANSWER, history: [LINE] });
  await typed(/Only rows where/, "device");
  input(/Only rows where/).focus();
  const history = element.querySelector<HTMLDetailsElement>("details.wb-history");
  assert.ok(history);
  history.open = true;
  const [first, next] = [element, document.createElement("div")];
  first.remove();
  document.body.append(next);
  element = next;
  const again = new FakeModel(model.get("frame"), model.get("state"));
  let end = () => {};
  act(() => void (end = widget.render({ model: again.any, el: next })));
  assert.equal(document.activeElement, input(/Only rows where/));
  assert.equal(input(/Only rows where/).value, "device");
  assert.equal(element.querySelector<HTMLDetailsElement>("details.wb-history")?.open, true);
  await pause(200);
  assert.equal((again.sent.at(-1) as { form: PrivateForm }).form.where, "device");
  act(() => again.change("state", { ...STATE, problem: "" , price: { ...PRICE, epsilon: 0.7 } }));
  assert.match(element.textContent ?? "", /Working out|0.7/);
  act(end);
  assert.equal(element.querySelector(".wb-panel"), null);
});

test("two panels are two drawings", () => {
  shown({});
  const other = document.createElement("div");
  document.body.append(other);
  act(() => void widget.render({ model: new FakeModel({ ...FRAME }, STATE).any, el: other }));
  assert.equal(document.querySelectorAll(".wb-panel").length, 2);
});
