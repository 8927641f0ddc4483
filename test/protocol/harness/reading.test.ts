import { describe, expect, it } from "vitest";
import { parseHandshake } from "../../harness/handshake.ts";
import { parseLogLine } from "../../harness/log-lines.ts";
import { NESTING } from "../../harness/messages.ts";
import { proposedNew } from "../../harness/proposed-new.ts";
import { completeBlock, loadSchema } from "../../harness/schema.ts";
import { stateJson } from "../../harness/state-json.ts";
import { decimal, dynamic, type ObjectValue, UNKNOWN, type Value } from "../../harness/value.ts";
import { attribute, block, nestedBlock, schema } from "./scripted-provider.ts";

const CERTIFICATE = "A".repeat(60);

describe("the handshake line", () => {
  it("is read field by field", () => {
    expect(parseHandshake(`1|6|unix|/tmp/x|grpc|${CERTIFICATE}`)).toMatchObject({
      network: "unix",
      address: "/tmp/x",
      certificate: Buffer.from(CERTIFICATE, "base64"),
      multiplex: null,
    });
    expect(parseHandshake("1|6|tcp|127.0.0.1:10000|grpc||false")).toMatchObject({
      certificate: null,
      multiplex: "false",
    });
  });

  it.each([
    ["hello", "Unrecognized remote plugin message"],
    [" 1|6|unix|/x|grpc", "Unrecognized remote plugin message"],
    ["2|6|unix|/x|grpc", "Incompatible core API version"],
    ["1|7|unix|/x|grpc", "Incompatible API version with plugin. Plugin version: 7"],
    ["1|5|unix|/x|grpc", "Unsupported plugin method"],
    ["1|6|pipe|/x|grpc", "Unknown address type"],
    ["1|6|unix|/x|netrpc", 'Unsupported plugin protocol "netrpc"'],
    [`1|6|unix|/${"x".repeat(107)}|grpc`, "longer than"],
    [`1|6|unix|/x|grpc|${CERTIFICATE}=`, "illegal base64"],
    ["1|6|unix|/x|grpc||false|", "fields"],
  ])("%s is refused", (line, message) => {
    expect(() => parseHandshake(line)).toThrow(message);
  });
});

describe("a line of stderr", () => {
  const at = '"@timestamp":"2024-01-02T03:04:05.123456Z"';
  it.each([
    [
      `{"@level":"INFO","@message":"m",${at},"k":1}`,
      { level: "info", message: "m", fields: { k: 1 }, structured: true },
    ],
    [`{"@level":"info","@message":"m"}`, { level: "info", structured: true }],
    [
      `{"@level":"info","@message":"m","@timestamp":"2024-01-02T03:04:05.123Z"}`,
      { level: "debug", structured: false },
    ],
    [`{"@level":"fatal","@message":"m",${at}}`, { level: "debug", structured: false }],
    ["[WARN] careful", { level: "warn", message: "[WARN] careful", structured: false }],
    ["123", { level: "debug", message: "123" }],
    [`{"@message":5}`, { crashesTerraform: "@message is 5, not a string" }],
    [JSON.stringify({ "@level": "info", "@message": "x".repeat(70_000) }), { structured: false }],
  ])("%.60s", (line, expected) => {
    expect(parseLogLine(line)).toMatchObject(expected);
  });
});

const load = (...given: Parameters<typeof block>) => loadSchema(schema(block(...given)), "x").block;

