/** A shorter text is not masked as a secret: masking "a" would garble every text. */
export const MIN_SECRET_LENGTH = 4;
/** A part of a secret that is this long is masked, too. This also bounds the work for similar texts. */
const ANCHOR_LENGTH = 32;
/** A text that was escaped again and again has a backslash more, or twice as many, each time. */
const MAX_BACKSLASHES = 16;
/** How often a mark may have been encoded over. */
const MAX_ENCODINGS = 8;
/** `&#x10ffff;` and some zeros. */
const MAX_ENTITY_LENGTH = 14;

const HTML_NAMES: ReadonlyMap<string, string> = new Map([
  ["&", "amp"],
  ["<", "lt"],
  [">", "gt"],
  ['"', "quot"],
  ["'", "apos"],
]);
const JSON_LETTERS: ReadonlyMap<string, string> = new Map([
  ["\n", "n"],
  ["\r", "r"],
  ["\t", "t"],
  ["\b", "b"],
  ["\f", "f"],
]);

/** One character of a secret, and how it may be written. */
interface Letter {
  readonly raw: string;
  /** Its UTF-8 bytes in lower-case hex, as percent encoding writes them. */
  readonly bytes: readonly string[];
  /** Its UTF-16 units in lower-case hex, as `\u0026` writes them. */
  readonly units: readonly string[];
  /** What may stand between `&` and `;`, in lower case. */
  readonly entities: readonly string[];
  /** What a backslash may be followed by. */
  readonly escaped: string;
  readonly isSpace: boolean;
  /** Its other case too, as hex is written in either. */
  readonly anyCase: boolean;
}

/** A secret in one encoding, ready for the search. */
export interface SecretForm {
  readonly letters: readonly Letter[];
}

/** Every encoding of a secret as a whole, not character by character: the value, base64 at each alignment, and hex. */
export function formsOf(secret: string): readonly SecretForm[] {
  const values = new Set([secret, secret.trim(), secret.trim().replace(/\s+/g, " ")]);
  const forms: SecretForm[] = [];
  for (const value of values) {
    if (value.length < MIN_SECRET_LENGTH) continue;
    const bytes = Buffer.from(value);
    const texts = new Set([value, ...base64Cores(bytes)]);
    for (const text of texts) if (text.length >= MIN_SECRET_LENGTH) forms.push(formOf(text, false));
    forms.push(formOf(bytes.toString("hex"), true));
  }
  return forms;
}

/**
 * What is the same in every base64 text that holds the bytes: they may begin at any of three places of a group, and what
 * stands beside them shares its first and last characters.
 */
function base64Cores(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
    const from = Math.ceil((offset * 8) / 6);
    const to = Math.floor((padded.length * 8) / 6);
    return [padded.toString("base64").slice(from, to), padded.toString("base64url").slice(from, to)];
  });
}

function formOf(text: string, anyCase: boolean): SecretForm {
  const known = anyCase ? HEX_LETTERS : ASCII_LETTERS;
  return {
    letters: Array.from(text, (raw) => {
      const letter = known.get(raw) ?? createLetter(raw, anyCase);
      if (raw <= "\x7f") known.set(raw, letter);
      return letter;
    }),
  };
}

/** Letters of ASCII, which the encodings of every secret share. A token has thousands. */
const ASCII_LETTERS = new Map<string, Letter>();
const HEX_LETTERS = new Map<string, Letter>();

