import { describe, expect, it } from "vitest";
import { ProviderErrors } from "../../harness/core-errors.ts";
import { encodeValue } from "../../harness/dynamic-value.ts";
import { completeBlock } from "../../harness/schema.ts";
import type { ObjectValue } from "../../harness/value.ts";
import { bundleFixtureProvider, shareFixture, startFixture } from "./fixture.ts";

const fixture = shareFixture();
const TYPE = "fixture_thing";

const query = (config: ObjectValue, options = {}) => fixture().core.query(TYPE, config, options);

/** Starts a stream of one's own, to be left or interrupted. */
async function stream({ client, core } = fixture(), config: ObjectValue = {}) {
  const block = (await core.schemas()).listResources.get(TYPE)?.block;
  if (block === undefined || client.list === undefined) throw new Error("nothing is listed");
  return client.list({
    typeName: TYPE,
    config: encodeValue(block.type, completeBlock(block, config)),
    includeResourceObject: true,
    limit: 0,
  });
}

describe("ListResource", () => {
  it("LR-01 streams identities and names, without resources unless they are requested", async () => {
    const { found, diagnostics } = await query({ count_of: 3 });
    expect(diagnostics).toEqual([]);
    expect(found).toEqual(
      [0, 1, 2].map((index) => ({
        displayName: `Thing ${index}`,
        identity: { id: `id-${index}`, region: "default" },
        state: null,
      })),
    );
  });

  it("LR-02 adds each resource where it is requested, complete and with nothing unknown", async () => {
    const { found } = await query({ count_of: 2 }, { includeResource: true });
    expect(found[1]?.state).toMatchObject({ id: "id-1", scenario: "ok", outcome: null, timeouts: null });
  });

  it("LR-03 stops at the limit", async () => {
    expect((await query({ count_of: 1_000_000 }, { limit: 5 })).found).toHaveLength(5);
  });

  it("LR-03 lists nothing where there is nothing", async () => {
    expect(await query({ count_of: 0 })).toEqual({ found: [], diagnostics: [] });
  });

  it("LR-04 sends warnings without an object, after what was found", async () => {
    const { found, diagnostics } = await query({ count_of: 1, scenario: "warns" });
    expect(found).toHaveLength(1);
    expect(diagnostics).toMatchObject([{ severity: 2, summary: "Some Left Out" }]);
  });

  it.each([
    ["refused", "Unable to List Things"],
    ["bug", "Unexpected Provider Error"],
    ["unidentified", "Object Without Identity"],
  ])("LR-05 ends with the error in the stream, never with a gRPC status (%s)", async (scenario, summary) => {
    const querying = query({ count_of: 2, scenario });
    await expect(querying).rejects.toThrow(ProviderErrors);
    await expect(querying).rejects.toMatchObject({ diagnostics: [{ severity: 1, summary }] });
  });

  it("LR-05 refuses in the stream what it cannot read and what it does not list", async () => {
    const { client } = fixture();
    const broken = { typeName: TYPE, config: { msgpack: Buffer.of(0x81, 0xa1, 0x61, 0x01) } };
    expect(await client.collect("ListResource", broken)).toMatchObject([
      { diagnostic: [{ severity: 1, summary: "Value Conversion Error" }], identity: null },
    ]);
    expect(await client.collect("ListResource", { typeName: "fixture_plain", config: null })).toMatchObject([
      { diagnostic: [{ severity: 1, summary: "List Resource Type Not Found" }] },
    ]);
  });

  it("LR-06 ends at the user's time limit", async () => {
    const querying = query({ count_of: 0, scenario: "slow", timeouts: { list: "50ms" } });
    await expect(querying).rejects.toMatchObject({ diagnostics: [{ summary: "Operation Ended" }] });
  });

  it("LR-07 ends when Terraform has enough, and produces no more than the stream takes", async () => {
    const started = await startFixture(await bundleFixtureProvider());
    let count = 0;
    for await (const _ of await stream(started, { count_of: 1_000_000 })) {
      count += 1;
      if (count === 3) break;
    }
    const { plugin } = started;
    const served = () =>
      plugin
        .logs()
        .some(({ message, fields }) => message === "RPC served" && fields.tf_rpc === "ListResource");
    await expect.poll(served, { timeout: 10_000 }).toBe(true);
    expect(plugin.logs().filter(({ message }) => message === "found a thing").length).toBeLessThan(10_000);
    await plugin.shutdown();
  });

  it("LR-07 ends when the user interrupts", async () => {
    const reading = (async () => {
      const events: object[] = [];
      for await (const event of await stream(fixture(), { count_of: 1, scenario: "slow" })) {
        events.push(event);
        await fixture().client.call("StopProvider", {});
      }
      return events;
    })();
    expect(await reading).toMatchObject([
      { displayName: "Thing 0" },
      { diagnostic: [{ severity: 1, summary: "Operation Ended" }] },
    ]);
  });
});

describe("ValidateListResourceConfig", () => {
  const validate = async (config: ObjectValue) => {
    const block = (await fixture().core.schemas()).listResources.get(TYPE)?.block;
    if (block === undefined) throw new Error("nothing is listed");
    return fixture().client.call("ValidateListResourceConfig", {
      typeName: TYPE,
      config: encodeValue(block.type, completeBlock(block, config)),
    });
  };

  it("LR-08 checks the configuration like any other", async () => {
    expect((await validate({ count_of: 1 })).diagnostics).toEqual([]);
    expect((await validate({ count_of: null, timeouts: { list: "soon" } })).diagnostics).toMatchObject([
      { severity: 1, summary: "Missing Configuration for Required Attribute" },
      { severity: 1, summary: "Invalid Attribute Value Time Duration" },
    ]);
    expect((await validate({ count_of: 1, scenario: "validate-bug" })).diagnostics).toMatchObject([
      { summary: "Unexpected Provider Error" },
    ]);
  });
});
