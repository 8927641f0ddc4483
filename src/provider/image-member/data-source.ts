import type { DataSource } from "../../framework/data-source.ts";
import { type Schema, stringAttribute } from "../../framework/schema.ts";
import { timeoutsAttribute } from "../../framework/timeouts.ts";
import { DATA_SOURCE_READ_TIMEOUT_MS } from "../defaults.ts";
import { readById } from "../lookup.ts";
import type { Session } from "../session.ts";
import { uuid } from "../validators.ts";
import { membersAttribute } from "./schema.ts";

const schema = {
  description: "Lists the projects that an image is shared with.",
  attributes: {
    id: stringAttribute({ required: true, description: "ID of the image.", validators: [uuid] }),
    members: membersAttribute,
    timeouts: timeoutsAttribute("read"),
  },
} satisfies Schema;

/** `data.kakaocloud_image_member`: everybody an image is shared with; an empty list when nobody. */
export const imageMemberDataSource: DataSource<typeof schema, Session> = {
  schema,
  defaultTimeouts: { read: DATA_SOURCE_READ_TIMEOUT_MS },
  async read({ config: { id, timeouts } }, call) {
    const members = await readById(
      "image",
      id,
      async (apiCall) => ({ id, members: await call.client.kakaocloud().members.list(id, apiCall) }),
      call,
    );
    return { ...members, timeouts };
  },
};
