import type { Call } from "../../framework/call.ts";
import type { ImageMember } from "../../kakaocloud/image-members.ts";
import { explain, problem } from "../explain.ts";
import { type Progress, poll } from "../poll.ts";
import type { Session } from "../session.ts";
import { sharedIds } from "./state.ts";

/**
 * Reads an image's members until the given projects are among them; who else is there does not matter. An image that
 * the API does not know counts as missing only after a while, because it may be a new one.
 *
 * @param wanted project ids in lower case; none to get the members as they are
 * @throws DiagnosticError, on the attribute `id` when there is no such image
 */
export async function pollMembers(
  imageId: string,
  wanted: readonly string[],
  call: Call<Session>,
): Promise<readonly ImageMember[]> {
  const label = { action: "share image", subject: `image ${imageId}` };
  const progress: Progress = { status: null, polls: 0 };
  const { clock, timings } = call.client;
  const startedAt = clock.now();
  const countShared = (members: readonly ImageMember[]) => {
    const shared = sharedIds(members);
    return wanted.filter((id) => shared.has(id)).length;
  };
  try {
    return await poll<readonly ImageMember[] | "not found", readonly ImageMember[]>(
      {
        subject: `the sharing of image ${imageId}`,
        read: () => call.client.kakaocloud().members.list(imageId, call),
        notFound: "not found",
        statusOf: (result) =>
          result === "not found" ? result : `visible for ${countShared(result)} of ${wanted.length} projects`,
      },
      call,
      progress,
      (result) => {
        if (result !== "not found") return countShared(result) === wanted.length ? result : undefined;
        if (clock.now() - startedAt < timings.shareNotFoundGraceMs) return undefined;
        throw problem(
          { ...label, attribute: "id" },
          `image ${imageId} does not exist`,
          "Check the ID. The image may have been deleted.",
        );
      },
    );
  } catch (error) {
    const facts = progress.status === null ? [] : [`last seen: ${progress.status}`];
    throw explain(label, error, call, { progress, facts });
  }
}
