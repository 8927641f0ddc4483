import { systemClock } from "../../base/clock.ts";
import type { Call } from "../../framework/call.ts";
import { warningDiagnostic } from "../../framework/diagnostics.ts";
import { isKakaoCloudError, type KakaoCloudError } from "../../kakaocloud/errors.ts";
import type { Image, ImageInput } from "../../kakaocloud/images.ts";
import {
  CREATED_AT_TOLERANCE_MS,
  EVIDENCE_SETTLE_MS,
  EVIDENCE_WINDOW_MS,
  POLL_MIN_INTERVAL_MS,
} from "../defaults.ts";
import { problem, stopReason, technical, type Undertaking } from "../errors.ts";
import type { Session } from "../session.ts";
import { ownership } from "./ownership.ts";
import { NO_DESCRIPTION } from "./state.ts";

/** A create request whose answer never arrived. Times are epoch milliseconds by the API's clock. */
export interface LostCreate extends Required<ImageInput> {
  readonly volumeId: string;
  readonly sentAt: number;
  /** When it became clear that no answer would come. */
  readonly lostAt: number;
}

/**
 * Looks for the image that a create may have made although its answer was lost: the only image of that name and
 * description that came into being while the request was under way and that no other resource of this process has or may
 * have made.
 *
 * @returns the image, when the evidence is clear
 * @throws DiagnosticError that says what to check and how to import the image, when it is not
 */
export async function findLostImage(
  lost: LostCreate,
  undertaking: Undertaking,
  cause: KakaoCloudError,
  call: Call<Session>,
): Promise<Image> {
  call.log.warn("the answer to the create request was lost; looking for the image", { error: cause.message });
  const settlesAt = Date.now() + EVIDENCE_SETTLE_MS;
  const givesUpAt = Math.min(Date.now() + EVIDENCE_WINDOW_MS, call.deadline);
  const { creates } = call.client;
  // Copies of the API's data may answer in turn: what one list has shown and the next one does not is there all the same.
  const seen = new Map<string, Image>();
  let wasListed = false;
  const namesakes = () => [...seen.values()].filter(({ id }) => !creates.isManaged(id));
  for (let waitMs = POLL_MIN_INTERVAL_MS; ; waitMs = Math.min(2 * waitMs, EVIDENCE_SETTLE_MS)) {
    const listed = await listNamesakes(lost, call);
    if (listed !== undefined) wasListed = true;
    for (const image of listed ?? []) seen.set(image.id, image);
    const [only, ...others] = namesakes().filter((image) => fits(image, lost));
    const settled = listed !== undefined && Date.now() >= settlesAt;
    if (settled && only && others.length === 0 && creates.unclear(lost.name) === 1) {
      call.report(
        warningDiagnostic(
          "Image Found Again",
          `The connection broke while image "${lost.name}" was being asked for. It was made all the same: ${only.id}, the only ` +
            "image of that name and description made meanwhile. It is managed as if nothing had happened.",
        ),
      );
      return only;
    }
    const untilSettledMs = settlesAt - Date.now();
    const pauseMs = untilSettledMs > 0 ? Math.min(waitMs, untilSettledMs) : waitMs;
    if (Date.now() + pauseMs >= givesUpAt || call.signal.aborted) break;
    await systemClock.wait(pauseMs, call.signal).catch(() => undefined);
  }
  const why = stopReason(call)?.message ?? "the connection broke";
  throw unclear(lost, undertaking, cause, wasListed ? namesakes() : undefined, why);
}

/** The images that may be the lost one, for a person to judge; undefined when they could not be listed. */
async function listNamesakes(lost: LostCreate, call: Call<Session>): Promise<readonly Image[] | undefined> {
  const images = await listOwn(lost.name, call);
  return images?.filter((image) => createdAt(image) >= lost.sentAt - CREATED_AT_TOLERANCE_MS);
}

/**
 * What to do about a refusal because of an image that has the name already; undefined when there is none. It may be another
 * resource's, or what an earlier run made and could not write down, because it was ended by force.
 */
export async function remedyForNameTaken(name: string, call: Call<Session>): Promise<string | undefined> {
  const images = await listOwn(name, call);
  if (images === undefined || images.length === 0) return undefined;
  const list = images.map(({ id, created_at }) => `${id} (made at ${created_at ?? "an unknown time"})`);
  // Two resources that have the same image would take it from each other.
  if (images.every(({ id }) => call.client.creates.isManaged(id))) {
    return `There is an image of that name: ${list.join(", ")}, which another resource manages. Choose another name.`;
  }
  return (
    `There is an image of that name: ${list.join(", ")}. If it was left behind by a run that was ended by force, import it ` +
    "(terraform import kakaocloud_image.<name> <id>) or delete it; if it belongs to somebody else, choose another name."
  );
}

/** The project's own images of a name; undefined when they could not be listed. */
async function listOwn(name: string, call: Call<Session>): Promise<readonly Image[] | undefined> {
  try {
    const images = await call.client.kakaocloud().images.list({ name }, call);
    return images.filter((image) => image.name === name && ownership(image) !== "other");
  } catch (error) {
    if (!isKakaoCloudError(error)) throw error;
    call.log.warn("the images could not be listed", { error: error.message });
    return undefined;
  }
}

/** Whether an image is all that the lost one would be. */
function fits(image: Image, lost: LostCreate): boolean {
  const description = image.description || NO_DESCRIPTION;
  return (
    description === (lost.description || NO_DESCRIPTION) &&
    createdAt(image) <= lost.lostAt + CREATED_AT_TOLERANCE_MS
  );
}

function createdAt({ created_at }: Image): number {
  return Date.parse(created_at ?? "");
}

/** `namesakes` is undefined when nobody could look for any. */
function unclear(
  lost: LostCreate,
  undertaking: Undertaking,
  cause: KakaoCloudError,
  namesakes: readonly Image[] | undefined,
  why: string,
): Error {
  const ids = namesakes?.map(({ id }) => id).join(", ");
  const found =
    ids === undefined
      ? "The images could not be listed to find out."
      : ids === ""
        ? `No image named "${lost.name}" has appeared so far, but it may still.`
        : `These images have that name and were made since: ${ids}.`;
  return problem(
    undertaking,
    `${why} before the answer arrived, so that the image may have been made or not. ${found}`,
    `Look for an image named "${lost.name}" in the console, made at ${new Date(lost.sentAt).toISOString()} or shortly after. ` +
      "If it is there, import it (terraform import kakaocloud_image.<name> <id>) or delete it; then run terraform apply again.",
    technical(cause),
  );
}
