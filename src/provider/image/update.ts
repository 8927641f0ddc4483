import type { WriteCall } from "../../framework/call.ts";
import type { PartialState, UpdateRequest } from "../../framework/resource.ts";
import { isUnknown } from "../../framework/value.ts";
import { isKakaoCloudError } from "../../kakaocloud/errors.ts";
import type { ImageInput } from "../../kakaocloud/images.ts";
import { failure } from "../errors.ts";
import type { Session } from "../session.ts";
import type { imageSchema } from "./schema.ts";
import { type ImageState, imageState } from "./state.ts";

/** Changes name and description in place; sends only what changed, and nothing when neither did. */
export async function updateImage(
  { plan, prior }: UpdateRequest<typeof imageSchema>,
  call: WriteCall<Session, PartialState<typeof imageSchema>>,
): Promise<ImageState> {
  const remembered = { volume_id: plan.volume_id, timeouts: plan.timeouts };
  const changes: Partial<ImageInput> = {
    ...(plan.name !== prior.name && { name: plan.name }),
    ...(typeof plan.description === "string" &&
      plan.description !== prior.description && { description: plan.description }),
  };
  if (Object.keys(changes).length === 0) return { ...prior, ...remembered };

  const id = prior.id ?? "";
  try {
    const image = await call.client.kakaocloud().images.update(id, changes, call);
    // The answer to an update leaves these two out.
    const { project_id, image_member_status } = prior;
    const description = isUnknown(plan.description) ? null : plan.description;
    return imageState({ ...image, project_id, image_member_status }, { ...remembered, description });
  } catch (error) {
    const gone = isKakaoCloudError(error, "not_found")
      ? "The image was deleted outside of Terraform. Run terraform apply again to make it anew."
      : undefined;
    throw failure({ action: "update image", subject: `image "${prior.name}" (${id})` }, error, gone);
  }
}
