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
 * as a create would wait for it when it may never have been visible at all, or when lists still show it.
 *
 * @returns the image when it is there after all, null when it is gone
 * @throws what {@link watchImage} and the list of images throw
 */
export async function findAfterAll(
  id: string,
  { created_at, status }: Remembered,
  call: Call<Session>,
): Promise<Image | null> {
  // The image's own clock may be ahead of that of the API's answers; then it was made just now.
  const ageMs = Math.max(0, call.client.kakaocloud().serverTime() - Date.parse(created_at ?? ""));
  // Neither time is exact, and to wait too long costs less than an image.
  const youngForMs = VISIBILITY_GRACE_MS + CREATED_AT_TOLERANCE_MS - ageMs;
  const isYoung = youngForMs > 0;
  if (!isYoung) return null;
  call.log.info(`image ${id} is not found, but it was made a moment ago; looking again`);
  const oldAt = Date.now() + youngForMs;
  const wasMaybeNeverSeen = imagePhase(status) === "pending";
  let patienceMs = wasMaybeNeverSeen ? Math.max(youngForMs, DISAPPEARANCE_GRACE_MS) : DISAPPEARANCE_GRACE_MS;
  for (;;) {
    const believedAt = Date.now() + patienceMs;
    const found = await watchImage(id, call, { status: null, looks: 0 }, (sight) => {
      if (sight !== "not found") return sight;
      return Date.now() >= believedAt ? "gone" : undefined;
    });
    if (found !== "gone") return found;
    if (Date.now() >= oldAt || !(await isListed(id, call))) return null;
    patienceMs = DISAPPEARANCE_GRACE_MS;
  }
}

/** Whether the project's images, as lists show them, include one. */
async function isListed(id: string, call: Call<Session>): Promise<boolean> {
  const images = await call.client.kakaocloud().images.list({ image_type: "my" }, call);
  return images.some(
    (image) => image.id.toLowerCase() === id.toLowerCase() && imagePhase(image.status) !== "gone",
  );
}
