// What the JupyterLab extension offers the panels, at `globalThis.campaignWorkbench`.

export interface Host {
  readonly language: "en" | "zh";
  /** Ask the server to stop a job, past a busy kernel; false where it could not. */
  stopJob(store: string, job: string): Promise<boolean>;
  /** Open a file by its path from the notebook's folder. */
  openFile(path: string): Promise<void>;
}
