import type { DataSource } from "../../framework/data-source.ts";
import { type Schema, stringAttribute } from "../../framework/schema.ts";
import { timeoutsAttribute } from "../../framework/timeouts.ts";
import { DATA_SOURCE_READ_TIMEOUT_MS } from "../defaults.ts";
import { readById } from "../lookup.ts";
import type { Session } from "../session.ts";
import { uuid } from "../validators.ts";
import { imageAttributes } from "./schema.ts";
import { imageAttributesOf } from "./state.ts";

const schema = {
  description: "Reads an image by its ID.",
  attributes: {
    id: stringAttribute({ required: true, description: "ID of the image.", validators: [uuid] }),
    name: stringAttribute({ computed: true, description: "Name of the image." }),
    description: stringAttribute({ computed: true, description: "Description of the image." }),
    ...imageAttributes,
    timeouts: timeoutsAttribute("read"),
  },
} satisfies Schema;

/** `data.kakaocloud_image`: one image that the project can see, by its id. */
export const imageDataSource: DataSource<typeof schema, Session> = {
  schema,
  canonical: ["id"],
  defaultTimeouts: { read: DATA_SOURCE_READ_TIMEOUT_MS },
  async read({ config: { id, timeouts } }, call) {
    const { images } = call.client.kakaocloud();
    const image = await readById("image", id, (apiCall) => images.get(id, apiCall), call);
    return { ...imageAttributesOf(image), timeouts };
  },
};
