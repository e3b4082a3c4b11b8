// A panel's model as the kernel keeps it: the frame, the panel's state, and Arrow streams by name.
import type { AnyModel } from "@anywidget/types";
import { tableFromIPC } from "@uwdata/flechette";
import type { Frame, Ping, StopJob } from "../protocol";

export interface Synced<State> {
  frame: Frame;
  state: State;
  tables: Record<string, DataView>;
}

export type Model<State> = AnyModel<Synced<State>>;
export type Shared = Ping | StopJob;

/** Read one of the model's Arrow streams, one object a row; none where the kernel sent none of that name. */
export function rows<Row>(model: Model<unknown>, name: string): Row[] {
  const stream = model.get("tables")[name];
  if (!stream || stream.byteLength === 0) return [];
  const bytes = new Uint8Array(stream.buffer, stream.byteOffset, stream.byteLength);
  return tableFromIPC(bytes, { useBigInt: false, useDate: false, useProxy: false }).toArray() as Row[];
}

interface Signal<Value> {
  connect(heard: (sender: unknown, value: Value) => unknown): unknown;
  disconnect(heard: (sender: unknown, value: Value) => unknown): unknown;
}

interface Kernel {
  readonly statusChanged?: Signal<string>;
  readonly disposed?: Signal<unknown>;
}

/** JupyterLab's connection to the panel's kernel; other hosts offer none. */
export function kernelOf(model: Model<unknown>): Kernel | undefined {
  return (model.widget_manager as { readonly kernel?: Kernel } | undefined)?.kernel ?? undefined;
}

/** Ask whether the kernel is there; false where it does not answer in time. */
export function reachable(model: Model<unknown>, milliseconds = 1500): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (alive: boolean) => {
      clearTimeout(timer);
      model.off("msg:custom", heard);
      resolve(alive);
    };
    const heard = (message: { told?: string }) => message.told === "Pong" && finish(true);
    const timer = setTimeout(() => finish(false), milliseconds);
    model.on("msg:custom", heard);
    try {
      model.send({ request: "Ping" } satisfies Ping);
    } catch {
      finish(false);
    }
  });
}
