import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { createClientCertificate } from "../../harness/certificate.ts";
import type { ResourceInstance } from "../../harness/core-types.ts";
import type { RpcName, Rpcs } from "../../harness/messages.ts";
import { connectProvider } from "../../harness/provider-client.ts";
import type { ObjectValue } from "../../harness/value.ts";
import { bundleFixtureProvider, type Fixture, startFixture } from "./fixture.ts";

// Every test ends with the same check, which `shutdown` makes: the process has ended, its socket and folder are removed, nothing but
// the handshake line ever came on stdout, and every line of stderr is whole.

const MIB = 1024 * 1024;
const CANCELLED = 1;
const EMPTY = Buffer.alloc(0);

let executable: string;
beforeAll(async () => {
  executable = await bundleFixtureProvider();
});

/** Checks that each line that the process wrote is a whole one, and ends it as Terraform does. */
async function shutdown({ plugin }: Fixture): Promise<void> {
  await plugin.shutdown();
  if (plugin.stderr() !== "") expect(plugin.stderr().endsWith("\n")).toBe(true);
  expect(plugin.logs().filter(({ structured }) => !structured)).toEqual([]);
}

const thing = async ({ core }: Fixture, config: ObjectValue): Promise<ResourceInstance> => {
  const state = await core.planAndApply({ typeName: "fixture_thing", config });
  if (state === null) throw new Error("nothing was created");
  return state;
};

const messages = ({ plugin }: Fixture, message: string) =>
  plugin.logs().filter((line) => line.message === message);

describe("large messages", () => {
  it("HS-15 of more than 64 MiB are returned as they were", async () => {
    const fixture = await startFixture(executable);
    const typeName = "fixture_thing";
    const label = "x".repeat(70 * MIB);
    const config = await fixture.encode(typeName, { scenario: "ok", label });
    const plan = { typeName, priorState: null, proposedNewState: config, config };
    const { plannedState } = await fixture.client.call("PlanResourceChange", plan);
    expect((await fixture.decode(typeName, plannedState))?.label === label).toBe(true);
    const currentState = await fixture.encode(typeName, { scenario: "ok", label, id: "id-1" });
    const read = await fixture.client.call("ReadResource", { typeName, currentState });
    expect(Buffer.compare(read.newState?.msgpack ?? EMPTY, currentState.msgpack ?? EMPTY)).toBe(0);
    await shutdown(fixture);
  });
});

describe("many calls at once", () => {
  it("HS-16 200 reads each get their own response, and an ID of their own in the log", async () => {
    const fixture = await startFixture(executable);
    const { value } = await thing(fixture, { scenario: "read-takes-a-while" });
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const privateData = Buffer.from(`{"call":"${index}"}`);
        const answer = await fixture.client.call("ReadResource", {
          typeName: "fixture_thing",
          currentState: await fixture.encode("fixture_thing", { ...value, label: `l${index}` }),
          private: privateData,
        });
        expect(answer.private).toEqual(privateData);
        return (await fixture.decode("fixture_thing", answer.newState))?.label;
      }),
    );
    expect(answers).toEqual(answers.map((_, index) => `l${index}`));
    await shutdown(fixture);
    expect(fixture.plugin.logs().filter(({ level }) => level === "warn" || level === "error")).toEqual([]);
    const served = messages(fixture, "RPC served").filter(({ fields }) => fields.tf_rpc === "ReadResource");
    expect(new Set(served.map(({ fields }) => fields.tf_req_id)).size).toBe(200);
  });
});

