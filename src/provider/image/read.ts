import type { ResourceCall } from "../../framework/call.ts";
import { warningDiagnostic } from "../../framework/diagnostics.ts";
import type { ReadRequest } from "../../framework/resource.ts";
import { isKakaoCloudError } from "../../kakaocloud/errors.ts";
import type { Image } from "../../kakaocloud/images.ts";
import { ended, failure, problem } from "../errors.ts";
import type { Session } from "../session.ts";
import { findAfterAll } from "./absence.ts";
import { isBelievable } from "./listed-image.ts";
import type { imageSchema } from "./schema.ts";
import { type ImageState, imageState } from "./state.ts";
import { imagePhase } from "./status.ts";

/** Refreshes an image. Null, with a line in the log, when it is gone; a warning when it is no longer usable. */
export async function readImage(
  { state }: ReadRequest<typeof imageSchema>,
  call: ResourceCall<Session>,
): Promise<ImageState | null> {
  const id = state.id ?? "";
  const image = await findImage(id, state, call);
  if (image !== null) call.client.creates.manages(image.id);
  const phase = image === null ? "gone" : imagePhase(image.status);
  if (image === null || phase === "gone") {
    call.log.warn(`image ${id} no longer exists; it is removed from the state`, {
      status: image?.status ?? null,
    });
    return null;
  }
  if (phase === "failed") {
    call.report(
      warningDiagnostic(
        "Image Not Usable",
        `Image "${image.name}" (${id}) is in status "${image.status}". It stays in the state; ` +
          "replace it with terraform apply -replace, or have it looked at by KakaoCloud support.",
      ),
    );
  }
  return imageState(image, state);
}

async function findImage(
  id: string,
  state: ReadRequest<typeof imageSchema>["state"],
  call: ResourceCall<Session>,
): Promise<Image | null> {
  const undertaking = { action: "read image", subject: `image ${id}` };
  let image: Image;
  try {
    const { images } = call.client.kakaocloud();
    image = await call.client.images.reads.read(
      {
        id,
        believes: (listed) => isBelievable(listed, state),
        get: () => images.get(id, call),
      },
      call,
    );
  } catch (error) {
    if (!isKakaoCloudError(error, "not_found")) throw failure(undertaking, error);
    return findAfterAll(id, state, call).catch((again: unknown) => {
      const reason = ended(call, "read", again);
      throw reason ? problem(undertaking, reason.text, reason.remedy) : failure(undertaking, again);
    });
  }
  if (image.id.toLowerCase() === id.toLowerCase()) return image;
  throw problem(
    undertaking,
    `the API answered with another image (${image.id})`,
    "Check the address of the image service.",
  );
}
