import type { Image } from "../kakaocloud/images.ts";
import { byId } from "../kakaocloud/pagination.ts";
import { ownership } from "../provider/image/ownership.ts";
import { imagePhase } from "../provider/image/status.ts";
import { isUuid, possibleName } from "../provider/validators.ts";
import { quote } from "./hcl.ts";

/** An image that a configuration can name. */
export type AdoptableImage = Image & { readonly name: string };

/** An image of the project that cannot be adopted, and why. */
export interface Skipped {
  readonly image: Image;
  readonly reason: string;
}

/** What can be adopted of a list of images, ordered by name and then by id. */
export interface Selection {
  readonly adoptable: readonly AdoptableImage[];
  /** In the order of the list. */
  readonly leftOut: readonly Skipped[];
  /** How many are not the project's own: public ones, and those shared with it. */
  readonly othersCount: number;
}

/** Picks the images that the project owns and that are as a configuration can have them. */
export function selectImages(images: readonly Image[]): Selection {
  const distinct = distinctImages(images);
  const own = distinct.filter((image) => ownership(image) === "own");
  const judged = own.map((image) => ({ image, reason: obstacle(image) }));
  const adoptable = judged.filter(({ reason }) => reason === undefined).map(({ image }) => image);
  return {
    adoptable: adoptable.filter(hasName).sort(byNameAndId),
    leftOut: judged.filter((entry): entry is Skipped => entry.reason !== undefined),
    othersCount: distinct.length - own.length,
  };
}

/** Each image once: a UUID is the same in upper and lower case. */
function distinctImages(images: readonly Image[]): readonly Image[] {
  const byLowerId = new Map<string, Image>();
  for (const image of images) {
    const id = image.id.toLowerCase();
    if (!byLowerId.has(id)) byLowerId.set(id, image);
  }
  return [...byLowerId.values()];
}

/** Why an image of one's own cannot be adopted. */
function obstacle(image: Image): string | undefined {
  const status = image.status === null ? "it has no status" : `its status is ${quote(image.status)}`;
  switch (imagePhase(image.status)) {
    case "pending":
      return `it is not ready yet: ${status}`;
    case "failed":
      return `it cannot be used: ${status}`;
    case "deleted":
      return `it is being deleted: ${status}`;
    case "ready":
  }
  // A provider's import and a configuration take no other id and no other name. Terraform composes characters.
  if (!isUuid(image.id)) return "its ID is not a UUID";
  if (!hasName(image)) return "it has no name";
  return possibleName(image.name.normalize("NFC"), []).length > 0
    ? "a configuration cannot hold its name, which is blank, too long, or has control characters"
    : undefined;
}

const hasName = (image: Image): image is AdoptableImage => image.name !== null;

/** By code units: the order does not depend on anybody's language. */
function byNameAndId(a: AdoptableImage, b: AdoptableImage): number {
  return a.name < b.name ? -1 : Number(a.name > b.name) || byId(a, b);
}
