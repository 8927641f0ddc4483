import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { version } from "../../../package.json";
import { releaseLater } from "../../harness/cleanup.ts";
import { signalGroup, startGroup } from "../../harness/process-group.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const WAIT = { timeout: 30_000 };

let folder = "";
let project = "";
let tarball = "";

/** npm and npx as on a machine that has never been online: no registry, an empty cache, no settings of ours. */
const environment = () => ({
  PATH: process.env.PATH,
  HOME: folder,
  npm_config_cache: join(folder, "cache"),
  npm_config_offline: "true",
  npm_config_update_notifier: "false",
});
const run = (command: string, ...args: readonly string[]): string =>
  execFileSync(command, args, { cwd: project, env: environment(), encoding: "utf8" });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "npx-"));
  releaseLater(() => rmSync(folder, { recursive: true, force: true }));
  project = join(folder, "project");
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), "{}");
  const script = join(ROOT, "scripts/package.mjs");
  tarball = execFileSync(process.execPath, [script, folder], { encoding: "utf8" }).trim();
}, 60_000);

describe("the emulator's npm package", () => {
  it("is installed offline, and holds the program, its licence, its guide and nothing else", () => {
    expect(tarball).toBe(join(folder, `kakaocloud-emulator-${version}.tgz`));
    run("npm", "install", "--no-audit", "--no-fund", tarball);
    const installed = join(project, "node_modules/kakaocloud-emulator");
    expect(readdirSync(join(project, "node_modules")).filter((name) => !name.startsWith("."))).toEqual([
      "kakaocloud-emulator",
    ]);
    expect(
      readdirSync(installed, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(["LICENSE", "README.md", "emulator.js", "kakaocloud-emulator", "package.json"]);
    expect(readFileSync(join(installed, "README.md"), "utf8")).toMatch(
      /^# Testing modules with the emulator\n/,
    );
    expect(run("npx", "kakaocloud-emulator", "--version")).toBe(`${version}\n`);
    expect(run("npx", "kakaocloud-emulator", "--help")).toMatch(/^Usage: kakaocloud-emulator /);
  });

  it("is run by npx without being installed", async () => {
    const words = [`--package=${tarball}`, "--yes", "kakaocloud-emulator", "--profile", "instant"];
    const { group, output, finished } = startGroup("npx", words, { cwd: folder, env: environment() });
    await expect.poll(output, WAIT).toMatch(/_emu\/\n$/);
    const [, url] = /listening on (\S+)/.exec(output()) ?? [];
    expect((await fetch(`${url}/_emu/health`)).status).toBe(200);
    // Ctrl-C at a terminal goes to npx and to the emulator.
    signalGroup(group, "SIGINT");
    await finished;
    await expect(fetch(`${url}/_emu/health`)).rejects.toThrow();
  });
});
