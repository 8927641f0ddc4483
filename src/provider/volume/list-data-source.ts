import type { DataSource } from "../../framework/data-source.ts";
import { listNestedAttribute, type Schema, stringAttribute } from "../../framework/schema.ts";
import { timeoutsAttribute } from "../../framework/timeouts.ts";
import type { Volume, VolumeQuery } from "../../kakaocloud/volumes.ts";
import { DATA_SOURCE_READ_TIMEOUT_MS } from "../defaults.ts";
import {
  type Filters,
  filterAttribute,
  flag,
  INT32_MAX,
  integerUpTo,
  sameId,
  sameName,
  text,
  timeText,
  validateFilters,
  zone,
} from "../filters.ts";
import { readMatching } from "../lookup.ts";
import type { Session } from "../session.ts";
import { volumeAttributes } from "./schema.ts";
import { volumeAttributesOf } from "./state.ts";

const filters: Filters<Volume, keyof VolumeQuery> = {
  id: sameId,
  name: sameName,
  status: text,
  instance_id: text,
  instance_name: text,
  mount_point: text,
  type: text,
  volume_type: text,
  size: integerUpTo(INT32_MAX),
  availability_zone: zone,
  attach_status: text,
  is_bootable: flag,
  is_encrypted: flag,
  is_root: flag,
  created_at: timeText,
  updated_at: timeText,
};

const schema = {
  description: "Lists the volumes of the project, newest first.",
  attributes: {
    filter: filterAttribute(filters),
    volumes: listNestedAttribute(
      {
        id: stringAttribute({ computed: true, description: "ID of the volume." }),
        ...volumeAttributes,
      },
      {
        computed: true,
        description: "All volumes that match the filter, newest first; empty when there is none.",
      },
    ),
    timeouts: timeoutsAttribute("read"),
  },
} satisfies Schema;

/** `data.kakaocloud_volumes`: every volume that meets a filter. */
export const volumesDataSource: DataSource<typeof schema, Session> = {
  schema,
  defaultTimeouts: { read: DATA_SOURCE_READ_TIMEOUT_MS },
  validate: ({ filter }) => validateFilters(filters, filter),
  async read({ config: { filter, timeouts } }, call) {
    const { list } = call.client.kakaocloud().volumes;
    const volumes = await readMatching("volumes", filters, filter, list, call);
    return { filter, volumes: volumes.map(volumeAttributesOf), timeouts };
  },
};
