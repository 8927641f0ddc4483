import { sharedIds } from "../provider/image-member/state.ts";
import { projectId } from "../provider/validators.ts";
import type { Cloud } from "./cloud.ts";
import type { Adoption } from "./configuration.ts";
import type { Console } from "./console.ts";
import { quote } from "./hcl.ts";
import { labelsOf } from "./labels.ts";
import { isManaged, type ManagedObjects } from "./managed.ts";
import type { AdoptableImage } from "./selection.ts";
import { sideBySide } from "./side-by-side.ts";

/** The projects that images are shared with, by the images' ids; only for shares that are not managed already. */
export async function readShares(
  cloud: Cloud,
  images: readonly AdoptableImage[],
  managed: ManagedObjects,
  console: Console,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const shared = images.filter(
    ({ id, is_shared }) => is_shared !== false && !isManaged(managed.kakaocloud_image_member, id),
  );
  let count = 0;
  const found = await sideBySide(shared, async (image): Promise<[string, readonly string[]]> => {
    const members = sharedIds((await cloud.members(image)) ?? []);
    count += 1;
    console.progress(`reading the shares of ${count} of ${shared.length} images ...`);
    return [image.id, [...members].sort()];
  });
  const usable = found.filter(([id, members]) => {
    const strange = members.find((member) => projectId(member, []).length > 0);
    if (strange !== undefined) {
      console.warn(`the shares of image ${id} are left out: ${quote(strange)} is not a project ID.`);
    }
    return members.length > 0 && strange === undefined;
  });
  return new Map(usable);
}

/** What to write, in the order of the images: those that are not managed already, and shares that are not. */
export function planAdoptions(
  images: readonly AdoptableImage[],
  shares: ReadonlyMap<string, readonly string[]>,
  managed: ManagedObjects,
): readonly Adoption[] {
  const unmanaged = images.filter(({ id }) => !isManaged(managed.kakaocloud_image, id));
  const labels = labelsOf(unmanaged, managed.kakaocloud_image.labels);
  const shareLabels = labelsOf(
    images.filter(({ id }) => shares.has(id)),
    managed.kakaocloud_image_member.labels,
  );
  return images
    .map((image) => {
      const projectIds = shares.get(image.id);
      return {
        image,
        label: labels.get(image.id),
        shares: projectIds && { label: shareLabels.get(image.id) ?? "", projectIds },
      };
    })
    .filter(({ label, shares }) => label !== undefined || shares !== undefined);
}
