import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { releaseLater } from "../../harness/cleanup.ts";
import { readContainerfile, readCopy, textOf, textsOf, wordsOf } from "./containerfile.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const read = (name: string): string => readFileSync(join(ROOT, name), "utf8");
const [build, final, ...others] = readContainerfile(read("Containerfile"));
if (build === undefined || final === undefined) throw new Error("there are not two stages");
const PORT = textOf(final, "EXPOSE");
const WORKDIR = textOf(final, "WORKDIR");
/** The user of the Node images that may do nothing in particular. */
const NODE_USER = { uid: 1000, gid: 1000 };
const isRoot = process.getuid?.() === 0;

/** No engine runs here. The commands of the file run in folders that hold what the stages would hold, and nothing else. */
let image = "";

beforeAll(() => {
  const root = mkdtempSync(join(tmpdir(), "container-"));
  releaseLater(() => rmSync(root, { recursive: true, force: true }));
  chmodSync(root, 0o755);
  const context = join(root, "build");
  for (const { from, sources, target } of textsOf(build, "COPY").map(readCopy)) {
    expect(from).toBeUndefined();
    for (const source of sources) {
      const to = target.endsWith("/") ? join(context, target, source) : join(context, target);
      cpSync(join(ROOT, source), to, { recursive: true });
    }
  }
  // In the place of `npm ci`, the packages that are installed here already.
  symlinkSync(join(ROOT, "node_modules"), join(context, "node_modules"));
  for (const command of textsOf(build, "RUN").filter((text) => !text.startsWith("npm ci"))) {
    execFileSync("sh", ["-c", command], { cwd: context, stdio: "pipe" });
  }
  image = join(root, "image");
  mkdirSync(image);
  for (const { from, sources } of textsOf(final, "COPY").map(readCopy)) {
    expect(from).toBe(build.name);
    for (const source of sources) {
      const built = join(context, source.replace(`${textOf(build, "WORKDIR")}/`, ""));
      expect(existsSync(built), source).toBe(true);
      cpSync(built, join(image, basename(source)));
    }
  }
}, 60_000);

/** A command of the file with this machine's Node, a free port and a folder of its own in place of /tmp. */
const here = (words: readonly string[], temporary: string): readonly string[] =>
  words.map((word) =>
    word
      .replaceAll(PORT, "0")
      .replaceAll("/tmp", temporary)
      .replace(/^node$/, process.execPath),
  );

/** Starts what the container would run, behind a prefix, and waits until it listens. */
async function startContainer(prefix: readonly string[] = [], args: readonly string[] = []) {
  if (final === undefined) throw new Error("no final stage");
  const temporary = mkdtempSync(join(tmpdir(), "container-tmp-"));
  releaseLater(() => rmSync(temporary, { recursive: true, force: true }));
  chmodSync(temporary, 0o777);
  const entryPoint = here(wordsOf(textOf(final, "ENTRYPOINT")), temporary);
  const [command = "", ...words] = [...prefix, ...entryPoint, ...args];
  const child: ChildProcess = spawn(command, words, {
    cwd: image,
    env: { PATH: process.env.PATH },
    stdio: ["ignore", "pipe", "pipe"],
    ...(isRoot && prefix.length === 0 ? NODE_USER : {}),
  });
  const ended = new Promise<number | null>((settle) => child.once("close", settle));
  releaseLater(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  await expect.poll(() => output, { timeout: 20_000 }).toMatch(/_emu\/\n$/);
  const port = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(output)?.[1] ?? "";
  return { child, ended, temporary, url: `http://127.0.0.1:${port}`, output: () => output };
}

describe("the Containerfile", () => {
  it("has a stage that builds and a stage that runs, each from the same image, which its digest names", () => {
    expect(others).toEqual([]);
    for (const { base } of [build, final])
      expect(base).toMatch(/^docker\.io\/library\/node:\d+[\w.-]*-slim@sha256:[0-9a-f]{64}$/);
    expect(final.base).toBe(build.base);
    const [, major] = /node:(\d+)/.exec(final.base) ?? [];
    expect(Number(major)).toBeGreaterThanOrEqual(20);
    expect(textsOf(build, "RUN")).toEqual(["npm ci", "node scripts/build.mjs"]);
    expect(textsOf(final, "RUN")).toEqual([]);
  });

  it("copies only files that exist, and the engine is sent only those", () => {
    const sources = textsOf(build, "COPY").flatMap((text) => readCopy(text).sources);
    expect(sources.filter((source) => !existsSync(join(ROOT, source)))).toEqual([]);
    const [everything, ...exceptions] = read(".dockerignore")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    expect(everything).toBe("*");
    expect(exceptions.toSorted()).toEqual(sources.map((source) => `!${source}`).toSorted());
  });

  it("leaves one file in the image, whose owner is not the user that runs it", () => {
    expect(readdirSync(image)).toEqual(["emulator.js"]);
    expect(textOf(final, "USER")).toBe("node");
    expect(resolve(WORKDIR)).toBe(WORKDIR);
    expect(final.instructions.findIndex(({ name }) => name === "USER")).toBeGreaterThan(
      final.instructions.findIndex(({ name }) => name === "COPY"),
    );
  });

  it("runs without options, is healthy with a mapped port, and accepts options", async () => {
    const entryPoint = wordsOf(textOf(final, "ENTRYPOINT"));
    expect(entryPoint.slice(-4)).toEqual(["--host", "0.0.0.0", "--port", PORT]);
    const container = await startContainer([], ["--profile", "instant"]);
    expect(container.output()).toContain("warning: listening on 0.0.0.0");
    const settings = await (await fetch(`${container.url}/_emu/settings`)).json();
    expect(settings).toMatchObject({ queuedMs: 0, savingMs: 0 });

    const check = /^(?:--\w+(?:-\w+)*=\S+ )+ *CMD (.*)$/.exec(textOf(final, "HEALTHCHECK"))?.[1] ?? "";
    const health = (): number | null => {
      const [command = "", ...words] = here(wordsOf(check), container.temporary);
      return spawnSync(command, words, { cwd: image }).status;
    };
    // The port is one that nobody knew before: the check found it.
    expect(health()).toBe(0);
    container.child.kill("SIGTERM");
    expect(await container.ended).toBe(0);
    expect(health()).toBe(1);
  });

  it.each(["SIGTERM", "SIGINT"] as const)(
    "stops on %s as the first process of a container",
    async (signal) => {
      const prefix = ["unshare", "--pid", "--fork", "--kill-child"];
      const [unshare = "", ...options] = prefix;
      const possible = isRoot && spawnSync(unshare, [...options, "true"]).status === 0;
      // Elsewhere it is an ordinary process that gets the signal.
      const container = await startContainer(possible ? prefix : []);
      const pid = container.child.pid ?? -1;
      const target = possible
        ? Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim())
        : pid;
      process.kill(target, signal);
      expect(await container.ended).toBe(0);
    },
  );
});
