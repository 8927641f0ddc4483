import { DELETED, isPending, phaseAt } from "../state/image-timeline.ts";
import { hash32 } from "../state/random.ts";
import type { World } from "../state/world.ts";
import { ApiError, type ApiResponse, apiError, errorResponse } from "./errors.ts";
import { type ImageRecord, isVisibleTo } from "./image/model.ts";
import { type ApiRequest, type Caller, isObject, parseJson } from "./request.ts";
import type { VolumeRecord } from "./volume/model.ts";

/** An image that a project sees now, to be read and not changed. Throws an ApiError (404). */
export function findImage(world: World, id: string, project: string): ImageRecord {
  const record = world.images.get(id);
  if (record === undefined || !isVisibleTo(record, project) || !isThere(world, record)) {
    throw apiError(404, "Image.NotFound", "Image could not be found.");
  }
  return record;
}

/** A record of the caller's own project. `type` is what the error calls it. Throws an ApiError (404). */
export function findOwn<Record extends { readonly project_id: string }>(
  records: ReadonlyMap<string, Record>,
  id: string,
  { project }: Caller,
  type: string,
): Record {
  const record = records.get(id);
  if (record?.project_id !== project) throw apiError(404, `${type}.NotFound`, `${type} could not be found.`);
  return record;
}

/** Whether single requests find an image now: not deleted, past its delay, and found in its unsteady time. */
function isThere(world: World, record: ImageRecord): boolean {
  const now = world.clock.now();
  if (phaseAt(record.timeline, now).status === DELETED || now < record.visibleMs) return false;
  if (now >= record.unsteadyUntilMs) return true;
  return hash32(world.settings.seed, record.id, record.unsteadyReads++) % 2 === 0;
}

/** Whether an image of this volume is still pending. */
export function isVolumeBusy(world: World, volume: VolumeRecord): boolean {
  const now = world.clock.now();
  volume.imageIds = volume.imageIds.filter((id) => {
    const image = world.images.get(id);
    return image !== undefined && isPending(image.timeline, now);
  });
  return world.settings.volumeBusy && volume.imageIds.length > 0;
}

/** Throws an ApiError (403) for readers. */
export function requireWriter(world: World): void {
  if (world.settings.role === "reader")
    throw apiError(403, "Auth.Forbidden", "The role reader does not allow this.");
}

/** A refused parameter: 400 in BCS form or 422 in FastAPI form, by the setting `validation`. */
export function invalid(world: World, location: readonly string[], code: string, message: string): ApiError {
  if (world.settings.validation === "bcs-400") return apiError(400, code, message);
  const response: ApiResponse = errorResponse(422, "fastapi-422");
  return new ApiError({
    ...response,
    body: { detail: [{ loc: location, msg: message, type: "value_error" }] },
  });
}

/** The object under a key of a JSON body. Throws an ApiError when the body isn't JSON or the key holds no object. */
export function bodyObject(
  world: World,
  request: ApiRequest,
  key: string,
): Readonly<Record<string, unknown>> {
  const body = parseJson(request.text);
  const inner = isObject(body) ? body[key] : undefined;
  if (!isObject(inner)) {
    throw invalid(
      world,
      ["body", key],
      "Request.InvalidBody",
      `The body must be a JSON object with an object "${key}".`,
    );
  }
  return inner;
}
