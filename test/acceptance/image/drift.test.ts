import { beforeEach, expect, it } from "vitest";
import { requireTerraform } from "../../harness/terraform-cli.ts";
import { GOLDEN, useImageWorkspace } from "./image-workspace.ts";

beforeEach(requireTerraform);

/** After so long an image that is not found counts as deleted; before, it may only not be visible yet. */
const MADE_LONG_AGO_MS = 10 * 60_000;

it("shows a change made elsewhere and reverts it", async () => {
  const { tf, cloud, id } = await useImageWorkspace(GOLDEN);
  await tf.apply();
  cloud.changeImage(id(), { name: "renamed-elsewhere" });
  const plan = await tf.run(["plan", "-detailed-exitcode"]);
  expect(plan.code).toBe(2);
  expect(plan.text).toContain('"renamed-elsewhere" -> "golden-web"');
  await tf.apply();
  expect(cloud.image(id())?.name).toBe("golden-web");
});

it("recreates an image that was deleted elsewhere", async () => {
  const { tf, cloud, id } = await useImageWorkspace(GOLDEN);
  await tf.apply();
  const first = id();
  cloud.advance(MADE_LONG_AGO_MS);
  cloud.changeImage(first, { status: "(deleted)" });
  expect((await tf.apply()).text).toContain("1 added, 0 changed, 0 destroyed");
  expect(id()).not.toBe(first);
});

it("counts an image that is being deleted as deleted (fault 27)", async () => {
  const { tf, cloud, id } = await useImageWorkspace(GOLDEN);
  await tf.apply();
  cloud.changeImage(id(), { status: "pending_delete" });
  expect((await tf.succeed(["plan"])).text).toContain("1 to add");
});

it("keeps an image with a failed status in the state, with a warning (fault 27)", async () => {
  const { tf, cloud, id } = await useImageWorkspace(GOLDEN);
  await tf.apply();
  cloud.changeImage(id(), { status: "killed" });
  const { text } = await tf.succeed(["plan"]);
  expect(text).toContain("Image Not Usable");
  expect(text).toContain('is in status "killed"');
});

it("destroys an image that is already deleted", async () => {
  const { tf, cloud, id } = await useImageWorkspace(GOLDEN);
  await tf.apply();
  const deleted = id();
  cloud.advance(MADE_LONG_AGO_MS);
  cloud.changeImage(deleted, { status: "(deleted)" });
  await tf.succeed(["destroy", "-auto-approve", "-refresh=false"]);
  expect(tf.state().resources).toEqual([]);
});

it("does not empty the state when the endpoint is another server (fault 15)", async () => {
  const { tf, cloud } = await useImageWorkspace(GOLDEN);
  await tf.apply();
  cloud.addRule({
    match: { method: "GET", path: "/images/" },
    fault: { kind: "status", status: 404, body: "html" },
  });
  const plan = await tf.run(["plan"]);
  expect(plan.code).toBe(1);
  expect(plan.text).toContain("Unable to Read Image");
  expect(tf.instance("kakaocloud_image.x")).toBeDefined();
});
