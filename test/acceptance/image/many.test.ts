import { beforeEach, describe, expect, it } from "vitest";
import { ROOT_VOLUME } from "../../../src/emulator/state/defaults.ts";
import { requireSurvivingFailedCreates, requireTerraform } from "../../harness/terraform-cli.ts";
import { type ImageWorkspace, madeImages, useImageWorkspace } from "./image-workspace.ts";

beforeEach(requireTerraform);

/** More than it takes for requests to be shared, and more than Terraform has in flight at once. */
const COUNT = 12;
const MANY = `count = ${COUNT}\n  name = "golden-\${count.index}"\n  volume_id = "${ROOT_VOLUME}"`;
/** After so long an image that is not found counts as deleted. */
const MADE_LONG_AGO_MS = 10 * 60_000;

/** The ids in the state, sorted. */
const idsIn = ({ tf }: ImageWorkspace) =>
  tf
    .state()
    .resources.flatMap(({ instances }) => instances.map(({ attributes }) => String(attributes.id)))
    .sort();
const idsMade = (workspace: ImageWorkspace) =>
  madeImages(workspace)
    .map(({ id }) => id)
    .sort();

describe.each<[string, boolean, Record<string, string>]>([
  ["requests are shared", true, {}],
  ["each image is read by itself", false, { KAKAOCLOUD_SHARED_READS: "off" }],
])("many images, when %s", (_how, areShared, env) => {
  const useMany = (savingMs: number) =>
    useImageWorkspace(MANY, { env, settings: { savingMs, volumeBusy: false, listDelayMs: 100 } });

  it("are created, refreshed when they change or are deleted, and recreated", async () => {
    const workspace = await useMany(300);
    const { tf, cloud } = workspace;
    cloud.addRule({
      match: { method: "POST", path: "/image$", nth: 3 },
      fault: { kind: "status", status: 429, retryAfter: 0.2 },
    });
    await tf.apply();
    expect(idsIn(workspace)).toEqual(idsMade(workspace));
    expect(idsMade(workspace)).toHaveLength(COUNT);
    // The plan and the apply read one list each, to see whether a killed run left images behind.
    expect(workspace.requests("GET", /\/images$/) > 2).toBe(areShared);

    cloud.advance(MADE_LONG_AGO_MS);
    const [deleted = "", renamed = "", broken = "", leaving = ""] = idsMade(workspace);
    cloud.changeImage(deleted, { status: "(deleted)" });
    cloud.changeImage(renamed, { name: "renamed-elsewhere" });
    cloud.changeImage(broken, { status: "killed" });
    cloud.changeImage(leaving, { status: "pending_delete" });
    const { text } = await tf.apply();
    expect(text).toContain("2 added, 1 changed, 0 destroyed");
    expect(text).toContain("Image Not Usable");
    expect(cloud.image(renamed)?.name).toMatch(/^golden-/);
    expect(idsIn(workspace)).not.toContain(deleted);
    expect(idsIn(workspace)).toContain(broken);

    await tf.succeed(["destroy", "-auto-approve"]);
    expect(idsMade(workspace).filter((id) => id !== leaving)).toEqual([]);
  });

  it("are all in the state after an interrupt, and replaced by the next apply", async (context) => {
    requireSurvivingFailedCreates(context);
    const workspace = await useMany(60_000);
    const { tf, cloud, requests } = workspace;
    const running = tf.start(["apply", "-auto-approve"]);
    // Terraform makes ten at a time.
    await expect.poll(() => requests("POST", /\/image$/), { timeout: 30_000 }).toBeGreaterThanOrEqual(10);
    running.interrupt();
    expect((await running.finished).code).toBe(1);
    expect(idsIn(workspace)).toEqual(idsMade(workspace));

    cloud.changeSettings({ savingMs: 100 });
    await tf.apply();
    expect(idsIn(workspace)).toEqual(idsMade(workspace));
    expect(idsMade(workspace)).toHaveLength(COUNT);
    expect((await tf.succeed(["plan", "-detailed-exitcode"])).text).toContain("No changes.");
  });
});
