import type { ListResource } from "../../framework/list-resource.ts";
import type { Schema } from "../../framework/schema.ts";
import { timeoutsAttribute } from "../../framework/timeouts.ts";
import type { Image } from "../../kakaocloud/images.ts";
import { DATA_SOURCE_READ_TIMEOUT_MS } from "../defaults.ts";
import { validateFilters } from "../filters.ts";
import type { Session } from "../session.ts";
import { imageFilters } from "./list-data-source.ts";
import { imageSelectionAttributes, selectedImages } from "./own-images.ts";
import type { imageSchema } from "./schema.ts";
import { imageState } from "./state.ts";

const schema = {
  description: "Lists the images of the project, newest first.",
  attributes: { ...imageSelectionAttributes, timeouts: timeoutsAttribute("list") },
} satisfies Schema;

/** `list "kakaocloud_image"`: the images that `terraform query` finds. */
export const imageListResource: ListResource<typeof schema, typeof imageSchema, Session> = {
  schema,
  defaultTimeouts: { list: DATA_SOURCE_READ_TIMEOUT_MS },
  validate: ({ filter }) => validateFilters(imageFilters, filter),
  async *list({ config }, call) {
    for await (const images of selectedImages(config, call)) {
      for (const image of images) {
        yield {
          displayName: imageDisplayName(image),
          state: imageState(image, { volume_id: null, timeouts: null }),
        };
      }
    }
  },
};

/** Names are not unique: the time of creation distinguishes images of one name. */
export function imageDisplayName({ id, name, created_at }: Image): string {
  return created_at === null ? (name ?? id) : `${name ?? id} (${created_at})`;
}
