// What panels need of JupyterLab, offered at `globalThis.campaignWorkbench`.
import type { Host } from "../host";
import type { Language } from "../panel/text";
import * as api from "./api";
import type { Known } from "./known";

export function offer(known: Known, language: () => Language): { languageChanged(): void } {
  const host: Host = {
    get language() {
      return language();
    },
    // The kernel knows folders of the machine, the server paths under its own; the job's id is known to both.
    async stopJob(_folder, job) {
      const stores = (await api.stores()) ?? [];
      const store = stores.find((one) => one.jobs.some((other) => other.id === job));
      if (!store) return false;
      const asked = await api.stop(store.path, job);
      known.refresh();
      return asked;
    },
  };
  (globalThis as { campaignWorkbench?: Host }).campaignWorkbench = host;
  return { languageChanged: () => void window.dispatchEvent(new Event("campaign-workbench:language")) };
}
