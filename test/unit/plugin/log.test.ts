import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LogEntry } from "../../../src/base/log.ts";
import { createLog, formatLogLine } from "../../../src/plugin/log.ts";
import { parseLogLine } from "../../harness/log-lines.ts";

const entry = (parts: object): LogEntry => ({ level: "info", message: "hello", ...parts }) as LogEntry;
const read = (line: string) => JSON.parse(line) as Record<string, unknown>;

describe("formatLogLine", () => {
  it("writes hclog's JSON, with six digits after the second", () => {
    const line = formatLogLine(
      { level: "warn", message: "two\nlines", module: "plugin", fields: { count: 3, ok: true } },
      Date.UTC(2026, 0, 2, 3, 4, 5, 67) + 0.5,
    );
    expect(line).toBe(
      '{"@level":"warn","@message":"two\\nlines","@module":"plugin","@timestamp":"2026-01-02T03:04:05.067500Z","count":3,"ok":true}',
    );
  });

  it.each([42, new Error("no"), { a: 1 }, undefined, null, 10n, Symbol("s"), () => 1, ["x"]])(
    "LG-02 writes the message as a string, whatever it is: %s",
    (message) => {
      expect(parseLogLine(formatLogLine(entry({ message })))).toMatchObject({
        structured: true,
        level: "info",
      });
    },
  );

  it("LG-02 keeps fields from using the keys that Terraform crashes on", () => {
    const fields = { "@message": 1, "@level": 2, "@timestamp": 3, "@module": 4, plain: 5 };
    const line = formatLogLine(entry({ fields }));
    expect(parseLogLine(line).crashesTerraform).toBeUndefined();
    expect(read(line)).toMatchObject({ "@message": "hello", field_message: 1, field_timestamp: 3, plain: 5 });
  });

  it("LG-02 writes an unknown level as info", () => {
    expect(read(formatLogLine(entry({ level: 7 })))["@level"]).toBe("info");
  });

  it("LG-02 always writes a line that Terraform understands, whatever it is given", () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withMap: true,
          withSet: true,
          withTypedArray: true,
          withNullPrototype: true,
        }),
        fc.dictionary(fc.string(), fc.anything({ withBigInt: true })),
        (message, fields) => {
          const line = formatLogLine(entry({ message, fields }));
          expect(line).not.toContain("\n");
          expect(parseLogLine(line)).toMatchObject({ structured: true });
        },
      ),
    );
  });

  it("LG-02 writes bigints, errors, bytes, cycles and unreadable values as text", () => {
    const cycle: Record<string, unknown> = { name: "cycle" };
    cycle.self = cycle;
    const unreadable = {
      get secret() {
        throw new Error("no");
      },
    };
    const error = Object.assign(new Error("outer", { cause: new TypeError("inner") }), { code: "EOUTER" });
    const fields = {
      big: 2n ** 70n,
      bytes: Buffer.from("abc"),
      map: new Map([[1, "x"]]),
      date: new Date(0),
      nan: Number.NaN,
      cycle,
      unreadable,
      error,
    };
    expect(read(formatLogLine(entry({ fields })))).toMatchObject({
      big: "1180591620717411303424",
      bytes: "[3 bytes]",
      map: { 1: "x" },
      date: "1970-01-01T00:00:00.000Z",
      nan: "NaN",
      cycle: { name: "cycle", self: "[circular]" },
      unreadable: "[unreadable]",
      error: {
        name: "Error",
        message: "outer",
        code: "EOUTER",
        cause: { name: "TypeError", message: "inner" },
      },
    });
  });

  it.each([
    ["one long text", { message: "방".repeat(100_000) }],
    [
      "many texts",
      { fields: Object.fromEntries(Array.from({ length: 100 }, (_, index) => [index, "x".repeat(5_000)])) },
    ],
    [
      "too many fields",
      { fields: Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`key ${index}`, index])) },
    ],
    ["text that grows when escaped", { message: "\u0000".repeat(60_000) }],
  ])("stays within Terraform's 64 KiB with %s", (_title, parts) => {
    const line = formatLogLine(entry(parts));
    expect(Buffer.byteLength(line)).toBeLessThan(64 * 1024);
    expect(parseLogLine(line)).toMatchObject({ structured: true });
  });
});

describe("createLog", () => {
  const levelsWith = (env: NodeJS.ProcessEnv): string[] => {
    const lines: string[] = [];
    const log = createLog(env, "trace", (line) => lines.push(line) > 0);
    for (const level of ["trace", "debug", "info", "warn", "error"] as const) log({ level, message: "x" });
    return lines.map((line) => String(read(line)["@level"]));
  };

  it.each([
    [{}, 5],
    [{ TF_LOG_PROVIDER_KAKAOCLOUD: "WARN" }, 2],
    [{ TF_LOG_PROVIDER_KAKAOCLOUD: "trace", TF_LOG: "ERROR" }, 5],
    [{ TF_LOG_PROVIDER: "info", TF_LOG: "ERROR" }, 3],
    [{ TF_LOG: "ERROR" }, 1],
    [{ TF_LOG: "JSON" }, 5],
    [{ TF_LOG: "1" }, 5],
    [{ TF_LOG_PROVIDER_KAKAOCLOUD: "off" }, 0],
    [{ TF_LOG_PROVIDER_KAKAOCLOUD: "", TF_LOG: "warn" }, 2],
  ])("writes only the levels that Terraform reads: %j", (env, count) => {
    expect(levelsWith(env)).toHaveLength(count);
  });

  it("reports which levels it drops", () => {
    const log = createLog({ TF_LOG: "info" }, "trace", () => true);
    expect(log.isEnabled?.("debug")).toBe(false);
    expect(log.isEnabled?.("info")).toBe(true);
  });

  it.each([
    ["trace", 5],
    ["warn", 2],
  ] as const)("writes from the default level on without a variable: %s", (usual, count) => {
    const lines: string[] = [];
    const log = createLog({}, usual, (line) => lines.push(line) > 0);
    for (const level of ["trace", "debug", "info", "warn", "error"] as const) log({ level, message: "x" });
    expect(lines).toHaveLength(count);
  });

  it("stops when nobody reads any more", () => {
    let writes = 0;
    const log = createLog({}, "trace", () => {
      writes++;
      return false;
    });
    for (let index = 0; index < 3; index++) log({ level: "info", message: "x" });
    expect(writes).toBe(1);
  });
});
