import type { ListResource } from "../../framework/list-resource.ts";
import type { Schema } from "../../framework/schema.ts";
import { timeoutsAttribute } from "../../framework/timeouts.ts";
import { DATA_SOURCE_READ_TIMEOUT_MS } from "../defaults.ts";
import { validateFilters } from "../filters.ts";
import { imageFilters } from "../image/list-data-source.ts";
import { imageDisplayName } from "../image/list-resource.ts";
import { imageSelectionAttributes, selectedImages } from "../image/own-images.ts";
import type { Session } from "../session.ts";
import { readImageMember } from "./read.ts";
import type { imageMemberSchema } from "./schema.ts";

const { filter } = imageSelectionAttributes;

const schema = {
  description: "Lists the images of the project that are shared with other projects, newest first.",
  attributes: { filter, timeouts: timeoutsAttribute("list") },
} satisfies Schema;

/** `list "kakaocloud_image_member"`: the shared images that `terraform query` finds. Only an image's owner can share it. */
export const imageMemberListResource: ListResource<typeof schema, typeof imageMemberSchema, Session> = {
  schema,
  defaultTimeouts: { list: DATA_SOURCE_READ_TIMEOUT_MS },
  validate: (config) => validateFilters(imageFilters, config.filter),
  async *list({ config, includeResource }, call) {
    // This project cannot share images of other owners, so leaving them out needs no warning.
    const quiet = { ...call, report: () => {} };
    for await (const images of selectedImages(
      { filter: config.filter, include_other_owners: false },
      quiet,
    )) {
      for (const image of images.filter(({ is_shared }) => is_shared === true)) {
        const imported = { id: image.id, shared_member_ids: null, members: null, timeouts: null };
        const state = includeResource ? await readImageMember({ state: imported }, call) : imported;
        if (state !== null) yield { displayName: imageDisplayName(image), state };
      }
    }
  },
};
