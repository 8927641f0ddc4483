import { beforeEach, expect, it } from "vitest";
import { ROOT_VOLUME } from "../../../src/emulator/state/defaults.ts";
import { requireTerraform } from "../../harness/terraform-cli.ts";
import { GOLDEN, madeImages, useImageWorkspace } from "./image-workspace.ts";

beforeEach(requireTerraform);

it("creates an image, plans nothing, renames it in place, and destroys it", async () => {
  const workspace = await useImageWorkspace(GOLDEN);
  const { tf, cloud, configure } = workspace;
  await tf.apply();
  const id = workspace.id();
  expect(cloud.image(id)).toMatchObject({ name: "golden-web", description: "made", status: "active" });
  expect(tf.instance("kakaocloud_image.x")?.attributes).toMatchObject({
    id,
    status: "active",
    volume_id: ROOT_VOLUME,
    min_disk: 20,
    os_info: { distro: "ubuntu", is_hidden: false },
    image_member_status: null,
    timeouts: null,
  });
  expect((await tf.succeed(["plan", "-detailed-exitcode"])).text).toContain("No changes.");

  configure(GOLDEN.replace("golden-web", "golden-web-2").replace("made", "renamed"));
  const updated = await tf.apply();
  expect(updated.text).toContain("0 added, 1 changed, 0 destroyed");
  expect(updated.text).toContain("updated_at");
  expect(cloud.image(id)).toMatchObject({ name: "golden-web-2", description: "renamed" });
  expect((await tf.succeed(["plan", "-detailed-exitcode"])).text).toContain("No changes.");

  await tf.succeed(["destroy", "-auto-approve"]);
  expect(madeImages(workspace)).toEqual([]);
  expect(workspace.requests("POST", /\/image$/)).toBe(1);
});

it("reads an approval from standard input, which belongs to Terraform (HS-13)", async () => {
  const { tf } = await useImageWorkspace(GOLDEN);
  const { text } = await tf.succeed(["apply"], { stdin: "yes\n" });
  expect(text).toContain("1 added");
});

it('gives an image without a description the text "-", as the API does, and plans nothing (faults 22, 23)', async () => {
  const { tf, configure, id, cloud } = await useImageWorkspace(
    `name = "without-words"\n  volume_id = "${ROOT_VOLUME}"`,
  );
  await tf.apply();
  expect(tf.instance("kakaocloud_image.x")?.attributes.description).toBe("-");
  expect((await tf.succeed(["plan"])).text).toContain("No changes.");
  configure(`name = "another-name"\n  volume_id = "${ROOT_VOLUME}"`);
  const { text } = await tf.apply();
  expect(text).not.toContain("description");
  expect(cloud.image(id())?.description).toBe("-");
});

it("changes timeouts alone without an API request", async () => {
  const { tf, configure, requests } = await useImageWorkspace(GOLDEN);
  await tf.apply();
  configure(`${GOLDEN}\n  timeouts = { create = "2h", delete = "10m" }`);
  const { text } = await tf.apply();
  expect(text).toContain("0 added, 1 changed, 0 destroyed");
  expect(text).not.toContain("known after apply");
  expect(requests("PUT", /./)).toBe(0);
  expect(tf.instance("kakaocloud_image.x")?.attributes.timeouts).toMatchObject({
    create: "2h",
    delete: "10m",
  });
  expect((await tf.succeed(["plan"])).text).toContain("No changes.");
});

it("replaces the image when another volume is configured, and not when the volume is no longer configured", async () => {
  const workspace = await useImageWorkspace(GOLDEN);
  const { tf, configure, id } = workspace;
  await tf.apply();
  const first = id();
  configure(`name = "golden-web"\n  description = "made"`);
  expect((await tf.apply()).text).toContain("0 added, 1 changed, 0 destroyed");
  expect(id()).toBe(first);
  configure(GOLDEN);
  expect((await tf.apply()).text).toContain("0 added, 1 changed, 0 destroyed");
  configure(GOLDEN.replace(ROOT_VOLUME, "00000000-0000-4000-8000-000000000003"));
  expect((await tf.apply()).text).toContain("1 added, 0 changed, 1 destroyed");
  expect(madeImages(workspace).map((image) => image.id)).toEqual([id()]);
  expect(id()).not.toBe(first);
});

it("plans an image of a volume that is only known after apply, and applies it (faults 12, 25)", async () => {
  const { tf, configure, id, cloud } = await useImageWorkspace("");
  tf.write("volume.tf", `resource "terraform_data" "volume" {\n  input = "${ROOT_VOLUME}"\n}\n`);
  configure(`name = "golden-web"\n  volume_id = terraform_data.volume.output`);
  expect((await tf.succeed(["plan"])).text).toContain("volume_id = (known after apply)");
  await tf.apply();
  expect(cloud.image(id())?.status).toBe("active");

  // A pending change of the source is no reason to replace the image: its value may stay the same.
  tf.write(
    "volume.tf",
    `resource "terraform_data" "volume" {\n  input = "${ROOT_VOLUME}"\n  triggers_replace = "now"\n}\n`,
  );
  const { text } = await tf.apply();
  expect(text).toContain("1 added, 0 changed, 1 destroyed");
  expect(text).not.toContain("kakaocloud_image.x must be replaced");
  expect((await tf.succeed(["plan"])).text).toContain("No changes.");
});

it("creates several images of one volume, although the volume allows one at a time", async () => {
  const workspace = await useImageWorkspace("");
  workspace.configure(`count = 3\n  name = "golden-\${count.index}"\n  volume_id = "${ROOT_VOLUME}"`);
  await workspace.tf.apply();
  expect(
    madeImages(workspace)
      .map(({ name }) => name)
      .sort(),
  ).toEqual(["golden-0", "golden-1", "golden-2"]);
  await workspace.tf.succeed(["destroy", "-auto-approve"]);
  expect(madeImages(workspace)).toEqual([]);
});
