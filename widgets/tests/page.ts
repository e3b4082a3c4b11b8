// A page and a model for tests: jsdom in place of the browser, and a kernel that only notes what it is asked.
import { JSDOM } from "jsdom";
import type { Model, Synced } from "../src/panel/model";
import type { Frame } from "../src/protocol";

const dom = new JSDOM("<!doctype html><html lang='en'><body></body></html>", { pretendToBeVisual: true });
for (const name of ["window", "document", "HTMLElement", "Event", "Node", "SVGElement"] as const)
  Object.defineProperty(globalThis, name, { value: name === "window" ? dom.window : dom.window[name], configurable: true });

/** An empty place on the page. */
export function page(): HTMLElement {
  const element = document.createElement("div");
  document.body.replaceChildren(element);
  return element;
}

export class FakeModel<State> {
  readonly sent: unknown[] = [];
  private readonly values: Synced<State>;
  private readonly callbacks = new Map<string, Set<(...values: unknown[]) => void>>();

  constructor(frame: Frame, state: State, tables: Record<string, DataView> = {}) {
    this.values = { frame, state, tables };
  }

  /** As the panels take it. */
  get any(): Model<State> {
    return this as unknown as Model<State>;
  }

  get<Name extends keyof Synced<State>>(name: Name): Synced<State>[Name] {
    return this.values[name];
  }

  on(event: string, callback: (...values: unknown[]) => void): void {
    this.callbacks.set(event, (this.callbacks.get(event) ?? new Set()).add(callback));
  }

  off(event: string, callback: (...values: unknown[]) => void): void {
    this.callbacks.get(event)?.delete(callback);
  }

  send(content: unknown): void {
    this.sent.push(content);
  }

  emit(event: string, ...values: unknown[]): void {
    for (const callback of [...(this.callbacks.get(event) ?? [])]) callback(...values);
  }

  /** What the kernel does when it changes a trait. */
  change<Name extends keyof Synced<State>>(name: Name, value: Synced<State>[Name]): void {
    this.values[name] = value;
    this.emit(`change:${name}`);
  }

  /** What the kernel tells an open panel. */
  tell(told: { told: string }): void {
    this.emit("msg:custom", told, []);
  }
}
