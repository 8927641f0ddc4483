import type { Call } from "../../../framework/call.ts";
import { isKakaoCloudError } from "../../../kakaocloud/errors.ts";
import type { Image } from "../../../kakaocloud/images.ts";
import type { Session } from "../../session.ts";
import { ownership } from "../ownership.ts";
import { imagePhase } from "../status.ts";

/** The project's own images of a name. */
export async function readNamesakes(name: string, call: Call<Session>): Promise<readonly Image[]> {
  const images = await call.client.kakaocloud().images.list({ name }, call);
  return images.filter((image) => image.name === name && ownership(image) !== "other");
}

/** As {@link readNamesakes}; undefined when they could not be listed. */
export async function listNamesakes(
  name: string,
  call: Call<Session>,
): Promise<readonly Image[] | undefined> {
  try {
    return await readNamesakes(name, call);
  } catch (error) {
    if (!isKakaoCloudError(error)) throw error;
    call.log.warn("the images could not be listed", { error: error.message });
    return undefined;
  }
}

/**
 * Whether the name is taken by nothing but images that are being deleted. A list may leave those out: then it counts that
 * this process has deleted an image of the name.
 */
export function isNameBeingReleased(
  name: string,
  namesakes: readonly Image[],
  { client }: Call<Session>,
): boolean {
  if (namesakes.length === 0) return client.creates.wasDeleted("image", name);
  return namesakes.every(({ status }) => imagePhase(status) === "deleted");
}

/** Whether lists still show the name, and only on images that are being deleted. */
export async function isNameHeld(name: string, call: Call<Session>): Promise<boolean> {
  const namesakes = (await listNamesakes(name, call)) ?? [];
  return namesakes.length > 0 && isNameBeingReleased(name, namesakes, call);
}

/**
 * What to do about a refusal because of images that have the name already; undefined when there is none. It may be another
 * resource's, the one that is about to be replaced, or what an earlier run created and could not save because it was killed.
 */
export function remedyForNameTaken(images: readonly Image[], call: Call<Session>): string | undefined {
  if (images.length === 0) return undefined;
  const found = `An image of that name exists: ${images.map(imageInWords).join(", ")}`;
  if (images.every(({ status }) => imagePhase(status) === "deleted")) {
    return `${found}. It is being deleted: run terraform apply again when it no longer exists.`;
  }
  // Two resources must not manage the same image.
  if (images.every(({ id }) => call.client.creates.isManaged("image", id))) {
    return `${found}, which another resource manages. Choose another name: ${UNIQUE}`;
  }
  return (
    `${found}. If a run that was killed left it behind, import it (terraform import kakaocloud_image.<name> <image ID>). ` +
    `Otherwise choose another name: ${UNIQUE}`
  );
}

/** An image for a person who has to judge what it is. */
export function imageInWords({ id, status, created_at }: Image): string {
  return `${id} (created at ${created_at ?? "an unknown time"}, ${status ?? "no status"})`;
}

const UNIQUE =
  "names are unique in this project, so with create_before_destroy each image needs its own, such as one with the build number.";
