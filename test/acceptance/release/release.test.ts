import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sourceAddress, version } from "../../../package.json" with { type: "json" };
import { RuntimeMissing } from "../../../scripts/release/runtime.mjs";
import { ROOT_VOLUME } from "../../../src/emulator/state/defaults.ts";
import { useEmulator } from "../../harness/emulator.ts";
import { addressesOf, runImport } from "../../harness/import-command.ts";
import { requireOrSkip } from "../../harness/requirements.ts";
import { snippetWith } from "../../harness/snippets.ts";
import { createWorkspace, requireTerraform, type Workspace } from "../../harness/terraform-cli.ts";
import { useCiMachine, useSharedFolder } from "./ci-machine.ts";
import {
  addPlatforms,
  type MirrorEnvironment,
  mirrorConfig,
  useNetworkMirror,
  usePackedMirror,
  useUnpackedMirror,
  writePackedMirror,
} from "./mirrors.ts";
import {
  buildRelease,
  CAN_RUN,
  EXECUTABLE,
  LINUX,
  PLATFORMS,
  PREFIX,
  type Release,
  useFolder,
} from "./release.ts";
import { describeSystems } from "./systems.ts";
import { zipEntries } from "./zip-entries.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const GOLDEN_IMAGES = "docs/guides/golden-images.md";
/** The largest is that for Windows, with 58.1 MB. */
const MAX_ZIP_BYTES = 60_000_000;

let release: Release | undefined;
/** Why there is none, for whoever reads the report. */
let missing = "packaged providers are tested on linux_amd64 only";
let gnupgHome = "";
let fingerprint = "";

beforeAll(async () => {
  if (!CAN_RUN) return;
  gnupgHome = useFolder("gpg-");
  const gpg = (...args: readonly string[]) =>
    execFileSync("gpg", ["--batch", "--homedir", gnupgHome, ...args], { encoding: "utf8", stdio: "pipe" });
  gpg("--passphrase", "", "--quick-generate-key", "releases@example.com", "rsa2048", "sign");
  fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(gpg("--with-colons", "--list-keys"))?.[1] ?? "";
  try {
    release = await buildRelease(PLATFORMS, { GNUPGHOME: gnupgHome, GPG_FINGERPRINT: fingerprint });
  } catch (error) {
    if (!(error instanceof RuntimeMissing)) throw error;
    missing = error.message;
  }
}, 600_000);

beforeEach((context) => {
  if (release !== undefined) return;
  if (CAN_RUN) requireOrSkip(context, "runtime", false, missing);
  context.skip(missing);
});

function built(): Release {
  if (release === undefined) throw new Error("skipped tests do not get here");
  return release;
}

