// Files dragged from the file browser onto a panel: lumino's own drag events, which the browser's File objects know nothing of.

const PATHS = "application/x-jupyter-icontents";
const EVENTS = ["lm-dragenter", "lm-dragover", "lm-dragleave", "lm-drop"] as const;
const OVER = "wb-dragged-over";

interface Dragged extends Event {
  readonly mimeData?: { hasData(mime: string): boolean; getData(mime: string): unknown };
  readonly proposedAction: string;
  dropAction: string;
}

/** Hear of files dropped on an element, by their paths under the server's folder; gives the way to stop hearing. */
export function hearDrops(element: HTMLElement, heard: (paths: readonly string[]) => void): () => void {
  const hear = (event: Event) => {
    const dragged = event as Dragged;
    if (!dragged.mimeData?.hasData(PATHS)) return;
    // Taken here, it does not also become a tab of the area around.
    event.preventDefault();
    event.stopPropagation();
    element.classList.toggle(OVER, event.type === "lm-dragenter" || event.type === "lm-dragover");
    dragged.dropAction = dragged.proposedAction;
    const paths = dragged.mimeData.getData(PATHS);
    if (event.type === "lm-drop" && Array.isArray(paths)) heard(paths.filter((path) => typeof path === "string"));
  };
  for (const name of EVENTS) element.addEventListener(name, hear);
  return () => {
    element.classList.remove(OVER);
    for (const name of EVENTS) element.removeEventListener(name, hear);
  };
}
