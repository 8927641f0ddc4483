import type { DataSource } from "../../framework/data-source.ts";
import { type Schema, stringAttribute } from "../../framework/schema.ts";
import { timeoutsAttribute } from "../../framework/timeouts.ts";
import { DATA_SOURCE_READ_TIMEOUT_MS } from "../defaults.ts";
import { readById } from "../lookup.ts";
import type { Session } from "../session.ts";
import { uuid } from "../validators.ts";
import { volumeAttributes } from "./schema.ts";
import { volumeAttributesOf } from "./state.ts";

const schema = {
  description: "Reads a volume by its ID.",
  attributes: {
    id: stringAttribute({ required: true, description: "ID of the volume.", validators: [uuid] }),
    ...volumeAttributes,
    timeouts: timeoutsAttribute("read"),
  },
} satisfies Schema;

/** `data.kakaocloud_volume`: one volume of the project, by its id. */
export const volumeDataSource: DataSource<typeof schema, Session> = {
  schema,
  canonical: ["id"],
  defaultTimeouts: { read: DATA_SOURCE_READ_TIMEOUT_MS },
  async read({ config: { id, timeouts } }, call) {
    const { volumes } = call.client.kakaocloud();
    const volume = await readById("volume", id, (apiCall) => volumes.get(id, apiCall), call);
    return { ...volumeAttributesOf(volume), timeouts };
  },
};