function createLetter(raw: string, anyCase: boolean): Letter {
  const code = raw.codePointAt(0) ?? 0;
  const units = Array.from({ length: raw.length }, (_, index) => hex(raw.charCodeAt(index), 4));
  const name = HTML_NAMES.get(raw);
  return {
    raw,
    bytes: [...Buffer.from(raw)].map((byte) => hex(byte, 2)),
    units,
    entities: [`#${code}`, `#x${code.toString(16)}`, ...(name === undefined ? [] : [name])],
    escaped: JSON_LETTERS.get(raw) ?? raw,
    isSpace: raw === " ",
    anyCase,
  };
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");

/** The characters that a form may begin with, but for the marks of an encoding. */
export function startsOf({ letters }: SecretForm): readonly string[] {
  const first = letters[0];
  if (first === undefined) return [];
  return first.anyCase ? [first.raw.charAt(0), first.raw.charAt(0).toUpperCase()] : [first.raw.charAt(0)];
}

/**
 * Where the secret ends that begins at a place of the text; -1 when none does. Each character may be written as it is,
 * percent-encoded, escaped as in JSON or as an HTML entity, once or several times over. A secret that breaks off counts when
 * enough of it is there.
 *
 * @param isCut the text goes on where it ends: then the beginning of a secret at its end counts, too
 */
export function matchSecret(text: string, start: number, { letters }: SecretForm, isCut: boolean): number {
  let ends: readonly number[] = [start];
  for (let index = 0; index < letters.length; index += 1) {
    const letter = letters[index];
    const next = letter === undefined ? [] : matchLetter(text, ends, letter);
    if (next.length === 0) {
      if (index < MIN_SECRET_LENGTH) return -1;
      const end = Math.max(...ends);
      if (index >= ANCHOR_LENGTH) return end;
      return isCut && endsWithin(text, end) ? text.length : -1;
    }
    ends = next;
  }
  return Math.max(...ends);
}

/** Whether the text ends at this place, or in the middle of a character that begins here. */
function endsWithin(text: string, at: number): boolean {
  return at >= text.length || (text.length - at < MAX_ENTITY_LENGTH && "%\\&".includes(text[at] ?? ""));
}

/**
 * Where a character ends that may begin at some places. There can be several ends: an ampersand that is encoded begins with an
 * ampersand, and which of them is meant shows only later. The same holds for a percent sign and a backslash.
 */
function matchLetter(text: string, starts: readonly number[], letter: Letter): readonly number[] {
  const [start = 0] = starts;
  const isPlain =
    starts.length === 1 && !MARKS.includes(text[start] ?? "") && !letter.anyCase && !letter.isSpace;
  if (isPlain) return text.startsWith(letter.raw, start) ? [start + letter.raw.length] : NOWHERE;
  const ends: number[] = [];
  for (const at of starts) {
    const isRaw = text.startsWith(letter.raw, at);
    if (isRaw) ends.push(at + letter.raw.length);
    if (isRaw && !MARKS.includes(letter.raw)) continue;
    ends.push(...matchEncoded(text, at, letter));
  }
  return ends.length > 1 ? [...new Set(ends)] : ends;
}

const NOWHERE: readonly number[] = [];
/** What an encoded character begins with, and what is encoded itself. */
const MARKS = ["%", "\\", "&"];

function matchEncoded(text: string, at: number, letter: Letter): readonly number[] {
  const char = text[at];
  if (char === "%")
    return letter.raw === "%" ? endsOfRepeated(text, at + 1, "25") : matchPercent(text, at, letter.bytes);
  if (char === "\\") return matchEscape(text, at, letter);
  if (char === "&") {
    const named = letter.raw === "&" ? endsOfRepeated(text, at + 1, "amp;") : [];
    return [...named, ...matchEntity(text, at, letter.entities)];
  }
  if (char === "+" && letter.isSpace) return [at + 1];
  return letter.anyCase && char?.toLowerCase() === letter.raw ? [at + 1] : [];
}

/** The ends of a mark that was encoded once or several times over: `%25`, `%2525`; `&amp;`, `&amp;amp;`. */
function endsOfRepeated(text: string, start: number, code: string): readonly number[] {
  const ends: number[] = [];
  for (let at = start; ends.length < MAX_ENCODINGS && text.startsWith(code, at); ) {
    at += code.length;
    ends.push(at);
  }
  return ends;
}

function matchPercent(text: string, start: number, bytes: readonly string[]): readonly number[] {
  let at = start;
  for (const byte of bytes) {
    if (text[at] !== "%") return [];
    at += 1;
    // A percent sign that was encoded again is %25.
    while (text.startsWith("25", at)) at += 2;
    if (text.slice(at, at + 2).toLowerCase() !== byte) return [];
    at += 2;
  }
  return [at];
}

function matchEscape(text: string, start: number, { units, escaped, raw }: Letter): readonly number[] {
  let at = start;
  while (text[at] === "\\" && at - start < MAX_BACKSLASHES) at += 1;
  if (text[at] === "u") {
    for (const [index, unit] of units.entries()) {
      while (index > 0 && text[at] === "\\") at += 1;
      if (text.slice(at, at + 5).toLowerCase() !== `u${unit}`) return escaped === "u" ? [at + 1] : [];
      at += 5;
    }
    return [at];
  }
  if (text.startsWith(escaped, at)) return [at + escaped.length];
  // A backslash of the secret itself, which was doubled.
  return raw === "\\" ? [at] : [];
}

function matchEntity(text: string, start: number, entities: readonly string[]): readonly number[] {
  let at = start + 1;
  // An ampersand that was encoded again is &amp;.
  while (text.startsWith("amp;", at)) at += 4;
  const end = at + text.slice(at, at + MAX_ENTITY_LENGTH).indexOf(";");
  if (end < at) return [];
  const entity = text
    .slice(at, end)
    .toLowerCase()
    .replace(/^#(x?)0+/, "#$1");
  return entities.includes(entity) ? [end + 1] : [];
}
