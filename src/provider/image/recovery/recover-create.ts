import { type Attempt, retryWithin } from "../../../base/retry-within.ts";
import type { Call } from "../../../framework/call.ts";
import { warningDiagnostic } from "../../../framework/diagnostics.ts";
import { isKakaoCloudError } from "../../../kakaocloud/errors.ts";
import type { Image, ImageInput } from "../../../kakaocloud/images.ts";
import { RECOVERY_CLOCK_SKEW_MS } from "../../defaults.ts";
import { endReason, type OperationLabel, problem, stopReason, technical } from "../../explain.ts";
import { retryPlan } from "../../retry-plan.ts";
import type { Session } from "../../session.ts";
import { createdAt } from "../recent-images.ts";
import { isSameDescription } from "../state.ts";
import { readNamesakes } from "./namesakes.ts";
import { createVolumeEvidence } from "./volume-evidence.ts";

/** A create request whose response was lost. Times are epoch milliseconds by the API's clock. */
export interface LostCreate extends Required<ImageInput> {
  readonly volumeId: string;
  /** Whether the volume was seen free shortly before the request, and after every earlier one of this process. */
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
 * An outage may go on after the request: the search begins with the first list that can be read. The request is never sent a
 * second time, not even after a 5xx and a search without a trace: a gateway may have passed it on and the volume service may
 * carry it out later, and an image that nobody knows of costs more than another apply.
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
  call.log.warn("the outcome of the create request is unknown; searching for the image", {
    error: String(cause),
  });
  const { image, candidates } = await searchImage(lost, call);
  if (image === undefined) throw unclear(lost, label, cause, candidates, call);
  call.report(recovered(image, lost, cause));
  return image;
}

/** What a search has found. */
export interface SearchResult {
  /** The image, when the evidence is clear. */
  readonly image: Image | undefined;
  /** Every image that it could be; undefined when the images could not be listed. */
  readonly candidates: readonly Image[] | undefined;
}

/** Searches for the image of a lost create, see {@link recoverImage}. Ends early, without an image, when the call is aborted. */
export async function searchImage(lost: LostCreate, call: Call<Session>): Promise<SearchResult> {
  const search = createSearch(call);
  const { clock, creates } = call.client;
  const evidence = createVolumeEvidence(lost.volumeId, lost.volumeWasFree, call);
  // Copies of the API's data may respond in turn: what one list has shown exists, although the next one does not show it.
  const seen = new Map<string, Image>();
  let wasListed = false;
  const candidates = () =>
    [...seen.values()].filter(({ id }) => !creates.isManaged("image", id) && !lost.existing.has(id));
  const outcome = await retryWithin(retryPlan(call), async (): Promise<Attempt<Image | undefined>> => {
    const listed = await listCandidates(lost, search, call);
    if (listed !== undefined) wasListed = true;
    for (const image of listed ?? []) seen.set(image.id, image);
    await evidence.gather(candidates().filter((image) => fits(image, lost)));
    const [only, ...others] = candidates().filter((image) => fits(image, lost) && !evidence.excludes(image));
    const now = clock.now();
    const isOnly = only && others.length === 0 && creates.unsettled("image", lost.name) === 1;
    if (listed && isOnly && now >= search.settlesAt && evidence.supports(only)) return { done: only };
    if (now >= search.givesUpAt) return { done: undefined };
    const untilSettledMs = search.settlesAt - now;
    const waitAtMostMs = Math.min(untilSettledMs > 0 ? untilSettledMs : Infinity, search.givesUpAt - now);
    return { retry: "lists may change", waitAtMostMs };
  }).catch((error: unknown) => {
    if (!call.signal.aborted) throw error;
    return undefined;
  });
  const image = outcome && "done" in outcome ? outcome.done : undefined;
  return { image, candidates: wasListed ? candidates() : undefined };
}

/** The times of a search, in epoch milliseconds. */
interface Search {
  readonly settlesAt: number;
  readonly givesUpAt: number;
  /** A list was read: from the first on, the time counts. */
  listed(): void;
  /** No list could be read. Only an outage is waited for. */
  failed(isTransient: boolean): void;
}

function createSearch({ client: { clock, timings }, deadline }: Call<Session>): Search {
  let settlesAt = Number.POSITIVE_INFINITY;
  let givesUpAt = Number.POSITIVE_INFINITY;
  const begin = () => {
    givesUpAt = Math.min(givesUpAt, clock.now() + timings.recoveryWindowMs);
  };
  return {
    get settlesAt() {
      return settlesAt;
    },
    get givesUpAt() {
      return Math.min(givesUpAt, deadline);
    },
    listed() {
      begin();
      settlesAt = Math.min(settlesAt, clock.now() + timings.recoverySettleMs);
    },
    failed(isTransient) {
      if (!isTransient) begin();
    },
  };
}

/** The images that may be the lost one, for a person to judge; undefined when they could not be listed. */
async function listCandidates(
  lost: LostCreate,
  search: Search,
  call: Call<Session>,
): Promise<readonly Image[] | undefined> {
  try {
    const images = await readNamesakes(lost.name, call);
    search.listed();
    const earliest = lost.sentAt - call.client.timings.createdAtToleranceMs;
    return images.filter((image) => createdAt(image) >= earliest);
  } catch (error) {
    if (!isKakaoCloudError(error)) throw error;
    search.failed(error.transient);
    call.log.warn("the images could not be listed", { error: error.message });
    return undefined;
  }
}

/** Whether an image is what the lost create would have created. */
function fits(image: Image, lost: LostCreate): boolean {
  return (
    isSameDescription(image.description, lost.description) &&
    createdAt(image) >= lost.sentAt - RECOVERY_CLOCK_SKEW_MS &&
    createdAt(image) <= lost.lostAt + RECOVERY_CLOCK_SKEW_MS
  );
}

function recovered({ id }: Image, { name, volumeId }: LostCreate, cause: unknown) {
  const refusal = refusalOf(cause);
  const what =
    refusal === undefined
      ? `The connection was lost while creating image "${name}"`
      : `While creating image "${name}", ${refusal}`;
  return warningDiagnostic(
    "Image Recovered",
    `${what}, but KakaoCloud created it: image ${id}. It is the only new image with that name and description that can be from ` +
      `volume ${volumeId}. Terraform manages it from now on.`,
  );
}

/** What the API or a gateway returned instead of the image, in words; undefined when there was no response. */
function refusalOf(cause: unknown): string | undefined {
  return isKakaoCloudError(cause) && cause.status !== undefined ? cause.reason : undefined;
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
        : `Images with that name were created since, by this request or by somebody else: ${ids}.`;
  const refusal = refusalOf(cause);
  const failure = isKakaoCloudError(cause)
    ? "the connection was lost"
    : `an unexpected error occurred (${String(cause)})`;
  const end = stopped === undefined ? undefined : endReason(stopped, call);
  const why =
    refusal === undefined
      ? `${end === undefined ? failure : `${end},`} before KakaoCloud responded`
      : [refusal, end].filter(Boolean).join(", and ");
  return problem(
    label,
    `${why}; the image may or may not have been created. ${found}`,
    `If the console shows an image named "${lost.name}" that this run created at ${new Date(lost.sentAt).toISOString()} or shortly ` +
      "after, import it (terraform import kakaocloud_image.<name> <image ID>) or delete it. Then run terraform apply again.",
    isKakaoCloudError(cause) ? technical(cause) : undefined,
  );
}
