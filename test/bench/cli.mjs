// A working directory of the real CLI, and how long its commands take and what the provider's processes weigh meanwhile.
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { findCli, PROVIDER_DIRECTORY, writeCliConfig } from "../../scripts/cli-config.mjs";
import { HOST_EXECUTABLE } from "../../scripts/release/host-executable.mjs";
import { volumeId } from "./cloud.mjs";

const EXECUTABLE = "terraform-provider-kakaocloud";
const SAMPLE_MS = 50;
/** The official provider's source address, so that both providers read the same configuration and state. */
const SOURCE = "kakaoenterprise/kakaocloud";
const PROVIDER = `provider["registry.terraform.io/${SOURCE}"]`;

/** The environment without what slows Node down or turns the CLI's and the provider's switches. */
export function cleanEnvironment() {
  const entries = Object.entries(process.env).filter(
    ([name]) => !/^(NODE_EXTRA_CA_CERTS|NODE_OPTIONS|TF_|KAKAOCLOUD_|PLUGIN_)/.test(name),
  );
  return { ...Object.fromEntries(entries), CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" };
}

/**
 * The folder of the official provider to compare with, by TF_OFFICIAL_PROVIDER: its executable, under whatever name, or the folder of
 * it. Null without.
 */
export function findOfficial() {
  const path = process.env.TF_OFFICIAL_PROVIDER;
  if (!path) return null;
  if (statSync(path).isDirectory()) return resolve(path);
  if (basename(path).startsWith(EXECUTABLE)) return dirname(resolve(path));
  // The CLI knows a provider by its name alone.
  officialFolder ??= mkdtempSync(join(tmpdir(), "official-"));
  const link = join(officialFolder, EXECUTABLE);
  if (!existsSync(link)) symlinkSync(resolve(path), link);
  return officialFolder;
}

let officialFolder;
process.once("exit", () => officialFolder && rmSync(officialFolder, { recursive: true, force: true }));

/** The folder of the executable that is measured: that of a release. */
const RELEASED = dirname(HOST_EXECUTABLE);
/** The folder of the executable that runs the same program on Node. */
export const ON_NODE = PROVIDER_DIRECTORY;

/**
 * Makes a working directory for `count` images named `img-000000` and so on. With `installed` the provider is not a development override:
 * `terraform init` has to install it, and every command then checks the package against the lock file. With `aliases` each image has a
 * provider configuration, and so a process, of its own. `watch` gets the processes' ids again and again while a command runs.
 */
export function createWorkspace(
  cloud,
  count,
  { folder = RELEASED, env = {}, installed = false, aliases = false, watch } = {},
) {
  const cli = findCli();
  if (cli === null) throw new Error("no terraform or tofu on the PATH (or in TF_ACC_TERRAFORM_PATH)");
  const directory = mkdtempSync(join(tmpdir(), "bench-"));
  const environment = {
    ...cleanEnvironment(),
    ...env,
    TF_CLI_CONFIG_FILE: writeCliConfig(directory, {
      source: SOURCE,
      folder,
      devOverrides: !installed,
      offline: true,
    }),
  };
  writeFileSync(
    join(directory, "main.tf"),
    `terraform {
  required_providers {
    kakaocloud = { source = "${SOURCE}" }
  }
}
${aliases ? aliasesOf(cloud, count) : resourcesOf(cloud, count)}`,
  );
  return {
    directory,
    dispose: () => rmSync(directory, { recursive: true, force: true }),
    /** Writes a state that holds these images. */
    seed: (images) => writeFileSync(join(directory, "terraform.tfstate"), stateOf(images, aliases)),
    /** Adds a data source with all images, and an output that says how many there are. */
    list: () => writeFileSync(join(directory, "list.tf"), LIST),
    /** Makes what is applied new images, each of a volume of its own. */
    create: () => {
      const ids = Array.from({ length: count }, (_, index) => volumeId(index));
      writeFileSync(join(directory, "x.auto.tfvars"), `volume_ids = ${JSON.stringify(ids)}\n`);
    },
    run: (...args) => measure(cli, args, { cwd: directory, env: environment }, watch),
  };
}

const providerOf = ({ url }, alias) => `provider "kakaocloud" {${alias ? `\n  alias = "${alias}"` : ""}
  application_credential_id     = "bench"
  application_credential_secret = "bench"
  endpoint_overrides = {
    iam    = "${url}"
    config = "${url}"
  }
}`;

const resourcesOf = (cloud, count) => `${providerOf(cloud)}
variable "volume_ids" {
  type    = list(string)
  default = []
}
resource "kakaocloud_image" "x" {
  count     = ${count}
  name      = format("img-%06d", count.index)
  volume_id = length(var.volume_ids) == 0 ? null : var.volume_ids[count.index]
}
`;

const aliasesOf = (cloud, count) =>
  Array.from(
    { length: count },
    (_, index) => `${providerOf(cloud, `a${index}`)}
resource "kakaocloud_image" "x${index}" {
  provider = kakaocloud.a${index}
  name     = "img-${String(index).padStart(6, "0")}"
}
`,
  ).join("");

const LIST = `data "kakaocloud_images" "all" {
}
output "listed" {
  value = length(data.kakaocloud_images.all.images)
}
`;

function stateOf(images, aliases) {
  const instanceOf = (image) => ({
    schema_version: 0,
    attributes: { ...image, volume_id: null, timeouts: null },
    sensitive_attributes: [],
  });
  const resourceOf = (name, provider, instances) => ({
    mode: "managed",
    type: "kakaocloud_image",
    name,
    provider,
    instances,
  });
  const resources = aliases
    ? images.map((image, index) => resourceOf(`x${index}`, `${PROVIDER}.a${index}`, [instanceOf(image)]))
    : [
        resourceOf(
          "x",
          PROVIDER,
          images.map((image, index) => ({ index_key: index, ...instanceOf(image) })),
        ),
      ];
  return JSON.stringify({
    version: 4,
    terraform_version: "1.5.0",
    serial: 1,
    lineage: "3f0a6c1e-0000-4000-8000-000000000000",
    outputs: {},
    resources,
  });
}

/** Runs a command to its end. Rejects, with what it printed, unless it succeeds. */
async function measure(cli, args, options, watch) {
  const startedAt = performance.now();
  const child = spawn(cli, [...args, "-no-color"], {
    ...options,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output += chunk;
  });
  let peakMegabytes = Number.NaN;
  const sampling = setInterval(() => {
    const processes = childrenOf(child.pid);
    watch?.(processes);
    const largest = Math.max(0, ...processes.map(peakRssOf));
    if (largest > 0) peakMegabytes = Math.max(largest, peakMegabytes || 0);
  }, SAMPLE_MS);
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  clearInterval(sampling);
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}:\n${output.slice(-3_000)}`);
  return { seconds: (performance.now() - startedAt) / 1_000, peakMegabytes, output };
}

function childrenOf(pid) {
  try {
    // Terraform starts providers from any of its threads; procfs lists children by thread.
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean),
    );
  } catch {
    return [];
  }
}

/** The largest resident size that a process has had, in MB; 0 where the system does not tell. */
function peakRssOf(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1_024;
  } catch {
    return 0;
  }
}