/** A request of each RPC, the slow ones where there are any. */
async function requests(fixture: Fixture): Promise<{ readonly [Name in RpcName]?: Rpcs[Name]["request"] }> {
  const encode = (scenario: string) => fixture.encode("fixture_thing", { scenario, id: "id-1" });
  const config = await fixture.encode("fixture_thing", { scenario: "after-slow" });
  const lookup = {
    msgpack: Buffer.from(
      "84a666696c746572c0a46e616d65a9726561642d736c6f77a6726567696f6ec0a874696d656f757473c0",
      "hex",
    ),
  };
  return {
    GetProviderSchema: {},
    GetMetadata: {},
    ValidateProviderConfig: { config: { msgpack: Buffer.from("82a6726567696f6ec0a5746f6b656ec0", "hex") } },
    ConfigureProvider: { config: { msgpack: Buffer.from("82a6726567696f6ec0a5746f6b656ec0", "hex") } },
    ValidateResourceConfig: { typeName: "fixture_thing", config },
    ValidateDataResourceConfig: { typeName: "fixture_lookup", config: lookup },
    UpgradeResourceState: { typeName: "fixture_thing", version: 0, rawState: { json: Buffer.from("{}") } },
    ReadResource: { typeName: "fixture_thing", currentState: await encode("read-slow") },
    PlanResourceChange: { typeName: "fixture_thing", priorState: null, proposedNewState: config, config },
    ApplyResourceChange: { typeName: "fixture_thing", priorState: null, plannedState: config, config },
    ImportResourceState: { typeName: "fixture_thing", id: "id-1" },
    MoveResourceState: {
      sourceProviderAddress: "registry.terraform.io/fixture/old",
      sourceTypeName: "old_thing",
      sourceSchemaVersion: 1,
      sourceState: { json: Buffer.from("{}") },
      targetTypeName: "fixture_upgraded",
    },
    GenerateResourceConfig: { typeName: "fixture_thing", state: await encode("ok") },
    ReadDataSource: { typeName: "fixture_lookup", config: lookup },
    StopProvider: {},
  };
}

describe("a call that Terraform cancels", () => {
  it("SD-07 does no harm, whichever it is and whenever it comes", async () => {
    const fixture = await startFixture(executable);
    const all = Object.entries(await requests(fixture)) as [RpcName, never][];
    for (const delay of [0, 1]) {
      for (const [rpc, request] of all) {
        const { response, cancel } = fixture.client.start(rpc, request);
        const settled = response.then(
          () => 0,
          ({ code }: { code: number }) => code,
        );
        if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
        cancel();
        // A response may be quicker than the cancellation.
        expect([0, CANCELLED], rpc).toContain(await settled);
      }
    }
    expect(await fixture.client.checkHealth("plugin")).toBe(1);
    await shutdown(fixture);
  });

  it.each(["ReadResource", "ApplyResourceChange", "ReadDataSource"] as const)(
    "SD-07 ends the wait of a %s",
    async (rpc) => {
      const fixture = await startFixture(executable);
      const request = (await requests(fixture))[rpc];
      const { response, cancel } = fixture.client.start(rpc, request as never);
      const failed = expect(response).rejects.toMatchObject({ code: CANCELLED });
      await expect.poll(() => messages(fixture, "waiting")).toHaveLength(1);
      cancel();
      await failed;
      await expect
        .poll(() => messages(fixture, "stopped"))
        .toMatchObject([{ fields: { reason: "cancelled" } }]);
      await shutdown(fixture);
    },
  );
});

