import type { Call } from "../../framework/call.ts";
import type { Image } from "../../kakaocloud/images.ts";
import { CREATED_AT_TOLERANCE_MS, DISAPPEARANCE_GRACE_MS, VISIBILITY_GRACE_MS } from "../defaults.ts";
import type { Session } from "../session.ts";
import { imagePhase } from "./status.ts";
import { watchImage } from "./wait.ts";

/** What is remembered of an image that is not found. `created_at` is RFC 3339. */
interface Remembered {
  readonly created_at: string | null;
  readonly status: string | null;
}

/**
 * Looks again for an image that the API just said not to know. An image made long ago is gone. One made a moment ago may only
 * be invisible to some copies of the API's data, and believing them would lose it: it has to stay away for a while, and as long
 * as a create would wait for it when it may never have been visible at all.
 *
 * @returns the image when it is there after all, null when it is gone
 * @throws what {@link watchImage} throws
 */
export async function findAfterAll(
  id: string,
  { created_at, status }: Remembered,
  call: Call<Session>,
): Promise<Image | null> {
  const ageMs = call.client.kakaocloud().serverTime() - Date.parse(created_at ?? "");
  const isYoung = ageMs < VISIBILITY_GRACE_MS + CREATED_AT_TOLERANCE_MS;
  if (!isYoung) return null;
  call.log.info(`image ${id} is not found, but it was made a moment ago; looking again`);
  const wasMaybeNeverSeen = imagePhase(status) === "pending";
  const patienceMs = wasMaybeNeverSeen
    ? Math.max(VISIBILITY_GRACE_MS - ageMs, DISAPPEARANCE_GRACE_MS)
    : DISAPPEARANCE_GRACE_MS;
  const believedAt = Date.now() + patienceMs;
  const found = await watchImage(id, call, { status: null, looks: 0 }, (sight) => {
    if (sight !== "not found") return sight;
    return Date.now() >= believedAt ? "gone" : undefined;
  });
  return found === "gone" ? null : found;
}
