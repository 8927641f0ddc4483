import type { Call } from "../../../framework/call.ts";
import { isKakaoCloudError } from "../../../kakaocloud/errors.ts";
import type { Image } from "../../../kakaocloud/images.ts";
import type { Session } from "../../session.ts";
import { ownership } from "../ownership.ts";

/** The project's own images of a name; undefined when they could not be listed. */
export async function listNamesakes(
  name: string,
  call: Call<Session>,
): Promise<readonly Image[] | undefined> {
  try {
    const images = await call.client.kakaocloud().images.list({ name }, call);
    return images.filter((image) => image.name === name && ownership(image) !== "other");
  } catch (error) {
    if (!isKakaoCloudError(error)) throw error;
    call.log.warn("the images could not be listed", { error: error.message });
    return undefined;
  }
}

/**
 * What to do about a refusal because of an image that has the name already; undefined when there is none. It may be another
 * resource's, or what an earlier run created and could not save, because it was killed.
 */
export async function remedyForNameTaken(name: string, call: Call<Session>): Promise<string | undefined> {
  const images = await listNamesakes(name, call);
  if (images === undefined || images.length === 0) return undefined;
  const list = images.map(({ id, created_at }) => `${id} (created at ${created_at ?? "an unknown time"})`);
  // Two resources that have the same image would take it from each other.
  if (images.every(({ id }) => call.client.creates.isManaged("image", id))) {
    return `There is an image of that name: ${list.join(", ")}, which another resource manages. Choose another name.`;
  }
  return (
    `There is an image of that name: ${list.join(", ")}. If a run that was killed left it behind, import it ` +
    "(terraform import kakaocloud_image.<name> <id>) or delete it; if it belongs to somebody else, choose another name."
  );
}
