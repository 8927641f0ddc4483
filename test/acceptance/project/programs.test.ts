import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { bin } from "../../../package.json";
import { releaseLater } from "../../harness/cleanup.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** A project that holds this program and nothing else. */
function useCopy(path: string): string {
  const folder = mkdtempSync(join(tmpdir(), "unbuilt-"));
  releaseLater(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "package.json"), '{ "type": "commonjs" }');
  cpSync(join(ROOT, path), join(folder, path));
  return folder;
}

const run = (program: string, ...words: readonly string[]) =>
  spawnSync(program, words, { encoding: "utf8", env: { PATH: process.env.PATH, FORCE_COLOR: "1" } });

it.each(Object.entries(bin))("%s says in one line that it is not built", (name, path) => {
  const { status, stdout, stderr } = run(join(useCopy(path), path), "--help");
  expect(status).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toBe(`${name}: it is not built yet: run \`make build\` in the folder of the project\n`);
});

it.each(Object.entries(bin))("%s does not hide what is wrong with what was built", (_, path) => {
  const folder = useCopy(path);
  mkdirSync(join(folder, "dist"));
  for (const file of ["main", "import", "emulator"]) {
    writeFileSync(join(folder, "dist", `${file}.js`), 'require("./missing.js");');
  }
  const { status, stderr } = run(join(folder, path), "--help");
  expect(status).toBe(1);
  expect(stderr).toContain("missing.js");
  expect(stderr).not.toContain("make build");
});

it.each(Object.entries(bin))("%s lists its options with --help, without colours", (name, path) => {
  const { status, stdout, stderr } = run(join(ROOT, path), "--help");
  expect(status, stderr).toBe(0);
  expect(stderr).toBe("");
  expect(stdout).toContain(name);
  expect(stdout).toContain("--help");
  expect(stdout).not.toContain("\u001b");
});
