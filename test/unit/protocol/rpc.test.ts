import { Client, credentials, Server, ServerCredentials, type ServiceError } from "@grpc/grpc-js";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { LogFields } from "../../../src/base/log.ts";
import { createRedactor } from "../../../src/base/redaction.ts";
import { DiagnosticError, errorDiagnostic } from "../../../src/framework/diagnostics.ts";
import { createLogger } from "../../../src/framework/log.ts";
import type { AnyResource } from "../../../src/framework/provider.ts";
import type { Resource } from "../../../src/framework/resource.ts";
import { type Schema, schemaType, stringAttribute } from "../../../src/framework/schema.ts";
import type { ObjectValue } from "../../../src/framework/value.ts";
import { UNKNOWN } from "../../../src/framework/value.ts";
import { createServiceDefinition } from "../../../src/protobuf/service-definition.ts";
import { decodeObject, encodeValue } from "../../../src/protocol/dynamic-value.ts";
import { providerService as servedService } from "../../../src/protocol/generated/tfplugin6.ts";
import { createProviderHandlers } from "../../../src/protocol/provider-handlers.ts";
import { createProviderServer } from "../../../src/protocol/provider-server.ts";
import type { RpcName, Rpcs } from "../../harness/messages.ts";
import { providerService } from "../../harness/proto.ts";

const schema = {
  version: 1,
  attributes: { id: stringAttribute({ computed: true }), name: stringAttribute({ required: true }) },
} satisfies Schema;
type Thing = Resource<typeof schema, string>;
const type = schemaType(schema);

// What each test is about is put in here.
let behaviour: Partial<Thing> = {};
const log: { level: string; message: string; fields: LogFields }[] = [];

const redactor = createRedactor();
redactor.addSecret("hunter2hunter2");

const thing: Thing = {
  schema,
  defaultTimeouts: {},
  create: (request, call) => behaviour.create?.(request, call) ?? Promise.reject(new Error("no create")),
  read: (request, call) => behaviour.read?.(request, call) ?? Promise.reject(new Error("no read")),
  update: (request, call) => behaviour.update?.(request, call) ?? Promise.reject(new Error("no update")),
  delete: async () => undefined,
  modifyPlan: (request) => behaviour.modifyPlan?.(request) ?? {},
};
const providerServer = createProviderServer(
  {
    name: "test",
    schema: { attributes: { token: stringAttribute({ optional: true }) } },
    resources: { test_thing: thing as AnyResource<string> },
    dataSources: {},
    async configure(config) {
      if (config.token === "bad")
        throw new DiagnosticError(
          errorDiagnostic("Bad Token", "The token is bad.", [{ attribute: "token" }]),
        );
      return String(config.token);
    },
  },
  createLogger(
    ({ level, message, fields = {} }) => log.push({ level, message, fields }),
    redactor,
    "provider",
  ),
  redactor,
);

const server = new Server();
let client: Client;

beforeAll(async () => {
  server.addService(createServiceDefinition(servedService), createProviderHandlers(providerServer));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
});
afterAll(() => {
  client.close();
  server.forceShutdown();
});
beforeEach(() => {
  behaviour = {};
  log.length = 0;
});

function start<Name extends RpcName>(name: Name, request: Rpcs[Name]["request"]) {
  const method = providerService[name];
  if (method === undefined) throw new Error(`no RPC ${name}`);
  let cancel = () => {};
  const response = new Promise<Rpcs[Name]["response"]>((resolve, reject) => {
    const call = client.makeUnaryRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
      (error, answer) => (error ? reject(error) : resolve(answer as unknown as Rpcs[Name]["response"])),
    );
    cancel = () => call.cancel();
  });
  return { response, cancel };
}
const call = <Name extends RpcName>(name: Name, request: Rpcs[Name]["request"]) =>
  start(name, request).response;
const wire = (value: ObjectValue | null) => encodeValue(type, value);
const state = (message: { msgpack?: Uint8Array } | null) =>
  decodeObject(type, { msgpack: message?.msgpack ?? new Uint8Array(), json: new Uint8Array() });
const configure = (token: string) =>
  call("ConfigureProvider", {
    config: {
      msgpack: Buffer.from([
        0x81,
        ...Buffer.from("\xa5token", "latin1"),
        0xa0 | token.length,
        ...Buffer.from(token),
      ]),
    },
  });

const current = { id: "1", name: "n" };
const PRIVATE = Buffer.from('{"k":"MQ=="}');
const read = (currentState: { msgpack?: Uint8Array } = wire(current)) =>
  call("ReadResource", { typeName: "test_thing", currentState, private: PRIVATE });
