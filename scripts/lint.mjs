// Every static check, side by side: format and lint, types, those of the scripts, the import table, unused code, stale generated code and pages.
// Prints the output of what failed and exits 1; prints one line per check otherwise.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = (name) => `${root}/node_modules/.bin/${name}`;
// Two packages bring a tsc, and either may be the one in .bin.
const tsc = `${root}/node_modules/@typescript/native/bin/tsc`;

/** @type {[name: string, command: string, args: string[]][]} */
const checks = [
  ["format", bin("biome"), ["check", "--error-on-warnings", "."]],
  ["types", process.execPath, [tsc, "--noEmit"]],
  ["scripts", process.execPath, [tsc, "--noEmit", "--project", "tsconfig.scripts.json"]],
  ["imports", bin("depcruise"), ["--config", ".dependency-cruiser.cjs", "src", "test"]],
  ["unused", bin("knip"), ["--no-progress"]],
  ["generated", process.execPath, ["scripts/generate-protobuf.mjs", "--check"]],
  ["docs", process.execPath, ["scripts/docs.mjs", "--check"]],
];

const run = ([name, command, args]) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr.on("data", (chunk) => {
      output += chunk;
    });
    child.on("error", (error) => resolve({ name, ok: false, output: String(error) }));
    child.on("close", (code) => resolve({ name, ok: code === 0, output }));
  });

const results = await Promise.all(checks.map(run));
for (const { name, ok, output } of results) {
  if (ok) console.log(`lint: ${name} ok`);
  else console.error(`lint: ${name} FAILED\n${output}`);
}
process.exitCode = results.every((r) => r.ok) ? 0 : 1;
