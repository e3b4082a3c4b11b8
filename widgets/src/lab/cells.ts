// Opens panels as cells: what a click does stands in the notebook as Python that can be kept.
import type { JupyterFrontEnd } from "@jupyterlab/application";
import type { IFileBrowserFactory } from "@jupyterlab/filebrowser";
import { type INotebookTracker, NotebookActions, type NotebookPanel } from "@jupyterlab/notebook";
import type { Known } from "./known";
import { nearest, outside, parent, seenFrom } from "./paths";
import { type PanelName, panelCode, storeCode, type What } from "./python";

export interface Opened {
  /** A path under the server's folder; without it the nearest known store is taken. */
  readonly store?: string;
  readonly what?: What;
  /** Paths under the server's folder, for the load panel. */
  readonly files?: readonly string[];
}

export class Cells {
  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly tracker: INotebookTracker,
    private readonly browsers: IFileBrowserFactory | null,
    private readonly known: Known,
  ) {}

  /** Open a panel; a new notebook lies beside what is opened, or where the file browser stands. */
  async openPanel(panel: PanelName, { store, what, files }: Opened = {}): Promise<void> {
    const beside = files?.[0] ?? store;
    // Where the file browser stands now: it may step into a folder meanwhile.
    const folder = beside === undefined ? this.standing() : parent(beside);
    const paths = await this.storePaths();
    const chosen = store ?? nearest(paths, files?.[0] ?? "");
    await this.run(outside(paths, folder), (notebook) => {
      const seen = (path: string) => seenFrom(notebook, path);
      return panelCode(panel, chosen === null ? null : seen(chosen), { ...what, ...(files && { files: files.map(seen) }) });
    });
  }

  /** Open a store, the demo where there is none yet. */
  async openStore(): Promise<void> {
    const folder = this.standing();
    const paths = await this.storePaths();
    const store = paths[0];
    await this.run(outside(paths, folder), (notebook) => storeCode(store === undefined ? null : seenFrom(notebook, store)));
  }

  /** Build the demo where the file browser stands. */
  async buildDemo(): Promise<void> {
    await this.run(this.standing(), () => storeCode(null));
  }

  private standing(): string {
    return this.app.serviceManager.contents.localPath(this.browsers?.tracker.currentWidget?.model.path ?? "");
  }

  private async storePaths(): Promise<readonly string[]> {
    await this.known.settled();
    return (this.known.stores ?? []).map((store) => store.path);
  }

  /** Put a cell at the end of the notebook at hand, or of a new one in a folder, and run it. */
  private async run(folder: string, code: (notebook: string) => string): Promise<void> {
    const { app, tracker } = this;
    const current = app.shell.currentWidget === tracker.currentWidget ? tracker.currentWidget : null;
    const panel: NotebookPanel = current ?? (await app.commands.execute("notebook:create-new", { cwd: folder || "/", kernelName: "python3" }));
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
}
