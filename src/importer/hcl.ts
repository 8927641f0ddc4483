const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

/** What cannot be seen: control and format characters, those of no meaning, and all blanks but the ordinary one. */
const INVISIBLE = /^(?! )[\p{C}\p{Z}]$/u;

/**
 * A text as a quoted string of HCL. What nobody could see is written as a number, so that a file shows what it holds and a
 * name can neither break out of its line nor turn it around.
 */
export function quote(text: string): string {
  // Doubling the introducer of a template makes it plain text; those before it stay as they are.
  const escaped = Array.from(text, escapeCharacter)
    .join("")
    .replaceAll(/[$%](?=\{)/g, "$&$&");
  return `"${escaped}"`;
}

function escapeCharacter(character: string): string {
  const known = ESCAPES.get(character);
  if (known !== undefined) return known;
  if (!INVISIBLE.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  // Half of a pair is no character, and reaches Terraform as this one.
  if (code >= 0xd800 && code <= 0xdfff) return "\\ufffd";
  const digits = code.toString(16);
  return code > 0xffff ? `\\U${digits.padStart(8, "0")}` : `\\u${digits.padStart(4, "0")}`;
}

/** Values by the names of arguments; they are HCL already, and undefined ones are left out. */
type Arguments = Readonly<Record<string, string | undefined>>;

/** A block whose arguments are lined up as `terraform fmt` does it, with an empty line between groups of them. */
export function block(header: string, ...groups: readonly Arguments[]): string {
  return `${header} {\n${groups.map(lines).join("\n")}}\n`;
}

function lines(group: Arguments): string {
  const given = Object.entries(group).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const width = Math.max(...given.map(([name]) => name.length));
  return given.map(([name, value]) => `  ${name.padEnd(width)} = ${value}\n`).join("");
}

/** A list of texts, one a line, as the value of an argument. */
export function quotedList(texts: readonly string[]): string {
  return `[\n${texts.map((text) => `    ${quote(text)},\n`).join("")}  ]`;
}
