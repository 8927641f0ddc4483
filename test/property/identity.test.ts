import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ResourceInstance } from "../harness/core-types.ts";
import { bundleFixtureProvider, type Fixture, startFixture } from "../protocol/conformance/fixture.ts";

// An object's identity, through any history: it changes with the object and with nothing else.

const TYPE = "fixture_thing";
let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture(await bundleFixtureProvider());
});
afterAll(() => fixture.plugin.shutdown());

const step = fc.oneof(
  fc.constantFrom("refresh", "update", "fail to update", "replace", "write by an older release" as const),
  fc.constantFrom("a", "b", "c").map((region) => ({ region })),
);

it("stays the same until the object is another one", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (history) => {
      const { core } = fixture;
      let region = "default";
      await core.configure({ region });
      let labels = 0;
      const change = (scenario: string, rest: object = {}) => {
        labels += 1;
        return { typeName: TYPE, config: { scenario, label: `label ${labels}` }, ...rest };
      };
      let state = (await core.planAndApply(change("ok"))) as ResourceInstance;
      /** What the model says: the region in which the object was first identified. */
      let identified: string | null = region;
      for (const next of history) {
        if (typeof next === "object") {
          region = next.region;
          await core.configure({ region });
          continue;
        }
        switch (next) {
          case "refresh":
            state = (await core.refresh(state)) as ResourceInstance;
            break;
          case "update":
            state = (await core.planAndApply(change("ok", { state }))) as ResourceInstance;
            break;
          case "fail to update": {
            const outcome = await core.apply(await core.plan(change("update-after", { state })));
            expect(outcome.diagnostics).not.toEqual([]);
            state = outcome.state as ResourceInstance;
            break;
          }
          case "replace":
            state = (await core.planAndApply(change("ok", { state, replace: true }))) as ResourceInstance;
            identified = region;
            break;
          case "write by an older release":
            state = { ...state, identity: null };
            identified = null;
            continue;
        }
        identified ??= region;
        expect(state.identity).toEqual({ id: "id-1", region: identified });
      }
    }),
    { numRuns: 40 },
  );
});
