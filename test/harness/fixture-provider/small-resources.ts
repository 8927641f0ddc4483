import { useStateForUnknown } from "../../../src/framework/plan-modifiers.ts";
import type { Resource } from "../../../src/framework/resource.ts";
import { type Schema, stringAttribute } from "../../../src/framework/schema.ts";
import type { FixtureClient } from "./client.ts";

const smallSchema = {
  version: 0,
  description: "Small.",
  attributes: {
    id: stringAttribute({ computed: true, planModifiers: [useStateForUnknown] }),
    name: stringAttribute({ optional: true }),
  },
} satisfies Schema;

type Small = Resource<typeof smallSchema, FixtureClient>;

/** `fixture_plain`: the least that a resource can be; it can neither be imported nor moved. */
export const plainResource: Small = {
  schema: smallSchema,
  defaultTimeouts: {},
  create: async ({ plan }) => ({ id: "plain", name: plan.name }),
  read: async ({ state }) => state,
  update: async ({ plan }) => ({ id: "plain", name: plan.name }),
  delete: async () => {},
};

/** `fixture_upgraded`: has a past; only the states of version 1 can be brought up to date. */
export const upgradedResource: Small = {
  ...plainResource,
  schema: { ...smallSchema, version: 2 },
  upgrade({ id, title }, version) {
    if (title === "upgrade-bug") throw new TypeError("a bug in upgrade");
    return version === 1 ? { id: String(id), name: String(title) } : (undefined as never);
  },
  movesFrom: [{ provider: "fixture/old", typeName: "old_thing", schemaVersion: 1 }],
};

/** `fixture_bulky`: a schema of so many bytes. */
export function createBulkyResource(bytes: number): Small {
  return { ...plainResource, schema: { ...smallSchema, description: "x".repeat(bytes) } };
}
