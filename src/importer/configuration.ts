import type { Image } from "../kakaocloud/images.ts";
import { NO_DESCRIPTION } from "../provider/image/state.ts";
import { descriptionProblem } from "../provider/validators.ts";
import { block, quote, quotedList } from "./hcl.ts";

/** An image to adopt, and what of it. */
export interface Adoption {
  readonly image: Image & { readonly name: string };
  /** The label of its resource; undefined when the image itself is managed already. */
  readonly label: string | undefined;
  /** Its shares to adopt as well. */
  readonly shares: { readonly label: string; readonly projectIds: readonly string[] } | undefined;
}

/**
 * The configuration that adopts the images without changing anything, as `terraform fmt` writes it. `provider` is the local name that
 * the blocks refer to, where it is not the one that Terraform derives from the resources' types.
 */
export function configurationOf(
  adoptions: readonly Adoption[],
  program: string,
  provider: string | undefined,
): string {
  const header = `# Written by ${program}. Plan and apply it to adopt what is below as it is.
#
# When that is done, the import blocks may go. The resource blocks are what Terraform manages from then on: without its block an
# image is destroyed. volume_id is not set, as KakaoCloud does not tell which volume an image was made from; only making an
# image needs it.
`;
  return [header, ...adoptions.flatMap((adoption) => blocksOf(adoption, provider))].join("\n");
}

function blocksOf({ image, label, shares }: Adoption, provider: string | undefined): readonly string[] {
  const blocks: string[] = [];
  if (label !== undefined) {
    blocks.push(
      importBlock("kakaocloud_image", label, image.id, provider),
      block(`resource "kakaocloud_image" "${label}"`, {
        provider,
        name: quote(image.name),
        description: descriptionOf(image),
      }),
    );
  }
  if (shares !== undefined) {
    const imageId = label === undefined ? quote(image.id) : `kakaocloud_image.${label}.id`;
    blocks.push(
      importBlock("kakaocloud_image_member", shares.label, image.id, provider),
      block(
        `resource "kakaocloud_image_member" "${shares.label}"`,
        { provider, id: imageId },
        { shared_member_ids: quotedList(shares.projectIds) },
      ),
    );
  }
  return blocks;
}

const importBlock = (type: string, label: string, id: string, provider: string | undefined): string =>
  block("import", { to: `${type}.${label}`, id: quote(id), provider });

/** Undefined where there is none, or none that a configuration may hold: without the attribute the image keeps its own. */
function descriptionOf({ description }: Image): string | undefined {
  if (!description || description === NO_DESCRIPTION) return undefined;
  return descriptionProblem(description) === null ? quote(description) : undefined;
}
