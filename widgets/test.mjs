// Runs the unit tests: each is bundled for Node, then run by Node's own test runner.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const wanted = process.argv.slice(2);
const tests = readdirSync("tests").filter((name) => /\.test\.tsx?$/.test(name) && (!wanted.length || wanted.includes(name)));
const outdir = mkdtempSync(join("node_modules", ".tests-"));
try {
  await build({
    entryPoints: tests.map((name) => join("tests", name)),
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    jsx: "automatic",
    jsxImportSource: "preact",
    loader: { ".svg": "text" },
    logLevel: "warning",
  });
  const { status } = spawnSync(process.execPath, ["--test", ...readdirSync(outdir).map((name) => join(outdir, name))], {
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
