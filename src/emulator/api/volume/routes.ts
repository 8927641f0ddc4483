import type { World } from "../../state/world.ts";
import type { ApiResponse } from "../errors.ts";
import { COMMON_FILTERS, type Filter, filtersOf, listRows, readListQuery } from "../listing.ts";
import { findOwn, isVolumeBusy } from "../lookup.ts";
import type { ApiRequest, Caller, Route } from "../request.ts";
import { type VolumeRecord, type VolumeView, viewVolume } from "./model.ts";

/** The volume service, as far as it only reads. */
export const volumeRoutes: readonly Route[] = [
  { method: "GET", pattern: "/api/v1/volumes", handle: listVolumes },
  { method: "GET", pattern: "/api/v1/volumes/{volume_id}", handle: getVolume },
];

/** The zones that the query parameter of volume and instance lists takes. */
export const ZONES = ["kr-central-2-a", "kr-central-2-b", "kr-central-2-c"];

const { equals, isFlag, sortableBy } = filtersOf<VolumeView>();

const FILTERS: Readonly<Record<string, Filter>> = {
  ...COMMON_FILTERS,
  instance_id: equals("instance_id"),
  mount_point: equals("mount_point"),
  type: equals("type"),
  size: equals("size", "integer"),
  availability_zone: equals("availability_zone", ZONES),
  instance_name: equals("instance_name"),
  volume_type: equals("volume_type"),
  attach_status: equals("attach_status"),
  is_bootable: isFlag("is_bootable"),
  is_encrypted: isFlag("is_encrypted"),
  is_root: isFlag("is_root"),
};

const SORTABLE = sortableBy(
  "id",
  "name",
  "status",
  "instance_id",
  "mount_point",
  "type",
  "size",
  "availability_zone",
  "instance_name",
  "volume_type",
  "attach_status",
  "is_bootable",
  "is_encrypted",
  "is_root",
  "created_at",
  "updated_at",
  "description",
  "launched_at",
  "user_id",
  "project_id",
);

function getVolume(
  world: World,
  _request: ApiRequest,
  [id = ""]: readonly string[],
  caller: Caller,
): ApiResponse {
  const record = findOwn(world.volumes, id, caller, "Volume");
  return { status: 200, body: { volume: view(world, record) } };
}

function listVolumes(
  world: World,
  request: ApiRequest,
  _params: readonly string[],
  caller: Caller,
): ApiResponse {
  const query = readListQuery(request.query, FILTERS, SORTABLE, world.settings);
  const own = [...world.volumes.values()].filter((volume) => volume.project_id === caller.project);
  return listRows(
    "volumes",
    own.map((volume) => view(world, volume)),
    query,
  );
}

function view(world: World, record: VolumeRecord) {
  const instance = record.instance_id === null ? undefined : world.instances.get(record.instance_id);
  return viewVolume(record, instance?.name ?? null, isVolumeBusy(world, record), world.settings.timeFormat);
}
