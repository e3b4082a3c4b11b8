// The JupyterLab extension, thin: launcher, sidebar, commands, settings, status bar, and what panels need of JupyterLab.
import { ILabShell, ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette } from "@jupyterlab/apputils";
import { PathExt } from "@jupyterlab/coreutils";
import { IFileBrowserFactory } from "@jupyterlab/filebrowser";
import { ILauncher } from "@jupyterlab/launcher";
import { INotebookTracker } from "@jupyterlab/notebook";
import { ISettingRegistry } from "@jupyterlab/settingregistry";
import { IStatusBar } from "@jupyterlab/statusbar";
import { ITranslator } from "@jupyterlab/translation";
import messages from "../messages/lab.json";
import { type Language, text } from "../panel/text";
import { addToBrowser } from "./browser";
import { Cells } from "./cells";
import { openFiles } from "./files";
import { offer } from "./host";
import { Known } from "./known";
import { PANELS } from "./python";
import { icon, type Key, Sidebar } from "./sidebar";
import { Status } from "./status";

const ID = "campaign-workbench:plugin";

const plugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: "Campaign stores, runs, privacy budget and panels.",
  autoStart: true,
  requires: [INotebookTracker, ITranslator],
  optional: [ICommandPalette, ILauncher, ISettingRegistry, IStatusBar, ILayoutRestorer, IFileBrowserFactory, ILabShell],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    translator: ITranslator,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    registry: ISettingRegistry | null,
    statusBar: IStatusBar | null,
    restorer: ILayoutRestorer | null,
    browsers: IFileBrowserFactory | null,
    labShell: ILabShell | null,
  ) => {
    const ofLab: Language = translator.languageCode.toLowerCase().startsWith("zh") ? "zh" : "en";
    let language = ofLab;
    const say = (key: Key) => text<Key>(messages, language).say(key);
    const known = new Known();
    const cells = new Cells(app, tracker, browsers, known);
    addCommands(app, say, cells);
    if (browsers) addToBrowser(app, browsers, say, cells, known);
    // The classic notebook opens every file in a page of its own, where no cell can be put.
    if (labShell) openFiles(app, say, (files) => void cells.openPanel("load", { files }));
    const openFile = (path: string) => app.commands.execute("docmanager:open", { path });
    const sidebar = new Sidebar(known, {
      buildDemo: () => void cells.buildDemo(),
      openPanel: (panel, opened) => void cells.openPanel(panel, opened),
      openFile: (path) => void openFile(path),
    });
    const status = new Status(known);
    const host = offer(known, {
      language: () => language,
      openFile: (path) => openFile(PathExt.join(PathExt.dirname(tracker.currentWidget?.context.path ?? ""), path)),
      notebookAround: (element) => (tracker.find((panel) => panel.node.contains(element)) ?? tracker.currentWidget)?.context.path ?? "",
      localPath: (path) => app.serviceManager.contents.localPath(path),
    });
    app.shell.add(sidebar, "left", { rank: 150 });
    restorer?.add(sidebar, sidebar.id);
    statusBar?.registerStatusItem(ID, { item: status, align: "left", rank: 500, isActive: () => status.node.textContent !== "" && shown, activeStateChanged: known.changed });
    let shown = true;
    const settle = (chosen: unknown, seconds: unknown, bar: unknown) => {
      // A settings file may hold anything: what is of another kind than the schema says counts as not set.
      language = chosen === "en" || chosen === "zh" ? chosen : ofLab;
      known.pollSeconds = typeof seconds === "number" && seconds >= 1 && seconds <= 300 ? seconds : 5;
      shown = bar !== false;
      sidebar.speak(language);
      status.speak(language);
      host.languageChanged();
      known.changed.emit();
    };
    settle(null, null, null);
    void registry
      ?.load(ID)
      .then((settings) => {
        const read = () => settle(settings.composite["language"], settings.composite["pollSeconds"], settings.composite["statusBar"]);
        settings.changed.connect(read);
        read();
      })
      .catch(() => settle(null, null, null));
    addEntries(palette, launcher);
  },
};

function addCommands(app: JupyterFrontEnd, say: (key: Key) => string, cells: Cells): void {
  app.commands.addCommand("campaign-workbench:notebook", {
    label: () => say("notebook"),
    caption: () => say("notebook.about"),
    icon,
    execute: () => cells.openStore(),
  });
  for (const panel of PANELS)
    app.commands.addCommand(`campaign-workbench:${panel}`, {
      label: () => say(`panel.${panel}`),
      caption: () => say(`panel.${panel}.about`),
      icon,
      execute: () => cells.openPanel(panel),
    });
  app.commands.addCommand("campaign-workbench:show", {
    label: () => say("show"),
    execute: () => app.shell.activateById("campaign-workbench-sidebar"),
  });
}

function addEntries(palette: ICommandPalette | null, launcher: ILauncher | null): void {
  const category = "Campaign Workbench";
  const offered = ["notebook", ...PANELS].map((name) => `campaign-workbench:${name}`);
  for (const command of [...offered, "campaign-workbench:show"]) palette?.addItem({ command, category });
  offered.forEach((command, rank) => launcher?.add({ command, category, rank }));
}

export default plugin;
