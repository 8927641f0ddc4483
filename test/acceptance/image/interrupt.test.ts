import { beforeEach, describe, expect, it } from "vitest";
import type { Fault, Match } from "../../../src/emulator/faults/rule.ts";
import { type RunningCommand, requireTerraform } from "../../harness/terraform-cli.ts";
import { GOLDEN, type ImageWorkspace, madeImages, useImageWorkspace } from "./image-workspace.ts";

// Every command here ends without leaving a process behind, which `finished` sees to.
beforeEach(requireTerraform);

const CREATE: Match = { method: "POST", path: "/image$" };
const PATIENCE = { timeout: 20_000, interval: 10 };
const APPLY = ["apply", "-auto-approve"];

/** Starts an apply and lets it come to its first request of this kind. */
async function startUntil({ tf, requests }: ImageWorkspace, method: string, path: RegExp, command = APPLY) {
  const before = requests(method, path);
  const running = tf.start(command);
  await expect.poll(() => requests(method, path), PATIENCE).toBeGreaterThan(before);
  return running;
}

/** Presses Ctrl-C and waits for the end. */
async function interrupt(running: RunningCommand): Promise<string> {
  running.interrupt();
  const { code, text } = await running.finished;
  expect(code).toBe(1);
  return text;
}

/** An image that has been created, in a cloud that from now on fails in this way. */
async function madeImage(match: Match, fault: Fault): Promise<ImageWorkspace> {
  const workspace = await useImageWorkspace(GOLDEN);
  await workspace.tf.apply();
  workspace.cloud.addRule({ match, fault });
  return workspace;
}

/** The next apply, with the trouble over, leaves one image, which is the one in the state. */
async function expectHealed(workspace: ImageWorkspace, changes: string): Promise<void> {
  const { tf, cloud } = workspace;
  cloud.clearRules();
  cloud.changeSettings({ savingMs: 100 });
  expect((await tf.apply()).text).toContain(changes);
  expect((await tf.succeed(["plan", "-detailed-exitcode"])).text).toContain("No changes.");
  expect(madeImages(workspace).map(({ id }) => id)).toEqual([workspace.id()]);
}

