import { createHash } from "node:crypto";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import { version } from "../../../package.json" with { type: "json" };
import { useHttpsServer } from "../../harness/https-server.ts";
import { EXECUTABLE, LINUX, PLATFORMS, PREFIX, type Release, useFolder } from "./release.ts";

/** The hosts and namespaces of the provider's own source address, and of the official one in both registries. */
const HOSTS = [
  "kakaocloud.internal/images",
  "registry.terraform.io/kakaoenterprise",
  "registry.opentofu.org/kakaoenterprise",
];
const SOURCE = "kakaocloud";

/** The environment in which the CLI installs providers from a mirror and from nowhere else. */
export type MirrorEnvironment = Readonly<Record<string, string>>;

/** A folder with the archive in it, as one downloads it. */
export function usePackedMirror(release: Release): MirrorEnvironment {
  const folder = useFolder("mirror-");
  writePackedMirror(folder, release);
  return cliConfig(filesystemMirror(folder));
}

/** A folder with the package unpacked in it. `unpacked` is a folder that an archive was unpacked to. */
export function useUnpackedMirror(unpacked: string): MirrorEnvironment {
  const folder = useFolder("mirror-");
  writeUnpackedMirror(folder, unpacked);
  return cliConfig(filesystemMirror(folder));
}

/** Makes a folder such a mirror. */
export function writePackedMirror(folder: string, release: Release): void {
  for (const host of HOSTS) {
    const place = join(folder, host, SOURCE);
    mkdirSync(place, { recursive: true });
    cpSync(join(release.folder, `${PREFIX}_${LINUX}.zip`), join(place, `${PREFIX}_${LINUX}.zip`));
  }
}

/** Makes a folder such a mirror. */
export function writeUnpackedMirror(folder: string, unpacked: string): void {
  for (const host of HOSTS) {
    cpSync(unpacked, join(folder, host, SOURCE, version, LINUX), { recursive: true, dereference: true });
  }
}

/** Adds archives for further platforms to such a mirror. Those that the release does not have are stand-ins with other content. */
export function addPlatforms(folder: string, release: Release, platforms: readonly string[]): void {
  for (const platform of platforms) {
    const name = `${PREFIX}_${platform}.zip`;
    const archive = PLATFORMS.includes(platform)
      ? release.read(name)
      : zipSync({ [EXECUTABLE]: Buffer.from(platform) });
    for (const host of HOSTS) writeFileSync(join(folder, host, SOURCE, name), archive);
  }
}

/** The CLI configuration with which providers come from a mirror in a folder alone. */
export const mirrorConfig = (folder: string): string => installation(filesystemMirror(folder));

/**
 * A network mirror on this machine. Terraform requires https, so it gets a CA of its own.
 * `checksum` is the mirror's checksum of the archive, by default the right one.
 */
export async function useNetworkMirror(release: Release, checksum?: string): Promise<MirrorEnvironment> {
  const archive = `${PREFIX}_${LINUX}.zip`;
  const sum = checksum ?? createHash("sha256").update(release.read(archive)).digest("hex");
  const documents: Readonly<Record<string, string>> = {
    "index.json": JSON.stringify({ versions: { [version]: {} } }),
    [`${version}.json`]: JSON.stringify({
      archives: { [LINUX]: { url: archive, hashes: [`zh:${sum}`] } },
    }),
  };
  const { port, certificate } = await useHttpsServer((request, response) => {
    const name = request.url?.split("/").pop() ?? "";
    const body = name === archive ? release.read(archive) : documents[name];
    if (body === undefined) return response.writeHead(404).end();
    response.setHeader("Content-Type", name.endsWith(".json") ? "application/json" : "application/zip");
    return response.end(body);
  });
  const authority = join(useFolder("authority-"), "ca.pem");
  writeFileSync(authority, certificate);
  const config = cliConfig(`network_mirror {\n    url = "https://localhost:${port}/providers/"\n  }`);
  return { ...config, SSL_CERT_FILE: authority };
}

function cliConfig(method: string): MirrorEnvironment {
  const file = join(useFolder("cli-"), "cli.tfrc");
  writeFileSync(file, installation(method));
  return { TF_CLI_CONFIG_FILE: file };
}

const installation = (method: string): string => `provider_installation {\n  ${method}\n}\n`;
const filesystemMirror = (folder: string): string => `filesystem_mirror {\n    path = "${folder}"\n  }`;
