import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { DETACHED_ROOT_VOLUME, ROOT_VOLUME } from "../../../src/emulator/state/defaults.ts";
import { releaseLater } from "../../harness/cleanup.ts";
import { CREDENTIAL } from "../../harness/emulator.ts";
import { killRun, VICTIMS, type Victim } from "../../harness/process-group.ts";
import { type RunningCommand, requireCliSince, requireTerraform } from "../../harness/terraform-cli.ts";
import { GOLDEN, type ImageWorkspace, madeImages, useImageWorkspace } from "./image-workspace.ts";

// What a run leaves behind that is killed between the create request and the state, and what the next one does about it.
beforeEach(requireTerraform);

const APPLY = ["apply", "-auto-approve"];
const PATIENCE = { timeout: 20_000, interval: 10 };
const STALLED = {
  match: { method: "POST", path: "/image$" },
  fault: { kind: "stall", applied: true },
} as const;
const LONG = { savingMs: 60_000, volumeBusy: false };

async function kill({ pid, finished }: RunningCommand, victim: Victim): Promise<void> {
  killRun(pid, victim);
  expect((await finished).code).not.toBe(0);
}

/** A workspace, and the path of its journal. */
async function useJournal(body = GOLDEN, settings = {}) {
  const folder = mkdtempSync(join(tmpdir(), "journal-"));
  releaseLater(() => rmSync(folder, { recursive: true, force: true }));
  const journal = join(folder, "creates.jsonl");
  const workspace = await useImageWorkspace(body, { settings, env: { KAKAOCLOUD_JOURNAL: journal } });
  return { workspace, journal };
}

/** Kills an apply that waits for its images. */
async function killWaiting(
  workspace: ImageWorkspace,
  victim: Victim,
  images = 1,
  command = APPLY,
): Promise<void> {
  const running = workspace.tf.start(command);
  await expect.poll(() => madeImages(workspace).length, PATIENCE).toBe(images);
  // Plan and apply read a list each; what follows are polls. The plan may have been saved before.
  await expect.poll(() => workspace.requests("GET", /\/images(\/|$)/), PATIENCE).toBeGreaterThan(2);
  await kill(running, victim);
  workspace.cloud.changeSettings({ savingMs: 100 });
  workspace.cloud.advance(60_000);
}

/** Kills an apply whose create request has no response. */
async function killRequesting(workspace: ImageWorkspace, victim: Victim): Promise<void> {
  workspace.cloud.addRule(STALLED);
  const running = workspace.tf.start(APPLY);
  await expect.poll(() => madeImages(workspace).length, PATIENCE).toBe(1);
  await kill(running, victim);
  workspace.cloud.clearRules();
}

const idsIn = ({ tf }: ImageWorkspace) =>
  tf.state().resources.flatMap(({ instances }) => instances.map(({ attributes }) => String(attributes.id)));

describe("without a journal", () => {
  it("the plan names what a killed run left behind, and importing it heals", async () => {
    const workspace = await useImageWorkspace(GOLDEN, { settings: LONG });
    const { tf } = workspace;
    await killWaiting(workspace, "both");
    const [left] = madeImages(workspace);
    const { text } = await tf.succeed(["plan"]);
    expect(text).toContain('Unmanaged Image "golden-web" Found');
    expect(text).toContain(`terraform import kakaocloud_image.<name> ${left?.id}/${ROOT_VOLUME}`);

    await tf.succeed(["import", "kakaocloud_image.x", `${left?.id}/${ROOT_VOLUME}`]);
    const { text: after } = await tf.succeed(["plan", "-detailed-exitcode"]);
    expect(after).toContain("No changes.");
    expect(after).not.toContain("Unmanaged");
  });

  it("the apply of a saved plan names it, too", async () => {
    const workspace = await useImageWorkspace(GOLDEN, { settings: LONG });
    const { tf } = workspace;
    await tf.succeed(["plan", "-out=saved"]);
    await killWaiting(workspace, "both", 1, ["apply", "saved"]);
    const [left] = madeImages(workspace);
    const { text } = await tf.succeed(["apply", "saved"]);
    expect(text).toContain('Unmanaged Image "golden-web" Found');
    expect(text).toContain(String(left?.id));
  });

  it("a plan says nothing about the images of its state", async () => {
    const body = (count: number, more = "") =>
      `count = ${count}\n  name = "golden-web"\n  volume_id = "${ROOT_VOLUME}"${more}`;
    const workspace = await useImageWorkspace(body(4), { settings: { volumeBusy: false } });
    const { tf, configure } = workspace;
    expect((await tf.apply()).text).not.toContain("Unmanaged");
    configure(body(6));
    for (const more of [[], ["-refresh=false"], ["-replace=kakaocloud_image.x[0]"]]) {
      expect((await tf.succeed(["plan", ...more])).text).not.toContain("Unmanaged");
    }
    configure(body(4, "\n  lifecycle {\n    create_before_destroy = true\n  }"));
    const { text } = await tf.succeed(["plan", "-replace=kakaocloud_image.x[0]"]);
    expect(text).toContain("1 to add, 0 to change, 1 to destroy");
    expect(text).not.toContain("Unmanaged");
  });
});

