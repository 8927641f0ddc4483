import type { World } from "../../state/world.ts";
import type { ApiResponse } from "../errors.ts";
import { COMMON_FILTERS, type Filter, filtersOf, listRows, type Row, readListQuery } from "../listing.ts";
import { findOwn } from "../lookup.ts";
import type { ApiRequest, Caller, Route } from "../request.ts";
import type { VolumeRecord } from "../volume/model.ts";
import { ZONES } from "../volume/routes.ts";
import { type InstanceRecord, type InstanceView, viewInstance } from "./model.ts";

/** The instance service, as far as it only reads. */
export const instanceRoutes: readonly Route[] = [
  { method: "GET", pattern: "/api/v1/instances", handle: listInstances },
  { method: "GET", pattern: "/api/v1/instances/{instance_id}", handle: getInstance },
];

/** Passes rows where some text inside an object or a list of objects equals the value. */
const inside = (find: (row: Row) => unknown): Filter => ({
  takes: "text",
  passes: (row, value) =>
    JSON.stringify(find(row) ?? null)
      .toLowerCase()
      .includes(JSON.stringify(value).toLowerCase()),
});

const { equals, isFlag, sortableBy } = filtersOf<InstanceView>();

const FILTERS: Readonly<Record<string, Filter>> = {
  ...COMMON_FILTERS,
  name: { takes: "text", passes: (row, value) => String(row.name).includes(value) },
  vm_state: equals("vm_state"),
  flavor_name: inside((row) => pick(row.flavor, "name")),
  image_name: inside((row) => pick(row.image, "name")),
  private_ip: inside((row) => eachOf(row.addresses, "private_ip")),
  public_ip: inside((row) => eachOf(row.addresses, "public_ip")),
  availability_zone: equals("availability_zone", ZONES),
  instance_type: equals("instance_type", ["vm", "bm", "gpu"]),
  user_id: equals("user_id"),
  hostname: equals("hostname"),
  os_type: inside((row) => pick(row.image, "os_type")),
  is_hadoop: isFlag("is_hadoop"),
  is_k8se: isFlag("is_k8se"),
};

const SORTABLE = sortableBy(
  "id",
  "name",
  "description",
  "vm_state",
  "status",
  "power_state",
  "user_id",
  "project_id",
  "key_name",
  "hostname",
  "availability_zone",
  "instance_type",
  "is_hadoop",
  "is_k8se",
  "created_at",
  "updated_at",
);

function getInstance(
  world: World,
  _request: ApiRequest,
  [id = ""]: readonly string[],
  caller: Caller,
): ApiResponse {
  const record = findOwn(world.instances, id, caller, "Instance");
  const volumes = [...world.volumes.values()].filter((volume) => volume.instance_id === id);
  return { status: 200, body: { instance: view(world, record, volumes) } };
}

function listInstances(
  world: World,
  request: ApiRequest,
  _params: readonly string[],
  caller: Caller,
): ApiResponse {
  const query = readListQuery(request.query, FILTERS, SORTABLE, world.settings);
  const attached = new Map<string, VolumeRecord[]>();
  for (const volume of world.volumes.values()) {
    if (volume.instance_id === null) continue;
    const volumes = attached.get(volume.instance_id) ?? [];
    volumes.push(volume);
    attached.set(volume.instance_id, volumes);
  }
  const own = [...world.instances.values()].filter((instance) => instance.project_id === caller.project);
  return listRows(
    "instances",
    own.map((instance) => view(world, instance, attached.get(instance.id) ?? [])),
    query,
  );
}

function view(world: World, record: InstanceRecord, volumes: readonly VolumeRecord[]) {
  const ordered = world.settings.attachedOrder === "shuffled" ? shuffle(world, volumes) : volumes;
  return viewInstance(record, ordered, world.settings.timeFormat);
}

function shuffle<T>(world: World, items: readonly T[]): T[] {
  const keyed = items.map((item) => ({ item, key: world.random.shuffles.next() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

function pick(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null
    ? Object.entries(value).find(([name]) => name === key)?.[1]
    : undefined;
}

function eachOf(values: unknown, key: string): unknown[] {
  return Array.isArray(values) ? values.map((value) => pick(value, key)) : [];
}
