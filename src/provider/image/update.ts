import type { WriteCall } from "../../framework/call.ts";
import type { UpdateRequest } from "../../framework/resource.ts";
import type { PartialState } from "../../framework/schema.ts";
import { isUnknown } from "../../framework/value.ts";
import { isKakaoCloudError } from "../../kakaocloud/errors.ts";
import type { ImageInput } from "../../kakaocloud/images.ts";
import { explain } from "../explain.ts";
import type { Session } from "../session.ts";
import type { imageSchema } from "./schema.ts";
import { type ImageState, imageState } from "./state.ts";

/** Changes name and description in place; sends only what changed, and nothing when neither did. */
export async function updateImage(
  { plan, prior }: UpdateRequest<typeof imageSchema>,
  call: WriteCall<Session, PartialState<typeof imageSchema>>,
): Promise<ImageState> {
  const own = { volume_id: plan.volume_id, timeouts: plan.timeouts };
  const changes: Partial<ImageInput> = {
    ...(plan.name !== prior.name && { name: plan.name }),
    ...(typeof plan.description === "string" &&
      plan.description !== prior.description && { description: plan.description }),
  };
  if (Object.keys(changes).length === 0) return { ...prior, ...own };

  const id = prior.id ?? "";
  try {
    const image = await call.client.kakaocloud().images.update(id, changes, call);
    const description = isUnknown(plan.description) ? null : plan.description;
    const updated = imageState(image, { ...own, description });
    return { ...prior, ...withoutNulls(updated), description: updated.description, ...own };
  } catch (error) {
    const remedy = isKakaoCloudError(error, "not_found")
      ? "The image was deleted outside of Terraform. Run terraform apply again to create it again."
      : undefined;
    throw explain({ action: "update image", subject: `image "${prior.name}" (${id})` }, error, call, {
      remedy,
    });
  }
}

/** The response to an update leaves fields out. What it leaves out has not changed, except for a description that was cleared. */
function withoutNulls(state: ImageState): Partial<ImageState> {
  return Object.fromEntries(Object.entries(state).filter(([, value]) => value !== null));
}
