import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { createRedactor } from "../../../src/base/redaction.ts";
import type { DataSource } from "../../../src/framework/data-source.ts";
import { DiagnosticError, errorDiagnostic, warningDiagnostic } from "../../../src/framework/diagnostics.ts";
import { createLogger } from "../../../src/framework/log.ts";
import { OperationStopped } from "../../../src/framework/operation-stopped.ts";
import { applyResourceChange, readDataSource, readResource } from "../../../src/framework/operations.ts";
import type { AnyDataSource, AnyResource } from "../../../src/framework/provider.ts";
import type { Resource } from "../../../src/framework/resource.ts";
import {
  integerAttribute,
  listNestedAttribute,
  type Schema,
  stringAttribute,
} from "../../../src/framework/schema.ts";
import { timeoutsAttribute } from "../../../src/framework/timeouts.ts";
import { type ObjectValue, UNKNOWN } from "../../../src/framework/value.ts";

const schema = {
  attributes: {
    id: stringAttribute({ computed: true }),
    name: stringAttribute({ required: true }),
    size: integerAttribute({ computed: true }),
    timeouts: timeoutsAttribute("create", "read", "update", "delete"),
  },
} satisfies Schema;
type Thing = Resource<typeof schema, string>;

const unexpected = async () => {
  throw new Error("must not be called");
};

/** A resource with only the methods that a test is about. */
const resource = (methods: Partial<Thing>): AnyResource<string> =>
  ({
    schema,
    defaultTimeouts: {},
    create: unexpected,
    read: unexpected,
    update: unexpected,
    delete: unexpected,
    ...methods,
  }) as Thing as AnyResource<string>;

const lines: string[] = [];
const log = createLogger(
  ({ message, fields }) => lines.push(`${message} ${JSON.stringify(fields)}`),
  createRedactor(),
  "test",
);
const context = (...signals: AbortSignal[]) => ({ client: "client", log, signals });

const PRIVATE = Buffer.from('{"k":"NQ=="}');
const planned: ObjectValue = { id: UNKNOWN, name: "n", size: UNKNOWN, timeouts: null };
const prior: ObjectValue = { id: "1", name: "old", size: 3, timeouts: null };
const failure = new DiagnosticError(errorDiagnostic("Refused", "no"));

const create = (methods: Partial<Thing>, plan: ObjectValue = planned, signals: AbortSignal[] = []) =>
  applyResourceChange(
    resource(methods),
    { prior: null, planned: plan, config: plan, plannedPrivate: PRIVATE },
    context(...signals),
  );
const update = (methods: Partial<Thing>, plan: ObjectValue = { ...planned, id: "1" }) =>
  applyResourceChange(
    resource(methods),
    { prior, planned: plan, config: plan, plannedPrivate: PRIVATE },
    context(),
  );
const remove = (methods: Partial<Thing>, before: ObjectValue | null = prior) =>
  applyResourceChange(
    resource(methods),
    { prior: before, planned: null, config: null, plannedPrivate: PRIVATE },
    context(),
  );

const waitFor = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason));
  });

