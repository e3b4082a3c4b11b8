// Opens panels as cells: what a click does stands in the notebook as Python that can be kept.
import type { JupyterFrontEnd } from "@jupyterlab/application";
import { type INotebookTracker, NotebookActions, type NotebookPanel } from "@jupyterlab/notebook";

export type PanelName = "train" | "decision" | "private_view" | "report";

/** Panels that the launcher and the palette offer, in the order in which an analyst needs them. */
export const PANELS: readonly PanelName[] = ["train", "decision", "private_view", "report"];

/** The cell that opens a panel; `store` is a path from the notebook's folder, null where there is none yet. */
export function panelCode(panel: PanelName, store: string | null, what: Readonly<Record<string, string>> = {}): string {
  const opened = store === null ? 'wb.demo("shop")' : `wb.open(${JSON.stringify(store)})`;
  const extra = Object.entries(what).map(([name, value]) => `, ${name}=${JSON.stringify(value)}`);
  return `import workbench as wb\n\nstore = ${opened}\nwb.panel("${panel}", store${extra.join("")})`;
}

/** A path under the server's folder as code in a notebook of some folder sees it. */
export function seenFrom(notebook: string, path: string): string {
  const from = notebook.split("/").slice(0, -1);
  const to = path === "." ? [] : path.split("/");
  while (from.length && to.length && from[0] === to[0]) {
    from.shift();
    to.shift();
  }
  return [...from.map(() => ".."), ...to].join("/") || ".";
}

/** Put a cell at the end of the notebook at hand, or of a new one, and run it. */
export async function runInNotebook(app: JupyterFrontEnd, tracker: INotebookTracker, code: (notebook: string) => string): Promise<void> {
  const current = app.shell.currentWidget === tracker.currentWidget ? tracker.currentWidget : null;
  const panel: NotebookPanel = current ?? (await app.commands.execute("notebook:create-new", { kernelName: "python3" }));
  await panel.context.ready;
  await panel.sessionContext.ready;
  const notebook = panel.content;
  const last = notebook.widgets.at(-1);
  if (last === undefined || last.model.sharedModel.getSource().trim()) {
    notebook.activeCellIndex = Math.max(0, notebook.widgets.length - 1);
    NotebookActions.insertBelow(notebook);
  } else {
    notebook.activeCellIndex = notebook.widgets.length - 1;
  }
  notebook.activeCell?.model.sharedModel.setSource(code(panel.context.path));
  await NotebookActions.run(notebook, panel.sessionContext);
  app.shell.activateById(panel.id);
}
