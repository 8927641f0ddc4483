import { type Attempt, retryWithin } from "../../../base/retry-within.ts";
import type { Call } from "../../../framework/call.ts";
import { warningDiagnostic } from "../../../framework/diagnostics.ts";
import { isKakaoCloudError } from "../../../kakaocloud/errors.ts";
import type { Image, ImageInput } from "../../../kakaocloud/images.ts";
import { RECOVERY_CLOCK_SKEW_MS } from "../../defaults.ts";
import { endReason, type OperationLabel, problem, stopReason, technical } from "../../explain.ts";
import { retryPlan } from "../../retry-plan.ts";
import type { Session } from "../../session.ts";
import { NO_DESCRIPTION } from "../state.ts";
import { listNamesakes } from "./namesakes.ts";
import { createVolumeEvidence } from "./volume-evidence.ts";

/** A create request whose response was lost. Times are epoch milliseconds by the API's clock. */
export interface LostCreate extends Required<ImageInput> {
  readonly volumeId: string;
  /** Whether the volume was seen free right before the request. */
  readonly volumeWasFree: boolean;
  /** Ids of images of the name that existed before the request, as far as known. */
  readonly existing: ReadonlySet<string>;
  readonly sentAt: number;
  /** When it became clear that no response would come. */
  readonly lostAt: number;
}

/**
 * Recovers the image that a create may have created although its response was lost: the only image of that name and
 * description that was created while the request was under way, that no other resource of this process has or may have
 * created, and for which the volume speaks. Another run may create such an image at the same time, so without evidence it is
 * left to the user.
 *
 * @param cause what was thrown instead of a response
 * @returns the image, when the evidence is clear
 * @throws DiagnosticError that says what to check and how to import the image, when it is not
 */
export async function recoverImage(
  lost: LostCreate,
  label: OperationLabel,
  cause: unknown,
  call: Call<Session>,
): Promise<Image> {
  call.log.warn("the response to the create request was lost; looking for the image", {
    error: String(cause),
  });
  const { recoverySettleMs, recoveryWindowMs } = call.client.timings;
  const settlesAt = Date.now() + recoverySettleMs;
  const windowMs = Math.min(recoveryWindowMs, call.deadline - Date.now());
  const { creates } = call.client;
  const evidence = createVolumeEvidence(lost.volumeId, lost.volumeWasFree, call);
  // Copies of the API's data may respond in turn: what one list has shown and the next one does not exists all the same.
  const seen = new Map<string, Image>();
  let wasListed = false;
  const candidates = () =>
    [...seen.values()].filter(({ id }) => !creates.isManaged("image", id) && !lost.existing.has(id));
  const outcome = await retryWithin(retryPlan(call, windowMs), async (): Promise<Attempt<Image>> => {
    const listed = await listCandidates(lost, call);
    if (listed !== undefined) wasListed = true;
    for (const image of listed ?? []) seen.set(image.id, image);
    await evidence.gather(candidates().filter((image) => fits(image, lost)));
    const [only, ...others] = candidates().filter((image) => fits(image, lost) && !evidence.excludes(image));
    const untilSettledMs = settlesAt - Date.now();
    if (untilSettledMs > 0) return { retry: "lists may change", waitAtMostMs: untilSettledMs };
    const isOnly = only && others.length === 0 && creates.unsettled("image", lost.name) === 1;
    return listed && isOnly && evidence.supports(only) ? { done: only } : { retry: "no clear evidence" };
  }).catch((error: unknown) => {
    if (!call.signal.aborted) throw error;
    return undefined;
  });
  if (outcome && "done" in outcome) {
    call.report(recovered(outcome.done, lost));
    return outcome.done;
  }
  throw unclear(lost, label, cause, wasListed ? candidates() : undefined, call);
}

/** The images that may be the lost one, for a person to judge; undefined when they could not be listed. */
async function listCandidates(lost: LostCreate, call: Call<Session>): Promise<readonly Image[] | undefined> {
  const images = await listNamesakes(lost.name, call);
  const earliest = lost.sentAt - call.client.timings.createdAtToleranceMs;
  return images?.filter((image) => createdAt(image) >= earliest);
}

/** Whether an image is all that the lost one would be. */
function fits(image: Image, lost: LostCreate): boolean {
  const description = image.description || NO_DESCRIPTION;
  return (
    description === (lost.description || NO_DESCRIPTION) &&
    createdAt(image) >= lost.sentAt - RECOVERY_CLOCK_SKEW_MS &&
    createdAt(image) <= lost.lostAt + RECOVERY_CLOCK_SKEW_MS
  );
}

function createdAt({ created_at }: Image): number {
  return Date.parse(created_at ?? "");
}

function recovered({ id }: Image, { name, volumeId }: LostCreate) {
  return warningDiagnostic(
    "Image Recovered",
    `The connection was lost while creating image "${name}", but KakaoCloud created it: ${id}, the only image of that ` +
      `name and description created meanwhile that can be from volume ${volumeId}. Terraform manages it from now on.`,
  );
}

/** `candidates` is undefined when the images could not be listed. */
function unclear(
  lost: LostCreate,
  label: OperationLabel,
  cause: unknown,
  candidates: readonly Image[] | undefined,
  call: Call<Session>,
): Error {
  const stopped = stopReason(call);
  const ids = candidates?.map(({ id }) => id).join(", ");
  const found =
    ids === undefined
      ? "The images could not be listed to find out."
      : ids === ""
        ? `No image named "${lost.name}" has appeared so far, but it may still.`
        : `These images have that name and were created since, by this request or by somebody else: ${ids}.`;
  const cut = isKakaoCloudError(cause)
    ? "the connection was lost"
    : `an unexpected error occurred (${String(cause)})`;
  const why = stopped === undefined ? cut : endReason(stopped, call);
  return problem(
    label,
    `${why} before KakaoCloud responded; the image may or may not have been created. ${found}`,
    `Look for an image named "${lost.name}" in the console, created at ${new Date(lost.sentAt).toISOString()} or shortly after. ` +
      "If it is there and this run created it, import it (terraform import kakaocloud_image.<name> <id>) or delete it; then run " +
      "terraform apply again.",
    isKakaoCloudError(cause) ? technical(cause) : undefined,
  );
}
