import { beforeAll, describe, expect, it } from "vitest";
import { type PluginProcess, startPlugin } from "../../harness/plugin-process.ts";
import { buildStandIn, callStandIn } from "./stand-in.ts";

let executable: string;
beforeAll(async () => {
  executable = await buildStandIn();
});

const start = (env: Record<string, string> = {}): Promise<PluginProcess> => startPlugin({ executable, env });

describe("the log", () => {
  it("LG-01 writes every line as one JSON object that Terraform understands, of 64 KiB at most", async () => {
    const plugin = await start();
    for (const what of ["logs", "prints", "warns"]) await callStandIn(plugin.client, { typeName: what });
    await plugin.shutdown();
    const lines = plugin.logs();
    expect(lines.length).toBeGreaterThan(8);
    for (const line of lines) {
      expect(line).toMatchObject({ structured: true });
      expect(line.crashesTerraform).toBeUndefined();
      expect(line.timestamp).toMatch(/\.\d{6}(Z|[+-]\d\d:\d\d)$/);
      expect(Buffer.byteLength(line.raw)).toBeLessThan(64 * 1024);
    }
    expect(lines.find(({ message }) => message.startsWith("two\nlines"))?.fields).toMatchObject({
      big: "1",
      list: [1, "2"],
    });
    expect(lines.find(({ message }) => message === "fields")?.fields).toMatchObject({
      field_message: 5,
      field_level: 0,
    });
  });

  it("LG-01 logs what libraries print, with its level", async () => {
    const plugin = await start();
    await callStandIn(plugin.client, { typeName: "prints" });
    await plugin.shutdown();
    const printed = plugin.logs().filter(({ fields }) => fields["@module"] === "console");
    expect(printed.map(({ level }) => level)).toEqual(["info", "info", "debug", "warn", "error"]);
    expect(printed[0]?.message).toBe("printed with console.log { answer: 42 }");
    expect(printed[4]?.message).toContain("Error: printed error\n");
  });

  it("LG-07 logs Node's warnings, which disturb neither stdout nor the handshake", async () => {
    const plugin = await start({ NODE_OPTIONS: "--pending-deprecation --trace-warnings" });
    await callStandIn(plugin.client, { typeName: "warns" });
    await plugin.shutdown();
    expect(plugin.logs().filter(({ fields }) => fields["@module"] === "node")).toMatchObject([
      { level: "warn", message: "something is old", fields: { warning: "DeprecationWarning" } },
      { level: "warn", message: "something is young", fields: { warning: "ExperimentalWarning" } },
    ]);
  });

  it.each([
    [{ TF_LOG_PROVIDER_KAKAOCLOUD: "warn" }, ["warn", "error"]],
    [{ TF_LOG_PROVIDER_KAKAOCLOUD: "ERROR", TF_LOG: "TRACE" }, ["error"]],
    [{ TF_LOG_PROVIDER: "WARN" }, ["warn", "error"]],
    [{ TF_LOG: "OFF" }, []],
    [{ TF_LOG: "JSON" }, ["debug", "info", "info", "debug", "warn", "error"]],
  ])("logs at the level that %j sets", async (env, levels) => {
    const plugin = await start(env as Record<string, string>);
    await callStandIn(plugin.client, { typeName: "prints" });
    await plugin.shutdown();
    expect(plugin.logs().map(({ level }) => level)).toEqual(levels);
  });

  it("has only warnings and errors when no variable sets a level, because Terraform would show nothing else", async () => {
    const plugin = await startPlugin({ executable, env: { TF_LOG: undefined } });
    await callStandIn(plugin.client, { typeName: "prints" });
    await plugin.shutdown();
    expect(plugin.logs().map(({ level }) => level)).toEqual(["warn", "error"]);
  });

  it("masks the secrets of what libraries print and Node warns of", async () => {
    const plugin = await start();
    await callStandIn(plugin.client, { typeName: "prints a secret" });
    await plugin.shutdown();
    const lines = plugin.logs().filter(({ message }) => message.includes("the token is"));
    expect(lines.map(({ message }) => message)).toEqual(["the token is ***", "the token is ***"]);
  });

  it("is not needed: a process whose stderr is closed continues", async () => {
    const plugin = await start();
    plugin.child.stderr?.destroy();
    for (const what of ["logs", "prints", "logs"]) await callStandIn(plugin.client, { typeName: what });
    await plugin.shutdown();
  });
});

describe("a crash", () => {
  it.each([
    ["throws", "panic: the sky", "Error: the sky\nis falling\n    at "],
    ["throws a secret", "panic: the token is ***\ufffd[31m", "Error: the token is ***\ufffd[31m\n    at "],
    ["throws text", "panic: no error at all", "(thrown without a stack)"],
    ["rejects", "panic: nobody caught this", "TypeError: nobody caught this\n    at "],
  ])(
    "LG-05 is shown by Terraform as a crash of the plugin when the program %s",
    async (what, first, stack) => {
      const plugin = await start();
      await callStandIn(plugin.client, { typeName: what }).catch(() => {});
      expect(await plugin.exited).toEqual({ code: 2, signal: null });
      const text = plugin.stderr();
      const panic = text.slice(text.indexOf("panic: "));
      expect(panic.split("\n", 1)[0]).toBe(first);
      expect(panic).toContain(stack);
      expect(text).not.toContain("correct-horse");
      expect(plugin.stdout()).toBe(`${plugin.handshake.line}\n`);
    },
  );
});
