// What the file browser offers: a store opens by a double-click, files and stores by its context menu (schema/plugin.json).
import type { JupyterFrontEnd } from "@jupyterlab/application";
import { DirListing, type FileBrowser, type IFileBrowserFactory } from "@jupyterlab/filebrowser";
import type { Contents } from "@jupyterlab/services";
import type { Widget } from "@lumino/widgets";
import type { Cells } from "./cells";
import type { Known } from "./known";
import { isData } from "./paths";
import { type Key, icon } from "./sidebar";

export function addToBrowser(app: JupyterFrontEnd, browsers: IFileBrowserFactory, say: (key: Key) => string, cells: Cells, known: Known): void {
  const local = (item: Contents.IModel) => app.serviceManager.contents.localPath(item.path);
  const isStore = (item: Contents.IModel) => item.type === "directory" && (known.stores ?? []).some((store) => store.path === local(item));
  const selected = () => Array.from(browsers.tracker.currentWidget?.selectedItems() ?? []);

  // JupyterLab steps into the folder all the same: it offers no way to open a folder otherwise.
  const listen = (browser: FileBrowser) =>
    listingOf(browser)?.onItemOpened.connect((_, item) => {
      if (isStore(item)) void cells.openPanel("load", { store: local(item) });
    });
  browsers.tracker.forEach(listen);
  browsers.tracker.widgetAdded.connect((_, browser) => void listen(browser));

  app.commands.addCommand("campaign-workbench:load-files", {
    label: () => say("files.load"),
    icon,
    isVisible: () => selected().length > 0 && selected().every((item) => item.type !== "directory" && isData(item.path)),
    execute: () => cells.openPanel("load", { files: selected().map(local) }),
  });
  app.commands.addCommand("campaign-workbench:open-store", {
    label: () => say("store.open"),
    icon,
    isVisible: () => selected().length === 1 && selected().every(isStore),
    execute: async () => {
      const item = selected()[0];
      if (item) await cells.openPanel("load", { store: local(item) });
    },
  });
}

function listingOf(widget: Widget): DirListing | undefined {
  if (widget instanceof DirListing) return widget;
  for (const child of widget.children()) {
    const found = listingOf(child);
    if (found) return found;
  }
  return undefined;
}
