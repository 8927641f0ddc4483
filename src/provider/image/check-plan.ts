import type { PlanCall } from "../../framework/call.ts";
import { type Diagnostic, DiagnosticError } from "../../framework/diagnostics.ts";
import type { ModifyPlanRequest } from "../../framework/resource.ts";
import { isKakaoCloudError } from "../../kakaocloud/errors.ts";
import { PLAN_CHECK_TIMEOUT_MS } from "../defaults.ts";
import type { Session } from "../session.ts";
import type { imageSchema } from "./schema.ts";
import { unusableVolume, volumeNotFound } from "./source-volume.ts";

/**
 * Checks the volume of an image that is to be created, so that the plan says what the apply would: that it does not exist, or
 * is no root volume. Everything else, a failed request included, is left to the apply.
 */
export async function checkImagePlan(
  { plan, prior }: ModifyPlanRequest<typeof imageSchema>,
  call: PlanCall<Session>,
): Promise<readonly Diagnostic[]> {
  if (plan === null || prior !== null || typeof plan.volume_id !== "string") return [];
  const volumeId = plan.volume_id;
  const image = typeof plan.name === "string" ? `image "${plan.name}"` : "the image";
  const label = { action: "create image", subject: `${image} from volume ${volumeId}` };
  try {
    const deadline = call.client.clock.now() + PLAN_CHECK_TIMEOUT_MS;
    const { signal, log } = call;
    const volume = await call.client.sourceVolumes.forPlan(volumeId, { signal, deadline, log });
    return unusableVolume(volume, label)?.diagnostics ?? [];
  } catch (error) {
    if (isKakaoCloudError(error, "not_found")) return volumeNotFound(volumeId, label).diagnostics;
    // The configuration of the provider may not be known yet.
    if (!isKakaoCloudError(error) && !(error instanceof DiagnosticError) && !call.signal.aborted) throw error;
    call.log.debug("the volume could not be read at plan", { volume_id: volumeId, error: String(error) });
    return [];
  }
}
