import type { State } from "../../framework/schema.ts";
import type { Image } from "../../kakaocloud/images.ts";
import type { imageSchema } from "./schema.ts";

export type ImageState = State<typeof imageSchema>;

/** What only Terraform knows of an image: the API does not tell which volume an image was made from. */
type Remembered = Pick<ImageState, "volume_id" | "timeouts"> & { readonly description?: string | null };

/** The API's text for "no description". */
export const NO_DESCRIPTION = "-";

/** An image as the API tells it, as attributes. */
export function imageAttributesOf(image: Image) {
  return {
    id: image.id,
    name: image.name ?? "",
    description: image.description,
    size: image.size,
    status: image.status,
    owner: image.owner,
    visibility: image.visibility,
    is_shared: image.is_shared,
    disk_format: image.disk_format,
    container_format: image.container_format,
    min_disk: image.min_disk,
    min_ram: image.min_ram,
    virtual_size: image.virtual_size,
    instance_type: image.instance_type,
    image_member_status: image.image_member_status,
    project_id: image.project_id,
    created_at: image.created_at,
    updated_at: image.updated_at,
    os_info: image.os_info,
  };
}

/** The state of an image: what the API tells and what only Terraform knows. */
export function imageState(image: Image, remembered: Remembered): ImageState {
  const attributes = imageAttributesOf(image);
  return {
    ...attributes,
    description: rememberedDescription(attributes.description, remembered.description ?? null),
    volume_id: remembered.volume_id,
    timeouts: remembered.timeouts,
  };
}

/** A configured empty description is stored by the API as none at all, which is the same thing and no drift. */
function rememberedDescription(current: string | null, remembered: string | null): string | null {
  const isNone = current === null || current === NO_DESCRIPTION;
  return remembered === "" && isNone ? "" : current;
}
