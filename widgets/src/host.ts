// What the JupyterLab extension offers the panels, at `globalThis.campaignWorkbench`.

export interface Host {
  readonly language: "en" | "zh";
  /** Ask the server to stop a job, past a busy kernel; false where it could not. */
  stopJob(store: string, job: string): Promise<boolean>;
  /** Open a file by its path from the notebook's folder. */
  openFile(path: string): Promise<void>;
  /**
   * Hear of files and folders that are dragged from JupyterLab's file browser onto an element.
   *
   * `onPaths` gets their paths as the kernel of the notebook around the element sees them, for example
   * `["logs/a.csv", "../b.csv"]`; while something is dragged over it the element has the class `wb-dragged-over`.
   * What it gives stops hearing, which is what a Preact effect gives back:
   *
   *     useEffect(() => (place.current ? host()?.dropped(place.current, add) : undefined), []);
   *
   * The callback is kept as it was given: one that must see later props reads them from a ref. Without the extension there
   * is no host, and nothing is dropped; files from outside the browser have no path and are not heard of.
   */
  dropped(element: HTMLElement, onPaths: (paths: readonly string[]) => void): () => void;
}
