/**
 * Whether a whole text matches a pattern as shells know them: `*` stands for any characters, `?` for one. The time is the
 * product of the two lengths at most, whatever the text.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const [wanted, given] = [[...pattern], [...text]];
  let at = 0;
  let next = 0;
  /** Where the last star stands, and where the text goes on behind what it has taken so far. */
  let star: { readonly at: number; taken: number } | undefined;
  while (next < given.length) {
    if (wanted[at] === "*") {
      star = { at, taken: next };
      at += 1;
    } else if (at < wanted.length && (wanted[at] === "?" || wanted[at] === given[next])) {
      at += 1;
      next += 1;
    } else if (star !== undefined) {
      // What follows the last star does not fit here, so the star takes one more. Earlier stars need not change.
      star.taken += 1;
      at = star.at + 1;
      next = star.taken;
    } else return false;
  }
  while (wanted[at] === "*") at += 1;
  return at === wanted.length;
}
