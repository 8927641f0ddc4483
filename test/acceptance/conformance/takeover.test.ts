import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, it } from "vitest";
import { useEmulator } from "../../harness/emulator.ts";
import { PROVIDER_EXECUTABLE } from "../../harness/plugin-process.ts";
import {
  cliVersion,
  createWorkspace,
  requireTerraform,
  type Workspace,
} from "../../harness/terraform-cli.ts";

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

it("a share in a state of the official provider plans no changes, whatever the order of its projects", async () => {
  const { id, name } = attributes;
  const projects = ["f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1", "0b1c2d3e4f5061728394a5b6c7d8e9f0"];
  const sharedAt = "2026-11-24T02:15:00Z";
  const cloud = await useEmulator({
    images: [
      {
        id,
        name,
        created_at: sharedAt,
        members: projects.map((project) => ({ id: project, status: "pending" })),
      },
    ],
  });
  const tf = await createWorkspace({
    files: {
      "provider.tf": cloud.providerBlock,
      "terraform.tfstate": officialShare(id, projects, sharedAt),
      "main.tf": `resource "kakaocloud_image_member" "x" {\n  id = "${id}"\n  shared_member_ids = ${JSON.stringify(projects)}\n}\n`,
    },
  });
  const { text } = await tf.succeed(["plan", "-detailed-exitcode"]);
  expect(text).toContain("No changes.");
  const journal = cloud.journal().filter(({ method, path }) => method !== "GET" && path.includes("/images"));
  expect(journal).toEqual([]);
});

/** What the official provider keeps of shares: `members` in the order in which the API listed them. */
function officialShare(imageId: string, projects: readonly string[], sharedAt: string): string {
  const state = JSON.parse(OFFICIAL);
  const members = projects.map((project) => ({
    created_at: sharedAt,
    id: project,
    image_id: imageId,
    is_shared: true,
    status: "pending",
    updated_at: sharedAt,
  }));
  const values = { id: imageId, members, shared_member_ids: [...projects].sort(), timeouts: null };
  const instance = { schema_version: 0, attributes: values, sensitive_attributes: [] };
  const [image] = state.resources;
  state.resources = [{ ...image, type: "kakaocloud_image_member", instances: [instance] }];
  return JSON.stringify(state);
}

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
  expect(tf.read("terraform.tfstate")).toContain(`${cliVersion().registry}/example/kakaocloud`);
  expect(tf.read("terraform.tfstate")).not.toContain("kakaoenterprise");
});
