import type { Call } from "../../framework/call.ts";
import type { Image } from "../../kakaocloud/images.ts";
import { type Progress, watch } from "../poll.ts";
import { apiCall, type Session } from "../session.ts";

export type { Progress } from "../poll.ts";

/** What a look at an image showed: the image, or that the API does not know it. */
export type Sight = Image | "not found";

/**
 * Looks at an image again and again until `decide` has an answer, see {@link watch}.
 *
 * @throws the signal's reason when the operation is stopped or out of time, what `decide` throws, and errors that do not pass.
 */
export function watchImage<T>(
  id: string,
  call: Call<Session>,
  progress: Progress,
  decide: (sight: Sight) => T | undefined,
): Promise<T> {
  return watch<Sight, T>(
    {
      subject: `image ${id}`,
      look: () => call.client.kakaocloud().images.get(id, apiCall(call)),
      notFound: "not found",
      statusOf: (sight) => (sight === "not found" ? sight : sight.status),
    },
    call,
    progress,
    decide,
  );
}
