import type { PlanCall } from "../../framework/call.ts";
import { type Diagnostic, warningDiagnostic } from "../../framework/diagnostics.ts";
import type { Image } from "../../kakaocloud/images.ts";
import type { Volume } from "../../kakaocloud/volumes.ts";
import type { Session } from "../session.ts";
import { ownership } from "./ownership.ts";
import { createdAt } from "./recent-images.ts";
import { imageInWords } from "./recovery/namesakes.ts";
import { sizeMatches } from "./recovery/volume-evidence.ts";
import { isSameDescription } from "./state.ts";
import { imagePhase } from "./status.ts";

/** How many images a warning names. */
const SHOWN_IMAGES = 10;

/** An image as it is planned. */
interface PlannedImage {
  readonly name: string;
  readonly description: string;
  readonly volumeId: string;
}

/**
 * Warns of images that are what is about to be created and that no resource is known to manage: what a run that was killed left
 * behind. Terraform reads the images of its state side by side with this plan, so what seems unmanaged is looked at again after
 * a moment. The apply runs in another process, which is not given the rest of the state; its warning is for a saved plan, whose
 * first apply was killed.
 *
 * @param volume the source volume, where it could be read: an image is younger than its volume and as large
 */
export async function warnOfUnmanagedImages(
  planned: PlannedImage,
  volume: Volume | undefined,
  call: PlanCall<Session>,
): Promise<readonly Diagnostic[]> {
  const { creates, journal, recentImages } = call.client;
  const recent = (await recentImages.list(call)) ?? [];
  const equal = recent.filter((image) => mayBe(image, planned, volume) && journal?.isLeft(image.id) !== true);
  const unmanaged = () => equal.filter(({ id }) => !creates.isManaged("image", id));
  if (unmanaged().length > 0) await recentImages.settled(call.signal);
  return unmanagedImageFound(unmanaged(), planned);
}

function mayBe(image: Image, { name, description }: PlannedImage, volume: Volume | undefined): boolean {
  return (
    image.name === name &&
    isSameDescription(image.description, description) &&
    ownership(image) !== "other" &&
    imagePhase(image.status) !== "deleted" &&
    sizeMatches(image, volume) !== false &&
    !(createdAt(image) < Date.parse(volume?.created_at ?? ""))
  );
}

/** The name is in the summary: of warnings with equal ones, Terraform shows the first and counts the others. */
function unmanagedImageFound(
  images: readonly Image[],
  { name, volumeId }: PlannedImage,
): readonly Diagnostic[] {
  const [newest] = images;
  if (newest === undefined) return [];
  const shown = images.slice(0, SHOWN_IMAGES).map(imageInWords);
  const more = images.length - shown.length;
  return [
    warningDiagnostic(
      `Unmanaged Image "${name}" Found`,
      "Not known to be in a state, but with the name and the description of the image that is to be created: " +
        `${[...shown, ...(more > 0 ? [`${more} more`] : [])].join(", ")}. If a run that was killed left it behind, import it instead of ` +
        `creating another (terraform import kakaocloud_image.<name> ${newest.id}/${volumeId}), or delete it. If a resource or another ` +
        "configuration manages it, there is nothing to do: a plan knows the images that it has read, an apply only those that it changes.",
    ),
  ];
}
