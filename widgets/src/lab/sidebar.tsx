// The sidebar: stores with their tables, runs, jobs at work, privacy budget and reports; each line opens its panel.
import { LabIcon } from "@jupyterlab/ui-components";
import { type Message } from "@lumino/messaging";
import { Widget } from "@lumino/widgets";
import { render } from "preact";
import { type Language, type Text, text } from "../panel/text";
import messages from "../messages/lab.json";
import * as api from "./api";
import type { Opened } from "./cells";
import { atWork, type Known } from "./known";
import type { PanelName } from "./python";
import type { JobState, StoreState } from "./server";

export type Key = keyof typeof messages;

export interface Actions {
  buildDemo(): void;
  openPanel(panel: PanelName, opened?: Opened): void;
  openFile(path: string): void;
}

// A funnel of bars: many see, some click, few order.
export const icon = new LabIcon({
  name: "campaign-workbench:icon",
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><g class="jp-icon3" fill="#616161"><path d="M3 4h18v3.5H3zM6 10.2h12v3.6H6zM9 16.5h6V20H9z"/></g></svg>',
});

export class Sidebar extends Widget {
  private language: Language = "en";

  constructor(
    private readonly known: Known,
    private readonly actions: Actions,
  ) {
    super();
    this.id = "campaign-workbench-sidebar";
    this.title.icon = icon;
    this.addClass("wb-sidebar");
    known.changed.connect(this.draw, this);
  }

  speak(language: Language): void {
    this.language = language;
    this.title.caption = text<Key>(messages, language).say("name");
    this.draw();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.known.refresh();
  }

  override dispose(): void {
    render(null, this.node);
    super.dispose();
  }

  private draw(): void {
    const words = text<Key>(messages, this.language);
    this.node.lang = this.language === "zh" ? "zh-CN" : "en";
    this.node.setAttribute("role", "region");
    this.node.setAttribute("aria-label", words.say("stores"));
    if (this.known.asked) render(<Stores stores={this.known.stores} text={words} actions={this.actions} refresh={() => this.known.refresh()} />, this.node);
  }
}

interface Drawn {
  readonly text: Text<Key>;
  readonly actions: Actions;
  refresh(): void;
}

export function Stores({ stores, ...drawn }: Drawn & { stores: readonly StoreState[] | null }) {
  const { text, actions } = drawn;
  if (stores === null) return <p>{text.say("unreachable")}</p>;
  if (!stores.length)
    return (
      <>
        <p>{text.say("empty")}</p>
        <div class="wb-actions">
          <button type="button" class="wb-action" onClick={() => actions.openPanel("load")}>
            {text.say("panel.load")}
          </button>
          <button type="button" class="wb-action" onClick={actions.buildDemo}>
            {text.say("demo")}
          </button>
        </div>
      </>
    );
  return (
    <>
      {stores.map((store) => (
        <Store key={store.path} store={store} {...drawn} />
      ))}
    </>
  );
}

function Store({ store, ...drawn }: Drawn & { store: StoreState }) {
  const { text, actions } = drawn;
  const working = store.jobs.filter(atWork);
  return (
    <section aria-label={store.path}>
      <h2>{store.path === "." ? store.name : store.path}</h2>
      {store.fault !== null && <p class="wb-fault">{store.fault}</p>}
      <p class="wb-about">
        {text.say("version", { n: store.version })}
        {store.last_load && ` · ${text.say("loaded", { when: text.moment(store.last_load) })}`}
      </p>
      {working.length > 0 && <h3>{text.say("jobs")}</h3>}
      {working.map((job) => (
        <Work key={job.id} job={job} store={store.path} {...drawn} />
      ))}
      <details open>
        <summary>{text.say("tables")}</summary>
        {!store.tables.length && <p class="wb-plain">{text.say("tables.none")}</p>}
        <ul class="wb-tables">
          {store.tables.map((table) => (
            <li key={table.name}>
              <span>{table.name}</span>
              <span class="wb-quiet-text">{text.say("rows", { n: text.number(table.rows) })}</span>
              <span class="wb-quiet-text" title={text.say("table.version.about", { n: table.version })}>
                {text.say("table.version", { n: table.version })}
              </span>
            </li>
          ))}
        </ul>
      </details>
      <ul>
        <li>
          <button type="button" onClick={() => actions.openPanel("load", { store: store.path })}>
            <span>{text.say("panel.load")}…</span>
          </button>
        </li>
      </ul>
      <h3>{text.say("runs")}</h3>
      {!store.runs.length && <p>{text.say("runs.none")}</p>}
      <ul>
        {store.runs.map((run) => (
          <li key={run.id}>
            <button type="button" onClick={() => actions.openPanel("train", { store: store.path, what: { run: run.id } })}>
              <span>{run.id}</span>
              <span class="wb-quiet-text">{run.auc ? `AUC ${text.fixed(run.auc.value, 3)}` : run.state}</span>
            </button>
          </li>
        ))}
        <li>
          <button type="button" onClick={() => actions.openPanel("train", { store: store.path })}>
            <span>{text.say("panel.train")}…</span>
          </button>
        </li>
      </ul>
      <h3>{text.say("budget")}</h3>
      <Budget store={store} text={text} open={() => actions.openPanel("private_view", { store: store.path })} />
      {store.reports.length > 0 && <h3>{text.say("reports")}</h3>}
      <ul>
        {store.reports.map((report) => (
          <li key={report.path}>
            <button type="button" onClick={() => actions.openFile(report.path)}>
              <span>{report.path}</span>
              <span class="wb-badge">{text.say(report.audience === "shared" ? "audience.shared" : "audience.internal")}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Work({ job, store, text, refresh }: Drawn & { job: JobState; store: string }) {
  const stop = async () => {
    await api.stop(store, job.id);
    refresh();
  };
  return (
    <div>
      <p class="wb-plain">
        <span>{job.stage || job.kind}</span>
        <span class="wb-quiet-text">{job.state === "stopping" ? text.say("stopping") : job.share === null ? "" : text.percent(job.share, 0)}</span>
      </p>
      <progress {...(job.share === null ? {} : { value: job.share })} max={1} aria-label={job.stage || job.kind} />
      <button type="button" class="wb-action" disabled={job.state === "stopping"} onClick={stop}>
        {text.say("stop")}
      </button>
    </div>
  );
}

function Budget({ store, text, open }: { store: StoreState; text: Text<Key>; open: () => void }) {
  const budget = store.budget;
  const left = budget && Math.max(0, budget.epsilon - budget.spent);
  const said = budget ? text.say("budget.left", { left: text.number(left ?? 0, 2), all: text.number(budget.epsilon, 2) }) : text.say("budget.none");
  return (
    <>
      {budget && <progress value={(left ?? 0) / budget.epsilon} max={1} aria-label={said} />}
      <ul>
        <li>
          <button type="button" onClick={open}>
            <span>{said}</span>
          </button>
        </li>
      </ul>
    </>
  );
}
