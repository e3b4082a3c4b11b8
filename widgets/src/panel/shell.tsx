// What stands around every panel's answer: its question, its state, its progress, and its Python.
import type { ComponentChildren, VNode } from "preact";
import { render as draw } from "preact";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { host, languageOfLab, onLanguage } from "./lab";
import type { Frame } from "../protocol";
import { Copy } from "./copy";
import { lasting } from "./lasting";
import type { Model, Shared } from "./model";
import { kernelOf, reachable, rows } from "./model";
import { Work } from "./work";
import { type Language, type Text, text } from "./text";

export interface PanelProps<State, Ask, Key extends string = string> {
  readonly frame: Frame;
  readonly state: State;
  readonly text: Text<Key>;
  /** Whether the kernel is there; controls are disabled where it is not. */
  readonly alive: boolean;
  rows<Row>(name: string): Row[];
  ask(request: Ask): void;
  /** Hear what the kernel tells this open panel alone; gives the way to stop hearing. Another one when the view is another. */
  hear(callback: (told: { told: string }) => void): () => void;
}

export interface Definition<State, Ask, Key extends string> {
  readonly messages: Readonly<Record<Key | "title", Readonly<Record<Language, string>>>>;
  readonly Body: (props: PanelProps<State, Ask, Key | "title">) => VNode;
  /** What to ask for when the panel comes on the screen. */
  readonly opening?: Ask;
  /** What the Refresh button asks for. */
  readonly refreshing?: Ask;
}

/** Make the widget that anywidget shows. */
export function panel<State, Ask, Key extends string>(definition: Definition<State, Ask, Key>) {
  return lasting<State>({
    render({ model, el }) {
      el.classList.add("wb-host");
      // Keys pressed in a panel are the panel's: the notebook around it would move to another cell.
      el.addEventListener("keydown", (event) => event.stopPropagation());
      draw(<Shell definition={definition} model={model} />, el);
      return () => draw(null, el);
    },
  });
}

function Shell<State, Ask, Key extends string>({ definition, model }: { definition: Definition<State, Ask, Key>; model: Model<State> }) {
  useModel(model);
  const { alive, send } = useKernel(model);
  const language = useLanguage();
  const words = useMemo(() => text<Key | "title">(definition.messages, language), [language]);
  const frame = model.get("frame");
  const ask = (request: Ask) => void send(request);
  const hear = useCallback<PanelProps<State, Ask>["hear"]>(
    (callback) => {
      model.on("msg:custom", callback);
      return () => model.off("msg:custom", callback);
    },
    [model],
  );
  useEffect(() => {
    if (definition.opening) ask(definition.opening);
  }, []);
  const props: PanelProps<State, Ask, Key | "title"> = {
    frame,
    state: model.get("state"),
    text: words,
    alive,
    rows: <Row,>(name: string) => rows<Row>(model, name),
    ask,
    hear,
  };
  const stop = async () => {
    const job = frame.job;
    // The server reaches the job's folder even while the kernel is held by a long cell, or gone.
    return (job && (await host()?.stopJob(job.store, job.id))) || send({ request: "StopJob" } satisfies Shared);
  };
  return (
    <section class="wb-panel" lang={language === "zh" ? "zh-CN" : "en"} aria-label={words.say("title")}>
      <header class="wb-head">
        <h2>{words.say("title")}</h2>
        <span class="wb-note">{words.say("store", { name: frame.store_name, version: frame.store_version })}</span>
        <Copy python={frame.python} text={words} />
      </header>
      <Banner frame={frame} alive={alive} text={words} refresh={definition.refreshing && (() => ask(definition.refreshing as Ask))} />
      <Work frame={frame} text={words} stop={stop} />
      {/* JupyterLab's shortcuts pass over a panel: arrow keys would choose another cell, not another option. */}
      <fieldset class="wb-body" disabled={!alive} data-lm-suppress-shortcuts="true">
        <definition.Body {...props} />
      </fieldset>
    </section>
  );
}

function Banner({ frame, alive, text, refresh }: { frame: Frame; alive: boolean; text: Text; refresh: (() => void) | undefined }) {
  if (!alive)
    return (
      <Notice>
        {text.say("kernel.gone")} {frame.answered && text.say("kernel.answered", { moment: text.moment(frame.answered) })}
      </Notice>
    );
  if (frame.refusal) return <Notice refused>{frame.refusal}</Notice>;
  if (frame.phase === "stale")
    return (
      <Notice>
        {text.say("stale")}{" "}
        {refresh && (
          <button type="button" onClick={refresh}>
            {text.say("refresh")}
          </button>
        )}
      </Notice>
    );
  return null;
}

function Notice({ refused = false, children }: { refused?: boolean; children: ComponentChildren }) {
  return (
    <p class={refused ? "wb-notice wb-refused" : "wb-notice"} role={refused ? "alert" : "status"}>
      {children}
    </p>
  );
}

/** Draw again whenever the kernel changed something. */
function useModel(model: Model<unknown>): void {
  const [, again] = useState(0);
  useEffect(() => {
    const changed = () => again((count) => count + 1);
    for (const name of ["frame", "state", "tables"]) model.on(`change:${name}`, changed);
    return () => {
      for (const name of ["frame", "state", "tables"]) model.off(`change:${name}` as "change:frame", changed);
    };
  }, [model]);
}

/** Whether the kernel still knows this panel, and a way to it that says whether it took the request. */
function useKernel(model: Model<unknown>): { alive: boolean; send(request: unknown): boolean } {
  const [alive, setAlive] = useState(true);
  const there = useRef(true);
  const found = (answer: boolean) => {
    there.current = answer;
    setAlive(answer);
  };
  useEffect(() => {
    const gone = () => found(false);
    const changed = () => void reachable(model).then(found);
    const kernel = kernelOf(model);
    // One that starts again has forgotten this panel; of a kernel that ends, the connection alone tells nothing.
    const status = (_: unknown, now: string) => (now === "dead" || now.endsWith("restarting")) && gone();
    model.on("comm_live_update", changed);
    kernel?.statusChanged?.connect(status);
    kernel?.disposed?.connect(gone);
    return () => {
      model.off("comm_live_update", changed);
      kernel?.statusChanged?.disconnect(status);
      kernel?.disposed?.disconnect(gone);
    };
  }, [model]);
  const send = (request: unknown) => {
    if (!there.current) return false;
    try {
      model.send(request);
    } catch {
      found(false); // It ended between its last sign of life and this request.
    }
    return there.current;
  };
  return { alive, send };
}

function useLanguage(): Language {
  const [language, setLanguage] = useState<Language>(languageOfLab());
  useEffect(() => onLanguage(setLanguage), []);
  return language;
}