describe("with a journal", () => {
  it.each(VICTIMS)("the next apply adopts the image that was waited for: kill -9 of %s", async (victim) => {
    const { workspace, journal } = await useJournal(GOLDEN, LONG);
    const { tf } = workspace;
    await killWaiting(workspace, victim);
    const [left] = madeImages(workspace);
    const recorded = readFileSync(journal, "utf8");
    expect(recorded).toContain(left?.id);
    for (const secret of Object.values(CREDENTIAL)) expect(recorded).not.toContain(secret);
    const { text } = await tf.apply();
    expect(text).toContain("Image Recovered");
    expect(text).not.toContain("Unmanaged");
    expect(workspace.id()).toBe(left?.id);
    expect(madeImages(workspace)).toHaveLength(1);
    expect(readFileSync(journal, "utf8")).toBe("");
    expect((await tf.succeed(["plan", "-detailed-exitcode"])).text).toContain("No changes.");
  });

  it("the next apply adopts the image of a request without a response, by the evidence", async () => {
    const { workspace, journal } = await useJournal(GOLDEN, LONG);
    await killRequesting(workspace, "both");
    workspace.cloud.advance(60_000);
    const [left] = madeImages(workspace);
    expect((await workspace.tf.apply()).text).toContain("Image Recovered");
    expect(workspace.id()).toBe(left?.id);
    expect(madeImages(workspace)).toHaveLength(1);
    expect(readFileSync(journal, "utf8")).toBe("");
  }, 60_000);

  it("a request without a response never adopts what another resource has", async (context) => {
    const since = { Terraform: 5, OpenTofu: Number.POSITIVE_INFINITY };
    requireCliSince(context, since, "a state file that is written during an apply");
    // Of two equal images from volumes of the same size, one is in the state; the request for the other never arrives.
    const both = `for_each = toset(["${ROOT_VOLUME}", "${DETACHED_ROOT_VOLUME}"])
  name = "golden-web"\n  description = "made"\n  volume_id = each.value`;
    const { workspace } = await useJournal(both);
    const { tf, cloud } = workspace;
    for (const id of [ROOT_VOLUME, DETACHED_ROOT_VOLUME]) cloud.seedVolume({ id, is_root: true, size: 20 });
    const path = `/volumes/${DETACHED_ROOT_VOLUME}/image$`;
    cloud.addRule({ match: { method: "POST", path }, fault: { kind: "stall" } });
    const running = tf.start(APPLY);
    await running.printed(/Creation complete/);
    await expect.poll(() => workspace.requests("POST", new RegExp(path)), PATIENCE).toBe(1);
    // Terraform is not killed while it writes the file.
    await expect.poll(() => idsIn(workspace), PATIENCE).toHaveLength(1);
    await kill(running, "both");
    cloud.clearRules();
    const [held] = idsIn(workspace);
    const { text } = await tf.apply();
    expect(text).not.toContain("Image Recovered");
    expect(new Set(idsIn(workspace)).size).toBe(2);
    expect(idsIn(workspace)).toContain(held);
  }, 90_000);

  it("each of three equal images is adopted once", async () => {
    const three = `count = 3\n  name = "golden-web"\n  volume_id = "${ROOT_VOLUME}"`;
    const { workspace } = await useJournal(three, LONG);
    await killWaiting(workspace, "both", 3);
    const left = madeImages(workspace).map(({ id }) => id);
    await workspace.tf.apply();
    expect(idsIn(workspace).sort()).toEqual(left.sort());
    expect(madeImages(workspace)).toHaveLength(3);
  });

  it("an image that was imported meanwhile is not adopted", async () => {
    const { workspace, journal } = await useJournal(GOLDEN, LONG);
    const { tf, configure } = workspace;
    await killWaiting(workspace, "both");
    const [left] = madeImages(workspace);
    await tf.succeed(["import", "kakaocloud_image.x", `${left?.id}/${ROOT_VOLUME}`]);
    expect(readFileSync(journal, "utf8")).toBe("");
    configure(`count = 2\n  ${GOLDEN}`);
    expect((await tf.apply()).text).not.toContain("Image Recovered");
    expect(new Set(idsIn(workspace)).size).toBe(2);
  });

  it("Ctrl-C leaves nothing in it, because the state has the image", async () => {
    const { workspace, journal } = await useJournal(GOLDEN, LONG);
    const running = workspace.tf.start(APPLY);
    await expect.poll(() => workspace.requests("GET", /\/images\//), PATIENCE).toBeGreaterThan(0);
    running.interrupt();
    await running.finished;
    expect(workspace.id()).toBe(madeImages(workspace)[0]?.id);
    expect(readFileSync(journal, "utf8")).toBe("");
  });

  it("a file that cannot be used is an error that says what to do, before anything is created", async () => {
    const workspace = await useImageWorkspace(GOLDEN, { env: { KAKAOCLOUD_JOURNAL: "/no/such/folder/x" } });
    const { code, text } = await workspace.tf.run(APPLY);
    expect(code).toBe(1);
    expect(text).toContain("Unable to Use the Create Journal");
    expect(text).toMatch(
      /KAKAOCLOUD_JOURNAL names the file \/no\/such\/folder\/x, but .*ENOENT.* Set KAKAOCLOUD_JOURNAL to/,
    );
    expect(madeImages(workspace)).toEqual([]);
  });
});
