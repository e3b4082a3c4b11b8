// Files of data open the load panel by a double-click: what is in them never travels into the browser.
import type { JupyterFrontEnd } from "@jupyterlab/application";
import { ABCWidgetFactory, DocumentRegistry, DocumentWidget, TextModelFactory } from "@jupyterlab/docregistry";
import { jsonIcon, spreadsheetIcon } from "@jupyterlab/ui-components";
import { Widget } from "@lumino/widgets";
import type { Key } from "./sidebar";

const NAME = "Campaign load panel";
const MODEL = "campaign-workbench-nothing"; // lower case: JupyterLab looks it up as it stands
const TOGETHER_MILLISECONDS = 150;
const PACKED = [".csv", ".tsv", ".jsonl", ".ndjson"].flatMap((ending) => [`${ending}.gz`, `${ending}.zst`]);

/** Make the load panel the default viewer of data files; a user's own `defaultViewers` still win. */
export function openFiles(app: JupyterFrontEnd, say: (key: Key) => string, open: (paths: readonly string[]) => void): void {
  const registry = app.docRegistry;
  const kinds: readonly (Partial<DocumentRegistry.IFileType> & { name: string; mimeTypes: string[]; extensions: string[] })[] = [
    { name: "csv", extensions: [".csv"], mimeTypes: ["text/csv"], icon: spreadsheetIcon },
    { name: "tsv", extensions: [".tsv"], mimeTypes: ["text/csv"], icon: spreadsheetIcon },
    { name: "jsonl", extensions: [".jsonl", ".ndjson"], mimeTypes: ["application/jsonl"], icon: jsonIcon },
    { name: "parquet", displayName: say("files.parquet"), extensions: [".parquet"], mimeTypes: ["application/vnd.apache.parquet"], fileFormat: "base64", icon: spreadsheetIcon },
    { name: "duckdb", displayName: say("files.duckdb"), extensions: [".duckdb"], mimeTypes: ["application/vnd.duckdb"], fileFormat: "base64", icon: spreadsheetIcon },
    { name: "packed-log", displayName: say("files.packed"), extensions: PACKED, mimeTypes: ["application/gzip", "application/zstd"], fileFormat: "base64", icon: spreadsheetIcon },
  ];
  registry.addModelFactory(new Nothing());
  const opened = together(open);
  // The last to register is the default, and JupyterLab's own viewers register while it starts.
  void app.started.then(() => {
    for (const kind of kinds) if (!registry.getFileType(kind.name)) registry.addFileType(kind);
    const fileTypes = kinds.map((kind) => kind.name);
    registry.addWidgetFactory(new LoadFactory(fileTypes, say, (path) => opened(app.serviceManager.contents.localPath(path))));
  });
}

/** A model without a format: JupyterLab then asks the server whether the file is there, not for what is in it. */
class Nothing extends TextModelFactory {
  override get name(): string {
    return MODEL;
  }

  override get fileFormat(): null {
    return null;
  }
}

class LoadFactory extends ABCWidgetFactory<DocumentWidget, DocumentRegistry.ICodeModel> {
  private readonly unseen = document.createElement("div");

  constructor(
    fileTypes: string[],
    private readonly say: (key: Key) => string,
    private readonly opened: (path: string) => void,
  ) {
    super({ name: NAME, fileTypes, defaultFor: fileTypes, modelName: MODEL, readOnly: true });
    this.unseen.hidden = true;
    document.body.append(this.unseen);
  }

  override get label(): string {
    return this.say("panel.load");
  }

  protected createNewWidget(context: DocumentRegistry.CodeContext): DocumentWidget {
    const widget = new DocumentWidget({ content: new Widget(), context });
    // JupyterLab opens a tab only for a widget that stands nowhere yet; this one goes as soon as it was handed over.
    Widget.attach(widget, this.unseen);
    queueMicrotask(() => widget.dispose());
    this.opened(context.path);
    return widget;
  }
}

/** Files opened together, by Enter or by "Open", go into one cell. */
function together(open: (paths: readonly string[]) => void): (path: string) => void {
  let waiting: string[] = [];
  let timer: ReturnType<typeof setTimeout>;
  return (path) => {
    waiting.push(path);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const paths = waiting;
      waiting = [];
      open(paths);
    }, TOGETHER_MILLISECONDS);
  };
}
