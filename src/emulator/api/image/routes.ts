import { changeTimeline, DELETED, phaseAt, planTimeline } from "../../state/image-timeline.ts";
import type { World } from "../../state/world.ts";
import { type ApiResponse, apiError } from "../errors.ts";
import { COMMON_FILTERS, type Filter, filtersOf, listResponse, readListQuery } from "../listing.ts";
import { bodyObject, findImage, invalid, isVolumeBusy, requireWriter } from "../lookup.ts";
import type { ApiRequest, Caller, Route } from "../request.ts";
import { type ImageRecord, type ImageView, isVisibleTo, ORDINARY_IMAGE, viewImage } from "./model.ts";

const ONE = "/api/v1/images/{image_id}";

/** The image service, and the volume service's operation that creates images. */
export const imageRoutes: readonly Route[] = [
  { method: "POST", pattern: "/api/v1/volumes/{volume_id}/image", handle: createImage },
  { method: "GET", pattern: "/api/v1/images", handle: listImages },
  { method: "GET", pattern: ONE, handle: getImage },
  { method: "PUT", pattern: ONE, handle: updateImage },
  { method: "DELETE", pattern: ONE, handle: deleteImage },
];

const { equals, sortableBy } = filtersOf<ImageView>();

const FILTERS: Readonly<Record<string, Filter>> = {
  ...COMMON_FILTERS,
  // Images for GPU machines are listed under vm.
  instance_type: {
    takes: ["vm", "bm"],
    passes: (row, value) => row.instance_type === value || (value === "vm" && row.instance_type === "gpu"),
  },
  image_type: {
    takes: ["basic", "my"],
    passes: (row, value) => (value === "my" ? row.owner === row.project_id : row.visibility === "public"),
  },
  size: equals("size", "integer"),
  min_disk: equals("min_disk", "integer"),
  disk_format: equals("disk_format"),
  os_type: {
    takes: "text",
    passes: (row, value) => String(osType(row.os_info)).toLowerCase() === value.toLowerCase(),
  },
  visibility: equals("visibility"),
  image_member_status: equals("image_member_status"),
};

const SORTABLE = sortableBy(
  "id",
  "name",
  "size",
  "status",
  "owner",
  "visibility",
  "description",
  "is_shared",
  "disk_format",
  "container_format",
  "min_disk",
  "min_ram",
  "virtual_size",
  "instance_type",
  "image_member_status",
  "created_at",
  "updated_at",
);

/** The official provider's rule for names: 4 to 250 of its alphabet, no two separators side by side. */
const STRICT_NAME = /^(?=.{4,250}$)[a-zA-Z0-9](?:[-_]?[a-zA-Z0-9])*$/;
const GIB = 2 ** 30;

function createImage(
  world: World,
  request: ApiRequest,
  [volumeId = ""]: readonly string[],
  caller: Caller,
): ApiResponse {
  requireWriter(world);
  const { settings, random } = world;
  const volume = world.volumes.get(volumeId);
  if (volume === undefined) throw apiError(404, "Volume.NotFound", "Volume could not be found.");
  if (volume.project_id !== caller.project)
    throw apiError(403, "Volume.Forbidden", "The volume is another project's.");
  const wanted = bodyObject(world, request, "image");
  const name = readName(world, wanted.name);
  const description = readDescription(world, wanted.description) ?? null;
  if (!volume.is_root || !volume.is_bootable) {
    throw apiError(
      400,
      "Volume.NotBootable",
      "Only a root volume with an operating system can become an image.",
    );
  }
  if (!["available", "in_use"].includes(volume.status.toLowerCase())) {
    throw apiError(409, "Volume.InvalidStatus", `The volume is ${volume.status}.`);
  }
  if (isVolumeBusy(world, volume)) {
    throw apiError(
      409,
      "Volume.InvalidStatus",
      "The volume is uploading: another image is being created from it.",
    );
  }
  rejectDuplicate(world, name, caller.project);

  const now = world.clock.now();
  const jitter = (most: number) => (most === 0 ? 0 : random.durations.int(0, most));
  const record: ImageRecord = {
    ...ORDINARY_IMAGE,
    id: random.ids.uuid(),
    origin: "created",
    name,
    description,
    owner: caller.project,
    min_disk: volume.size,
    size: Math.round(volume.size * GIB * (0.1 + random.durations.next() * 0.2)),
    virtual_size: volume.size * GIB,
    instance_type: volume.instance_type,
    os_info: volume.os_info,
    sourceVolume: volume.id,
    createdMs: now,
    changedMs: now,
    timeline: planTimeline(
      now,
      settings.queuedMs + jitter(settings.queuedJitterMs),
      settings.savingMs + jitter(settings.savingJitterMs),
      request.lifecycle,
    ),
    members: [],
    visibleMs: now + settings.visibleAfterMs,
    unsteadyUntilMs: now + settings.visibleAfterMs + settings.flipFlopMs,
  };
  world.images.add(record);
  volume.imageIds.push(record.id);
  return { status: settings.createStatus, body: { image: writeView(world, record, caller) } };
}

