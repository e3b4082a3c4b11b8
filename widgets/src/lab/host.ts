// What panels need of JupyterLab, offered at `globalThis.campaignWorkbench`.
import type { Host } from "../host";
import type { Language } from "../panel/text";
import * as api from "./api";
import { hearDrops } from "./drop";
import type { Known } from "./known";
import { seenFrom } from "./paths";

export interface Offering {
  language(): Language;
  openFile(path: string): Promise<void>;
  /** Path of the notebook that an element is part of. */
  notebookAround(element: HTMLElement): string;
  /** A path under the server's folder, without the name of a drive. */
  localPath(path: string): string;
}

export function offer(known: Known, { language, openFile, notebookAround, localPath }: Offering): { languageChanged(): void } {
  const host: Host = {
    get language() {
      return language();
    },
    // The kernel knows folders of the machine, the server paths under its own: the ends are the same. A store may have
    // been copied with its jobs, so where two would do, neither is asked and the kernel is.
    async stopJob(folder, job) {
      const fits = (path: string) => path === "." || folder === path || folder.endsWith(`/${path}`);
      const holding = (stores: Known["stores"]) => (stores ?? []).filter((one) => fits(one.path) && one.jobs.some((other) => other.id === job));
      // What is known already saves a look through every store, which takes long where there are many.
      const already = holding(known.stores);
      const found = already.length ? already : holding(await api.stores());
      const store = found[0];
      if (!store || found.length > 1) return false;
      const asked = await api.stop(store.path, job);
      known.refresh();
      return asked;
    },
    openFile,
    dropped: (element, onPaths) => hearDrops(element, (paths) => onPaths(paths.map((path) => seenFrom(notebookAround(element), localPath(path))))),
  };
  (globalThis as { campaignWorkbench?: Host }).campaignWorkbench = host;
  return { languageChanged: () => void window.dispatchEvent(new Event("campaign-workbench:language")) };
}
