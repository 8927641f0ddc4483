// A Terraform CLI configuration that uses this working tree's build, and the mirror that makes `terraform init` work with
// it: with Terraform up to 1.14 and OpenTofu, init installs even a provider that is overridden.
import { accessSync, constants, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
export const PROVIDER_DIRECTORY = join(ROOT, "bin");
/** Of package.json: the version, and the source address that configurations name. */
export const { version: VERSION, sourceAddress: SOURCE_ADDRESS } = JSON.parse(
  readFileSync(join(ROOT, "package.json"), "utf8"),
);

const REGISTRIES = ["registry.terraform.io", "registry.opentofu.org"];
const OS = { linux: "linux", darwin: "darwin", win32: "windows" };
const ARCH = { x64: "amd64", arm64: "arm64" };

/**
 * Writes the configuration and the mirror into a directory, which is created if necessary.
 *
 * @param {string} directory absolute path
 * @param {object} [options]
 * @param {string} [options.source] source address of the provider: `namespace/type`, or `host/namespace/type`
 * @param {string} [options.folder] absolute path of the folder that holds its executable
 * @param {readonly { source: string, folder: string }[]} [options.others] further providers, or further addresses of this one
 * @param {boolean} [options.devOverrides] false: the provider has to be installed by `terraform init`
 * @param {boolean} [options.offline] true: no other provider can be installed
 * @returns {string} the configuration's path, for TF_CLI_CONFIG_FILE
 */
export function writeCliConfig(
  directory,
  {
    source = SOURCE_ADDRESS,
    folder = PROVIDER_DIRECTORY,
    others = [],
    devOverrides = true,
    offline = false,
  } = {},
) {
  const mirror = join(directory, "mirror");
  rmSync(mirror, { recursive: true, force: true });
  const providers = [{ source, folder }, ...others].flatMap((provider) =>
    fullAddresses(provider.source).map((address) => ({ address, folder: provider.folder })),
  );
  for (const provider of providers) {
    const versionDirectory = join(mirror, ...provider.address.split("/"), VERSION);
    mkdirSync(versionDirectory, { recursive: true });
    symlinkSync(provider.folder, join(versionDirectory, platform()));
  }
  const addresses = providers.map(({ address }) => quote(address));
  const overrides = providers.map((provider) => `    ${quote(provider.address)} = ${quote(provider.folder)}`);
  const path = join(directory, "terraform.tfrc");
  writeFileSync(
    path,
    [
      "provider_installation {",
      ...(devOverrides ? ["  dev_overrides {", ...overrides, "  }"] : []),
      "  # terraform init looks for a version to install even of an overridden provider.",
      "  filesystem_mirror {",
      `    path    = ${quote(mirror)}`,
      `    include = [${addresses.join(", ")}]`,
      "  }",
      ...(offline ? [] : ["  direct {", `    exclude = [${addresses.join(", ")}]`, "  }"]),
      "}",
      "",
    ].join("\n"),
  );
  return path;
}

/** A source address with its host: Terraform and OpenTofu complete a short one with a registry of their own. */
function fullAddresses(source) {
  return source.split("/").length > 2 ? [source] : REGISTRIES.map((registry) => `${registry}/${source}`);
}

/**
 * The CLI to use: what TF_ACC_TERRAFORM_PATH names, else the first `terraform`, else the first `tofu` on the PATH.
 *
 * @returns {string | null} null where there is none
 */
export function findCli() {
  return process.env.TF_ACC_TERRAFORM_PATH || findOnPath(["terraform", "tofu"]);
}

/**
 * The first program of these names, in their order, that is on the PATH.
 *
 * @param {readonly string[]} names
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | null} null where there is none
 */
export function findOnPath(names, env = process.env) {
  for (const name of names) {
    for (const directory of (env.PATH ?? "").split(delimiter)) {
      const path = join(directory, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // not there
      }
    }
  }
  return null;
}

function platform() {
  return `${OS[process.platform] ?? process.platform}_${ARCH[process.arch] ?? process.arch}`;
}

function quote(text) {
  return JSON.stringify(text).replaceAll("${", "$${");
}
