import type { DataSource } from "../../framework/data-source.ts";
import { type Schema, stringAttribute } from "../../framework/schema.ts";
import { timeoutsAttribute } from "../../framework/timeouts.ts";
import { DATA_SOURCE_READ_TIMEOUT_MS } from "../defaults.ts";
import { readById } from "../lookup.ts";
import type { Session } from "../session.ts";
import { uuid } from "../validators.ts";
import { instanceAttributes } from "./schema.ts";
import { instanceAttributesOf } from "./state.ts";

const schema = {
  description: "Reads an instance by its ID.",
  attributes: {
    id: stringAttribute({ required: true, description: "ID of the instance.", validators: [uuid] }),
    ...instanceAttributes,
    timeouts: timeoutsAttribute("read"),
  },
} satisfies Schema;

/** `data.kakaocloud_instance`: one instance of the project, by its id. */
export const instanceDataSource: DataSource<typeof schema, Session> = {
  schema,
  canonical: ["id"],
  defaultTimeouts: { read: DATA_SOURCE_READ_TIMEOUT_MS },
  async read({ config: { id, timeouts } }, call) {
    const { instances } = call.client.kakaocloud();
    const instance = await readById("instance", id, (apiCall) => instances.get(id, apiCall), call);
    return { ...instanceAttributesOf(instance), timeouts };
  },
};
