import { beforeEach, expect, it } from "vitest";
import { DATA_VOLUME, FOREIGN_VOLUME, ROOT_VOLUME } from "../../../src/emulator/state/defaults.ts";
import { requireTerraform } from "../../harness/terraform-cli.ts";
import { GOLDEN, madeImages, useImageWorkspace } from "./image-workspace.ts";

beforeEach(requireTerraform);

const CREATE = { method: "POST", path: "/image$" };

it("ends at once when the image's status is error, keeps it tainted, and replaces it in the next apply (faults 1, 2)", async () => {
  const workspace = await useImageWorkspace(GOLDEN);
  const { tf, cloud } = workspace;
  cloud.addRule({
    match: CREATE,
    fault: { kind: "lifecycle", savingMs: 50, end: "error" },
    times: 1,
  });
  const failed = await tf.run(["apply", "-auto-approve"]);
  expect(failed.code).toBe(1);
  expect(failed.text).toContain('KakaoCloud set the image to status "error"');
  expect(failed.text).toContain(workspace.id());
  expect(tf.instance("kakaocloud_image.x")).toMatchObject({
    status: "tainted",
    attributes: { status: "error" },
  });

  const broken = workspace.id();
  expect((await tf.apply()).text).toContain("1 added, 0 changed, 1 destroyed");
  expect(madeImages(workspace).map(({ id }) => id)).toEqual([workspace.id()]);
  expect(workspace.id()).not.toBe(broken);
});

it("ends at the user's time limit with the image in the state, and names the limit, the image and its status (faults 1, 14)", async () => {
  const workspace = await useImageWorkspace(`${GOLDEN}\n  timeouts = { create = "1s" }`, {
    settings: { savingMs: 60_000 },
  });
  const { tf, cloud, configure } = workspace;
  const failed = await tf.run(["apply", "-auto-approve"]);
  expect(failed.code).toBe(1);
  const id = workspace.id();
  for (const fact of [
    "timeouts.create",
    id,
    'last status "saving"',
    "ran out after 1s",
    ROOT_VOLUME,
    "terraform untaint",
  ]) {
    expect(failed.text).toContain(fact);
  }
  expect(tf.instance("kakaocloud_image.x")?.status).toBe("tainted");

  // It becomes active later: untaint keeps it.
  cloud.advance(60_000);
  await tf.succeed(["untaint", "kakaocloud_image.x"]);
  expect((await tf.succeed(["plan"])).text).toContain("No changes.");
  expect(workspace.id()).toBe(id);

  // Left tainted, it is replaced.
  await tf.succeed(["taint", "kakaocloud_image.x"]);
  cloud.changeSettings({ savingMs: 100 });
  configure(GOLDEN);
  expect((await tf.apply()).text).toContain("1 added, 0 changed, 1 destroyed");
  expect(madeImages(workspace).map((image) => image.id)).toEqual([workspace.id()]);
});

it("recovers the image when the response to the create request was lost, and sends it only once (faults 8, 9)", async () => {
  const workspace = await useImageWorkspace(GOLDEN, { env: { KAKAOCLOUD_TEST_TIME_SCALE: "0.1" } });
  workspace.cloud.addRule({ match: CREATE, fault: { kind: "reset-after" }, times: 1 });
  const { text } = await workspace.tf.apply();
  expect(text).toContain("Image Recovered");
  expect(workspace.requests("POST", /\/image$/)).toBe(1);
  expect(madeImages(workspace).map(({ id }) => id)).toEqual([workspace.id()]);
});

it("keeps waiting through gateway errors and while the image is not visible yet (faults 5, 7)", async () => {
  const workspace = await useImageWorkspace(GOLDEN, { settings: { visibleAfterMs: 600, flipFlopMs: 0 } });
  workspace.cloud.addRule({
    match: { method: "GET", path: "/images/", every: 2 },
    fault: { kind: "status", status: 502, body: "html" },
    times: 3,
  });
  await workspace.tf.apply();
  expect(workspace.cloud.image(workspace.id())?.status).toBe("active");
});

it("reports a volume that is no root volume, of another project or unknown, before anything is created", async () => {
  const workspace = await useImageWorkspace(GOLDEN);
  const { tf, configure } = workspace;
  const failing = async (volumeId: string): Promise<string> => {
    configure(GOLDEN.replace(ROOT_VOLUME, volumeId));
    const { code, text } = await tf.run(["apply", "-auto-approve"]);
    expect(code).toBe(1);
    expect(text).toContain("volume_id");
    return text;
  };
  expect(await failing(DATA_VOLUME)).toContain("is not a root volume");
  expect(await failing("00000000-0000-4000-8000-0000000000ff")).toContain("does not exist");
  await failing(FOREIGN_VOLUME);
  expect(madeImages(workspace)).toEqual([]);
});

it("returns from Ctrl-C with the image in the state (SD-05)", async () => {
  const workspace = await useImageWorkspace(GOLDEN, {
    settings: { savingMs: 60_000 },
    env: { TF_LOG_PROVIDER: "INFO" },
  });
  const { tf } = workspace;
  const running = tf.start(["apply", "-auto-approve"]);
  await running.printed(/is saving/);
  running.interrupt();
  const { code, text } = await running.finished;
  expect(code).toBe(1);
  expect(text).toContain("the operation was interrupted");
  expect(tf.instance("kakaocloud_image.x")?.status).toBe("tainted");
  expect(madeImages(workspace).map(({ id }) => id)).toEqual([workspace.id()]);
});
