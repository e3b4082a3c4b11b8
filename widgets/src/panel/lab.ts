// What JupyterLab offers a panel where the extension is there: its language, a way past a busy kernel, opening files.
import type { Host } from "../host";
import type { Language } from "./text";

export function host(): Host | undefined {
  return (globalThis as { campaignWorkbench?: Host }).campaignWorkbench;
}

/** Only JupyterLab tells the language; elsewhere panels speak English. */
export function languageOfLab(): Language {
  return host()?.language ?? "en";
}

export function onLanguage(changed: (language: Language) => void): () => void {
  const heard = () => changed(languageOfLab());
  window.addEventListener("campaign-workbench:language", heard);
  return () => window.removeEventListener("campaign-workbench:language", heard);
}
