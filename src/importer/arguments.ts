import { parseCommandLine, UsageError } from "../base/command-line.ts";
import type { Diagnostic } from "../framework/diagnostics.ts";
import type { Path } from "../framework/path.ts";
import { validateConfig } from "../framework/validate.ts";
import type { Image } from "../kakaocloud/images.ts";
import { missingAddresses } from "../provider/configure.ts";
import { validateFilters } from "../provider/filters.ts";
import { imageFilters } from "../provider/image/list-data-source.ts";
import { providerSchema } from "../provider/schema.ts";
import { matchesGlob } from "./glob.ts";

/** The options of the command line. */
export interface CommandLine {
  readonly action: "run" | "help" | "version";
  /** Where the configuration goes; standard output when undefined. */
  readonly out: string | undefined;
  /** Whether an existing file is replaced. */
  readonly force: boolean;
  /** The provider's local name that the blocks refer to; undefined for the one that Terraform assumes. */
  readonly providerName: string | undefined;
  /** Whether shares are adopted, too. */
  readonly members: boolean;
  /** Files with states whose objects are left out; `-` is standard input. */
  readonly excludeStates: readonly string[];
  /** For the API, as the data source `kakaocloud_images` has them. */
  readonly filter: readonly { readonly name: string; readonly value: string }[];
  /** What the API cannot filter by. */
  readonly keeps: (image: Image) => boolean;
  /** The provider's configuration, as far as it is no secret. */
  readonly provider: {
    readonly service_realm: string | null;
    readonly region: string | null;
    readonly endpoint_overrides: ReadonlyMap<string, string> | null;
  };
  /** Whether each request is logged to standard error. */
  readonly verbose: boolean;
}

const OPTIONS = {
  out: { kind: "value", short: "o" },
  force: { kind: "switch" },
  members: { kind: "switch" },
  provider: { kind: "value" },
  "exclude-state": { kind: "values" },
  name: { kind: "value", allowEmpty: true },
  "created-after": { kind: "value" },
  "created-before": { kind: "value" },
  filter: { kind: "values" },
  region: { kind: "value" },
  "service-realm": { kind: "value" },
  endpoint: { kind: "values" },
  verbose: { kind: "switch" },
  version: { kind: "switch" },
  help: { kind: "switch", short: "h" },
} as const;

/** The text of --help. `program` is how it was called. */
export const helpText = (program: string): string => `Usage: ${program} [options]

Writes import blocks and resource blocks for the images of a project, so that Terraform adopts
them as they are: "500 to import, 0 to add, 0 to change, 0 to destroy".

Set KAKAOCLOUD_APPLICATION_CREDENTIAL_ID and KAKAOCLOUD_APPLICATION_CREDENTIAL_SECRET, as for the
provider. Nothing is changed in KakaoCloud.

Output:
  -o, --out FILE            write to FILE, which must not exist yet [default: standard output]
      --force               replace FILE
      --members             also adopt the shares of the images
      --provider NAME       write provider = NAME into each block: this provider's local name in
                            a configuration that also has the official provider
      --exclude-state FILE  leave out what this state already manages: the output of
                            \`terraform show -json\` or \`terraform state pull\`; - is standard
                            input; may be repeated

Which images [default: all active images that the project owns]:
      --name PATTERN        by name; * is any text and ? any character
      --created-after TIME  such as 2025-03-04 or 2025-03-04T05:06:07Z
      --created-before TIME
      --filter NAME=VALUE   a filter of the data source kakaocloud_images; may be repeated:
                            ${Object.keys(imageFilters).slice(0, 7).join(", ")},
                            ${Object.keys(imageFilters).slice(7).join(", ")}

Which cloud, as in the provider block:
      --region NAME         region [default: kr-central-2]
      --service-realm NAME  realm [default: public]
      --endpoint NAME=URL   an entry of endpoint_overrides; may be repeated

      --verbose             log each request to standard error
      --version
  -h, --help

Exit codes: 0 done, 1 failed, 2 wrong usage.
`;

