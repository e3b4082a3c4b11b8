// Bundles each panel into one file the kernel hands to the browser: workbench/panels/static/NAME.js, and one style sheet.
import { readdirSync } from "node:fs";
import { build } from "esbuild";

const outdir = "../workbench/panels/static";
const panels = readdirSync("src").filter((name) => name.endsWith(".tsx"));

await build({
  entryPoints: Object.fromEntries(panels.map((name) => [name.replace(".tsx", "").replaceAll("-", "_"), `src/${name}`])),
  outdir,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
});
await build({ entryPoints: ["src/panel/panel.css"], outdir, bundle: true, minify: true, logLevel: "warning" });
