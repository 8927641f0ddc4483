import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { SOURCE_ADDRESS } from "../../../scripts/cli-config.mjs";
import { DATA_VOLUME, ROOT_VOLUME } from "../../../src/emulator/defaults.ts";
import { useEmulator } from "../../harness/emulator.ts";
import { runImport } from "../../harness/import-command.ts";
import { spawnPlugin } from "../../harness/plugin-process.ts";
import {
  cliVersion,
  createWorkspace,
  requireCliSince,
  requireTerraform,
  type Workspace,
} from "../../harness/terraform-cli.ts";
import { bundleFixtureProvider } from "../../protocol/conformance/fixture.ts";

const OFFICIAL_ADDRESS = "kakaoenterprise/kakaocloud";
const EXAMPLE = fileURLToPath(new URL("../../../examples/beside-the-official-provider", import.meta.url));
const example = Object.fromEntries(
  readdirSync(EXAMPLE)
    .filter((name) => name.endsWith(".tf"))
    .map((name) => [name, readFileSync(join(EXAMPLE, name), "utf8")]),
);

/** A state file that the official provider (0.4.1) wrote. */
const OFFICIAL_STATE = readFileSync(
  fileURLToPath(new URL("../conformance/official-state.json", import.meta.url)),
  "utf8",
);
const { attributes } = JSON.parse(OFFICIAL_STATE).resources[0].instances[0];

const REQUIRED = `terraform {
  required_providers {
    kakaocloud = { source = "${OFFICIAL_ADDRESS}" }
    images     = { source = "${SOURCE_ADDRESS}" }
  }
}
`;
const imageBlock = (provider = ""): string =>
  `resource "kakaocloud_image" "x" {
  ${provider}
  name        = "${attributes.name}"
  description = "${attributes.description}"
  volume_id   = "${attributes.volume_id}"
}
`;

beforeEach(requireTerraform);

describe("beside the official provider", () => {
  let official: string;
  beforeAll(async () => {
    official = await bundleFixtureProvider("kakaocloud");
  });

  /** A working directory in which a stand-in for the official provider has its source address, and ours has its own. */
  const useBoth = (
    files: Readonly<Record<string, string>>,
    env: Readonly<Record<string, string>> = {},
  ): Workspace =>
    createWorkspace({
      files: { "versions.tf": "", ...files },
      source: SOURCE_ADDRESS,
      others: { [OFFICIAL_ADDRESS]: official },
      env: { FIXTURE_VOLUMES: `${DATA_VOLUME},${ROOT_VOLUME}`, ...env },
    });

  it("the example creates an instance and, in the same apply, an image from its root volume", async () => {
    const cloud = await useEmulator({ profile: "instant" });
    const overrides = { iam: cloud.url, config: cloud.url };
    const tf = useBoth(example, {
      ...cloud.environment,
      TF_VAR_endpoint_overrides: JSON.stringify(overrides),
      TF_VAR_flavor_id: "flavor",
      TF_VAR_base_image_id: "image",
      TF_VAR_subnet_id: "subnet",
    });
    expect((await tf.run(["fmt", "-check", "-diff"])).stdout).toBe("");
    expect((await tf.apply()).text).toContain("2 added, 0 changed, 0 destroyed");
    expect(cloud.leftovers()).toMatchObject([
      { name: "golden-web", volume_id: ROOT_VOLUME, status: "active" },
    ]);
    const again = await tf.run(["plan", "-detailed-exitcode"]);
    expect(again.code, again.text).toBe(0);
    await tf.succeed(["destroy", "-auto-approve"]);
    expect(cloud.leftovers()).toEqual([]);
  });

  it("kakaocloud-import --provider has the images adopted by this provider, not by the official one", async (context) => {
    requireCliSince(context, { Terraform: 5, OpenTofu: 5 }, "an import block");
    const cloud = await useEmulator({ images: [{ name: "golden-web" }, { name: "golden-db" }] });
    const block = cloud.providerBlock.replace('provider "kakaocloud"', 'provider "images"');
    const tf = useBoth({ "main.tf": `${REQUIRED}\n${block}` });
    const { code, stderr } = await runImport(["--provider", "images", "--out", "images.tf"], {
      cloud,
      cwd: tf.directory,
    });
    expect(code, stderr).toBe(0);
    expect((await tf.run(["fmt", "-check", "-diff", "images.tf"])).stdout).toBe("");
    expect((await tf.apply()).text).toContain("2 imported, 0 added, 0 changed, 0 destroyed");
    expect(providersInState(tf)).toEqual([`provider["${SOURCE_ADDRESS}"]`]);
    expect((await tf.succeed(["plan", "-detailed-exitcode"])).text).toContain("No changes.");
  });
});

