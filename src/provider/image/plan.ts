import { type Diagnostic, warningDiagnostic } from "../../framework/diagnostics.ts";
import { attributePath } from "../../framework/path.ts";
import type { ModifyPlanRequest, ModifyPlanResponse } from "../../framework/resource.ts";
import type { Config } from "../../framework/schema.ts";
import { invalidValue } from "../../framework/validators.ts";
import { problem } from "../explain.ts";
import { nameProblem } from "../validators.ts";
import type { imageSchema } from "./schema.ts";

/**
 * Tells of a name that KakaoCloud gives to no new image. It is no error yet: an image that was made elsewhere may have
 * such a name, and must be manageable under it. The plan knows which it is.
 */
export function warnAboutName({ name }: Config<typeof imageSchema>): readonly Diagnostic[] {
  const found = typeof name === "string" ? nameProblem(name) : null;
  if (typeof name !== "string" || found === null) return [];
  return [
    warningDiagnostic(
      "Unusual Image Name",
      `Attribute name ${found}, got: ${JSON.stringify(name)}. Only an image that has this name already can keep it.`,
      attributePath("name"),
    ),
  ];
}

/** Refuses what cannot be created, and keeps `updated_at` while nothing is sent to the API. */
export function planImage({ plan, prior }: ModifyPlanRequest<typeof imageSchema>): ModifyPlanResponse {
  if (plan === null) return {};
  const diagnostics: Diagnostic[] = [];
  const { name } = plan;
  if (typeof name === "string" && name !== prior?.name) {
    const found = nameProblem(name);
    if (found !== null) diagnostics.push(invalidValue(attributePath("name"), name, found));
  }
  if (prior === null) {
    if (plan.volume_id === null) diagnostics.push(...volumeMissing(name));
    return { diagnostics };
  }
  const unchanged = name === prior.name && plan.description === prior.description;
  return { diagnostics, plan: unchanged ? { updated_at: prior.updated_at } : {} };
}

function volumeMissing(name: unknown): readonly Diagnostic[] {
  const subject = typeof name === "string" ? `image "${name}"` : "the image";
  return problem(
    { action: "create image", subject, attribute: "volume_id" },
    "attribute volume_id is not set, and an image is made from a volume",
    "Set volume_id to the id of a root volume. To manage an image that exists, import it: terraform import kakaocloud_image.<name> <id>.",
  ).diagnostics;
}
