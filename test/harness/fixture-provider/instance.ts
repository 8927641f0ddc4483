import { useStateForUnknown } from "../../../src/framework/plan-modifiers.ts";
import type { Resource } from "../../../src/framework/resource.ts";
import {
  boolAttribute,
  integerAttribute,
  listNestedAttribute,
  type Plan,
  type Schema,
  type State,
  stringAttribute,
} from "../../../src/framework/schema.ts";
import type { FixtureClient } from "./client.ts";

const instanceSchema = {
  attributes: {
    id: stringAttribute({ computed: true, planModifiers: [useStateForUnknown] }),
    name: stringAttribute({ required: true }),
    flavor_id: stringAttribute({ required: true }),
    image_id: stringAttribute({ required: true }),
    subnets: listNestedAttribute({ id: stringAttribute({ required: true }) }, { required: true }),
    volumes: listNestedAttribute({ size: integerAttribute({ required: true }) }, { required: true }),
    attached_volumes: listNestedAttribute(
      {
        id: stringAttribute({ computed: true }),
        is_root: boolAttribute({ computed: true }),
      },
      { computed: true, planModifiers: [useStateForUnknown] },
    ),
  },
} satisfies Schema;

/**
 * `kakaocloud_instance`, as far as an image needs one: a stand-in for the official provider's. Its data volume comes first, as
 * KakaoCloud lists volumes in any order. `FIXTURE_VOLUMES` are the ids of the data volume and of the root volume.
 */
export function createInstanceResource(
  volumeIds: readonly string[],
): Resource<typeof instanceSchema, FixtureClient> {
  const realized = (plan: Plan<typeof instanceSchema>): State<typeof instanceSchema> => ({
    ...plan,
    id: "00000000-0000-4000-8000-000000000101",
    attached_volumes: volumeIds.map((id, index) => ({ id, is_root: index === 1 })),
  });
  return {
    schema: instanceSchema,
    defaultTimeouts: {},
    create: async ({ plan }) => realized(plan),
    read: async ({ state }) => state as State<typeof instanceSchema>,
    update: async ({ plan }) => realized(plan),
    delete: async () => {},
  };
}