/** Reads the command line's words, without node and the script. Throws UsageError. */
export function readCommandLine(words: readonly string[]): CommandLine {
  const values = parseCommandLine(words, OPTIONS);
  const filter = (values.filter ?? []).map((text) => pair("--filter", text));
  const endpoints = (values.endpoint ?? []).map((text) => pair("--endpoint", text));
  const commandLine: CommandLine = {
    action: values.help ? "help" : values.version ? "version" : "run",
    out: values.out,
    force: values.force ?? false,
    members: values.members ?? false,
    providerName: values.provider,
    excludeStates: values["exclude-state"] ?? [],
    filter,
    keeps: createCheck(values.name, values["created-after"], values["created-before"]),
    provider: {
      service_realm: values["service-realm"] ?? null,
      region: values.region ?? null,
      endpoint_overrides:
        endpoints.length === 0 ? null : new Map(endpoints.map(({ name, value }) => [name, value])),
    },
    verbose: values.verbose ?? false,
  };
  if (commandLine.action === "run") check(commandLine);
  return commandLine;
}

function pair(option: string, text: string): { readonly name: string; readonly value: string } {
  const at = text.indexOf("=");
  if (at <= 0) throw new UsageError(`${option} needs NAME=VALUE, got: ${JSON.stringify(text)}.`);
  return { name: text.slice(0, at), value: text.slice(at + 1) };
}

/** A local name of a provider, with an alias or without one. */
const PROVIDER_NAME = /^[a-z][a-z0-9_-]*(\.[a-z_][a-z0-9_-]*)?$/i;

function check({ out, force, providerName, excludeStates, filter, provider }: CommandLine): void {
  if (providerName !== undefined && !PROVIDER_NAME.test(providerName)) {
    throw new UsageError(
      `--provider must be a local name such as images, or images.seoul with an alias, got: ${JSON.stringify(providerName)}.`,
    );
  }
  if (force && out === undefined) throw new UsageError("--force replaces a file: set it with --out.");
  if (excludeStates.filter((name) => name === "-").length > 1) {
    throw new UsageError(
      "--exclude-state - can only be given once, because standard input can only be read once.",
    );
  }
  const unset = { application_credential_id: null, application_credential_secret: null };
  const [finding] = [
    ...validateFilters(imageFilters, filter),
    ...validateConfig(providerSchema, { ...provider, ...unset }, { writeOnlyAllowed: true }),
  ];
  if (finding !== undefined) throw new UsageError(inOptions(finding, filter));
  requireAddresses(provider);
}

/** What is wrong with an attribute, said of the option that stands for it. */
function inOptions({ detail, problem, path = [] }: Diagnostic, filter: CommandLine["filter"]): string {
  return problem === undefined ? detail : `${optionOf(path, filter)} ${problem}`;
}

/** The option that stands for an attribute, or for a part of one. */
function optionOf([first, second, third]: Path, filter: CommandLine["filter"]): string {
  const attribute = first !== undefined && "attribute" in first ? first.attribute : "";
  if (attribute === "endpoint_overrides") {
    return second !== undefined && "key" in second ? `--endpoint ${second.key}` : "--endpoint";
  }
  if (attribute !== "filter") return `--${attribute.replaceAll("_", "-")}`;
  const given = second !== undefined && "index" in second ? filter[second.index] : undefined;
  const part = third !== undefined && "attribute" in third ? `: the ${third.attribute}` : "";
  return given === undefined ? "--filter" : `--filter ${given.name}=${given.value}${part}`;
}

function requireAddresses({ service_realm, endpoint_overrides }: CommandLine["provider"]): void {
  const missing = missingAddresses(service_realm, endpoint_overrides?.keys() ?? []);
  if (missing.length === 0) return;
  throw new UsageError(
    `--service-realm ${service_realm} needs ${missing.map((name) => `--endpoint ${name}=URL`).join(" and ")}, ` +
      "because only the endpoints of the public realm are built in.",
  );
}

function createCheck(
  pattern: string | undefined,
  after: string | undefined,
  before: string | undefined,
): (image: Image) => boolean {
  const from = after === undefined ? undefined : readTime("--created-after", after);
  const to = before === undefined ? undefined : readTime("--created-before", before);
  return (image) => {
    const created = image.created_at === null ? Number.NaN : Date.parse(image.created_at);
    if (pattern !== undefined && !matchesGlob(pattern, image.name ?? "")) return false;
    if (from !== undefined && !(created >= from)) return false;
    return to === undefined || created < to;
  };
}

const TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** Without a zone it is UTC, as KakaoCloud's times are. */
function readTime(option: string, text: string): number {
  const hasClock = text.includes("T");
  const hasZone = /(Z|[+-]\d{2}:\d{2})$/.test(text) && hasClock;
  const time = TIME.test(text) ? Date.parse(hasClock && !hasZone ? `${text}Z` : text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new UsageError(
    `${option} needs a time such as 2025-03-04 or 2025-03-04T05:06:07Z, got: ${JSON.stringify(text)}.`,
  );
}
