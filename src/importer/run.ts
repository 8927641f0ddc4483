import { readFile } from "node:fs/promises";
import { type Diagnostic, diagnosticsOf } from "../framework/diagnostics.ts";
import { createRedactor } from "../framework/redaction.ts";
import { sharedIds } from "../provider/image-member/state.ts";
import { nameProblem, projectId } from "../provider/validators.ts";
import { type CommandLine, helpText, readCommandLine } from "./arguments.ts";
import { type Cloud, connect } from "./cloud.ts";
import { type Adoption, configurationOf } from "./configuration.ts";
import { type Console, type ConsoleStream, createConsole } from "./console.ts";
import { MistakenInput, UsageError } from "./errors.ts";
import { quote } from "./hcl.ts";
import { labelsOf } from "./labels.ts";
import { type ManagedObjects, managedObjects } from "./managed.ts";
import { openOutputFile } from "./output-file.ts";
import { type AdoptableImage, type Selection, selectImages } from "./selection.ts";
import { sideBySide } from "./side-by-side.ts";

/** How the program was called, and where its output goes. */
export interface Invocation {
  /** The words of its name, for messages. */
  readonly program: string;
  readonly version: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Takes the configuration; resolves when it is written. */
  readonly print: (text: string) => Promise<void>;
  /** All of standard input. */
  readonly readInput: () => Promise<string>;
  readonly stderr: ConsoleStream;
}

const DONE = 0;
const FAILED = 1;
const WRONG_USAGE = 2;

/** Does what the command line asks for and returns the exit code. Whatever goes wrong is told on standard error. */
export async function run(invocation: Invocation): Promise<number> {
  const { program, env, stderr } = invocation;
  const redactor = createRedactor();
  const console = createConsole(program, stderr, env, redactor.redactText);
  try {
    const commandLine = readCommandLine(invocation.args);
    if (commandLine.action === "run") {
      const log = (line: string): void => {
        if (commandLine.verbose) console.say(line);
      };
      const cloud = () => connect(commandLine, { version: invocation.version, env, redactor, console, log });
      await adopt(commandLine, cloud, console, invocation);
    } else {
      const text = commandLine.action === "help" ? helpText(program) : `${program} ${invocation.version}\n`;
      await invocation.print(text);
    }
    return DONE;
  } catch (error) {
    if (error instanceof UsageError) {
      console.fail(`${error.message} \`${program} --help\` lists the options.`);
      return WRONG_USAGE;
    }
    if (error instanceof MistakenInput) console.fail(error.message);
    else for (const diagnostic of diagnosticsOf(error, program)) console.fail(textOf(diagnostic));
    return FAILED;
  } finally {
    console.clear();
  }
}

const textOf = ({ summary, detail }: Diagnostic): string => `${summary}\n\n${detail}`;

async function adopt(
  commandLine: CommandLine,
  connectToCloud: () => Promise<Cloud>,
  console: Console,
  { program, version, print, readInput }: Invocation,
): Promise<void> {
  // What needs no cloud comes first, so that nobody waits only to be refused.
  const { out, force } = commandLine;
  const file = out === undefined ? undefined : openOutputFile(out, { force });
  const managed = await readStates(commandLine.excludeStates, readInput);

  console.progress("signing in ...");
  const cloud = await connectToCloud();
  console.progress("reading the images ...");
  const images = (await cloud.images(commandLine)).filter(commandLine.keeps);
  const selection = selectImages(images);
  const shares = commandLine.members
    ? await readShares(cloud, selection.adoptable, managed, console)
    : new Map<string, readonly string[]>();
  const adoptions = planAdoptions(selection.adoptable, shares, managed);

  if (adoptions.length > 0) {
    const text = configurationOf(adoptions, `${program} ${version}`);
    if (file === undefined) await print(text);
    else file.write(text);
  }
  tellWhatWasLeftOut(selection, adoptions, console);
  console.say(`${program}: ${summaryOf(adoptions, selection, managed, out)}`);
}

