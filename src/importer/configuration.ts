import type { Image } from "../kakaocloud/images.ts";
import { NO_DESCRIPTION } from "../provider/image/state.ts";
import { descriptionProblem } from "../provider/validators.ts";
import { block, quote, quotedList } from "./hcl.ts";

/** An image to adopt, with or without its shares. */
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
  const header = `# Written by ${program}. Run terraform plan and terraform apply to adopt these images as they are.
#
# After the apply, you can remove the import blocks. Keep the resource blocks: Terraform destroys an image whose block is removed.
# volume_id is not set, because the API does not return which volume an image was created from. Only a new image needs it.
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