function getImage(
  world: World,
  _request: ApiRequest,
  [id = ""]: readonly string[],
  caller: Caller,
): ApiResponse {
  const record = findImage(world, id, caller.project);
  return {
    status: 200,
    body: { image: viewImage(record, world.clock.now(), caller.project, world.settings.timeFormat) },
  };
}

function updateImage(
  world: World,
  request: ApiRequest,
  [id = ""]: readonly string[],
  caller: Caller,
): ApiResponse {
  requireWriter(world);
  findImage(world, id, caller.project);
  const wanted = bodyObject(world, request, "image");
  const record = requireOwned(world, id, caller);
  const hasName = wanted.name !== undefined;
  const hasDescription = wanted.description !== undefined;
  if (!hasName && !hasDescription && world.settings.emptyUpdate === "reject") {
    throw invalid(
      world,
      ["body", "image"],
      "Request.Empty",
      "The update names neither name nor description.",
    );
  }
  const name = hasName ? readName(world, wanted.name) : record.name;
  const description = hasDescription ? readDescription(world, wanted.description) : record.description;
  if (name !== record.name) rejectDuplicate(world, name, caller.project);
  record.name = name;
  record.description = description === "" ? emptied(world) : (description ?? null);
  record.changedMs = world.clock.now();
  return { status: world.settings.updateStatus, body: { image: writeView(world, record, caller) } };
}

function deleteImage(
  world: World,
  _request: ApiRequest,
  [id = ""]: readonly string[],
  caller: Caller,
): ApiResponse {
  requireWriter(world);
  findImage(world, id, caller.project);
  const record = requireOwned(world, id, caller);
  const { deleteMode, deleteDelayMs, deleteStatus } = world.settings;
  const now = world.clock.now();
  const next =
    deleteMode === "immediate"
      ? [{ status: DELETED, atMs: now }]
      : [
          { status: deleteMode, atMs: now },
          { status: DELETED, atMs: now + deleteDelayMs },
        ];
  record.timeline = changeTimeline(record.timeline, now, next);
  return deleteStatus === 204 ? { status: 204 } : { status: deleteStatus, body: {} };
}

function listImages(
  world: World,
  request: ApiRequest,
  _params: readonly string[],
  caller: Caller,
): ApiResponse {
  const { settings } = world;
  const query = readListQuery(request.query, FILTERS, SORTABLE, settings);
  const seenMs = world.clock.now() - settings.listDelayMs;
  const view = (record: ImageRecord) => {
    if (!isVisibleTo(record, caller.project)) return undefined;
    if (record.origin === "created" && record.createdMs > seenMs) return undefined;
    return { ...viewImage(record, seenMs, caller.project, settings.timeFormat) };
  };
  const viewKey = `${caller.project} ${settings.timeFormat} ${settings.nameFilter} ${settings.timeFilter}`;
  const { rows, total } = world.images.page(query, viewKey, seenMs, view);
  return listResponse("images", rows, total, query);
}

/** The image as create and update return it: without the fields that only reads return. */
function writeView(world: World, record: ImageRecord, caller: Caller): unknown {
  const { image_member_status, project_id, ...view } = viewImage(
    record,
    world.clock.now(),
    caller.project,
    world.settings.timeFormat,
  );
  return view;
}

function requireOwned(world: World, id: string, caller: Caller): ImageRecord {
  const record = world.images.edit(id);
  if (record === undefined || record.owner !== caller.project) {
    throw apiError(403, "Image.Forbidden", "Only the image's owner may do this.");
  }
  return record;
}

function readName(world: World, value: unknown): string {
  const wrong = (message: string) => invalid(world, ["body", "image", "name"], "Image.InvalidName", message);
  if (typeof value !== "string") throw wrong("The name must be a string.");
  const { nameRule } = world.settings;
  const length = [...value].length;
  if (nameRule !== "none" && (length < 1 || length > 250))
    throw wrong("The name must have 1 to 250 characters.");
  if (nameRule === "strict" && !STRICT_NAME.test(value)) {
    throw wrong("The name must be 4 to 250 letters, digits and single separators (- or _) between them.");
  }
  return value;
}

function readDescription(world: World, value: unknown): string | null | undefined {
  if (value === undefined || value === null) return value;
  const wrong = (text: string) =>
    invalid(world, ["body", "image", "description"], "Image.InvalidDescription", text);
  if (typeof value !== "string") throw wrong("The description must be a string.");
  const { descriptionLimit } = world.settings;
  if (descriptionLimit > 0 && [...value].length > descriptionLimit) {
    throw wrong(`The description must have at most ${descriptionLimit} characters.`);
  }
  return value;
}

function emptied(world: World): string | null {
  const { emptyDescription } = world.settings;
  return emptyDescription === "store" ? "" : emptyDescription === "dash" ? "-" : null;
}

function rejectDuplicate(world: World, name: string, project: string): void {
  if (world.settings.duplicateNames === "allow") return;
  const now = world.clock.now();
  for (const other of world.images.all()) {
    if (other.owner === project && other.name === name && phaseAt(other.timeline, now).status !== DELETED) {
      throw apiError(409, "Image.DuplicateName", `An image named ${name} exists.`);
    }
  }
}

function osType(info: unknown): unknown {
  return typeof info === "object" && info !== null && "type" in info ? info.type : undefined;
}
