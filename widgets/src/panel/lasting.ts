// Keeps a panel's drawing when JupyterLab makes its view anew, as it does whenever the output around it is updated: what
// is typed, open and focused stays.
import type { Model } from "./model";

interface Widget<State> {
  render(view: { model: Model<State>; el: HTMLElement }): () => void;
}

interface Drawing<State> {
  readonly root: HTMLElement;
  model: Model<State>;
  host: HTMLElement;
  /** What had the focus last; null once the person went elsewhere. */
  focused: HTMLElement | null;
  end(): void;
}

/** The same widget, whose drawing moves from a view that was taken away to the next view of the same model. */
export function lasting<State>(widget: Widget<State>): Widget<State> {
  const drawings = new Set<Drawing<State>>();
  return {
    render({ model, el }) {
      // Views of one model share its values; a host without a parent was taken away, not merely scrolled off.
      const left = [...drawings].find((one) => one.host.parentNode === null && one.model.get("frame") === model.get("frame"));
      const drawing = left ?? begin(model, el);
      drawings.add(drawing);
      Object.assign(drawing, { model, host: el });
      el.append(drawing.root);
      if (document.activeElement === document.body) drawing.focused?.focus({ preventScroll: true });
      drawing.end = widget.render({ model, el: drawing.root });
      return () => {
        if (drawing.host !== el) return;
        drawings.delete(drawing);
        drawing.end();
      };
    },
  };
}

function begin<State>(model: Model<State>, host: HTMLElement): Drawing<State> {
  const root = document.createElement("div");
  const drawing: Drawing<State> = { root, model, host, focused: null, end: () => undefined };
  root.addEventListener("focusin", (event) => (drawing.focused = event.target as HTMLElement));
  root.addEventListener("focusout", (event) => {
    if (event.relatedTarget !== null) drawing.focused = null;
  });
  return drawing;
}
