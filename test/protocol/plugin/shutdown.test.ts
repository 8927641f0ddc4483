import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { MAGIC_COOKIE, parseHandshake } from "../../harness/handshake.ts";
import { type PluginProcess, PROVIDER_EXECUTABLE, startPlugin } from "../../harness/plugin-process.ts";
import { connectProvider } from "../../harness/provider-client.ts";
import { buildStandIn, callStandIn } from "./stand-in.ts";

let standIn: string;
beforeAll(async () => {
  standIn = await buildStandIn();
});

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("Shutdown", () => {
  it("SD-01 gets a response, ends the process although streams are open, and leaves nothing behind", async () => {
    for (let round = 0; round < 10; round++) {
      const plugin = await startPlugin();
      const folder = dirname(plugin.handshake.address);
      await plugin.client.requestShutdown();
      expect(await plugin.exited).toEqual({ code: 0, signal: null });
      expect(existsSync(folder)).toBe(false);
    }
  });

  it("SD-01 does not wait for a call in progress", async () => {
    const plugin = await startPlugin({ executable: standIn });
    const slow = callStandIn(plugin.client, { typeName: "slow" });
    const answered = expect(slow).rejects.toMatchObject({ code: 14 });
    await pause(50);
    await plugin.client.requestShutdown();
    await plugin.exited;
    await answered;
  });

  it.each(["SIGTERM"] as const)("%s ends an idle process, and leaves nothing behind", async (signal) => {
    const plugin = await startPlugin();
    plugin.child.kill(signal);
    expect(await plugin.exited).toEqual({ code: 0, signal: null });
    expect(readdirSync(plugin.tmpDir)).toEqual([]);
  });
});

describe("signals", () => {
  /** Begins a call, `slow` or `gather`, which alone gets no response. Resolves when the process has it: a later call is served. */
  async function begin(plugin: PluginProcess, typeName: "slow" | "gather" = "slow") {
    const response = callStandIn(plugin.client, { typeName, private: Buffer.from("kept") });
    // Whoever awaits it handles its rejection.
    response.catch(() => undefined);
    await callStandIn(plugin.client, { typeName: "echo" });
    return { response };
  }

  it.each(["SIGINT", "SIGHUP"] as const)("SD-02 survives %s, twice, and keeps serving", async (signal) => {
    const plugin = await startPlugin({ executable: standIn });
    const { response } = await begin(plugin);
    for (let round = 0; round < 2; round++) {
      plugin.child.kill(signal);
      await pause(50);
    }
    expect((await response).private).toEqual(Buffer.from("kept"));
    expect(await plugin.client.checkHealth("plugin")).toBe(1);
    await plugin.shutdown();
  });

  it("survives one SIGTERM in the middle of a call", async () => {
    const plugin = await startPlugin({ executable: standIn });
    const { response } = await begin(plugin);
    plugin.child.kill("SIGTERM");
    expect((await response).private).toEqual(Buffer.from("kept"));
    await plugin.shutdown();
  });

  it("does not survive a second SIGTERM", async () => {
    const plugin = await startPlugin({ executable: standIn });
    const { response } = await begin(plugin, "gather");
    plugin.child.kill("SIGTERM");
    // Two signals that are pending at the same time are one.
    await expect
      .poll(() => plugin.logs().map(({ message }) => message), { timeout: 20_000 })
      .toContainEqual(expect.stringContaining("Ignoring one SIGTERM"));
    plugin.child.kill("SIGTERM");
    expect(await plugin.exited).toEqual({ code: 0, signal: null });
    await expect(response).rejects.toMatchObject({ code: 14 });
  });
});

describe("a process without Terraform", () => {
  it.each(["connected", "not connected"])(
    "SD-06 ends by itself when its parent is killed, %s",
    async (state) => {
      // Plays the parent: starts the provider with its own pipes, and says which process that is.
      const parent = spawn(
        process.execPath,
        [
          "-e",
          `const { spawn } = require("node:child_process");
         const child = spawn(process.argv[1], [], { stdio: ["ignore", "pipe", "ignore"] });
         child.stdout.on("data", (line) => process.stdout.write(child.pid + " " + line));`,
          PROVIDER_EXECUTABLE,
        ],
        {
          stdio: ["ignore", "pipe", "inherit"],
          env: {
            ...process.env,
            TF_PLUGIN_MAGIC_COOKIE: MAGIC_COOKIE,
          },
        },
      );
      onTestFinished(() => {
        parent.kill("SIGKILL");
      });
      const output = await new Promise<string>((resolve) =>
        parent.stdout.once("data", (text) => resolve(String(text))),
      );
      const pid = Number(output.split(" ", 1)[0]);
      const handshake = parseHandshake(output.slice(output.indexOf(" ") + 1).trim());
      if (state === "connected") {
        const client = await connectProvider(handshake, null);
        onTestFinished(() => client.close());
      }
      parent.kill("SIGKILL");
      await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
      expect(existsSync(dirname(handshake.address))).toBe(false);
    },
  );

  it("SD-06 ends by itself when the connection is closed and not opened again", async () => {
    const plugin = await startPlugin();
    plugin.client.close();
    await expect(plugin.exited).resolves.toEqual({ code: 0, signal: null });
    expect(plugin.logs().at(-1)).toMatchObject({ message: "Terraform has exited; exiting too" });
  });

  it("SD-06 waits for a connection to be opened again", async () => {
    const plugin = await startPlugin();
    plugin.client.close();
    await pause(1_500);
    const again = await connectProvider(plugin.handshake, plugin.certificate);
    await pause(5_000);
    expect(await again.checkHealth("plugin")).toBe(1);
    await again.requestShutdown();
    await plugin.exited;
    again.close();
  });
});

describe("a call that has ended", () => {
  it("SD-07 is not stopped or logged when gRPC then reports it as cancelled", async () => {
    const plugin = await startPlugin({ executable: standIn });
    const slow = callStandIn(plugin.client, { typeName: "slow", private: Buffer.from("kept") });
    for (let round = 0; round < 20; round++) await callStandIn(plugin.client, { typeName: "echo" });
    expect((await slow).private).toEqual(Buffer.from("kept"));
    await plugin.shutdown();
    expect(plugin.logs().map(({ message }) => message)).toEqual(["Serving"]);
  });
});

describe("stdin", () => {
  it("is not read, because it belongs to Terraform", async () => {
    const folder = mkdtempSync(join(tmpdir(), "stdin-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, "answers"), "yes\n");
    // Parent and child share the position in this file: a child that reads would move ours.
    const answers = openSync(join(folder, "answers"), "r");
    onTestFinished(() => closeSync(answers));
    const child = spawn(PROVIDER_EXECUTABLE, [], {
      stdio: [answers, "pipe", "inherit"],
      env: { ...process.env, TF_LOG: "OFF", TF_PLUGIN_MAGIC_COOKIE: MAGIC_COOKIE },
    });
    onTestFinished(() => {
      child.kill("SIGKILL");
    });
    const line = await new Promise<string>((resolve) =>
      child.stdout?.once("data", (text) => resolve(String(text).trim())),
    );
    const client = await connectProvider(parseHandshake(line), null);
    await client.call("GetProviderSchema", {});
    await client.requestShutdown();
    client.close();
    await once(child, "exit");
    expect(readSync(answers, Buffer.alloc(8), 0, 8, null)).toBe(4);
  });
});
