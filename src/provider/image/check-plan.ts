import type { PlanCall } from "../../framework/call.ts";
import { type Diagnostic, DiagnosticError } from "../../framework/diagnostics.ts";
import type { ModifyPlanRequest } from "../../framework/resource.ts";
import { isUnknown } from "../../framework/value.ts";
import { isKakaoCloudError } from "../../kakaocloud/errors.ts";
import type { Volume } from "../../kakaocloud/volumes.ts";
import { PLAN_CHECK_TIMEOUT_MS } from "../defaults.ts";
import type { Session } from "../session.ts";
import type { imageSchema } from "./schema.ts";
import { unusableVolume, volumeNotFound } from "./source-volume.ts";
import { NO_DESCRIPTION } from "./state.ts";
import { warnOfUnmanagedImages } from "./unmanaged-images.ts";

/**
 * Checks the volume of an image that is to be created, so that the plan says what the apply would: that it does not exist, or
 * is no root volume. Warns of images that a killed run may have left behind. Everything else, a failed request included, is left
 * to the apply.
 */
export async function checkImagePlan(
  { config, plan, prior }: ModifyPlanRequest<typeof imageSchema>,
  call: PlanCall<Session>,
): Promise<readonly Diagnostic[]> {
  if (typeof prior?.id === "string") call.client.creates.manages("image", prior.id);
  if (plan === null || prior !== null || typeof plan.volume_id !== "string") return [];
  const volumeId = plan.volume_id;
  const image = typeof plan.name === "string" ? `image "${plan.name}"` : "the image";
  const label = { action: "create image", subject: `${image} from volume ${volumeId}` };
  let volume: Volume | undefined;
  try {
    const deadline = call.client.clock.now() + PLAN_CHECK_TIMEOUT_MS;
    const { signal, log } = call;
    volume = await call.client.sourceVolumes.forPlan(volumeId, { signal, deadline, log });
    const unusable = unusableVolume(volume, label);
    if (unusable !== undefined) return unusable.diagnostics;
  } catch (error) {
    if (isKakaoCloudError(error, "not_found")) return volumeNotFound(volumeId, label).diagnostics;
    // The configuration of the provider may not be known yet.
    if (error instanceof DiagnosticError || call.signal.aborted) return [];
    if (!isKakaoCloudError(error)) throw error;
    call.log.debug("the volume could not be read at plan", { volume_id: volumeId, error: String(error) });
  }
  if (typeof plan.name !== "string" || isUnknown(config?.description)) return [];
  const description = typeof plan.description === "string" ? plan.description : NO_DESCRIPTION;
  const planned = { name: plan.name, description, volumeId };
  return warnOfUnmanagedImages(planned, volume, call);
}