describe("Ctrl-C once during a create", () => {
  it("leaves nothing behind while the volume is read", async () => {
    const workspace = await useImageWorkspace(GOLDEN);
    // The plan reads the volume, and so does the apply when it plans again, for the create, too. Where it cannot, the create does.
    const match = { method: "GET", path: "/volumes/" };
    workspace.cloud.addRule({ match: { ...match, nth: 2 }, fault: { kind: "status", status: 403 } });
    // The third of all: a rule counts what those before it leave.
    workspace.cloud.addRule({ match: { ...match, nth: 2 }, fault: { kind: "stall" } });
    const running = await startUntil(workspace, "GET", /\/volumes\//);
    await expect.poll(() => workspace.requests("GET", /\/volumes\//), PATIENCE).toBe(3);
    const text = await interrupt(running);
    expect(text).toContain("No image was created");
    expect(workspace.tf.state().resources).toEqual([]);
    expect(workspace.requests("POST", /\/image$/)).toBe(0);
    await expectHealed(workspace, "1 added, 0 changed, 0 destroyed");
  });

  it("uses the response when it arrives right after it", async () => {
    const workspace = await useImageWorkspace(GOLDEN, { settings: { savingMs: 60_000 } });
    workspace.cloud.addRule({ match: CREATE, fault: { kind: "latency", ms: 300 } });
    const text = await interrupt(await startUntil(workspace, "POST", /\/image$/));
    expect(text).toContain(workspace.id());
    expect(workspace.tf.instance("kakaocloud_image.x")?.status).toBe("tainted");
    await expectHealed(workspace, "1 added, 0 changed, 1 destroyed");
  });

  it("says what to look for when it is unknown whether the image was created", async () => {
    const workspace = await useImageWorkspace(GOLDEN);
    workspace.cloud.addRule({ match: CREATE, fault: { kind: "stall", applied: true } });
    const running = await startUntil(workspace, "POST", /\/image$/);
    await expect.poll(() => madeImages(workspace).length, PATIENCE).toBe(1);
    const text = await interrupt(running);
    for (const fact of [
      "the image may or may not have been created",
      'an image named "golden-web"',
      "terraform import",
    ]) {
      expect(text).toContain(fact);
    }
    expect(workspace.tf.state().resources).toEqual([]);

    // What the error says helps.
    const [lost] = madeImages(workspace);
    await workspace.tf.succeed(["import", "kakaocloud_image.x", `${lost?.id}/${lost?.volume_id}`]);
    await expectHealed(workspace, "0 added, 0 changed, 0 destroyed");
  });

  it("keeps the image in the state when a poll stalls", async () => {
    const workspace = await useImageWorkspace(GOLDEN, { settings: { savingMs: 60_000 } });
    workspace.cloud.addRule({ match: { method: "GET", path: "/images/" }, fault: { kind: "stall" } });
    const text = await interrupt(await startUntil(workspace, "GET", /\/images\//));
    expect(text).toContain(workspace.id());
    expect(workspace.tf.instance("kakaocloud_image.x")?.status).toBe("tainted");
    await expectHealed(workspace, "1 added, 0 changed, 1 destroyed");
  });
});

describe("Ctrl-C once during an update", () => {
  it.each([true, false])(
    "keeps the prior state, whether the update was applied or not (%s)",
    async (applied) => {
      const workspace = await madeImage({ method: "PUT" }, { kind: "stall", applied });
      const { tf, cloud, id } = workspace;
      workspace.configure(GOLDEN.replace("golden-web", "golden-web-2"));
      const text = await interrupt(await startUntil(workspace, "PUT", /\/images\//));
      expect(text).toContain("Unable to Update Image");
      expect(tf.instance("kakaocloud_image.x")).toMatchObject({ attributes: { name: "golden-web" } });
      expect(tf.instance("kakaocloud_image.x")?.status).toBeUndefined();
      await expectHealed(workspace, applied ? "0 added, 0 changed" : "0 added, 1 changed");
      expect(cloud.image(id())?.name).toBe("golden-web-2");
    },
  );
});

describe("Ctrl-C once during a destroy", () => {
  const DESTROY = ["destroy", "-auto-approve"];

  it.each<[string, Match, Fault]>([
    ["the request stalls", { method: "DELETE" }, { kind: "stall" }],
    ["the request stalls but is carried out", { method: "DELETE" }, { kind: "stall", applied: true }],
    ["it is refused for now", { method: "DELETE" }, { kind: "conflict" }],
  ])("keeps the image in the state when %s", async (_what, match, fault) => {
    const workspace = await madeImage(match, fault);
    const { tf, cloud } = workspace;
    const text = await interrupt(await startUntil(workspace, "DELETE", /\/images\//, DESTROY));
    expect(text).toContain("Unable to Delete Image");
    expect(text).toContain("The image is still in the state");
    expect(tf.instance("kakaocloud_image.x")).toBeDefined();
    cloud.clearRules();
    cloud.advance(10 * 60_000);
    await tf.succeed(DESTROY);
    expect(tf.state().resources).toEqual([]);
    expect(madeImages(workspace)).toEqual([]);
  });
});

describe("a forced end during a create", () => {
  const ENDS: [string, (running: RunningCommand) => Promise<void>][] = [
    [
      "Ctrl-C twice",
      async (running) => {
        running.interrupt();
        await running.printed(/Interrupt received/);
        running.interrupt();
        await running.printed(/Two interrupts received/);
      },
    ],
    ["kill -9", async (running) => running.signal("SIGKILL")],
  ];

  it.each(ENDS)(
    "loses an image whose create request is in flight, and the next apply names it: %s",
    async (_what, end) => {
      const workspace = await useImageWorkspace(GOLDEN, { settings: { duplicateNames: "reject" } });
      const { tf, cloud } = workspace;
      cloud.addRule({ match: CREATE, fault: { kind: "stall", applied: true } });
      const running = await startUntil(workspace, "POST", /\/image$/);
      await expect.poll(() => madeImages(workspace).length, PATIENCE).toBe(1);
      await end(running);
      expect((await running.finished).code).not.toBe(0);
      cloud.clearRules();

      const [lost] = madeImages(workspace);
      const { code, text } = await tf.run(APPLY);
      expect(code).toBe(1);
      expect(text).toContain(`An image of that name exists: ${lost?.id}`);
      await tf.succeed(["import", "kakaocloud_image.x", `${lost?.id}/${lost?.volume_id}`]);
      await expectHealed(workspace, "0 added, 0 changed, 0 destroyed");
    },
  );

  it("loses the image of a wait with kill -9, because Terraform has not saved it", async () => {
    const workspace = await useImageWorkspace(GOLDEN, {
      settings: { duplicateNames: "reject", savingMs: 60_000, volumeBusy: false },
    });
    const { tf } = workspace;
    const running = await startUntil(workspace, "GET", /\/images\//);
    running.signal("SIGKILL");
    await running.finished;

    const [lost] = madeImages(workspace);
    const { code, text } = await tf.run(APPLY);
    expect(code).toBe(1);
    expect(text).toContain(`An image of that name exists: ${lost?.id}`);
  });
});
