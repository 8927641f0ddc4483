import { formatDurationMs } from "../../base/duration.ts";
import { type Attempt, retryWithin } from "../../base/retry-within.ts";
import type { WriteCall } from "../../framework/call.ts";
import type { CreateRequest } from "../../framework/resource.ts";
import type { PartialState } from "../../framework/schema.ts";
import { isKakaoCloudError } from "../../kakaocloud/errors.ts";
import type { Image, ImageInput } from "../../kakaocloud/images.ts";
import { explain, type OperationLabel, problem, stopReason } from "../explain.ts";
import type { Progress } from "../poll.ts";
import { retryPlan } from "../retry-plan.ts";
import type { Session } from "../session.ts";
import { isBusyStatus } from "../volume/status.ts";
import { adoptJournaledImage, journalCreate } from "./recovery/journaled-create.ts";
import { isNameBeingReleased, isNameHeld, listNamesakes, remedyForNameTaken } from "./recovery/namesakes.ts";
import { type LostCreate, recoverImage } from "./recovery/recover-create.ts";
import type { imageSchema } from "./schema.ts";
import { checkSourceVolume, isVolumeBusy } from "./source-volume.ts";
import { type ImageState, imageAttributesOf, imageState, NO_DESCRIPTION } from "./state.ts";
import { imagePhase } from "./status.ts";
import type { VolumeTurn } from "./volume-queue.ts";
import { pollNewImage } from "./wait.ts";

type CreateCall = WriteCall<Session, PartialState<typeof imageSchema>>;

/** Creates an image of a volume and waits until it is active. Its id is saved as soon as it is known. */
export async function createImage(
  { plan }: CreateRequest<typeof imageSchema>,
  call: CreateCall,
): Promise<ImageState> {
  const { name, timeouts } = plan;
  const volumeId = plan.volume_id ?? "";
  const description = typeof plan.description === "string" ? plan.description : NO_DESCRIPTION;
  const label = { action: "create image", subject: `image "${name}" from volume ${volumeId}` };

  const input = { name, description };
  const journaled = await adoptJournaledImage({ ...input, volumeId }, label, call);
  const { created, finished } = journaled
    ? { created: journaled, finished: () => {} }
    : await requestImage(volumeId, input, label, call);
  call.save(imageAttributesOf(created));
  call.log.info(`image "${name}" (${created.id}) is being created`, {
    image_id: created.id,
    volume_id: volumeId,
    status: created.status,
  });

  const active = await waitUntilActive({ created, name }, label, call).finally(finished);
  call.log.info(`image "${name}" (${created.id}) is active`, { image_id: created.id, elapsed: waited(call) });
  return imageState(active, { volume_id: plan.volume_id, timeouts, description });
}

/** An image that was requested. Call `finished` when it no longer occupies its volume. */
interface Requested {
  readonly created: Image;
  finished(): void;
}

/**
 * Sends the one request that creates the image, when it is this create's turn on the volume. It is repeated only when the API
 * refused it because the volume is or was busy, or because an image that is being deleted still has the name. The name is
 * waited for outside the line. When the response was lost, the image is recovered instead.
 */
async function requestImage(
  volumeId: string,
  input: Required<ImageInput>,
  label: OperationLabel,
  call: CreateCall,
): Promise<Requested> {
  const progress: Progress = { status: null, polls: 0 };
  const existing = new Set<string>();
  const { clock, timings } = call.client;
  let turn: VolumeTurn | undefined;
  let isFree = false;
  let refusalsWhenFree = 0;
  let nameAwaitedUntil: number | undefined;
  const isBusy = () => isVolumeBusy(volumeId, call);
  const awaitsName = () => nameAwaitedUntil !== undefined && clock.now() < nameAwaitedUntil;
  try {
    const outcome = await retryWithin(retryPlan(call), async (): Promise<Attempt<Requested>> => {
      if (turn === undefined) {
        if (awaitsName() && (await isNameHeld(input.name, call))) return { retry: progress.lastError };
        turn = await call.client.volumeQueue.enter(volumeId, call);
        const volume = turn.isShared ? undefined : await checkSourceVolume(volumeId, label, call);
        isFree = turn.isShared || (volume !== undefined && !isBusyStatus(volume.status));
        if (isFree) turn.seenFree();
        // An image of this process occupies the volume, so that the request would be refused.
        if (volume !== undefined && !isFree && turn.isOccupiedByUs()) {
          progress.status = volume.status;
          await turn.untilFree(isBusy);
          isFree = true;
        }
      }
      try {
        const request = { ...input, volumeId, volumeWasFree: isFree, existing };
        const created = await requestOnce(request, label, call);
        return { done: { created, finished: turn.requested() } };
      } catch (error) {
        if (!isKakaoCloudError(error)) throw error;
        const isConflict = error.code === "conflict";
        if (!isConflict && error.status !== 400) throw error;
        isFree = !(await isBusy());
        if (isFree && !isConflict) throw error;
        // Whoever occupied the volume has created an image, which may have the same name.
        const namesakes = (await listNamesakes(input.name, call)) ?? [];
        const isReleased = isFree && isNameBeingReleased(input.name, namesakes, call);
        if (isReleased) nameAwaitedUntil ??= clock.now() + timings.nameReleaseWindowMs;
        // It may have become free between the two requests, once or, where others create images of it, twice.
        refusalsWhenFree = isFree ? refusalsWhenFree + 1 : 0;
        if (refusalsWhenFree > 2 && !(isReleased && awaitsName())) {
          throw explain(label, error, call, { remedy: remedyForNameTaken(namesakes, call) });
        }
        progress.lastError = error;
        const why = isReleased
          ? `an image that is being deleted still has the name "${input.name}"`
          : `volume ${volumeId} is or was busy`;
        call.log.info(`${why}; waiting to try again`, { error: error.message });
        for (const { id } of namesakes) existing.add(id);
        if (isReleased) {
          turn.leave();
          turn = undefined;
          return { retry: error };
        }
        if (!isFree && turn.isShared) {
          turn.notShared();
          turn = undefined;
          return { retry: error, waitAtMostMs: timings.volumePollMinIntervalMs };
        }
        if (!isFree) await turn.untilFree(isBusy);
        isFree = true;
        return { retry: error, waitAtMostMs: timings.volumePollMinIntervalMs };
      }
    });
    if ("retry" in outcome) throw outcome.retry;
    return outcome.done;
  } catch (error) {
    const isOver = stopReason(call) !== undefined;
    throw explain(label, error, call, {
      progress,
      ...(isOver && {
        unmet: "the create request was not sent",
        ...(progress.lastError === undefined &&
          (turn === undefined || progress.status !== null) && {
            facts: ["other images are being created from the volume"],
          }),
        remedy: "No image was created. Run terraform apply again.",
      }),
    });
  } finally {
    turn?.leave();
  }
}