describe("the files of a release", () => {
  const loaders = { linux_amd64: "ld-linux-x86-64.so.2", linux_arm64: "ld-linux-aarch64.so.1" };

  it.each(PLATFORMS)("PK-01 pack the program for %s, with its modes, and the licences", async (platform) => {
    const archive = built().read(`${PREFIX}_${platform}.zip`);
    expect(archive.length).toBeLessThan(MAX_ZIP_BYTES);
    const entries = await zipEntries(archive);
    const content = (wanted: string) => entries.find(({ name }) => name === wanted)?.content;
    const loader = platform === "linux_amd64" || platform === "linux_arm64" ? loaders[platform] : undefined;
    const executable = platform.startsWith("windows") ? `${EXECUTABLE}.exe` : EXECUTABLE;
    expect(entries.map(({ name, mode }) => [name, mode.toString(8)])).toEqual([
      ["LICENSE.txt", "100644"],
      ["THIRD-PARTY-NOTICES.txt", "100644"],
      ...(loader === undefined
        ? []
        : [
            ["lib/GLIBC.txt", "100644"],
            [`lib/${loader}`, "100755"],
            ["lib/libc.so.6", "100644"],
            ["lib/libdl.so.2", "100644"],
            ["lib/libm.so.6", "100644"],
            ["lib/libpthread.so.0", "100644"],
            ["lib/provider", "100755"],
          ]),
      [executable, "100755"],
    ]);
    const notices = content("THIRD-PARTY-NOTICES.txt")?.toString();
    expect(notices).toContain("Bun itself is MIT-licensed");
    expect(notices).toContain("@grpc/grpc-js");
    const program = content(loader === undefined ? executable : "lib/provider");
    expect(program?.subarray(0, 4).toString("hex")).toMatch(
      { linux: /^7f454c46$/, darwin: /^cffaedfe$/, windows: /^4d5a/ }[platform.split("_")[0] ?? ""] ?? /^$/,
    );
    if (loader === undefined) return;
    expect(content(executable)?.toString()).toMatch(/^#!\/bin\/sh\n/);
    expect(content("lib/GLIBC.txt")?.toString()).toContain("GNU LESSER GENERAL PUBLIC LICENSE");
    expect(content("lib/GLIBC.txt")?.toString()).toContain("https://snapshot.debian.org/package/glibc/");
  });

  it("PK-02 are listed with their checksums, the manifest too, and signed", () => {
    const sums = built().read(`${PREFIX}_SHA256SUMS`).toString();
    const names = readdirSync(built().folder).filter((name) => !name.includes("SHA256SUMS"));
    const expected = names.sort().map((name) => {
      const sum = createHash("sha256").update(built().read(name));
      return `${sum.digest("hex")}  ${name}\n`;
    });
    expect(sums).toBe(expected.join(""));
    expect(names).toContain(`${PREFIX}_manifest.json`);
    expect(JSON.parse(built().read(`${PREFIX}_manifest.json`).toString())).toEqual({
      version: 1,
      metadata: { protocol_versions: ["6.0"] },
    });
    const file = join(built().folder, `${PREFIX}_SHA256SUMS`);
    const verified = ["--batch", "--homedir", gnupgHome, "--status-fd", "1", "--verify", `${file}.sig`, file];
    expect(execFileSync("gpg", verified, { encoding: "utf8", stdio: "pipe" })).toContain(
      `VALIDSIG ${fingerprint}`,
    );
  });

  it("come with a bill of what is in the executable", () => {
    const bill = JSON.parse(built().read(`${PREFIX}_sbom.cdx.json`).toString());
    expect(bill).toMatchObject({ bomFormat: "CycloneDX", metadata: { component: { version } } });
    const names = bill.components.map(({ name }: { readonly name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(["@grpc/grpc-js", "axios", "msgpack-lite", "bun", "libc6"]));
    expect(names).not.toContain("esbuild");
  });

  it("are the same, byte for byte, when they are built again, whatever the environment says to Bun", async () => {
    const home = useFolder("home-");
    writeFileSync(join(home, ".bunfig.toml"), '[define]\n"process.env.TF_LOG" = "1"\n');
    const again = await buildRelease([LINUX], { BUN_OPTIONS: "--minify", XDG_CONFIG_HOME: home });
    const archive = `${PREFIX}_${LINUX}.zip`;
    expect(again.read(archive).equals(built().read(archive))).toBe(true);
    const bill = `${PREFIX}_sbom.cdx.json`;
    expect(again.read(bill).equals(built().read(bill))).toBe(true);
  }, 300_000);

  const macs = PLATFORMS.filter((platform) => platform.startsWith("darwin"));
  it("carry a signature over every page of a macOS executable", async (context) => {
    context.skip(macs.length === 0, "needs RELEASE_PLATFORMS=all");
    for (const platform of macs) {
      const entries = await zipEntries(built().read(`${PREFIX}_${platform}.zip`));
      const program = entries.at(-1)?.content ?? Buffer.alloc(0);
      const blob = program.lastIndexOf(Buffer.from("fade0cc0", "hex"));
      const directory = blob + 20;
      const [hashes, pages, limit] = [16, 28, 32].map((at) => program.readUInt32BE(directory + at));
      expect(limit).toBe(blob);
      expect(pages).toBe(Math.ceil(blob / 4096));
      for (let page = 0; page < (pages ?? 0); page++) {
        const content = program.subarray(page * 4096, Math.min((page + 1) * 4096, blob));
        const at = directory + (hashes ?? 0) + page * 32;
        if (
          !createHash("sha256")
            .update(content)
            .digest()
            .equals(program.subarray(at, at + 32))
        )
          expect.fail(`page ${page} of ${platform}`);
      }
    }
  });
});

describeSystems(built);

describe("the packaged provider, without dev_overrides", () => {
  beforeEach(requireTerraform);

  /** A working directory that `terraform init` has installed the packaged provider in. */
  async function installed(mirror: MirrorEnvironment): Promise<Workspace> {
    const cloud = await useEmulator({ profile: "instant" });
    const tf = createWorkspace({
      source: sourceAddress,
      files: {
        "provider.tf": cloud.providerBlock,
        "main.tf": `resource "kakaocloud_image" "x" {\n  name = "golden-web"\n  volume_id = "${ROOT_VOLUME}"\n}\n`,
      },
      env: mirror,
    });
    await tf.succeed(["init"]);
    return tf;
  }

  /** The folder that the package was unpacked to. */
  function packageFolder(tf: Workspace): string {
    return realpathSync(join(tf.directory, ".terraform/providers", sourceAddress, version, LINUX));
  }

  const hashes = (tf: Workspace, scheme: string) =>
    tf.read(".terraform.lock.hcl").match(new RegExp(`${scheme}:[^"]+`, "g"));

  it("PK-01 is installed from a folder of archives, locked, and creates, changes and destroys an image", async () => {
    const tf = await installed(usePackedMirror(built()));
    expect(hashes(tf, "h1")).toHaveLength(1);
    expect(tf.read(".terraform.lock.hcl")).toContain(`version = "${version}"`);
    const logged = await tf.succeed(["plan"], { env: { TF_LOG_PROVIDER: "DEBUG" } });
    expect(logged.text).toContain(`terraform-provider-kakaocloud_v${version}: Serving:`);
    expect(logged.text).not.toContain("development overrides");
    await tf.apply();
    expect(tf.instance("kakaocloud_image.x")?.attributes.status).toBe("active");
    expect((await tf.succeed(["plan", "-detailed-exitcode"])).text).toContain("No changes.");
    await tf.succeed(["destroy", "-auto-approve"]);
  });

  it("writes, run by the short name of the guide, a configuration that adopts images", async () => {
    const tf = await installed(usePackedMirror(built()));
    const cloud = await useEmulator({ images: [{ name: "golden-web" }] });
    // The official provider beside it, whose executable has a name like that of ours.
    const official = join(
      tf.directory,
      ".terraform/providers/registry.terraform.io/kakaoenterprise/kakaocloud/0.5.0",
      LINUX,
    );
    mkdirSync(official, { recursive: true });
    const decoy = "#!/bin/sh\necho this is the official provider\nexit 1\n";
    writeFileSync(join(official, "terraform-provider-kakaocloud_v0.5.0"), decoy, { mode: 0o755 });
    const shortName = readFileSync(join(ROOT, "examples/adopting-images/short-name.sh"), "utf8");
    const words = addressesOf(cloud).join(" ");
    const { code, stdout, stderr } = await runImport(["-c", `${shortName}\nkakaocloud-import ${words}`], {
      cwd: tf.directory,
      env: cloud.environment,
      command: ["bash"],
    });
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('resource "kakaocloud_image" "golden_web"');
    expect(stderr).toContain("wrote 1 image to standard output");
  });

  it("PK-02 has the same h1 hash packed and unpacked, and over the network", async () => {
    const packed = await installed(usePackedMirror(built()));
    const unpacked = await installed(useUnpackedMirror(packageFolder(packed)));
    expect(hashes(unpacked, "h1")).toEqual(hashes(packed, "h1"));

    const network = await installed(await useNetworkMirror(built()));
    expect(hashes(network, "h1")).toEqual(hashes(packed, "h1"));
    await network.apply();
    expect(network.instance("kakaocloud_image.x")?.attributes.status).toBe("active");
  });

  it("is not installed over the network when the archive has another checksum than the mirror states", async () => {
    const mirror = await useNetworkMirror(built(), "0".repeat(64));
    await expect(installed(mirror)).rejects.toThrow(/checksum|doesn't match/);
  });

  it("PK-03 is refused by a lock file that was written for another build of the version", async () => {
    const tf = await installed(usePackedMirror(built()));
    tf.write(".terraform.lock.hcl", tf.read(".terraform.lock.hcl").replace(/h1:.{8}/, "h1:AAAAAAAA"));
    const { code, text } = await tf.run(["plan"]);
    expect(code).toBe(1);
    expect(text).toContain("does not match any of the checksums recorded in the dependency lock file");
  });

  it("runs in a pipeline that may write nowhere, and applies there a plan of another machine", async () => {
    const mirror = useSharedFolder();
    writePackedMirror(mirror, built());
    const lock = snippetWith(GOLDEN_IMAGES, "shell", "providers lock").replace("/opt/terraform", mirror);
    const platforms = [...lock.matchAll(/-platform=(\S+)/g)].flatMap(([, platform]) => platform ?? []);
    addPlatforms(
      mirror,
      built(),
      platforms.filter((platform) => platform !== LINUX),
    );

    const cloud = await useEmulator({ profile: "instant" });
    const shared = useSharedFolder();
    writeFileSync(join(shared, "cli.tfrc"), mirrorConfig(mirror));
    const files = {
      "main.tf": `terraform {
  required_providers {
    kakaocloud = { source = "${sourceAddress}" }
  }
  backend "local" {
    path = "${join(shared, "terraform.tfstate")}"
  }
}
${cloud.providerBlock}
resource "kakaocloud_image" "x" {
  name      = "golden-web"
  volume_id = "${ROOT_VOLUME}"
}
`,
    };
    const env = { TF_CLI_CONFIG_FILE: join(shared, "cli.tfrc"), TF_IN_AUTOMATION: "1" };

    // A person locks the provider for all platforms, and commits that.
    const own = createWorkspace({ files: { ...files, "versions.tf": "" }, env });
    await own.succeed(lock.replaceAll("\\\n", " ").trim().split(/\s+/).slice(1));
    expect(hashes(own, "h1")).toHaveLength(platforms.length);

    const checkout = { ...files, ".terraform.lock.hcl": own.read(".terraform.lock.hcl") };
    mkdirSync(join(shared, "cache"), { mode: 0o777 });
    chmodSync(join(shared, "cache"), 0o777);
    const pipeline = { ...env, TF_PLUGIN_CACHE_DIR: join(shared, "cache") };
    const planner = useCiMachine(checkout, pipeline);
    const init = ["init", "-input=false", "-lockfile=readonly"];
    const plan = join(shared, "plan");
    await planner.succeed(init);
    const planned = await planner.succeed(["plan", "-input=false", `-out=${plan}`, "-json"]);
    expect(readdirSync(join(shared, "cache"), { recursive: true }).map(String)).toContainEqual(
      expect.stringContaining(EXECUTABLE),
    );

    // A folder for temporary files that does not exist is no obstacle either.
    const applier = useCiMachine(checkout, { ...pipeline, TMPDIR: "/no/such/folder" });
    await applier.succeed(init);
    const applied = await applier.succeed(["apply", "-input=false", "-json", plan]);
    for (const lines of [planned, applied]) {
      const messages = lines
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(messages).toContainEqual(expect.objectContaining({ type: "change_summary" }));
      expect(messages.filter(({ type }) => type === "diagnostic")).toEqual([]);
    }
    expect(cloud.leftovers()).toMatchObject([{ name: "golden-web", status: "active" }]);
  });
});
