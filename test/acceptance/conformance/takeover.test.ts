import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, it } from "vitest";
import { useEmulator } from "../../harness/emulator.ts";
import { PROVIDER_EXECUTABLE } from "../../harness/plugin-process.ts";
import { createWorkspace, requireTerraform, type Workspace } from "../../harness/terraform-cli.ts";

beforeEach(requireTerraform);

/** A state file that the official provider (0.4.1) wrote. */
const OFFICIAL = readFileSync(fileURLToPath(new URL("official-state.json", import.meta.url)), "utf8");
const { attributes } = JSON.parse(OFFICIAL).resources[0].instances[0];
const IMAGE = `name = "${attributes.name}"\n  description = "${attributes.description}"\n  volume_id = "${attributes.volume_id}"`;

/** A cloud in which the image of that state exists, and a working directory. */
async function useTakenOver(source: string, state: string, main: string): Promise<Workspace> {
  const { id, name, description, owner, size, created_at, min_disk } = attributes;
  const cloud = await useEmulator({ images: [{ id, name, description, owner, size, created_at, min_disk }] });
  return createWorkspace({
    source,
    files: { "provider.tf": cloud.providerBlock, "terraform.tfstate": state, "main.tf": main },
  });
}

it("UP-04 a state that the official provider wrote plans no changes", async () => {
  const tf = await useTakenOver(
    "kakaoenterprise/kakaocloud",
    OFFICIAL,
    `resource "kakaocloud_image" "x" {\n  ${IMAGE}\n}\n`,
  );
  const { text } = await tf.succeed(["plan", "-detailed-exitcode"]);
  expect(text).toContain("No changes.");
});

it("MV-01 a resource moves here from a provider at another address, with nothing to change", async () => {
  // The state belongs to the official provider at its own address, this provider is installed under another one.
  const tf = await useTakenOver(
    "example/kakaocloud",
    OFFICIAL,
    `resource "kakaocloud_image" "y" {\n  ${IMAGE}\n}\n\nmoved {\n  from = kakaocloud_image.x\n  to   = kakaocloud_image.y\n}\n`,
  );
  // Terraform wants the schema of the provider that things move away from, too: here it is the same program.
  const folder = dirname(PROVIDER_EXECUTABLE);
  const overrides = ["example/kakaocloud", "kakaoenterprise/kakaocloud"].map(
    (source) => `"${source}" = "${folder}"`,
  );
  tf.write(
    "both.tfrc",
    `provider_installation {\n  dev_overrides {\n    ${overrides.join("\n    ")}\n  }\n}\n`,
  );
  const env = { TF_CLI_CONFIG_FILE: join(tf.directory, "both.tfrc") };
  const { text } = await tf.succeed(["apply", "-auto-approve"], { env });
  expect(text).toContain("0 added, 0 changed, 0 destroyed");
  expect(tf.instance("kakaocloud_image.y")?.attributes).toMatchObject({
    id: attributes.id,
    volume_id: attributes.volume_id,
  });
  expect(tf.read("terraform.tfstate")).toContain("registry.terraform.io/example/kakaocloud");
  expect(tf.read("terraform.tfstate")).not.toContain("kakaoenterprise");
});
