import { systemClock } from "../../base/clock.ts";
import { formatDurationMs } from "../../base/duration.ts";
import type { WriteCall } from "../../framework/call.ts";
import { OperationStopped } from "../../framework/operation-stopped.ts";
import type { CreateRequest, PartialState } from "../../framework/resource.ts";
import { isKakaoCloudError } from "../../kakaocloud/errors.ts";
import type { Image, ImageInput } from "../../kakaocloud/images.ts";
import {
  DISAPPEARANCE_GRACE_MS,
  POLL_MAX_INTERVAL_MS,
  POLL_MIN_INTERVAL_MS,
  VISIBILITY_GRACE_MS,
} from "../defaults.ts";
import { failure, problem, stopReason, type Undertaking } from "../errors.ts";
import type { Session } from "../session.ts";
import { findLostImage, remedyForNameTaken } from "./evidence.ts";
import type { imageSchema } from "./schema.ts";
import { checkSourceVolume, isVolumeBusy } from "./source-volume.ts";
import { type ImageState, imageAttributesOf, imageState, NO_DESCRIPTION } from "./state.ts";
import { imagePhase } from "./status.ts";
import { type Progress, watchNewImage } from "./wait.ts";

type CreateCall = WriteCall<Session, PartialState<typeof imageSchema>>;

/** Makes an image of a volume and waits until it is active. Its id is saved as soon as it is known. */
export async function createImage(
  { plan }: CreateRequest<typeof imageSchema>,
  call: CreateCall,
): Promise<ImageState> {
  const { name, timeouts } = plan;
  const volumeId = plan.volume_id ?? "";
  const description = typeof plan.description === "string" ? plan.description : NO_DESCRIPTION;
  const undertaking = { action: "create image", subject: `image "${name}" from volume ${volumeId}` };

  const made = await requestImage(volumeId, { name, description }, undertaking, call);
  call.save(imageAttributesOf(made));
  call.log.info(`image ${made.id} is being made`, {
    image_id: made.id,
    volume_id: volumeId,
    status: made.status,
  });

  const active = await waitUntilActive(made, undertaking, call);
  call.log.info(`image ${made.id} is active`, { image_id: made.id, elapsed: waited(call) });
  return imageState(active, { volume_id: plan.volume_id, timeouts, description });
}

/**
 * Sends the one request that makes the image. It is repeated only when the API refused it because the volume is
 * or was occupied; when its answer was lost, the image is looked for instead.
 */
async function requestImage(
  volumeId: string,
  input: Required<ImageInput>,
  undertaking: Undertaking,
  call: CreateCall,
): Promise<Image> {
  try {
    await checkSourceVolume(volumeId, undertaking, call);
    let wasFree = false;
    for (let waitMs = POLL_MIN_INTERVAL_MS; ; waitMs = Math.min(waitMs * 2, POLL_MAX_INTERVAL_MS)) {
      try {
        return await requestOnce(volumeId, input, undertaking, call);
      } catch (error) {
        const isConflict = isKakaoCloudError(error, "conflict");
        const refused = isConflict || (isKakaoCloudError(error) && error.status === 400);
        if (!refused) throw error;
        if (await isVolumeBusy(volumeId, call)) wasFree = false;
        else if (!isConflict) throw error;
        else if (wasFree) throw failure(undertaking, error, await remedyForNameTaken(input.name, call));
        // The first time it may have become free between the two requests.
        else wasFree = true;
        call.log.info(`volume ${volumeId} is or was occupied; trying again`, {
          error: error.message,
          next_try_ms: waitMs,
        });
        await systemClock.wait(waitMs, call.signal);
      }
    }
  } catch (error) {
    throw explainUnmade(error, undertaking, call);
  }
}

