// The private view panel in a page without a browser: what spends the budget takes two clicks and the very price shown.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { act } from "preact/test-utils";
import widget from "../src/private-view";
import type { Frame, PrivateForm, PrivatePrice, PrivateViewState } from "../src/protocol";
import { FakeModel, page } from "./page";

const FRAME: Frame = { phase: "ready", refusal: null, working: "", job: null, python: "p", answered: null, store_name: "shop", store_version: 3 };
const FORM: PrivateForm = { table: "impressions", where: "", keys: [], limit: 10, epsilon: null, measures: [{ name: "n", kind: "count", column: "", low: null, high: null, top: "", bottom: "" }] };
const PRICE: PrivatePrice = { epsilon: 0.3, epsilon_after: 0.8, allowed: true, free: false, cells: 1, errors: [{ measure: "n", error: 52.4 }] };
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

let element: HTMLElement;
beforeEach(() => {
  element = page();
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

async function typed(label: RegExp, value: string) {
  const control = [...element.querySelectorAll("label")].find((one) => label.test(one.textContent ?? ""))?.querySelector("input");
  assert.ok(control, `no control ${label}`);
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
  assert.match(element.textContent ?? "", /n ±52.4/);
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
  assert.match(element.textContent ?? "", /ε 4 is asked and ε 2.5 is left/);
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
