// A Terraform CLI configuration that uses this working tree's build, and the mirror that makes `terraform init` work with
// it: up to Terraform 1.15, init wants to install even a provider that is overridden.
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
export const PROVIDER_DIRECTORY = join(ROOT, "bin");
export const { version: VERSION } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));

const NAME = "kakaoenterprise/kakaocloud";
/** Terraform and OpenTofu complete the short name with a registry of their own. */
const REGISTRIES = ["registry.terraform.io", "registry.opentofu.org"];
const OS = { linux: "linux", darwin: "darwin", win32: "windows" };
const ARCH = { x64: "amd64", arm64: "arm64" };

/**
 * Writes the configuration and the mirror into a directory, which is made if need be.
 *
 * @param {string} directory absolute path
 * @returns {string} the configuration's path, for TF_CLI_CONFIG_FILE
 */
export function writeCliConfig(directory) {
  const mirror = join(directory, "mirror");
  rmSync(mirror, { recursive: true, force: true });
  for (const registry of REGISTRIES) {
    const versionDirectory = join(mirror, registry, NAME, VERSION);
    mkdirSync(versionDirectory, { recursive: true });
    symlinkSync(PROVIDER_DIRECTORY, join(versionDirectory, platform()));
  }
  const overrides = REGISTRIES.map(
    (registry) => `    ${quote(`${registry}/${NAME}`)} = ${quote(PROVIDER_DIRECTORY)}`,
  );
  const sources = REGISTRIES.map((registry) => quote(`${registry}/${NAME}`)).join(", ");
  const path = join(directory, "terraform.tfrc");
  writeFileSync(
    path,
    [
      "# The build of this working tree stands in for the published provider.",
      "provider_installation {",
      "  dev_overrides {",
      ...overrides,
      "  }",
      "  # Only for terraform init, which looks for a version to install even of an overridden provider.",
      "  filesystem_mirror {",
      `    path    = ${quote(mirror)}`,
      `    include = [${sources}]`,
      "  }",
      "  direct {",
      `    exclude = [${sources}]`,
      "  }",
      "}",
      "",
    ].join("\n"),
  );
  return path;
}

function platform() {
  return `${OS[process.platform] ?? process.platform}_${ARCH[process.arch] ?? process.arch}`;
}

function quote(text) {
  return JSON.stringify(text).replaceAll("${", "$${");
}
