import { beforeEach, expect, it } from "vitest";
import { OTHER_PROJECTS, ROOT_VOLUME } from "../../../src/emulator/state/defaults.ts";
import { type CliResult, requireCliSince } from "../../harness/terraform-cli.ts";
import { GOLDEN, useImageWorkspace } from "./image-workspace.ts";

beforeEach((context) => requireCliSince(context, { Terraform: 12, OpenTofu: 12 }, "an identity"));

const ELSEWHERE = "3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90";
const SECOND = "4d1a6c2f-9a1b-4d66-8a1f-7b2e3c8d5fa1";
const PROJECT = "9f2c4b7a1d6e43c58a0b7e2f1c3d5a68";
const IDENTITY = { id: ELSEWHERE, region: "kr-central-2", project_id: PROJECT };
const seeded = {
  images: [
    { id: ELSEWHERE, name: "Ubuntu 22.04", description: "from the console" },
    { id: SECOND, name: "second-image", members: [{ id: OTHER_PROJECTS[0] }] },
  ],
};

const unchanged = ({ text }: CliResult) => expect(text).toContain("No changes.");

it("is in the state from the create on, and survives changes and refreshes", async () => {
  const { tf, id, configure } = await useImageWorkspace(GOLDEN);
  await tf.apply();
  const identity = { id: id(), region: "kr-central-2", project_id: PROJECT };
  expect(tf.instance("kakaocloud_image.x")).toMatchObject({ identity, identity_schema_version: 0 });
  configure(`name = "renamed-image"\n  volume_id = "${ROOT_VOLUME}"`);
  expect((await tf.apply()).text).toContain("0 added, 1 changed, 0 destroyed");
  expect(tf.instance("kakaocloud_image.x")?.identity).toEqual(identity);
});

it("is added to a state without one, without a change", async () => {
  const { tf } = await useImageWorkspace(GOLDEN);
  await tf.apply();
  const state = JSON.parse(tf.read("terraform.tfstate"));
  for (const { instances } of state.resources) {
    for (const instance of instances) {
      delete instance.identity;
      delete instance.identity_schema_version;
    }
  }
  tf.write("terraform.tfstate", JSON.stringify({ ...state, serial: state.serial + 1 }));
  unchanged(await tf.succeed(["plan", "-detailed-exitcode"]));
  await tf.apply("-refresh-only");
  expect(tf.instance("kakaocloud_image.x")?.identity).toMatchObject({ region: "kr-central-2" });
});

it("imports by an identity of which only the id is given, and by one for each of several", async () => {
  const { tf } = await useImageWorkspace("", seeded);
  tf.write(
    "main.tf",
    `resource "kakaocloud_image" "x" {
  name = "Ubuntu 22.04"
}
resource "kakaocloud_image_member" "each" {
  for_each          = toset(["${SECOND}"])
  id                = each.key
  shared_member_ids = ["${OTHER_PROJECTS[0]}"]
}
import {
  to = kakaocloud_image.x
  identity = { id = "${ELSEWHERE}" }
}
import {
  for_each = toset(["${SECOND}"])
  to       = kakaocloud_image_member.each[each.key]
  identity = { image_id = each.key }
}
`,
  );
  expect((await tf.apply()).text).toContain("2 imported, 0 added, 0 changed, 0 destroyed");
  expect(tf.instance("kakaocloud_image.x")?.identity).toEqual(IDENTITY);
  expect(tf.instance("kakaocloud_image_member.each")?.identity).toEqual({ image_id: SECOND });
  unchanged(await tf.succeed(["plan", "-detailed-exitcode"]));
});

it.each([
  [
    "region",
    "kr-central-1",
    `its identity's region is "kr-central-1", but the provider's region is "kr-central-2"`,
  ],
  ["project_id", OTHER_PROJECTS[0], `project_id is "${OTHER_PROJECTS[0]}", but`],
])("refuses to import an identity of another %s", async (attribute, value, text) => {
  const { tf, requests } = await useImageWorkspace(`name = "Ubuntu 22.04"`, seeded);
  tf.write(
    "import.tf",
    `import {\n  to = kakaocloud_image.x\n  identity = {\n    id = "${ELSEWHERE}"\n    ${attribute} = "${value}"\n  }\n}\n`,
  );
  const result = await tf.run(["plan"]);
  expect(result.code).toBe(1);
  expect(result.text.replaceAll("│ ", "")).toContain("Image of Another Region or Project");
  expect(result.text.replaceAll("│ ", "")).toContain(text);
  expect(requests("GET", /images/)).toBe(0);
});
