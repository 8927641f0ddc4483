import { type Diagnostic, warningDiagnostic } from "../../framework/diagnostics.ts";
import { attributePath } from "../../framework/path.ts";
import type { ModifyPlanRequest, ModifyPlanResponse } from "../../framework/resource.ts";
import type { Config, State } from "../../framework/schema.ts";
import { equalValues, isUnknown, type Value } from "../../framework/value.ts";
import { problem } from "../explain.ts";
import { imageSchema } from "./schema.ts";
import { refuseTexts } from "./texts.ts";

/**
 * Refuses what cannot be created, keeps `updated_at` while nothing is sent to the API, and keeps the whole image while its
 * volume is unknown.
 */
export function planImage({
  config,
  plan,
  prior,
}: ModifyPlanRequest<typeof imageSchema>): ModifyPlanResponse {
  if (plan === null) return {};
  const diagnostics = [...refuseTexts(plan, prior)];
  const { name } = plan;
  if (prior === null) {
    if (plan.volume_id === null) diagnostics.push(...volumeMissing(name));
    return { diagnostics };
  }
  if (config !== null && isUnknown(config.volume_id) && prior.volume_id !== null) {
    const changes = (["name", "description", "timeouts"] as const).filter((attribute) =>
      isChanged(attribute, plan, prior),
    );
    const added = mustChange(config, prior);
    if (added.length > 0) diagnostics.push(notPostponed(added));
    else {
      if (changes.length > 0) diagnostics.push(postponed(changes));
      return { diagnostics, plan: prior };
    }
  }
  const unchanged = name === prior.name && plan.description === prior.description;
  return { diagnostics, plan: unchanged ? { updated_at: prior.updated_at } : {} };
}

type ImageConfig = Config<typeof imageSchema>;
type ImageState = State<typeof imageSchema>;

/**
 * What a plan cannot leave as it is: Terraform accepts the prior value of an attribute only where configuration and state both
 * have one, or where the attribute is computed and not configured.
 */
function mustChange(config: ImageConfig, prior: ImageState): readonly string[] {
  const changes: string[] = [];
  if (config.description !== null && prior.description === null) changes.push("description");
  if ((config.timeouts === null) !== (prior.timeouts === null)) changes.push("timeouts");
  return changes;
}

function isChanged(
  attribute: "name" | "description" | "timeouts",
  plan: ImageConfig,
  prior: ImageState,
): boolean {
  return !equalValues(
    plan[attribute] as Value,
    prior[attribute] as Value,
    imageSchema.attributes[attribute].type,
  );
}

/** While the volume is unknown, so is whether the image is replaced; a change beside it could not be undone. */
function postponed(attributes: readonly string[]): Diagnostic {
  return warningDiagnostic(
    "Image Change Postponed",
    `The change of ${attributes.join(" and ")} is left to the next apply: volume_id is only known after apply, and another volume ` +
      "would mean another image. This plan keeps the image as it is.",
    attributePath("volume_id"),
  );
}

/** An attribute that is added or removed is planned at once, and the plan does not hold if the volume turns out to be another. */
function notPostponed(attributes: readonly string[]): Diagnostic {
  return warningDiagnostic(
    "Image Change Not Postponed",
    `This plan changes ${attributes.join(" and ")} although volume_id is only known after apply: Terraform does not let a ` +
      "provider postpone what is added or removed. If the volume then turns out to be another one, Terraform stops with " +
      '"Provider produced inconsistent final plan"; nothing is lost, and the next apply replaces the image.',
    attributePath(attributes[0] ?? "timeouts"),
  );
}

function volumeMissing(name: unknown): readonly Diagnostic[] {
  const subject = typeof name === "string" ? `image "${name}"` : "the image";
  return problem(
    { action: "create image", subject, attribute: "volume_id" },
    "attribute volume_id is not set, and an image is created from a volume",
    "Set volume_id to the ID of a root volume. To manage an existing image, import it: terraform import kakaocloud_image.<name> <image ID>.",
  ).diagnostics;
}
