// The shell around every panel, drawn in a page without a browser.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { act } from "preact/test-utils";
import { panel } from "../src/panel/shell";
import type { Frame, JobView } from "../src/protocol";
import { FakeModel, page } from "./page";

const messages = { title: { en: "Can it be seen?", zh: "能看到吗？" } };
const Body = ({ state }: { state: { note: string } }) => <p>{state.note}</p>;
const widget = panel<{ note: string }, { request: "Refresh" }, "title">({ messages, Body, refreshing: { request: "Refresh" } });

const FRAME: Frame = { phase: "ready", refusal: null, working: "", job: null, python: "wb.open('shop')", answered: null, store_name: "shop", store_version: 3 };
const JOB: JobView = { store: "/shops/shop", id: "train-1", kind: "train", state: "running", stage: "training", done: 30, total: 120, unit: "rows", rate: 1500, seconds_left: 95, message: "" };

let element: HTMLElement;
beforeEach(() => {
  element = page();
  delete (globalThis as { campaignWorkbench?: unknown }).campaignWorkbench;
});

function shown(changes: Partial<Frame>, manager?: object): FakeModel<{ note: string }> {
  const model = new FakeModel({ ...FRAME, ...changes }, { note: "<b>bold</b>" });
  Object.assign(model, { widget_manager: manager });
  act(() => void widget.render({ model: model.any, el: element }));
  return model;
}

test("it is a region named by its question, and everything is text", () => {
  shown({});
  const region = element.querySelector("section");
  assert.equal(region?.getAttribute("aria-label"), "Can it be seen?");
  assert.match(element.textContent ?? "", /shop, version 3/);
  assert.equal(element.querySelector("b"), null);
  assert.match(element.textContent ?? "", /<b>bold<\/b>/);
});

test("a refusal is an alert, a stale answer offers to refresh", () => {
  shown({ phase: "refused", refusal: "Give a file." });
  assert.equal(element.querySelector('[role="alert"]')?.textContent, "Give a file.");
  element = page();
  const model = shown({ phase: "stale" });
  element.querySelector<HTMLButtonElement>(".wb-notice button")?.click();
  assert.deepEqual(model.sent, [{ request: "Refresh" }]);
});

test("progress says what, how far, how fast and how long yet", () => {
  shown({ phase: "working", job: JOB });
  assert.match(element.querySelector(".wb-work")?.textContent ?? "", /training · 25% · 1,500 rows\/s · 2 min left/);
  assert.equal(element.querySelector("progress")?.value, 0.25);
});

test("Stop asks the server where JupyterLab is, the kernel elsewhere", async () => {
  const model = shown({ phase: "working", job: JOB });
  element.querySelector<HTMLButtonElement>(".wb-stop")?.click();
  await Promise.resolve();
  await Promise.resolve();
  assert.deepEqual(model.sent, [{ request: "StopJob" }]);
  assert.equal(element.querySelector<HTMLButtonElement>(".wb-stop")?.disabled, true);
  const asked: string[] = [];
  (globalThis as { campaignWorkbench?: unknown }).campaignWorkbench = { language: "en", stopJob: async (store: string, job: string) => asked.push(`${store} ${job}`) > 0 };
  element = page();
  const other = shown({ phase: "working", job: { ...JOB, id: "train-2" } });
  element.querySelector<HTMLButtonElement>(".wb-stop")?.click();
  await Promise.resolve();
  await Promise.resolve();
  assert.deepEqual(asked, ["/shops/shop train-2"]);
  assert.deepEqual(other.sent, []);
});

test("it draws again when the kernel changes something", () => {
  const model = shown({});
  act(() => model.change("state", { note: "later" }));
  assert.match(element.textContent ?? "", /later/);
});

test("without the kernel it is read-only and says when the answer was found", async () => {
  const model = shown({ answered: "2026-11-24T08:00:00+00:00" });
  await act(async () => {
    model.emit("comm_live_update");
    await new Promise((resolve) => setTimeout(resolve, 1700));
  });
  assert.equal(element.querySelector("fieldset")?.disabled, true);
  assert.match(element.textContent ?? "", /Run the cell again to go on\. Last answer: 24 Nov 2026/);
});

test("a kernel that ends or starts again leaves it read-only, and is sent nothing more", async () => {
  for (const status of ["dead", "autorestarting", "restarting"]) {
    element = page();
    let tell = (_: unknown, status: string): unknown => status;
    const kernel = { statusChanged: { connect: (heard: typeof tell) => void (tell = heard), disconnect: () => true } };
    const model = shown({ phase: "working", job: JOB }, { kernel });
    act(() => void tell(null, "busy"));
    assert.equal(element.querySelector("fieldset")?.disabled, false);
    act(() => void tell(null, status));
    assert.equal(element.querySelector("fieldset")?.disabled, true, status);
    await act(async () => {
      element.querySelector<HTMLButtonElement>(".wb-stop")?.click();
      await new Promise((resolve) => setTimeout(resolve));
    });
    assert.deepEqual(model.sent, []);
    assert.equal(element.querySelector<HTMLButtonElement>(".wb-stop")?.disabled, false, "nobody heard the request to stop");
  }
});

test("it speaks the language JupyterLab tells, also when that changes", () => {
  shown({});
  (globalThis as { campaignWorkbench?: unknown }).campaignWorkbench = { language: "zh" };
  act(() => void window.dispatchEvent(new window.Event("campaign-workbench:language")));
  assert.equal(element.querySelector("h2")?.textContent, "能看到吗？");
  assert.equal(element.querySelector("section")?.lang, "zh-CN");
});