async function requestOnce(
  volumeId: string,
  input: Required<ImageInput>,
  undertaking: Undertaking,
  call: CreateCall,
): Promise<Image> {
  const { creates } = call.client;
  const { images, serverTime } = call.client.kakaocloud();
  const settled = creates.begin(input.name);
  const sentAt = serverTime();
  const image = await images.create(volumeId, input, call).catch((error: unknown) => {
    if (isKakaoCloudError(error, "ambiguous_write")) {
      const lost = { ...input, volumeId, sentAt, lostAt: serverTime() };
      return findLostImage(lost, undertaking, error, call);
    }
    settled();
    throw error;
  });
  creates.made(image.id);
  settled();
  return image;
}

async function waitUntilActive(made: Image, undertaking: Undertaking, call: CreateCall): Promise<Image> {
  const progress: Progress = { status: made.status, looks: 0 };
  const begunAt = Date.now();
  let lastSeenAt: number | undefined;
  const failed = (reason: string, remedy: string) =>
    problem(undertaking, `${reason} (image id ${made.id})`, remedy);
  try {
    return await watchNewImage(made.id, call, progress, (sight) => {
      if (sight === "not found") {
        // Different copies of the API's data may answer in turn, so one "not found" among sightings says little.
        const graceMs = lastSeenAt === undefined ? VISIBILITY_GRACE_MS : DISAPPEARANCE_GRACE_MS;
        if (Date.now() - (lastSeenAt ?? begunAt) < graceMs) return undefined;
        if (lastSeenAt !== undefined) {
          throw failed("the image was deleted while it was being made", "Run terraform apply again.");
        }
        throw failed(
          `the API accepted the image but did not know it ${formatDurationMs(VISIBILITY_GRACE_MS)} later`,
          "It is saved in the state, and the next plan looks for it again.",
        );
      }
      lastSeenAt = Date.now();
      const phase = imagePhase(sight.status);
      if (phase === "ready") return sight;
      call.save(imageAttributesOf(sight));
      if (phase === "pending") return undefined;
      throw failed(
        `the image ended in status "${sight.status}" after ${waited(call)}`,
        "It is saved in the state as tainted: the next apply deletes it and makes another. " +
          "Check that the volume is a root volume with an operating system, and not larger than 1 TB.",
      );
    });
  } catch (error) {
    throw explainUnfinished(error, made, undertaking, progress, call);
  }
}

/** No image was made, as far as anybody knows. */
function explainUnmade(error: unknown, undertaking: Undertaking, call: CreateCall): unknown {
  const stopped = stopReason(call);
  if (!stopped || isKakaoCloudError(error, "ambiguous_write")) return failure(undertaking, error);
  if (!isKakaoCloudError(error, "timeout", "aborted") && !(error instanceof OperationStopped))
    return failure(undertaking, error);
  const phase = isKakaoCloudError(error) ? error.operation : "CreateImage";
  const limit = stopped.reason === "deadline" ? " (timeouts.create)" : "";
  return problem(
    undertaking,
    `${stopped.message}${limit} after ${waited(call)}, before the image was asked for (during ${phase})`,
    "No image was made. Run terraform apply again.",
  );
}

/** The image is there but not active. */
function explainUnfinished(
  error: unknown,
  made: Image,
  undertaking: Undertaking,
  progress: Progress,
  call: CreateCall,
): unknown {
  const facts = `image id ${made.id}, last status "${progress.status ?? "unknown"}", waited ${waited(call)}`;
  const remedy =
    "The image is saved in the state, marked as tainted: the next apply deletes it and makes another. If it becomes active " +
    "by itself, keep it with terraform untaint.";
  const stopped = stopReason(call);
  if (stopped?.reason === "deadline") {
    return problem(
      undertaking,
      `the image was not active within the time allowed by timeouts.create (${facts})`,
      `${remedy} To allow more time, set timeouts = { create = "2h" }.`,
    );
  }
  if (stopped) return problem(undertaking, `${stopped.message} (${facts})`, remedy);
  if (!isKakaoCloudError(error)) return error;
  return problem(
    undertaking,
    `the image could not be followed until it is active: ${error.message} (${facts})`,
    remedy,
  );
}

const waited = (call: CreateCall): string => formatDurationMs(Date.now() - call.startedAt);
