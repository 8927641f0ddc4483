import type { Call } from "../../framework/call.ts";
import { DiagnosticError, warningDiagnostic } from "../../framework/diagnostics.ts";
import { boolAttribute } from "../../framework/schema.ts";
import type { Image } from "../../kakaocloud/images.ts";
import { explain } from "../explain.ts";
import { filterAttribute, readFilters, validateFilters } from "../filters.ts";
import type { Session } from "../session.ts";
import { imageFilters } from "./list-data-source.ts";
import { ownership } from "./ownership.ts";
import { imagePhase } from "./status.ts";

/** What the lists of images and of their shares have in common: the selection of images. */
export const imageSelectionAttributes = {
  filter: filterAttribute(imageFilters),
  include_other_owners: boolAttribute({
    optional: true,
    description:
      "Whether to also list images that other projects own: public ones, and those shared with this project. Terraform can " +
      "import them, but not change them. Default: `false`.",
  }),
};

/** A configuration with these attributes. */
interface ImageSelection {
  readonly filter: Parameters<typeof readFilters>[1];
  readonly include_other_owners: boolean | null;
}

/**
 * Yields the images that a configuration selects, page by page as they arrive, without those that are being deleted. Warns of how
 * many were left out because of their owner.
 *
 * @throws DiagnosticError when a filter is wrong or the list cannot be read.
 */
export async function* selectedImages(
  { filter, include_other_owners: othersIncluded }: ImageSelection,
  call: Call<Session>,
): AsyncGenerator<readonly Image[], void, undefined> {
  const findings = validateFilters(imageFilters, filter);
  if (findings.length > 0) throw new DiagnosticError(...findings);
  const { query, keeps } = readFilters(imageFilters, filter);
  let others = 0;
  try {
    for await (const page of call.client.kakaocloud().images.pages(query, call)) {
      const matching = page.filter((image) => keeps(image) && imagePhase(image.status) !== "deleted");
      const selected = matching.filter((image) => othersIncluded || ownership(image) !== "other");
      others += matching.length - selected.length;
      if (selected.length > 0) yield selected;
    }
  } catch (error) {
    throw explain({ action: "list images", subject: "the images" }, error, call);
  }
  if (others > 0) call.report(othersLeftOut(others));
}

function othersLeftOut(count: number) {
  return warningDiagnostic(
    "Images of Other Owners Not Listed",
    `${count === 1 ? "1 image of another project is" : `${count} images of other projects are`} not listed (public, or shared ` +
      "with this project). Set include_other_owners = true in the config block to list them.",
  );
}
