import type { ResourceCall } from "../../framework/call.ts";
import { warningDiagnostic } from "../../framework/diagnostics.ts";
import type { ReadRequest } from "../../framework/resource.ts";
import { isKakaoCloudError } from "../../kakaocloud/errors.ts";
import type { Image } from "../../kakaocloud/images.ts";
import { explain, problem } from "../explain.ts";
import type { Progress } from "../poll.ts";
import type { Session } from "../session.ts";
import { isCurrent } from "./batching/listed-image.ts";
import { confirmNotFound } from "./not-found.ts";
import type { imageSchema } from "./schema.ts";
import { type ImageState, imageState } from "./state.ts";
import { imagePhase } from "./status.ts";

type State = ReadRequest<typeof imageSchema>["state"];

/** Refreshes an image. Null, with a line in the log, when it no longer exists; a warning when it is no longer usable. */
export async function readImage(
  { state }: ReadRequest<typeof imageSchema>,
  call: ResourceCall<Session>,
): Promise<ImageState | null> {
  const id = state.id ?? "";
  call.client.creates.manages("image", id);
  const image = await findImage(id, state, call);
  const phase = image === null ? "deleted" : imagePhase(image.status);
  if (image === null || phase === "deleted") {
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
          "replace it with terraform apply -replace, or contact KakaoCloud support.",
      ),
    );
  }
  return imageState(image, state);
}

async function findImage(id: string, state: State, call: ResourceCall<Session>): Promise<Image | null> {
  const label = { action: "read image", subject: `image ${id}` };
  const progress: Progress = { status: null, polls: 0 };
  const image = await readOrConfirm(id, state, progress, call).catch((error: unknown) => {
    throw explain(label, error, call, { progress });
  });
  if (image === null || image.id.toLowerCase() === id.toLowerCase()) return image;
  throw problem(
    label,
    `the API returned another image (${image.id})`,
    "Check the endpoint of the image service.",
  );
}

async function readOrConfirm(
  id: string,
  state: State,
  progress: Progress,
  call: ResourceCall<Session>,
): Promise<Image | null> {
  const { images } = call.client.kakaocloud();
  const believes = (listed: Image) => isCurrent(listed, state);
  const get = () => images.get(id, call);
  try {
    return await call.client.images.reads.read({ id, accepts: believes, get }, call);
  } catch (error) {
    if (!isKakaoCloudError(error, "not_found")) throw error;
    return confirmNotFound(id, state, call, progress);
  }
}
