import type { ReadRequest } from "../../../framework/resource.ts";
import type { Image } from "../../../kakaocloud/images.ts";
import type { imageSchema } from "../schema.ts";
import { imageAttributesOf, NO_DESCRIPTION } from "../state.ts";
import { imagePhase } from "../status.ts";

type Remembered = ReadRequest<typeof imageSchema>["state"];

/** What every image has that is or was active; missing, the list has left it out. */
const ALWAYS = [
  "name",
  "status",
  "owner",
  "visibility",
  "is_shared",
  "disk_format",
  "container_format",
  "min_disk",
  "min_ram",
  "size",
  "virtual_size",
  "project_id",
  "created_at",
  "updated_at",
  "os_info",
] as const;

/** Whether a list shows an image as ready and whole, so that it need not be asked for once more. */
export function isReadyInList(listed: Image): boolean {
  return imagePhase(listed.status) === "ready" && ALWAYS.every((name) => listed[name] !== null);
}

/**
 * Whether what a list shows of an image may be taken for the image. Not when it leaves out what is remembered, not when it
 * is older than that (lists may lag behind), and never that the image is gone: then the image itself is asked for.
 */
export function isBelievable(listed: Image, remembered: Remembered): boolean {
  if (listed.name === null || listed.status === null || imagePhase(listed.status) === "gone") return false;
  if (remembered.status === null) return isReadyInList(listed);
  return isWhole(listed, remembered) && !isOutdated(listed, remembered);
}

function isWhole(listed: Image, remembered: Remembered): boolean {
  const attributes = imageAttributesOf(listed);
  return (Object.keys(attributes) as (keyof typeof attributes)[]).every(
    (name) => attributes[name] !== null || remembered[name] === null || name === "description",
  );
}

/** Times are only as fine as the API writes them: at the same time anything else is as doubtful as at an earlier one. */
function isOutdated(listed: Image, remembered: Remembered): boolean {
  const listedAt = instant(listed.updated_at);
  const rememberedAt = instant(remembered.updated_at);
  if (rememberedAt === undefined) return false;
  if (listedAt === undefined || listedAt < rememberedAt) return true;
  if (listedAt > rememberedAt) return false;
  return (
    listed.name !== remembered.name ||
    listed.status !== remembered.status ||
    (listed.description || NO_DESCRIPTION) !== (remembered.description || NO_DESCRIPTION)
  );
}

function instant(time: string | null): number | undefined {
  return time === null ? undefined : Date.parse(time);
}
