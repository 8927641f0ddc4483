/** One instruction of a Containerfile. */
interface Instruction {
  readonly name: string;
  /** What follows the name, its continued lines joined. */
  readonly text: string;
}

/** The instructions from one FROM to the next. */
export interface Stage {
  /** The image it begins with. */
  readonly base: string;
  /** The name that other stages copy from. */
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

/** Reads a Containerfile, as far as ours goes. Throws for what no engine would take. */
export function readContainerfile(text: string): readonly Stage[] {
  const lines = text.replaceAll(/^\s*#.*\n/gm, "").replaceAll(/\\\n\s*/g, "");
  const instructions = lines
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [, name, rest] = /^([A-Z]+) (.+)$/.exec(line) ?? [];
      if (name === undefined || rest === undefined) throw new Error(`not an instruction: ${line}`);
      return { name, text: rest };
    });
  const stages: { base: string; name: string | undefined; instructions: Instruction[] }[] = [];
  for (const instruction of instructions) {
    if (instruction.name === "FROM") {
      const [base = "", as, name] = instruction.text.split(" ");
      if (as !== undefined && as !== "AS") throw new Error(`FROM ${instruction.text}`);
      stages.push({ base, name, instructions: [] });
    } else {
      const stage = stages.at(-1);
      if (stage === undefined) throw new Error(`${instruction.name} before FROM`);
      stage.instructions.push(instruction);
    }
  }
  return stages;
}

/** The texts of all instructions of a name. */
export const textsOf = (stage: Stage, name: string): readonly string[] =>
  stage.instructions.filter((instruction) => instruction.name === name).map(({ text }) => text);

/** The one text of an instruction that a stage must have once. */
export function textOf(stage: Stage, name: string): string {
  const [text, ...others] = textsOf(stage, name);
  if (text === undefined || others.length > 0) throw new Error(`${name}: ${1 + others.length} of them`);
  return text;
}

/** The words of a command in its exec form, in which no shell stands between a signal and the program. */
export function wordsOf(text: string): readonly string[] {
  const words: unknown = JSON.parse(text);
  if (!Array.isArray(words) || !words.every((word) => typeof word === "string")) {
    throw new Error(`not in exec form: ${text}`);
  }
  return words;
}

/** What a COPY copies, and where to. */
export function readCopy(text: string): {
  readonly from: string | undefined;
  readonly sources: readonly string[];
  readonly target: string;
} {
  const words = text.split(" ");
  const from = words[0]?.startsWith("--from=") ? words.shift()?.slice("--from=".length) : undefined;
  return { from, sources: words.slice(0, -1), target: words.at(-1) ?? "" };
}