async function requestOnce(
  request: Omit<LostCreate, "sentAt" | "lostAt">,
  label: OperationLabel,
  call: CreateCall,
): Promise<Image> {
  const { creates } = call.client;
  const { images, serverTime } = call.client.kakaocloud();
  const { name, description, volumeId } = request;
  const sentAt = serverTime();
  const entry = await journalCreate({ ...request, sentAt }, call);
  call.client.sourceVolumes.imageRequested(volumeId);
  const settled = creates.begin("image", name);
  const adopt = (image: Image): Image => {
    // The ID alone first: an error in the rest must not lose it.
    call.save({ id: image.id });
    creates.created("image", image.id);
    entry?.created(image.id);
    if (entry !== undefined) call.onDelivered(entry.close);
    settled();
    return image;
  };
  try {
    return adopt(await images.create(volumeId, { name, description }, call));
  } catch (error) {
    if (isKakaoCloudError(error) && !isKakaoCloudError(error, "ambiguous_write")) {
      entry?.close();
      settled();
      throw error;
    }
    // Whatever else is thrown after the request may have been sent says nothing about what the API did.
    return adopt(await recoverImage({ ...request, sentAt, lostAt: serverTime() }, label, error, call));
  }
}

async function waitUntilActive(
  { created, name }: { readonly created: Image; readonly name: string },
  label: OperationLabel,
  call: CreateCall,
): Promise<Image> {
  const progress: Progress = { status: created.status, polls: 0 };
  const { clock, timings } = call.client;
  const startedAt = clock.now();
  const { visibilityGraceMs, disappearanceGraceMs } = timings;
  let lastSeenAt: number | undefined;
  const failed = (reason: string, remedy: string) =>
    problem(label, `${reason} (image ID ${created.id})`, remedy);
  try {
    return await pollNewImage(created, name, call, progress, (result) => {
      if (result === "not found") {
        // Different copies of the API's data may respond in turn, so one "not found" between two results says little.
        const graceMs = lastSeenAt === undefined ? visibilityGraceMs : disappearanceGraceMs;
        if (clock.now() - (lastSeenAt ?? startedAt) < graceMs) return undefined;
        if (lastSeenAt !== undefined) {
          throw failed("the image was deleted while it was being created", "Run terraform apply again.");
        }
        throw failed(
          `the API accepted the image, but still does not find it after ${formatDurationMs(visibilityGraceMs)}`,
          "It is saved in the state, and the next plan reads it again.",
        );
      }
      lastSeenAt = clock.now();
      const phase = imagePhase(result.status);
      if (phase === "ready") return result;
      call.save(imageAttributesOf(result));
      if (phase === "pending") return undefined;
      throw failed(
        `KakaoCloud set the image to status "${result.status}" after ${waited(call)}`,
        "The image is saved in the state as tainted: the next apply deletes it and creates another. " +
          "Check that the volume is a root volume with an operating system, and not larger than 1 TB.",
      );
    });
  } catch (error) {
    const status = progress.status ?? "unknown";
    throw explain(label, error, call, {
      unmet: "the image did not become active",
      progress,
      facts: [`image ID ${created.id}`, `last status "${status}"`],
      kept:
        "The image is saved in the state as tainted: the next apply deletes it and creates another. If it becomes " +
        "active by itself, keep it with terraform untaint.",
    });
  }
}

const waited = (call: CreateCall): string => formatDurationMs(call.client.clock.now() - call.startedAt);