const createRequest = {
  typeName: "test_thing",
  priorState: wire(null),
  plannedState: wire({ id: UNKNOWN, name: "n" }),
  config: wire({ id: null, name: "n" }),
};

describe("before it is configured", () => {
  it("the server refuses work, in words", async () => {
    const answer = await read();
    expect(answer.diagnostics).toMatchObject([{ severity: 1, summary: "Provider Not Configured" }]);
    expect(state(answer.newState)).toEqual(current);
  });

  it("it says what is wrong with its configuration, and where", async () => {
    expect((await configure("bad")).diagnostics).toMatchObject([
      { summary: "Bad Token", attribute: { steps: [{ attributeName: "token" }] } },
    ]);
  });
});

describe("an RPC", () => {
  beforeAll(() => configure("good"));

  it("returns diagnostics when something throws, never a gRPC status, and continues", async () => {
    behaviour.read = () => Promise.reject(new TypeError("hunter2hunter2 is undefined"));
    const answer = await read();
    expect(answer.diagnostics).toMatchObject([{ severity: 1, summary: "Unexpected Provider Error" }]);
    expect(answer.diagnostics[0]?.detail).toContain("*** is undefined");
    expect(state(answer.newState)).toEqual(current);
    expect(answer.private).toEqual(PRIVATE);
    behaviour.read = async () => ({ id: "1", name: "new" });
    expect(state((await read()).newState)).toEqual({ id: "1", name: "new" });
  });

  it("returns the state as it came when the state cannot be read", async () => {
    const broken = { msgpack: Buffer.from("81a2696401", "hex") };
    const answer = await read(broken);
    expect(answer.diagnostics).toMatchObject([{ summary: "Value Conversion Error" }]);
    expect(answer.newState?.msgpack).toEqual(broken.msgpack);
    expect(answer.private).toEqual(PRIVATE);
    const applied = await call("ApplyResourceChange", {
      ...createRequest,
      priorState: wire(current),
      plannedState: broken,
      plannedPrivate: PRIVATE,
    });
    expect(state(applied.newState)).toEqual(current);
    expect(applied.private).toEqual(PRIVATE);
  });

  it("names a type that does not exist", async () => {
    const answer = await call("ReadResource", { typeName: "test_other", currentState: wire(current) });
    expect(answer.diagnostics).toMatchObject([{ summary: "Resource Type Not Found" }]);
    expect(answer.diagnostics[0]?.detail).toContain('"test_other"');
    const inherited = await call("ReadResource", { typeName: "toString", currentState: wire(current) });
    expect(inherited.diagnostics).toMatchObject([{ summary: "Resource Type Not Found" }]);
  });

  it("that is not offered is UNIMPLEMENTED", async () => {
    const method = providerService.OpenEphemeralResource;
    const refused = new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        "/tfplugin6.Provider/OpenEphemeralResource",
        method?.requestSerialize ?? Buffer.from,
        method?.responseDeserialize ?? String,
        {},
        (error, answer) => (error ? reject(error) : resolve(answer)),
      );
    });
    await expect(refused).rejects.toMatchObject({ code: 12 } satisfies Partial<ServiceError>);
  });

  it("has a log of its own: every line with its name and an id, errors as errors", async () => {
    behaviour.read = async (_request, { log: own }) => {
      own.info("hello");
      throw new DiagnosticError(errorDiagnostic("Gone Wrong", "with hunter2hunter2"));
    };
    await Promise.all([read(), read()]);
    const ids = new Set(log.map(({ fields }) => fields.tf_req_id));
    expect(ids.size).toBe(2);
    for (const { fields } of log)
      expect(fields).toMatchObject({ tf_rpc: "ReadResource", tf_resource_type: "test_thing" });
    expect(log.filter(({ message }) => message === "hello")).toHaveLength(2);
    expect(log.find(({ message }) => message === "Gone Wrong")).toMatchObject({
      level: "error",
      fields: { diagnostic_detail: "with ***" },
    });
    expect(log.at(-1)).toMatchObject({
      message: "RPC served",
      fields: { tf_req_duration_ms: expect.any(Number) },
    });
    expect(JSON.stringify(log)).not.toContain("hunter2");
  });

  it("ignores a cancellation after its response", async () => {
    let signal: AbortSignal | undefined;
    behaviour.read = async (_request, own) => {
      signal = own.signal;
      return current;
    };
    const answered = start("ReadResource", { typeName: "test_thing", currentState: wire(current) });
    await answered.response;
    answered.cancel();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(signal?.aborted).toBe(false);
    expect(log.filter(({ level }) => level === "error" || level === "warn")).toEqual([]);
  });

  it("is aborted when it is cancelled", async () => {
    const heard = new Promise((resolve) => {
      behaviour.read = (_request, { signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => {
            resolve(signal.reason);
            reject(signal.reason);
          });
          under.cancel();
        });
    });
    const under = start("ReadResource", { typeName: "test_thing", currentState: wire(current) });
    await expect(under.response).rejects.toMatchObject({ code: 1 });
    expect(await heard).toMatchObject({ reason: "cancelled" });
  });

  it("ends at a stop with what it has; a later call runs normally", async () => {
    const begun = new Promise<void>((resolve) => {
      behaviour.create = (_request, { signal, save }) =>
        new Promise((_, reject) => {
          save({ id: "7" });
          signal.addEventListener("abort", () => reject(signal.reason));
          resolve();
        });
    });
    const applying = call("ApplyResourceChange", createRequest);
    await begun;
    for (let times = 0; times < 2; times++) expect((await call("StopProvider", {})).Error).toBe("");
    const answer = await applying;
    expect(answer.diagnostics).toMatchObject([{ severity: 1 }]);
    expect(state(answer.newState)).toEqual({ id: "7", name: "n" });
    behaviour.read = async ({ state: { id } }, { signal }) => ({ id, name: String(signal.aborted) });
    expect(state((await read()).newState)).toEqual({ id: "1", name: "false" });
  });

  it("runs concurrently with others, twenty at a time, without a warning from Node", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on("warning", note);
    let waiting = 0;
    let release = () => {};
    const all = new Promise<void>((resolve) => {
      release = resolve;
    });
    behaviour.read = async ({ state: { id } }) => {
      if (++waiting === 20) release();
      await all;
      return { id, name: `read ${id}` };
    };
    const responses = await Promise.all(
      Array.from({ length: 20 }, (_, id) => read(wire({ id: `${id}`, name: "n" }))),
    );
    expect(responses.map(({ newState }) => state(newState))).toEqual(
      responses.map((_, id) => ({ id: `${id}`, name: `read ${id}` })),
    );
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", note);
    expect(warnings).toEqual([]);
  });
});