describe("a create", () => {
  it("returns what was created, as planned where it was planned", async () => {
    const output = await create({
      async create({ plan, config }, call) {
        expect([plan.name, config.name, call.client]).toEqual(["n", "n", "client"]);
        call.private.set("mine", 1);
        call.report(warningDiagnostic("Slow", "It took long."));
        return { id: "1", name: "N", size: 5, timeouts: null };
      },
    });
    expect(output.state).toEqual({ id: "1", name: "n", size: 5, timeouts: null });
    expect(JSON.parse(Buffer.from(output.private).toString())).toEqual({ mine: "MQ==" });
    expect(output.diagnostics.map(({ summary }) => summary)).toEqual(["Slow"]);
    expect(lines.at(-1)).toContain('"attributes":["name"]');
  });

  it("leaves nothing when nothing was created", async () => {
    const output = await create({ create: () => Promise.reject(failure) });
    expect(output).toMatchObject({ state: null, diagnostics: failure.diagnostics });
  });

  it.each<[string, unknown, string]>([
    ["a refusal", failure, "Refused"],
    ["an exception", new TypeError("x is undefined"), "Unexpected Provider Error"],
  ])("returns what was saved beside %s", async (_what, thrown, summary) => {
    const output = await create({
      async create(_request, call) {
        call.save({ id: "1" });
        call.save({ id: "1", size: 7 });
        throw thrown;
      },
    });
    expect(output.state).toEqual({ id: "1", name: "n", size: 7, timeouts: null });
    expect(output.diagnostics).toMatchObject([{ severity: "error", summary }]);
  });

  it("saves as planned, or as it is where the author says so", async () => {
    const save = async (how: "save" | "saveAsIs") => {
      const output = await create({
        async create(_request, call) {
          call[how]({ id: "1", name: "part of n" });
          throw failure;
        },
      });
      return output.state?.name;
    };
    expect([await save("save"), await save("saveAsIs")]).toEqual(["n", "part of n"]);
  });

  it("returns what was saved when the user interrupts, and receives the reason", async () => {
    const stop = new AbortController();
    const output = await create(
      {
        async create(_request, call) {
          call.save({ id: "1" });
          stop.abort(new OperationStopped("stopped"));
          expect(call.signal.reason).toMatchObject({ reason: "stopped" });
          return waitFor(call.signal);
        },
      },
      planned,
      [stop.signal],
    );
    expect(output.state).toMatchObject({ id: "1", size: null });
    expect(output.diagnostics).toHaveLength(1);
    expect(getEventListeners(stop.signal, "abort")).toHaveLength(0);
  });

  it.each(["0s", "-5m", "1ms"])("returns what was saved when timeouts.create = %j is over", async (limit) => {
    const output = await create(
      {
        async create(_request, call) {
          call.save({ id: "1" });
          return waitFor(call.signal);
        },
      },
      { ...planned, timeouts: { create: limit, read: null, update: null, delete: null } },
    );
    expect(output.state).toMatchObject({ id: "1", name: "n" });
    expect(output.diagnostics[0]?.detail).toContain("time limit was reached");
  });

  it("keeps the valid part of an invalid state, because no state would lose the object", async () => {
    const output = await create({
      create: async () => ({ id: "1", name: "n", size: "large", timeouts: null }) as never,
    });
    expect(output.state).toEqual({ id: "1", name: "n", size: null, timeouts: null });
    expect(output.diagnostics).toMatchObject([
      { severity: "error", summary: "Provider Returned Invalid State" },
    ]);
    const nothing = await create({
      async create(_request, call) {
        call.save({ id: "1" });
        return undefined as never;
      },
    });
    expect(nothing.state).toMatchObject({ id: "1" });
    expect(nothing.diagnostics).toMatchObject([{ summary: "Unexpected Provider Error" }]);
  });

  it("does not begin with a limit that is not a duration", async () => {
    const odd = { ...planned, timeouts: { create: "soon", read: null, update: null, delete: null } };
    await expect(create({}, odd)).rejects.toMatchObject({
      diagnostics: [
        { summary: "Timeout Cannot Be Parsed", path: [{ attribute: "timeouts" }, { attribute: "create" }] },
      ],
    });
  });
});

describe("an update", () => {
  it("receives both states and private data, and returns the new state", async () => {
    const output = await update({
      async update({ prior: before, plan }, call) {
        expect([before.name, plan.name, call.private.get("k")]).toEqual(["old", "n", 5]);
        return { id: "1", name: "n", size: 4, timeouts: null };
      },
    });
    expect(output).toMatchObject({ state: { id: "1", name: "n", size: 4 }, diagnostics: [] });
    expect(output.private).toEqual(PRIVATE);
  });

  it("that fails at once returns the prior state and private data", async () => {
    const output = await update({ update: () => Promise.reject(failure) });
    expect(output).toMatchObject({ state: prior, private: PRIVATE, diagnostics: failure.diagnostics });
  });

  it("that fails half-way returns what was saved, over the known planned values", async () => {
    const output = await update({
      async update(_request, call) {
        call.save({ name: "n" });
        throw failure;
      },
    });
    expect(output.state).toEqual({ id: "1", name: "n", size: 3, timeouts: null });
  });

  it("that was applied in part returns which part", async () => {
    const output = await update({
      async update(_request, call) {
        call.saveAsIs({ name: "half" });
        throw failure;
      },
    });
    expect(output.state).toMatchObject({ id: "1", name: "half" });
  });
});

