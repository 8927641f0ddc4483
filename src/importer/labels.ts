import { byId } from "../kakaocloud/pagination.ts";

/** What a label is for. */
export interface Labelled {
  readonly id: string;
  readonly name: string;
  /** ISO 8601, or null. */
  readonly created_at: string | null;
}

const SHORT_ID_LENGTH = 8;
const FALLBACK = "image";

/**
 * The labels of resources, by the ids of what they are for: the name in small letters, digits and underscores. Of several
 * equal ones the oldest object has the plain one and the others have a part of their id behind it, so that the label of
 * none changes when another object of the same name is created. None is one of those that are `taken`.
 */
export function labelsOf(
  objects: readonly Labelled[],
  taken: ReadonlySet<string> = new Set(),
): ReadonlyMap<string, string> {
  const used = new Set(taken);
  const labels = new Map<string, string>();
  for (const { id, name } of [...objects].sort(oldestFirst)) {
    const plain = plainLabel(name);
    const digits = plainWords(id);
    const label = [plain, `${plain}_${digits.slice(0, SHORT_ID_LENGTH)}`, `${plain}_${digits}`].find(
      (candidate) => !used.has(candidate),
    );
    // Ids are unique, so that only a name which quotes another's whole id gets here.
    labels.set(id, label ?? unusedLabel(`${plain}_${digits}`, used));
    used.add(labels.get(id) ?? "");
  }
  return labels;
}

function plainLabel(name: string): string {
  const words = plainWords(name);
  if (words === "") return FALLBACK;
  // A label does not begin with a digit.
  return /^\d/.test(words) ? `${FALLBACK}_${words}` : words;
}

/** ASCII only, as an address is typed on command lines; accents go, other scripts leave nothing. */
function plainWords(text: string): string {
  return text
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_|_$/g, "");
}

function unusedLabel(label: string, used: ReadonlySet<string>): string {
  for (let count = 2; ; count += 1) {
    if (!used.has(`${label}_${count}`)) return `${label}_${count}`;
  }
}

function oldestFirst(a: Labelled, b: Labelled): number {
  return instant(a.created_at) - instant(b.created_at) || byId(a, b);
}

const instant = (time: string | null): number => (time === null ? Number.MAX_SAFE_INTEGER : Date.parse(time));
