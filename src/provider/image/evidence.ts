import type { Call } from "../../framework/call.ts";
import { warningDiagnostic } from "../../framework/diagnostics.ts";
import { systemClock } from "../../kakaocloud/clock.ts";
import { isKakaoCloudError, type KakaoCloudError } from "../../kakaocloud/errors.ts";
import type { Image } from "../../kakaocloud/images.ts";
import { CREATED_AT_TOLERANCE_MS, EVIDENCE_WINDOW_MS, POLL_MIN_INTERVAL_MS } from "../defaults.ts";
import { problem, stopReason, technical, type Undertaking } from "../errors.ts";
import { apiCall, type Session } from "../session.ts";

/** A create request whose answer never arrived. */
export interface LostCreate {
  readonly name: string;
  readonly volumeId: string;
  /** When it was sent, in epoch milliseconds by the API's clock. */
  readonly sentAt: number;
}

/**
 * Looks for the image that a create may have made although its answer was lost: the only image of that name that came
 * into being since the request was sent and that no other create of this process made or may be making.
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
  const givesUpAt = Math.min(Date.now() + EVIDENCE_WINDOW_MS, call.deadline);
  let candidates: readonly Image[] = [];
  for (let waitMs = POLL_MIN_INTERVAL_MS; ; waitMs *= 2) {
    candidates = (await listCandidates(lost, call)) ?? candidates;
    const [only, ...others] = candidates;
    if (only && others.length === 0 && call.client.creates.underWay(lost.name) === 1) {
      call.report(
        warningDiagnostic(
          "Image Found Again",
          `The connection broke while image "${lost.name}" was being asked for. It was made all the same: ${only.id}, the only ` +
            "image of that name made since. It is managed as if nothing had happened.",
        ),
      );
      return only;
    }
    if (Date.now() + waitMs >= givesUpAt || call.signal.aborted) break;
    await systemClock.wait(waitMs, call.signal).catch(() => undefined);
  }
  throw unclear(lost, undertaking, cause, candidates, stopReason(call)?.message ?? "the connection broke");
}

async function listCandidates(lost: LostCreate, call: Call<Session>): Promise<readonly Image[] | undefined> {
  try {
    const images = await call.client.kakaocloud().images.list({ name: lost.name }, apiCall(call));
    const earliest = lost.sentAt - CREATED_AT_TOLERANCE_MS;
    return images.filter(
      ({ id, name, created_at }) =>
        name === lost.name &&
        created_at !== null &&
        Date.parse(created_at) >= earliest &&
        !call.client.creates.wasMade(id),
    );
  } catch (error) {
    if (!isKakaoCloudError(error)) throw error;
    call.log.warn("the images could not be listed", { error: error.message });
    return undefined;
  }
}

function unclear(
  lost: LostCreate,
  undertaking: Undertaking,
  cause: KakaoCloudError,
  candidates: readonly Image[],
  why: string,
): Error {
  const found =
    candidates.length === 0
      ? `No image named "${lost.name}" has appeared so far, but it may still.`
      : `These images have that name and were made since: ${candidates.map(({ id }) => id).join(", ")}.`;
  return problem(
    undertaking,
    `${why} before the answer arrived, so that the image may have been made or not. ${found}`,
    `Look for an image named "${lost.name}" in the console, made at ${new Date(lost.sentAt).toISOString()} or shortly after. ` +
      "If it is there, import it (terraform import kakaocloud_image.<name> <id>) or delete it; then run terraform apply again.",
    technical(cause),
  );
}
