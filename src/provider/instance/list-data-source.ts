import type { DataSource } from "../../framework/data-source.ts";
import { listNestedAttribute, type Schema, stringAttribute } from "../../framework/schema.ts";
import { timeoutsAttribute } from "../../framework/timeouts.ts";
import type { Instance, InstanceQuery } from "../../kakaocloud/instances.ts";
import { DATA_SOURCE_READ_TIMEOUT_MS } from "../defaults.ts";
import {
  type Filters,
  filterAttribute,
  flag,
  oneOfWords,
  sameId,
  text,
  timeText,
  validateFilters,
  zone,
} from "../filters.ts";
import { readMatching } from "../lookup.ts";
import type { Session } from "../session.ts";
import { instanceAttributes } from "./schema.ts";
import { instanceAttributesOf } from "./state.ts";

const filters: Filters<Instance, keyof InstanceQuery> = {
  id: sameId,
  // Documented as a search for a part of the name, unlike the names of images and volumes.
  name: text,
  status: text,
  vm_state: text,
  instance_type: oneOfWords("vm", "bm", "gpu"),
  flavor_name: text,
  image_name: text,
  os_type: text,
  private_ip: text,
  public_ip: text,
  hostname: text,
  availability_zone: zone,
  user_id: text,
  is_hadoop: flag,
  is_k8se: flag,
  created_at: timeText,
  updated_at: timeText,
};

const schema = {
  description: "Lists the instances of the project, newest first.",
  attributes: {
    filter: filterAttribute(filters),
    instances: listNestedAttribute(
      {
        id: stringAttribute({ computed: true, description: "ID of the instance." }),
        ...instanceAttributes,
      },
      {
        computed: true,
        description:
          "All instances that match the filter, newest first; empty when there is none. " +
          "The filter `name` also matches a part of the name.",
      },
    ),
    timeouts: timeoutsAttribute("read"),
  },
} satisfies Schema;

/** `data.kakaocloud_instances`: every instance that meets a filter. */
export const instancesDataSource: DataSource<typeof schema, Session> = {
  schema,
  defaultTimeouts: { read: DATA_SOURCE_READ_TIMEOUT_MS },
  validate: ({ filter }) => validateFilters(filters, filter),
  async read({ config: { filter, timeouts } }, call) {
    const { list } = call.client.kakaocloud().instances;
    const instances = await readMatching("instances", filters, filter, list, call);
    return { filter, instances: instances.map(instanceAttributesOf), timeouts };
  },
};
