import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { createRedactor } from "../../../src/base/redaction.ts";
import { createLogger } from "../../../src/framework/log.ts";
import { openJournal } from "../../../src/provider/journal.ts";
import { bundleProgram } from "../../harness/bundle.ts";

const log = createLogger(() => {}, createRedactor(), "provider");
const KEY = {
  endpoint: "https://volume.kr-central-2.kakaocloud.com",
  project: "0b1c2d3e4f5061728394a5b6c7d8e9f0",
  volume_id: "00000000-0000-4000-8000-000000000001",
  name: "골든-web",
  description: "built",
};
const IMAGE = "3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90";
const OTHER = "4c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90";
const intent = (key: object = {}) => ({
  ...KEY,
  sent_at: Date.now(),
  volume_was_free: true,
  existing: [],
  ...key,
});

function useFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "journal-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "creates.jsonl");
}

/** A process that has ended and one that has not. */
const ended = () => spawnSync(process.execPath, ["-e", ""]).pid;
const alive = () => process.ppid;

/** What a process leaves behind that was killed during a create. */
function leave(
  path: string,
  given: { id?: string; imageId?: string; pid?: number; host?: string; key?: object } = {},
) {
  const { id = "one", imageId, pid = ended(), host = hostname(), key } = given;
  const owner = { token: `token of ${id}`, host, pid };
  const lines = [
    { entry: id, intent: intent(key), owner },
    ...(imageId === undefined ? [] : [{ entry: id, intent: intent(key), owner, image_id: imageId }]),
  ];
  appendFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

it("holds a create from before its request until Terraform has the image, and nothing else", () => {
  const path = useFile();
  const journal = openJournal(path, log);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const entry = journal.begin(intent());
  expect(readFileSync(path, "utf8")).toContain(KEY.name);
  entry.created(IMAGE);
  expect([...openJournal(path, log).imageIds()]).toEqual([IMAGE]);
  entry.close();
  expect(readFileSync(path, "utf8")).toBe("");
});

it("gives an open create to one process only, and never twice", () => {
  const path = useFile();
  leave(path, { imageId: IMAGE });
  const [first, second] = [openJournal(path, log), openJournal(path, log)];
  expect(first.claim(KEY)).toMatchObject({ imageId: IMAGE, isOnly: true });
  expect(first.claim(KEY)).toBeUndefined();
  // As the second sees it, the first is a process of its own that is still at work.
  const claims = readFileSync(path, "utf8").replaceAll(`"pid":${process.pid}`, `"pid":${alive()}`);
  writeFileSync(path, claims);
  expect(second.claim(KEY)).toBeUndefined();
});

it("counts only the first of two claims", () => {
  const path = useFile();
  leave(path, { imageId: IMAGE });
  const journal = openJournal(path, log);
  const claim = (pid: number) => {
    const owner = { token: `claim of ${pid}`, host: hostname(), pid };
    appendFileSync(
      path,
      `${JSON.stringify({ entry: "one", intent: intent(), claim: "token of one", owner })}\n`,
    );
  };
  claim(alive());
  claim(ended());
  expect(journal.claim(KEY)).toBeUndefined();
});

it.each<[string, object]>([
  ["of a process that is still at work", { pid: process.ppid }],
  ["of another endpoint", { key: { endpoint: "https://volume.kr-central-1.kakaocloud.com" } }],
  ["of another project", { key: { project: "f".repeat(32) } }],
  ["of another volume", { key: { volume_id: OTHER } }],
  ["of another name", { key: { name: "golden-db" } }],
  ["of another description", { key: { description: "by hand" } }],
  ["of more than a week ago", { key: { sent_at: Date.now() - 8 * 24 * 3_600_000 } }],
])("does not give away a create %s", (_what, given) => {
  const path = useFile();
  leave(path, { imageId: IMAGE, ...given });
  expect(openJournal(path, log).claim(KEY)).toBeUndefined();
});

it("gives away what another machine left behind", () => {
  const path = useFile();
  leave(path, { imageId: IMAGE, host: "a-container-that-is-gone", pid: process.ppid });
  expect(openJournal(path, log).claim(KEY)).toMatchObject({ imageId: IMAGE });
});

it("says when there is more than one request without an ID", () => {
  const path = useFile();
  leave(path, { id: "one" });
  leave(path, { id: "two" });
  leave(path, { id: "three", imageId: IMAGE });
  const journal = openJournal(path, log);
  expect(journal.claim(KEY)).toMatchObject({ imageId: IMAGE, isOnly: false });
  expect(journal.claim(KEY)).toMatchObject({ imageId: undefined, isOnly: false });
});

it("forgets an image that a state has", () => {
  const path = useFile();
  leave(path, { imageId: IMAGE });
  const journal = openJournal(path, log);
  expect(journal.isLeft(IMAGE.toUpperCase())).toBe(true);
  journal.saved(IMAGE.toUpperCase());
  expect(journal.isLeft(IMAGE)).toBe(false);
  expect(openJournal(path, log).claim(KEY)).toBeUndefined();
  expect(readFileSync(path, "utf8")).toBe("");
});

it("keeps the IDs of finished creates while there is one without an ID", () => {
  const path = useFile();
  leave(path);
  const journal = openJournal(path, log);
  const entry = journal.begin(intent({ name: "golden-db" }));
  entry.created(OTHER);
  entry.close();
  expect([...openJournal(path, log).imageIds()]).toEqual([OTHER]);
  journal.claim(KEY)?.close();
  expect(readFileSync(path, "utf8")).toBe("");
});

it("ignores what is not a line of its own, and a line that was never finished", () => {
  const path = useFile();
  writeFileSync(
    path,
    `\0\n[]\n"text"\n{"entry":1}\n{"entry":"x","intent":{},"owner":{}}\n${"[".repeat(70_000)}\n`,
  );
  leave(path, { imageId: IMAGE });
  appendFileSync(path, '{"entry":"one","closed":tr');
  const journal = openJournal(path, log);
  journal.begin(intent({ name: "golden-db" })).created(OTHER);
  expect([...journal.imageIds()]).toEqual([IMAGE, OTHER]);
  expect(journal.claim(KEY)).toMatchObject({ imageId: IMAGE });
});

it("loses nothing and gives nothing away twice when several processes work at once", async () => {
  const path = useFile();
  const program = await bundleProgram("test/unit/provider/journal-writer.ts");
  const start = (name: string, task: string) => {
    const child = spawn(program, [path, name, task], { stdio: ["pipe", "pipe", "inherit"] });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    return { child, lines: () => output.trim().split("\n"), ended: once(child, "close") };
  };
  const writers = [start("a", "leave"), start("b", "leave"), start("c", "finish"), start("d", "finish")];
  await Promise.all(writers.map(({ ended: end }) => end));
  const left = [...openJournal(path, log).imageIds()].filter((id) => /^[ab]/.test(id));
  expect(left).toHaveLength(200);

  const claimants = [start("e", "claim"), start("f", "claim"), start("g", "claim")];
  const areDone = () => claimants.every(({ lines }) => lines().at(-1) === "done");
  await expect.poll(areDone, { timeout: 20_000 }).toBe(true);
  for (const { child } of claimants) child.stdin.end();
  const claimed = claimants.flatMap(({ lines }) => lines().slice(0, -1));
  expect(claimed.toSorted()).toEqual(left.toSorted());
}, 30_000);

it.each<[string, (path: string) => void, RegExp]>([
  ["a folder", (path) => mkdirSync(path), /EISDIR/],
  ["a pipe", (path) => execFileSync("mkfifo", [path]), /not a regular file/],
  ["a file of any size", (path) => writeFileSync(path, "x".repeat(5 * 1024 ** 2)), /larger than 4 MiB/],
])("refuses %s", (_what, prepare, problem) => {
  const path = useFile();
  prepare(path);
  expect(() => openJournal(path, log)).toThrow(problem);
});

it("refuses a file in a folder that does not exist", () => {
  expect(() => openJournal(join(useFile(), "creates.jsonl"), log)).toThrow(/ENOENT/);
});

it("refuses a file that it must not write", (context) => {
  context.skip(process.getuid?.() === 0, "root may write everything");
  const path = useFile();
  writeFileSync(path, "");
  chmodSync(path, 0o400);
  expect(() => openJournal(path, log)).toThrow(/EACCES/);
});
