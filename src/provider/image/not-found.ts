import { type Attempt, retryWithin } from "../../base/retry-within.ts";
import type { Call } from "../../framework/call.ts";
import type { Image } from "../../kakaocloud/images.ts";
import type { Progress } from "../poll.ts";
import { retryPlan } from "../retry-plan.ts";
import type { Session } from "../session.ts";
import { imagePhase } from "./status.ts";
import { pollImage } from "./wait.ts";

/** What the state holds of an image that is not found. `created_at` is RFC 3339. */
interface KnownImage {
  readonly name?: string | null;
  readonly created_at: string | null;
  readonly status: string | null;
}

/**
 * Confirms that an image, for which the API just returned 404, does not exist. An image created long ago does not. One created
 * a moment ago may be invisible to some copies of the API's data, and believing them would lose it: it has to stay away for a
 * while, and as long as a create would wait for it when it may never have been visible at all, or when lists still show it.
 *
 * @returns the image when it does exist, null when it does not
 * @throws what {@link pollImage} and the list of images throw
 */
export async function confirmNotFound(
  id: string,
  { name, created_at, status }: KnownImage,
  call: Call<Session>,
  progress: Progress = { status: null, polls: 0 },
): Promise<Image | null> {
  const { clock, timings } = call.client;
  const { visibilityGraceMs, disappearanceGraceMs, createdAtToleranceMs } = timings;
  // The image's own clock may be ahead of that of the API's responses; then it was created just now.
  const ageMs = Math.max(0, call.client.kakaocloud().serverTime() - Date.parse(created_at ?? ""));
  // Neither time is exact, and to wait too long costs less than an image.
  const youngForMs = visibilityGraceMs + createdAtToleranceMs - ageMs;
  const isYoung = youngForMs > 0;
  if (!isYoung) return null;
  call.log.info(`image ${id} is not found, but it was created a moment ago; reading it again`);
  const oldAt = clock.now() + youngForMs;
  const mayNeverHaveBeenSeen = imagePhase(status) === "pending";
  const plan = { ...retryPlan(call), deadline: oldAt };
  const outcome = await retryWithin(plan, async (_delayMs, count): Promise<Attempt<Image | null>> => {
    const isPatient = mayNeverHaveBeenSeen && count === 1;
    const patienceMs = isPatient ? Math.max(youngForMs, disappearanceGraceMs) : disappearanceGraceMs;
    const confirmedAt = clock.now() + patienceMs;
    const found = await pollImage({ id, name: name ?? id }, call, progress, (result) => {
      if (result !== "not found") return result;
      return clock.now() >= confirmedAt ? "deleted" : undefined;
    });
    if (found !== "deleted") return { done: found };
    if (clock.now() >= oldAt || !(await isListed(id, call))) return { done: null };
    return { retry: "lists still show it", waitAtMostMs: 0 };
  });
  return "done" in outcome ? outcome.done : null;
}

/** Whether the project's images, as lists show them, include one. */
export async function isListed(id: string, call: Call<Session>): Promise<boolean> {
  const images = await call.client.kakaocloud().images.list({ image_type: "my" }, call);
  return images.some(
    (image) => image.id.toLowerCase() === id.toLowerCase() && imagePhase(image.status) !== "deleted",
  );
}
