/** How many letters of a word may be wrong for a suggestion. */
const MAX_DISTANCE = 2;
/** No option is nearly this long, and comparing takes the product of two lengths. */
const MAX_LENGTH = 50;

/** The word of `known` that was probably meant by `word`; undefined when none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > MAX_LENGTH) return undefined;
  const [best] = known
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .sort((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= MAX_DISTANCE ? best.candidate : undefined;
}

/** How many letters have to be inserted, deleted or replaced. */
function editDistance(one: string, other: string): number {
  let previous = [...other, ""].map((_, index) => index);
  [...one].forEach((letter, row) => {
    const current = [row + 1];
    [...other].forEach((counterpart, column) => {
      const replaced = (previous[column] ?? 0) + (letter === counterpart ? 0 : 1);
      current.push(Math.min(replaced, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    });
    previous = current;
  });
  return previous.at(-1) ?? 0;
}
