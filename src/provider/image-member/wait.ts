import type { Call } from "../../framework/call.ts";
import type { ImageMember } from "../../kakaocloud/image-members.ts";
import { SHARE_NOT_FOUND_GRACE_MS } from "../defaults.ts";
import { problem, type Undertaking } from "../errors.ts";
import { type Progress, watch } from "../poll.ts";
import type { Session } from "../session.ts";
import { sharedIds } from "./state.ts";

/**
 * Looks at an image's members until the given projects are among them; who else is there does not matter. An image that
 * the API does not know counts as missing only after a while, because it may be a new one.
 *
 * @param wanted project ids in lower case; none to be given the members as they are
 * @throws DiagnosticError on the attribute `id` when there is no such image
 */
export async function watchMembers(
  imageId: string,
  wanted: readonly string[],
  undertaking: Undertaking,
  progress: Progress,
  call: Call<Session>,
): Promise<readonly ImageMember[]> {
  const begunAt = Date.now();
  const countShared = (members: readonly ImageMember[]) => {
    const shared = sharedIds(members);
    return wanted.filter((id) => shared.has(id)).length;
  };
  return watch<readonly ImageMember[] | "not found", readonly ImageMember[]>(
    {
      subject: `the sharing of image ${imageId}`,
      look: () => call.client.kakaocloud().members.list(imageId, call),
      notFound: "not found",
      statusOf: (sight) =>
        sight === "not found" ? sight : `visible for ${countShared(sight)} of ${wanted.length} projects`,
    },
    call,
    progress,
    (sight) => {
      if (sight !== "not found") return countShared(sight) === wanted.length ? sight : undefined;
      if (Date.now() - begunAt < SHARE_NOT_FOUND_GRACE_MS) return undefined;
      throw problem(
        { ...undertaking, attribute: "id" },
        `there is no image ${imageId}`,
        "Check the id, and that the image was not deleted.",
      );
    },
  );
}