async function readStates(
  sources: readonly string[],
  readInput: Invocation["readInput"],
): Promise<ManagedObjects> {
  const states = sources.map(async (source) => {
    const name = source === "-" ? "standard input" : source;
    try {
      return { source: name, text: source === "-" ? await readInput() : await readFile(source, "utf8") };
    } catch (error) {
      throw new MistakenInput(`The state in ${name} cannot be read: ${(error as Error).message}.`);
    }
  });
  return managedObjects(await Promise.all(states));
}

/** The projects that images are shared with, by the images' ids; only for shares that are not managed already. */
async function readShares(
  cloud: Cloud,
  images: readonly AdoptableImage[],
  managed: ManagedObjects,
  console: Console,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const shared = images.filter(
    ({ id, is_shared }) => is_shared !== false && !managed.kakaocloud_image_member.ids.has(id.toLowerCase()),
  );
  let count = 0;
  const found = await sideBySide(shared, async (image): Promise<[string, readonly string[]]> => {
    const members = sharedIds((await cloud.members(image)) ?? []);
    count += 1;
    console.progress(`reading the shares of ${count} of ${shared.length} images ...`);
    return [image.id, [...members].sort()];
  });
  const usable = found.filter(([id, members]) => {
    const strange = members.find((member) => projectId(member, []).length > 0);
    if (strange !== undefined) {
      console.warn(`the shares of image ${id} are left out: ${quote(strange)} is no id of a project.`);
    }
    return members.length > 0 && strange === undefined;
  });
  return new Map(usable);
}

function planAdoptions(
  images: readonly AdoptableImage[],
  shares: ReadonlyMap<string, readonly string[]>,
  managed: ManagedObjects,
): readonly Adoption[] {
  const unmanaged = images.filter(({ id }) => !managed.kakaocloud_image.ids.has(id.toLowerCase()));
  const labels = labelsOf(unmanaged, managed.kakaocloud_image.labels);
  const shareLabels = labelsOf(
    images.filter(({ id }) => shares.has(id)),
    managed.kakaocloud_image_member.labels,
  );
  return images
    .map((image) => {
      const projectIds = shares.get(image.id);
      return {
        image,
        label: labels.get(image.id),
        shares: projectIds && { label: shareLabels.get(image.id) ?? "", projectIds },
      };
    })
    .filter(({ label, shares }) => label !== undefined || shares !== undefined);
}

function tellWhatWasLeftOut({ leftOut }: Selection, adoptions: readonly Adoption[], console: Console): void {
  for (const { image, reason } of leftOut) {
    console.warn(`image ${quote(image.name ?? "")} (${image.id}) is left out: ${reason}.`);
  }
  const unusual = adoptions.filter(
    ({ image, label }) => label !== undefined && nameProblem(image.name) !== null,
  );
  if (unusual.length === 0) return;
  console.warn(
    `${counted(unusual.length, "image")} ${unusual.length === 1 ? "has a name" : "have names"} that KakaoCloud gives to no new ` +
      "image. The plan says so, and keeps the names.",
  );
}

/** The last line: what was written where, and how much was not, by why. */
function summaryOf(
  adoptions: readonly Adoption[],
  { adoptable, leftOut, othersCount }: Selection,
  managed: ManagedObjects,
  out: string | undefined,
): string {
  const imageCount = adoptions.filter(({ label }) => label !== undefined).length;
  const shareCount = adoptions.filter(({ shares }) => shares !== undefined).length;
  const written = [
    counted(imageCount, "image"),
    ...(shareCount > 0 ? [`the shares of ${counted(shareCount, "image")}`] : []),
  ].join(" and ");
  const managedCount = adoptable.filter(({ id }) =>
    managed.kakaocloud_image.ids.has(id.toLowerCase()),
  ).length;
  const reasons = [
    managedCount > 0 && `${managedCount} managed already`,
    othersCount > 0 && `${othersCount} of others (public or shared with this project)`,
    leftOut.length > 0 && `${leftOut.length} that cannot be adopted (named above)`,
  ].filter((reason) => reason !== false);
  const total = managedCount + othersCount + leftOut.length;
  const head =
    adoptions.length === 0
      ? "nothing to adopt, and nothing written"
      : `wrote ${written} to ${out ?? "standard output"}`;
  return total === 0 ? `${head}.` : `${head}; left out ${total}: ${reasons.join(", ")}.`;
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