describe("the proposed new state", () => {
  const nested = (nesting: number) => ({
    nesting,
    attributes: [attribute("key", "string", "required"), attribute("made", "string", "computed")],
  });
  const cases: ReadonlyArray<readonly [string, ReturnType<typeof attribute>, Value, Value, Value]> = [
    ["a configured value wins", attribute("a", "string", "optional computed"), "old", "new", "new"],
    ["a computed value is kept", attribute("a", "string", "optional computed"), "old", null, "old"],
    ["a removed value is gone", attribute("a", "string", "optional"), "old", null, null],
    [
      "nested: computed values kept inside",
      attribute("a", null, "optional", nested(NESTING.SINGLE)),
      { key: "k", made: "m" },
      { key: "l" },
      { key: "l", made: "m" },
    ],
    [
      "nested: removed as a whole",
      attribute("a", null, "optional", nested(NESTING.SINGLE)),
      { key: "k", made: "m" },
      null,
      null,
    ],
    [
      "nested and computed: not kept when it was configured once",
      attribute("a", null, "optional computed", nested(NESTING.SINGLE)),
      { key: "k", made: "m" },
      null,
      null,
    ],
    [
      "nested and computed: kept when all of it was computed",
      attribute("a", null, "optional computed", nested(NESTING.SINGLE)),
      { key: null, made: "m" },
      null,
      { key: null, made: "m" },
    ],
    [
      "lists: by index",
      attribute("a", null, "optional", nested(NESTING.LIST)),
      [{ key: "k", made: "m" }],
      [{ key: "z" }, { key: "k" }],
      [
        { key: "z", made: "m" },
        { key: "k", made: null },
      ],
    ],
    [
      "maps: by key",
      attribute("a", null, "optional", nested(NESTING.MAP)),
      { x: { key: "k", made: "m" } },
      { y: { key: "k" }, x: { key: "j" } },
      { y: { key: "k", made: null }, x: { key: "j", made: "m" } },
    ],
    [
      "sets: by what was configured",
      attribute("a", null, "optional", nested(NESTING.SET)),
      [
        { key: "k", made: "m" },
        { key: "l", made: "n" },
      ],
      [{ key: "l" }, { key: "new" }],
      [
        { key: "l", made: "n" },
        { key: "new", made: null },
      ],
    ],
    [
      "an unknown collection passes",
      attribute("a", null, "optional", nested(NESTING.LIST)),
      [{ key: "k", made: "m" }],
      UNKNOWN,
      UNKNOWN,
    ],
  ];
  it.each(cases)("%s", (_, of, prior, config, expected) => {
    const loaded = load([of]);
    const given = completeBlock(loaded, { a: config });
    expect(proposedNew(loaded, { a: prior }, given)).toEqual({ a: expected });
  });

  it("goes into blocks, whose number is the configured one", () => {
    const loaded = load([], [nestedBlock("b", "LIST", block([attribute("made", "string", "computed")]))]);
    const prior: ObjectValue = { b: [{ made: "m" }] };
    expect(proposedNew(loaded, prior, completeBlock(loaded, { b: [{}, {}] }))).toEqual({
      b: [{ made: "m" }, { made: null }],
    });
    expect(proposedNew(loaded, prior, completeBlock(loaded, {}))).toEqual({ b: [] });
  });
});

describe("a configuration is completed as Terraform would", () => {
  const loaded = load(
    [
      attribute("a", "string", "optional"),
      attribute("n", null, "optional", {
        nesting: NESTING.MAP,
        attributes: [attribute("x", "bool", "optional")],
      }),
    ],
    [
      nestedBlock("one", "SINGLE", block([])),
      nestedBlock("many", "SET", block([attribute("y", "bool", "optional")])),
      nestedBlock("group", "GROUP", block([attribute("z", "bool", "optional")])),
    ],
  );
  it("with nulls and empty blocks", () => {
    expect(completeBlock(loaded, { n: { k: {} }, many: [{}] })).toEqual({
      a: null,
      n: { k: { x: null } },
      one: null,
      many: [{ y: null }],
      group: { z: null },
    });
  });

  it("and refuses what the schema does not know", () => {
    expect(() => completeBlock(loaded, { b: 1 })).toThrow('Unsupported argument "b"');
    expect(() => completeBlock(loaded, { n: { k: { q: 1 } } })).toThrow('Unsupported argument "q"');
  });
});

describe("state as JSON", () => {
  it("is pretty-printed, with all digits, sorted sets and typed dynamic values", () => {
    const json = stateJson(
      ["object", { n: "number", s: ["set", "string"], d: "dynamic", e: ["map", "bool"] }],
      {
        n: decimal("9007199254740993.5"),
        s: ["b", "a"],
        d: dynamic("number", 1),
        e: {},
      },
    );
    expect(json).toBe(`{
  "d": {
    "value": 1,
    "type": "number"
  },
  "e": {},
  "n": 9007199254740993.5,
  "s": [
    "a",
    "b"
  ]
}`);
  });
});
