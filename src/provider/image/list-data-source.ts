import type { DataSource } from "../../framework/data-source.ts";
import { listNestedAttribute, type Schema, stringAttribute } from "../../framework/schema.ts";
import { timeoutsAttribute } from "../../framework/timeouts.ts";
import type { Image, ImageQuery } from "../../kakaocloud/images.ts";
import { DATA_SOURCE_READ_TIMEOUT_MS } from "../defaults.ts";
import {
  type Filter,
  type Filters,
  filterAttribute,
  INT32_MAX,
  INT64_MAX,
  integerUpTo,
  oneOfWords,
  sameId,
  sameName,
  text,
  timeText,
  validateFilters,
} from "../filters.ts";
import { readMatching } from "../lookup.ts";
import type { Session } from "../session.ts";
import { imageAttributes } from "./schema.ts";
import { imageAttributesOf } from "./state.ts";

const words = oneOfWords("vm", "bm", "gpu");

/** The API knows no `gpu` in its query: it lists those images under `vm`, where they are picked out here. */
const instanceType: Filter<Image> = {
  ...words,
  send: (value) => (words.send(value) === "gpu" ? "vm" : words.send(value)),
  keeps: ({ instance_type }, value) => words.send(value) !== "gpu" || instance_type?.toLowerCase() === "gpu",
};

/** What the list of images can be filtered by. */
export const imageFilters: Filters<Image, keyof ImageQuery> = {
  id: sameId,
  name: sameName,
  image_type: oneOfWords("basic", "my"),
  instance_type: instanceType,
  size: integerUpTo(INT64_MAX),
  min_disk: integerUpTo(INT32_MAX),
  disk_format: text,
  status: text,
  os_type: text,
  visibility: text,
  image_member_status: text,
  created_at: timeText,
  updated_at: timeText,
};

const schema = {
  description: "Lists the images that the project can see, newest first: its own, shared and public ones.",
  attributes: {
    filter: filterAttribute(imageFilters),
    images: listNestedAttribute(
      {
        id: stringAttribute({ computed: true, description: "ID of the image." }),
        name: stringAttribute({ computed: true, description: "Name of the image." }),
        description: stringAttribute({ computed: true, description: "Description of the image." }),
        ...imageAttributes,
      },
      {
        computed: true,
        description: "All images that match the filter, newest first; empty when there is none.",
      },
    ),
    timeouts: timeoutsAttribute("read"),
  },
} satisfies Schema;

/** `data.kakaocloud_images`: every image that meets a filter. */
export const imagesDataSource: DataSource<typeof schema, Session> = {
  schema,
  defaultTimeouts: { read: DATA_SOURCE_READ_TIMEOUT_MS },
  validate: ({ filter }) => validateFilters(imageFilters, filter),
  async read({ config: { filter, timeouts } }, call) {
    const { list } = call.client.kakaocloud().images;
    const images = await readMatching("images", imageFilters, filter, list, call);
    return { filter, images: images.map(imageAttributesOf), timeouts };
  },
};