/** The addresses of the providers that the resources in the state belong to. */
const providersInState = (tf: Workspace): readonly string[] => [
  ...new Set(
    (JSON.parse(tf.read("terraform.tfstate")).resources as { provider: string }[]).map(
      ({ provider }) => provider,
    ),
  ),
];

describe("--debug", () => {
  it.each([
    ["its own source address", [], SOURCE_ADDRESS],
    ["the official one", ["--address", OFFICIAL_ADDRESS], OFFICIAL_ADDRESS],
  ])("attaches a process to configurations with %s", async (_title, args, source) => {
    const plugin = spawnPlugin({
      args: ["--debug", ...args],
      tls: false,
      env: { TF_PLUGIN_MAGIC_COOKIE: undefined },
    });
    await expect.poll(() => plugin.stdout(), { timeout: 10_000 }).toContain("Ctrl-C");
    const [, reattach = ""] = /TF_REATTACH_PROVIDERS='(.*)'/.exec(plugin.stdout()) ?? [];
    const cloud = await useEmulator({ profile: "instant" });
    const tf = createWorkspace({
      source,
      files: {
        "provider.tf": cloud.providerBlock,
        "main.tf": `resource "kakaocloud_image" "x" {\n  name = "golden-web"\n  volume_id = "${ROOT_VOLUME}"\n}\n`,
        "empty.tfrc": "",
      },
      // Without any other way to a provider.
      env: { TF_CLI_CONFIG_FILE: "empty.tfrc", TF_REATTACH_PROVIDERS: reattach },
    });
    await tf.succeed(["init"]);
    await tf.apply();
    expect(cloud.leftovers()).toHaveLength(1);
  });
});

describe("a state of the official provider", () => {
  /** Both addresses are served with the same schema, as the official provider and this one have it. */
  async function useState(): Promise<Workspace> {
    const { id, name, description, owner, size, created_at, min_disk } = attributes;
    const cloud = await useEmulator({
      images: [{ id, name, description, owner, size, created_at, min_disk }],
    });
    const { registry } = cliVersion();
    return createWorkspace({
      source: OFFICIAL_ADDRESS,
      files: {
        "versions.tf": REQUIRED,
        "provider.tf": `${cloud.providerBlock}\n${cloud.providerBlock.replace('"kakaocloud"', '"images"')}`,
        "terraform.tfstate": OFFICIAL_STATE.replace("registry.terraform.io", registry),
        "main.tf": imageBlock(),
      },
    });
  }

  const planned = async (tf: Workspace): Promise<string> =>
    (await tf.succeed(["plan", "-detailed-exitcode"])).text;

  it("UP-04 plans no change when provider = images is added, and none when it is removed", async () => {
    const tf = await useState();
    tf.write("main.tf", imageBlock("provider = images"));
    expect(await planned(tf)).toContain("No changes.");
    await tf.apply();
    expect(providersInState(tf)).toEqual([`provider["${SOURCE_ADDRESS}"]`]);
    expect(await planned(tf)).toContain("No changes.");
    tf.write("main.tf", imageBlock());
    expect(await planned(tf)).toContain("No changes.");
    await tf.apply();
    expect(providersInState(tf)).toEqual([`provider["${cliVersion().registry}/${OFFICIAL_ADDRESS}"]`]);
  });

  it("UP-04 plans no change after state replace-provider either, there and back", async () => {
    const tf = await useState();
    for (const [from, to, block] of [
      [OFFICIAL_ADDRESS, SOURCE_ADDRESS, imageBlock("provider = images")],
      [SOURCE_ADDRESS, OFFICIAL_ADDRESS, imageBlock()],
    ] as const) {
      await tf.succeed(["state", "replace-provider", "-auto-approve", from, to]);
      tf.write("main.tf", block);
      expect(await planned(tf)).toContain("No changes.");
    }
  });
});
