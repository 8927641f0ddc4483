/**
 * `kill -9` of the provider, of Terraform or of both, at moments from the arrival of the create request until after the image is
 * saved: `node test/bench/kill.mjs [moments]`, with the build of `make build` and the emulator. After each, the next apply runs. A
 * line for each setting counts what became of the images that no state had: adopted, named in a warning, or neither.
 */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Emulator, startEmulator } from "../../src/emulator/emulator.ts";
import { ROOT_VOLUME } from "../../src/emulator/state/defaults.ts";
import { releasePending } from "../harness/cleanup.ts";
import { killRun, startGroup, VICTIMS, type Victim } from "../harness/process-group.ts";

interface Setting {
  readonly terraform: string;
  readonly source: string;
  readonly cliConfig: string;
  readonly directory: string;
}

const { terraform, source, cliConfig, directory } = JSON.parse(process.argv[2] ?? "{}") as Setting;
const MOMENTS = Number(process.argv[3] ?? 90);
/** From the request to some time after the image is active: the response takes 60 ms, the image 400 ms. */
const SPAN_MS = 700;
const RESPONSE_MS = 60;
const IMAGE = { queuedMs: 100, savingMs: 300 };

type Outcome = "saved" | "not created" | "adopted" | "warned" | "silent";

function write(folder: string, { url }: Emulator): void {
  const services = ["iam", "config", "image", "volume", "bcs"].map((name) => `${name} = "${url}"`);
  const blocks = [
    `terraform {\n  required_providers {\n    kakaocloud = { source = "${source}" }\n  }\n}`,
    `provider "kakaocloud" {
  application_credential_id     = "someone"
  application_credential_secret = "something"
  endpoint_overrides            = { ${services.join(", ")} }
}`,
    `resource "kakaocloud_image" "x" {
  name        = "golden-web"
  description = "made"
  volume_id   = "${ROOT_VOLUME}"
}`,
  ];
  writeFileSync(join(folder, "main.tf"), blocks.join("\n"));
}

function startApply(folder: string, journal: string | undefined) {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    TF_CLI_CONFIG_FILE: cliConfig,
    CHECKPOINT_DISABLE: "1",
    ...(journal !== undefined && { KAKAOCLOUD_JOURNAL: journal }),
  };
  const args = ["apply", "-auto-approve", "-no-color", "-input=false"];
  return startGroup(terraform, args, { cwd: folder, env });
}

function stateIds(folder: string): readonly string[] {
  try {
    const { resources } = JSON.parse(readFileSync(join(folder, "terraform.tfstate"), "utf8"));
    return resources.flatMap((resource: { instances: readonly { attributes: { id: string } }[] }) =>
      resource.instances.map(({ attributes }) => attributes.id),
    );
  } catch {
    return [];
  }
}

async function moment(delayMs: number, victim: Victim, withJournal: boolean): Promise<Outcome> {
  const emulator = await startEmulator({ profile: "instant", settings: IMAGE });
  const folder = mkdtempSync(join(directory, "run-"));
  const journal = withJournal ? join(folder, "journal", "creates.jsonl") : undefined;
  mkdirSync(join(folder, "journal"));
  try {
    write(folder, emulator);
    emulator.addRule({
      match: { method: "POST", path: "/image$" },
      fault: { kind: "latency", ms: RESPONSE_MS },
    });
    const killed = startApply(folder, journal);
    const isRequested = () => emulator.journal().some(({ path }) => path.endsWith("/image"));
    while (!isRequested()) await sleep(1);
    await sleep(delayMs);
    killRun(killed.group, victim);
    await killed.finished;
    emulator.clearRules();
    await sleep(100);
    const [lost, ...more] = emulator.leftovers(stateIds(folder));
    if (more.length > 0) throw new Error("one run created several images");
    const next = startApply(folder, journal);
    await next.finished;
    if (lost === undefined) return stateIds(folder).length === 1 ? "saved" : "not created";
    if (emulator.leftovers(stateIds(folder)).length === 0 && stateIds(folder).includes(lost.id))
      return "adopted";
    return next.output().replaceAll(/\s+/g, "").includes(lost.id) ? "warned" : "silent";
  } finally {
    await releasePending();
    await emulator.stop();
  }
}

for (const withJournal of [false, true]) {
  const counts: Record<Outcome, number> = { saved: 0, "not created": 0, adopted: 0, warned: 0, silent: 0 };
  const left: string[] = [];
  for (let index = 0; index < MOMENTS; index += 1) {
    const victim = VICTIMS[index % VICTIMS.length] ?? "both";
    const delayMs = Math.round((SPAN_MS * index) / MOMENTS);
    const outcome = await moment(delayMs, victim, withJournal);
    counts[outcome] += 1;
    if (outcome === "warned" || outcome === "silent") left.push(`${outcome}: ${victim} after ${delayMs} ms`);
  }
  console.log(JSON.stringify({ journal: withJournal, moments: MOMENTS, ...counts }));
  if (withJournal) for (const line of left) console.log(line);
}