describe("PlanResourceChange", () => {
  const plan = (request: Partial<Rpcs["PlanResourceChange"]["request"]> = {}) =>
    call("PlanResourceChange", {
      typeName: "test_thing",
      priorState: wire(current),
      proposedNewState: wire({ id: "1", name: "new" }),
      config: wire({ id: null, name: "new" }),
      priorPrivate: PRIVATE,
      ...request,
    });

  it("returns private data, with an error too", async () => {
    expect(await plan()).toMatchObject({
      plannedPrivate: PRIVATE,
      legacyTypeSystem: false,
      deferred: null,
      diagnostics: [],
    });
    behaviour.modifyPlan = () => {
      throw new Error("odd");
    };
    expect(await plan()).toMatchObject({ plannedPrivate: PRIVATE, diagnostics: [{ severity: 1 }] });
  });

  it("names what is to be replaced by paths", async () => {
    behaviour.modifyPlan = () => ({ requiresReplace: [[{ attribute: "name" }]] });
    expect((await plan()).requiresReplace).toMatchObject([{ steps: [{ attributeName: "name" }] }]);
  });

  it("plans nothing for a destroy", async () => {
    const answer = await plan({ proposedNewState: wire(null), config: wire(null) });
    expect(answer.plannedState?.msgpack).toEqual(Buffer.from([0xc0]));
    expect(answer.plannedPrivate).toEqual(PRIVATE);
  });
});

describe("UpgradeResourceState", () => {
  const upgrade = (rawState: Rpcs["UpgradeResourceState"]["request"]["rawState"], version = 1) =>
    call("UpgradeResourceState", { typeName: "test_thing", version, rawState });

  it("completes and trims a state of the same version", async () => {
    const answer = await upgrade({ json: Buffer.from('{\n  "name": "n",\n  "old": [1]\n}') });
    expect(answer.diagnostics).toEqual([]);
    expect(state(answer.upgradedState)).toEqual({ id: null, name: "n" });
  });

  it.each([
    ["only a flatmap", { flatmap: { id: "1" } }, 1, "Unable to Upgrade Resource State"],
    ["nothing", null, 1, "Unable to Upgrade Resource State"],
    ["an older version", { json: Buffer.from("{}") }, 0, "Unable to Upgrade Resource State"],
    ["a null", { json: Buffer.from("null") }, 1, "Value Conversion Error"],
    ["no JSON", { json: Buffer.from("{") }, 1, "Value Conversion Error"],
  ])("refuses %s in words", async (_what, rawState, version, summary) => {
    expect((await upgrade(rawState as never, version)).diagnostics).toMatchObject([{ severity: 1, summary }]);
  });
});
