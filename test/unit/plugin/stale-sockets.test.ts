import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { removeStaleSockets } from "../../../src/plugin/serving/stale-sockets.ts";

/** A process that is no more. */
const DEAD = spawnSync(process.execPath, ["-e", "0"]).pid;

function createParent(): string {
  const parent = mkdtempSync(join(tmpdir(), "stale-"));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  return parent;
}

/** Leaves the socket of a killed process in the folder. */
function leaveSocket(folder: string, name: string): void {
  mkdirSync(folder, { recursive: true });
  const listen = `require("node:net").createServer().listen(${JSON.stringify(join(folder, name))}, () => process.kill(process.pid, 9))`;
  spawnSync(process.execPath, ["-e", listen]);
  expect(readdirSync(folder)).toContain(name);
}

describe("stale sockets", () => {
  it("are removed with their folder when their process was killed", async () => {
    const parent = createParent();
    leaveSocket(join(parent, "kakaocloud-aB3xYz"), `${DEAD}.sock`);
    await removeStaleSockets(parent);
    expect(readdirSync(parent)).toEqual([]);
  });

  it("stay while a process of their number is alive", async () => {
    const parent = createParent();
    leaveSocket(join(parent, "kakaocloud-aB3xYz"), `${process.pid}.sock`);
    await removeStaleSockets(parent);
    expect(readdirSync(parent)).toEqual(["kakaocloud-aB3xYz"]);
  });

  it("stay while somebody listens, also a process that cannot be seen from here", async () => {
    const parent = createParent();
    mkdirSync(join(parent, "kakaocloud-aB3xYz"));
    const server = createServer().listen(join(parent, "kakaocloud-aB3xYz", `${DEAD}.sock`));
    onTestFinished(() => void server.close());
    await once(server, "listening");
    await removeStaleSockets(parent);
    expect(readdirSync(join(parent, "kakaocloud-aB3xYz"))).toEqual([`${DEAD}.sock`]);
  });

  it("are all that is removed", async () => {
    const parent = createParent();
    const target = join(parent, "target");
    leaveSocket(target, `${DEAD}.sock`);
    symlinkSync(target, join(parent, "kakaocloud-linked"));
    leaveSocket(join(parent, "kakaocloud-more12"), `${DEAD}.sock`);
    writeFileSync(join(parent, "kakaocloud-more12", "notes.txt"), "");
    mkdirSync(join(parent, "kakaocloud-file12"));
    writeFileSync(join(parent, "kakaocloud-file12", `${DEAD}.sock`), "");
    leaveSocket(join(parent, "kakaocloud-other1"), "plugin.sock");
    leaveSocket(join(parent, "somebody-aB3xYz"), `${DEAD}.sock`);
    const before = readdirSync(parent, { recursive: true }).sort();
    await removeStaleSockets(parent);
    expect(readdirSync(parent, { recursive: true }).sort()).toEqual(before);
  });

  it("of which only the folder is left are removed when it is old", async () => {
    const parent = createParent();
    for (const name of ["kakaocloud-young1", "kakaocloud-old123"]) mkdirSync(join(parent, name));
    utimesSync(join(parent, "kakaocloud-old123"), 0, 0);
    await removeStaleSockets(parent);
    expect(readdirSync(parent)).toEqual(["kakaocloud-young1"]);
  });

  it("are not searched for where there is no folder", async () => {
    await expect(removeStaleSockets("/no/such/folder")).resolves.toBeUndefined();
  });
});
