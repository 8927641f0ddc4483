import type { State } from "../../framework/schema.ts";
import type { Image } from "../../kakaocloud/images.ts";
import type { imageSchema } from "./schema.ts";

export type ImageState = State<typeof imageSchema>;

/** What only Terraform knows of an image: the API does not return which volume an image was created from. */
type OwnAttributes = Pick<ImageState, "volume_id" | "timeouts"> & { readonly description?: string | null };

/** The API's text for "no description". */
export const NO_DESCRIPTION = "-";

/** Whether two descriptions are the same for the API, which stores an empty one as none. */
export function isSameDescription(one: string | null | undefined, other: string | null | undefined): boolean {
  return (one || NO_DESCRIPTION) === (other || NO_DESCRIPTION);
}

/** An image as the API returns it, as attributes: they have the names of the API's fields. */
export function imageAttributesOf(image: Image) {
  return { ...image, is_shared: image.is_shared ?? false };
}

/** The state of an image: what the API returns and what only Terraform knows. */
export function imageState(
  image: Image,
  { volume_id, timeouts, description = null }: OwnAttributes,
): ImageState {
  return {
    ...imageAttributesOf(image),
    name: image.name ?? "",
    description: keepEmptyDescription(image.description, description),
    volume_id,
    timeouts,
  };
}

/** The API stores a configured empty description as none at all, which is the same thing and no drift. */
function keepEmptyDescription(current: string | null, configured: string | null): string | null {
  const isNone = current === null || current === NO_DESCRIPTION;
  return configured === "" && isNone ? "" : current;
}
