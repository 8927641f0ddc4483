import type { Call } from "../../framework/call.ts";
import type { Image } from "../../kakaocloud/images.ts";
import { DISAPPEARANCE_GRACE_MS, VISIBILITY_GRACE_MS } from "../defaults.ts";
import type { Session } from "../session.ts";
import { watchImage } from "./wait.ts";

/**
 * Looks again for an image that the API just said not to know. An image made long ago is gone. One made a moment ago may only
 * be invisible to some copies of the API's data, and believing them would lose it: it has to stay away for a while.
 *
 * @param createdAt as remembered, RFC 3339
 * @returns the image when it is there after all, null when it is gone
 * @throws what {@link watchImage} throws
 */
export async function findAfterAll(
  id: string,
  createdAt: string | null,
  call: Call<Session>,
): Promise<Image | null> {
  const ageMs = call.client.kakaocloud().serverTime() - Date.parse(createdAt ?? "");
  if (!(ageMs < VISIBILITY_GRACE_MS)) return null;
  call.log.info(`image ${id} is not found, but it was made a moment ago; looking again`);
  const believedAt = Date.now() + DISAPPEARANCE_GRACE_MS;
  const found = await watchImage(id, call, { status: null, looks: 0 }, (sight) => {
    if (sight !== "not found") return sight;
    return Date.now() >= believedAt ? "gone" : undefined;
  });
  return found === "gone" ? null : found;
}
