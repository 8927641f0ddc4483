import { nameProblem } from "../provider/validators.ts";
import type { CommandLine } from "./arguments.ts";
import type { Adoption } from "./configuration.ts";
import type { Console } from "./console.ts";
import { quote } from "./hcl.ts";
import { isManaged, type ManagedObjects } from "./managed.ts";
import type { Selection } from "./selection.ts";

/** What was found, and what was written of it. */
export interface Outcome {
  readonly selection: Selection;
  readonly adoptions: readonly Adoption[];
  readonly managed: ManagedObjects;
  readonly commandLine: Pick<CommandLine, "members" | "out">;
}

/** Warns of what needs attention: images that are left out, names that no new image can have, shares that were not requested. */
export function report({ selection, adoptions, commandLine }: Outcome, console: Console): void {
  for (const { image, reason } of selection.leftOut) {
    console.warn(`image ${quote(image.name ?? "")} (${image.id}) is left out: ${reason}.`);
  }
  const written = adoptions.filter(({ label }) => label !== undefined);
  const unusual = written.filter(({ image }) => nameProblem(image.name) !== null).length;
  if (unusual > 0) {
    console.warn(
      `${counted(unusual, "image")} ${unusual === 1 ? "has a name" : "have names"} that KakaoCloud does not accept for a new image. ` +
        "The plan keeps them, but refuses a new image with such a name, also as a replacement.",
    );
  }
  const shared = written.filter(({ image }) => image.is_shared === true).length;
  if (shared > 0 && !commandLine.members) {
    console.warn(
      `${counted(shared, "image")} ${shared === 1 ? "is" : "are"} shared with other projects; --members also adopts the shares.`,
    );
  }
}

/** The last line: what was written where, and how much was left out, by reason. */
export function summaryOf({ selection, adoptions, managed, commandLine }: Outcome): string {
  const { adoptable, leftOut, othersCount } = selection;
  const imageCount = adoptions.filter(({ label }) => label !== undefined).length;
  const shareCount = adoptions.filter(({ shares }) => shares !== undefined).length;
  const written = [
    counted(imageCount, "image"),
    ...(shareCount > 0 ? [`the shares of ${counted(shareCount, "image")}`] : []),
  ].join(" and ");
  const managedCount = adoptable.filter(({ id }) => isManaged(managed.kakaocloud_image, id)).length;
  const reasons = [
    managedCount > 0 && `${managedCount} already managed`,
    othersCount > 0 && `${othersCount} of other projects (public or shared with this one)`,
    leftOut.length > 0 && `${leftOut.length} that cannot be adopted (listed above)`,
  ].filter((reason) => reason !== false);
  const total = managedCount + othersCount + leftOut.length;
  const head =
    adoptions.length === 0
      ? "nothing to adopt, nothing written"
      : `wrote ${written} to ${commandLine.out ?? "standard output"}`;
  return total === 0 ? `${head}.` : `${head}; left out ${total}: ${reasons.join(", ")}.`;
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