describe("an exception inside a handler", () => {
  const region = (name: string) => ({
    msgpack: Buffer.concat([
      Buffer.from("82a6726567696f6e", "hex"),
      Buffer.of(0xa0 | name.length),
      Buffer.from(name),
      Buffer.from("a5746f6b656ec0", "hex"),
    ]),
  });

  it("LG-06 is a response with an error, for every RPC that runs a provider's code", async () => {
    const fixture = await startFixture(executable);
    const encode = (scenario: string) => fixture.encode("fixture_thing", { scenario });
    for (const name of ["validate-bug", "read-bug"]) {
      const reading = fixture.core.readData("fixture_lookup", { name });
      await expect(reading).rejects.toThrow("Unexpected Provider Error");
    }
    const calls: { readonly [Name in RpcName]?: Rpcs[Name]["request"] } = {
      ValidateProviderConfig: { config: region("validate-bug") },
      ConfigureProvider: { config: region("configure-bug") },
      ValidateResourceConfig: { typeName: "fixture_thing", config: await encode("validate-bug") },
      UpgradeResourceState: {
        typeName: "fixture_upgraded",
        version: 1,
        rawState: { json: Buffer.from('{"title":"upgrade-bug"}') },
      },
      ReadResource: { typeName: "fixture_thing", currentState: await encode("read-bug") },
      PlanResourceChange: {
        typeName: "fixture_thing",
        priorState: null,
        proposedNewState: await encode("plan-bug"),
        config: await encode("plan-bug"),
      },
      ApplyResourceChange: {
        typeName: "fixture_thing",
        priorState: null,
        plannedState: await encode("create-bug"),
        config: await encode("create-bug"),
      },
      ImportResourceState: { typeName: "fixture_thing", id: "import-bug" },
    };
    for (const [rpc, request] of Object.entries(calls) as [RpcName, never][]) {
      const { diagnostics } = (await fixture.client.call(rpc, request)) as Rpcs["ReadResource"]["response"];
      expect(diagnostics, rpc).toMatchObject([{ severity: 1, summary: "Unexpected Provider Error" }]);
      expect(diagnostics[0]?.detail, rpc).toContain("a bug in");
    }
    await shutdown(fixture);
  });

  it("LG-06 is the same for requests with invalid values", async () => {
    const fixture = await startFixture(executable);
    const garbage = { msgpack: Buffer.from("c1ffff", "hex") };
    for (const [rpc, request] of Object.entries(await requests(fixture)) as [RpcName, ObjectValue][]) {
      const fields = ["config", "currentState", "priorState", "plannedState", "state"];
      const spoiled = Object.fromEntries(
        Object.entries(request).map(([name, value]) => [name, fields.includes(name) ? garbage : value]),
      );
      if (!Object.values(spoiled).includes(garbage as never)) continue;
      const { diagnostics } = (await fixture.client.call(
        rpc,
        spoiled as never,
      )) as Rpcs["ReadResource"]["response"];
      expect(diagnostics, rpc).toMatchObject([{ severity: 1, summary: "Value Conversion Error" }]);
    }
    await shutdown(fixture);
  });

  it("LG-05 that nobody can catch ends the process as a crash, with nothing left behind", async () => {
    const fixture = await startFixture(executable);
    const { core, plugin } = fixture;
    const plan = await core.plan({ typeName: "fixture_thing", config: { scenario: "crash" } });
    const { error } = await core.apply(plan);
    expect(error?.summary).toBe("Plugin did not respond");
    expect((await plugin.exited).code).toBe(2);
    expect(plugin.stderr()).toContain("\npanic: nobody caught this\n");
    await plugin.kill();
  });
});

describe("streams and folders that disappear", () => {
  it("a closed stdin does not end the process", async () => {
    const fixture = await startFixture(executable);
    fixture.plugin.child.stdin?.end();
    await thing(fixture, { scenario: "ok" });
    await shutdown(fixture);
  });

  it("a closed stderr does not end the process, however much is logged", async () => {
    const fixture = await startFixture(executable);
    fixture.plugin.child.stderr?.destroy();
    for (const scenario of ["create-bug", "after-refused", "ok"]) {
      await fixture.core
        .planAndApply({ typeName: "fixture_thing", config: { scenario } })
        .catch((error: Error) => expect(error.name).toBe("ProviderErrors"));
    }
    await fixture.plugin.shutdown();
  });

  it("a stdout without a reader does not end the process", async () => {
    const fixture = await startFixture(executable);
    fixture.plugin.child.stdout?.destroy();
    await thing(fixture, { scenario: "ok" });
    await fixture.plugin.shutdown();
  });

  it("a removed socket folder does not end the process, nor fail its shutdown", async () => {
    const fixture = await startFixture(executable);
    rmSync(dirname(fixture.plugin.handshake.address), { recursive: true });
    await thing(fixture, { scenario: "ok" });
    await shutdown(fixture);
  });

  it("HS-10 a folder in which no socket can be created is skipped", async () => {
    const fixture = await startFixture(executable, { env: { TMPDIR: "/proc" } });
    expect(fixture.plugin.handshake.address).toMatch(/^\/tmp\//);
    await shutdown(fixture);
  });

  it("HS-07 another client is refused during a call, which continues", async () => {
    const fixture = await startFixture(executable);
    const reading = fixture.core.refresh(await thing(fixture, { scenario: "read-takes-a-while" }));
    const stranger = createClientCertificate();
    await expect(connectProvider(fixture.plugin.handshake, stranger, { dialTimeoutMs: 300 })).rejects.toThrow(
      "Plugin did not respond",
    );
    expect(await reading).not.toBeNull();
    await shutdown(fixture);
  });
});