describe("a delete", () => {
  it("leaves nothing, no private data either", async () => {
    const output = await remove({
      async delete({ state }, call) {
        expect(state.id).toBe("1");
        call.private.set("k", 6);
      },
    });
    expect(output).toEqual({ state: null, private: new Uint8Array(), diagnostics: [] });
  });

  it("that fails returns the prior state and private data", async () => {
    const output = await remove({ delete: () => Promise.reject(failure) });
    expect(output).toMatchObject({ state: prior, private: PRIVATE, diagnostics: failure.diagnostics });
  });

  it("takes its limit from the state", async () => {
    const output = await remove(
      { delete: (_request, call) => waitFor(call.signal) },
      { ...prior, timeouts: { create: null, read: null, update: null, delete: "0s" } },
    );
    expect(output.state).toMatchObject({ id: "1" });
    expect(output.diagnostics[0]?.detail).toContain("time limit was reached");
  });

  it("of nothing is done", async () => {
    expect(await remove({}, null)).toMatchObject({ state: null, diagnostics: [] });
  });
});

describe("a read", () => {
  const read = (methods: Partial<Thing>) =>
    readResource(resource(methods), { current: prior, private: PRIVATE }, context());

  it("returns the object", async () => {
    const output = await read({ read: async () => ({ id: "1", name: "drifted", size: 9, timeouts: null }) });
    expect(output).toMatchObject({ state: { name: "drifted", size: 9 }, private: PRIVATE, diagnostics: [] });
  });

  it("returns nothing when the object no longer exists", async () => {
    expect(await read({ read: async () => null })).toMatchObject({ state: null, diagnostics: [] });
  });

  it("returns the prior state when it fails, or returns an invalid one", async () => {
    const failed = await read({ read: () => Promise.reject(failure) });
    expect(failed).toMatchObject({ state: prior, private: PRIVATE, diagnostics: failure.diagnostics });
    const odd = await read({ read: async () => ({ id: 5 }) as never });
    expect(odd).toMatchObject({
      state: prior,
      diagnostics: [{ summary: "Provider Returned Invalid State" }],
    });
  });
});

describe("a data source", () => {
  const dataSchema = {
    attributes: {
      name: stringAttribute({ required: true }),
      id: stringAttribute({ optional: true, computed: true }),
      filters: listNestedAttribute(
        { key: stringAttribute({ required: true }), hits: integerAttribute({ computed: true }) },
        { optional: true },
      ),
      timeouts: timeoutsAttribute("read"),
    },
  } satisfies Schema;
  const config = { name: "Name", id: null, filters: [{ key: "a", hits: null }], timeouts: { read: "5m" } };
  const read = (run: DataSource<typeof dataSchema, string>["read"]) =>
    readDataSource(
      { schema: dataSchema, defaultTimeouts: {}, read: run } as unknown as AnyDataSource<string>,
      config,
      context(),
    );

  it("returns what is configured, and adds what is computed at any depth", async () => {
    const found = { name: "name", id: "1", filters: [{ key: "A", hits: 2 }], timeouts: null };
    expect(await read(async () => found)).toMatchObject({
      state: { name: "Name", id: "1", filters: [{ key: "a", hits: 2 }], timeouts: { read: "5m" } },
      diagnostics: [],
    });
  });

  it("returns only an error when it fails, or returns an invalid state", async () => {
    expect(await read(() => Promise.reject(failure))).toMatchObject({
      state: null,
      diagnostics: failure.diagnostics,
    });
    expect(await read(async () => ({ id: 5 }) as never)).toMatchObject({
      state: null,
      diagnostics: [{ summary: "Provider Returned Invalid State" }],
    });
  });
});
