import type { ReadRequest } from "../../../framework/resource.ts";
import type { Image } from "../../../kakaocloud/images.ts";
import type { imageSchema } from "../schema.ts";
import { isSameDescription } from "../state.ts";
import { imagePhase } from "../status.ts";

type PriorState = ReadRequest<typeof imageSchema>["state"];

/** What may be null on an image that is or was active. Every other field that a list shows as null was left out. */
const MAY_BE_NULL: ReadonlySet<string> = new Set<keyof Image>([
  "description",
  "instance_type",
  "image_member_status",
]);

/**
 * Whether a list shows an image as ready and whole, so that the image itself need not be read. What the list leaves null where
 * `known` has a value was left out.
 */
export function isReadyInList(listed: Image, known: object = {}): boolean {
  return (
    imagePhase(listed.status) === "ready" &&
    Object.entries(listed).every(([name, value]) => value !== null || MAY_BE_NULL.has(name)) &&
    showsAll(listed, known)
  );
}

/**
 * Whether what a list shows of an image may stand for the image. Not when it leaves out what the state has, not when it
 * is older than the state (lists may lag behind), and never that the image is deleted: then the image itself is read.
 */
export function isCurrent(listed: Image, prior: PriorState): boolean {
  if (listed.name === null || listed.status === null || imagePhase(listed.status) === "deleted") return false;
  if (prior.status === null) return isReadyInList(listed, prior);
  return showsAll(listed, prior) && !isOutdated(listed, prior);
}

/** Whether every field that has a value in `known` has one in the list, too, also within objects. */
function showsAll(listed: object, known: object): boolean {
  const knownValues = new Map<string, unknown>(Object.entries(known));
  return Object.entries(listed).every(([name, value]) => {
    const before = knownValues.get(name) ?? null;
    // An empty description is the same as none: reading the image itself would not change the state either.
    if (before === null || before === "") return true;
    if (value === null) return false;
    return typeof value === "object" && typeof before === "object" ? showsAll(value, before) : true;
  });
}

/** The API's times have seconds: a difference at the same time may be older than the state. */
function isOutdated(listed: Image, prior: PriorState): boolean {
  const listedAt = instant(listed.updated_at);
  const priorAt = instant(prior.updated_at);
  if (priorAt === undefined) return false;
  if (listedAt === undefined || listedAt < priorAt) return true;
  if (listedAt > priorAt) return false;
  return (
    listed.name !== prior.name ||
    listed.status !== prior.status ||
    !isSameDescription(listed.description, prior.description)
  );
}

function instant(time: string | null): number | undefined {
  return time === null ? undefined : Date.parse(time);
}
