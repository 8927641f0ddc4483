import { describe, expect, it } from "vitest";
import type { Settings } from "../../../src/emulator/settings.ts";
import { DATA_VOLUME, ROOT_VOLUME } from "../../../src/emulator/state/defaults.ts";
import { type ObjectValue, UNKNOWN } from "../../../src/framework/value.ts";
import { imageResource } from "../../../src/provider/image/resource.ts";
import { plan, startCloud as startCloudWith, type TestCloud, texts } from "./support.ts";

const GOLDEN = { name: "golden-web", description: "made", volume_id: ROOT_VOLUME };
const CREATE = { method: "POST", path: "/image$" };
const ONE_IMAGE = { path: "/images/[0-9a-f-]+$" };

async function created(cloud: TestCloud, config: ObjectValue = GOLDEN): Promise<ObjectValue> {
  const { state, diagnostics } = await cloud.apply(imageResource, config);
  expect(texts(diagnostics)).toBe("");
  if (state === null) throw new Error("nothing was created");
  return state;
}

/** The requests without the ids in them. */
const requestsOf = (cloud: TestCloud): readonly string[] =>
  cloud.requests().map((line) => line.replaceAll(/[0-9a-f]{8}-[0-9a-f-]+/g, "ID"));

describe.each([true, false])("with shared reads: %s", (sharedReads) => {
  const startCloud = (settings: Partial<Settings> = {}) => startCloudWith(settings, { sharedReads });

  describe("creating an image", () => {
    it("fault 6: polls at once, so that an image that is already active costs one poll", async () => {
      const cloud = await startCloud();
      await created(cloud);
      expect(requestsOf(cloud)).toEqual(["GET /volumes/ID", "POST /volumes/ID/image", "GET /images/ID"]);
    });

    it("fault 3: treats a status of null, or an unknown one, as pending", async () => {
      const cloud = await startCloud();
      cloud.emulator.addRule({
        match: CREATE,
        fault: {
          kind: "lifecycle",
          savingMs: 20,
          end: null,
          later: [
            { status: "importing", afterMs: 200 },
            { status: "active", afterMs: 200 },
          ],
        },
      });
      expect(await created(cloud)).toMatchObject({ status: "active" });
    });

    it("fault 11: gives up after an hour by default, not after a day", () => {
      expect(imageResource.defaultTimeouts.create).toBe(60 * 60_000);
    });

    it("fault 13: creates two images of one volume at the same time, although the volume allows one at a time", async () => {
      const cloud = await startCloud({ queuedMs: 50, savingMs: 150 });
      const results = await Promise.all(
        ["golden-a", "golden-b"].map((name) => cloud.apply(imageResource, { ...GOLDEN, name })),
      );
      expect(results.map(({ state }) => state?.status)).toEqual(["active", "active"]);
      const made = cloud.emulator
        .journal()
        .filter(({ method, applied, path }) => method === "POST" && applied && path.endsWith("/image"));
      expect(made).toHaveLength(2);
    });

    it("requests the images of one volume in order of arrival, each once, and reads the volume meanwhile", async () => {
      const cloud = await startCloud({ queuedMs: 20, savingMs: 60 });
      const names = ["golden-a", "golden-b", "golden-c", "golden-d"];
      const results = await Promise.all(names.map((name) => cloud.apply(imageResource, { ...GOLDEN, name })));
      expect(results.map(({ state }) => state?.status)).toEqual(names.map(() => "active"));
      const requested = cloud.emulator
        .journal()
        .filter(({ method, path }) => method === "POST" && path.endsWith("/image"));
      expect(requested.map(({ status }) => status)).toEqual(names.map(() => 202));
      const created = results.map(({ state }) => String(state?.created_at));
      expect(created).toEqual([...created].sort());
      expect(
        cloud.logged.filter((line) => line.includes("other images are being created from it")),
      ).toHaveLength(3);
    });

    it("requests images side by side of a volume that takes several at once", async () => {
      const cloud = await startCloud({ volumeBusy: false, latencyMs: 10, queuedMs: 100, savingMs: 500 });
      const names = Array.from({ length: 16 }, (_, index) => `golden-${index}`);
      const results = await Promise.all(names.map((name) => cloud.apply(imageResource, { ...GOLDEN, name })));
      expect(results.map(({ state }) => state?.status)).toEqual(names.map(() => "active"));
      const requests = requestsOf(cloud);
      expect(requests.filter((request) => request === "GET /volumes/ID")).toHaveLength(2);
      expect(requests.filter((request) => request === "POST /volumes/ID/image")).toHaveLength(names.length);
    });

    it("queues again when its volume takes one image at a time after all", async () => {
      const cloud = await startCloud({ volumeBusy: false, latencyMs: 10, queuedMs: 50, savingMs: 150 });
      const names = Array.from({ length: 12 }, (_, index) => `golden-${index}`);
      const creating = names.map((name) => cloud.apply(imageResource, { ...GOLDEN, name }));
      await expect.poll(() => cloud.emulator.leftovers().length, { interval: 1 }).toBeGreaterThan(2);
      cloud.emulator.changeSettings({ volumeBusy: true });
      const results = await Promise.all(creating);
      expect(results.map(({ state }) => state?.status)).toEqual(names.map(() => "active"));
      const requested = cloud.emulator
        .journal()
        .filter(({ method, path }) => method === "POST" && path.endsWith("/image"));
      const refused = requested.filter(({ status }) => status === 409);
      expect(requested.filter(({ applied }) => applied)).toHaveLength(names.length);
      expect(refused.length).toBeGreaterThan(0);
      // Those that were on their way, once each.
      expect(refused.length).toBeLessThan(names.length);
    });

    it("leaves the queue of its volume when it is interrupted or out of time", async () => {
      const cloud = await startCloud({ queuedMs: 50, savingMs: 60_000 });
      const first = cloud.apply(imageResource, GOLDEN);
      await expect.poll(() => cloud.emulator.leftovers()).toHaveLength(1);
      const timeouts = { create: "300ms", read: null, update: null, delete: null };
      const late = await cloud.apply(imageResource, { ...GOLDEN, name: "golden-late", timeouts });
      expect(texts(late.diagnostics)).toMatch(
        /the create request was not sent within the time allowed by timeouts.create/,
      );
      const waiting = ["golden-b", "golden-c"].map((name) => cloud.apply(imageResource, { ...GOLDEN, name }));
      cloud.interrupt();
      for (const { diagnostics } of await Promise.all(waiting)) {
        expect(texts(diagnostics)).toContain("No image was created.");
      }
      await first;
      expect(cloud.emulator.leftovers()).toHaveLength(1);
    });

    it("sends the request again when the volume is free by the time it is read", async () => {
      const cloud = await startCloud();
      cloud.emulator.addRule({ match: CREATE, fault: { kind: "conflict" }, times: 1 });
      expect(await created(cloud)).toMatchObject({ status: "active" });
    });

    it("names the image that already has the name, and how to import it", async () => {
      const cloud = await startCloud({ duplicateNames: "reject" });
      const { id } = cloud.emulator.seedImage({ name: "golden-web" });
      cloud.emulator.seedImage({ name: "golden-web-2" });
      const { state, diagnostics } = await cloud.apply(imageResource, GOLDEN);
      expect(state).toBeNull();
      expect(texts(diagnostics)).toContain(`An image of that name exists: ${id} (created at `);
      expect(texts(diagnostics)).toContain("terraform import");
    });

    it("does not suggest importing the image that already has the name when another resource created it", async () => {
      const cloud = await startCloud({ duplicateNames: "reject" });
      const { id } = await created(cloud);
      const { state, diagnostics } = await cloud.apply(imageResource, GOLDEN);
      expect(state).toBeNull();
      expect(texts(diagnostics)).toContain(`An image of that name exists: ${id} (created at `);
      expect(texts(diagnostics)).toContain(
        "which another resource manages. Choose another name: names are unique",
      );
      expect(texts(diagnostics)).not.toContain("terraform import");
    });

    it("fault 10: needs nothing but the ID of the response to its request", async () => {
      const cloud = await startCloud();
      cloud.emulator.addRule({
        match: CREATE,
        fault: { kind: "malformed", variant: "os-info-missing" },
        times: 1,
      });
      expect(await created(cloud)).toMatchObject({ status: "active", os_info: { distro: "ubuntu" } });
    });

    it("survives an image that is visible, not visible, and visible again", async () => {
      const cloud = await startCloud({ queuedMs: 100, savingMs: 300, flipFlopMs: 400 });
      expect(await created(cloud)).toMatchObject({ status: "active" });
    });

    it("keeps everything it knows in the state when it is interrupted", async () => {
      const cloud = await startCloud({ savingMs: 60_000 });
      const applying = cloud.apply(imageResource, GOLDEN);
      while (!cloud.logged.some((line) => line.endsWith("is saving"))) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      cloud.interrupt();
      const { state, diagnostics } = await applying;
      expect(state).toMatchObject({ ...GOLDEN, status: "saving", timeouts: null, size: null });
      expect(texts(diagnostics)).toContain("the operation was interrupted");
      expect(texts(diagnostics)).toContain(String(state?.id));
    });

    it("names the step in which it ran out of time", async () => {
      const limited = { ...GOLDEN, timeouts: { create: "700ms", read: null, update: null, delete: null } };
      const stalled = async (match: { method: string; path: string }): Promise<string> => {
        const cloud = await startCloud();
        cloud.emulator.addRule({ match, fault: { kind: "stall" } });
        const { state, diagnostics } = await cloud.apply(imageResource, limited);
        return `${state === null ? "nothing" : "saved"}: ${texts(diagnostics)}`;
      };
      const token = await stalled({ method: "POST", path: "/tokens$" });
      expect(token).toMatch(/^nothing: .*timeouts\.create/s);
      expect(token).toContain("IssueToken");
      const poll = await stalled({ method: "GET", path: "/images/" });
      expect(poll).toMatch(/^saved: .*not become active within the time allowed by timeouts\.create/s);
    });
  });

  describe("planning an image", () => {
    const PRIOR: ObjectValue = {
      ...Object.fromEntries(Object.keys(imageResource.schema.attributes).map((name) => [name, null])),
      ...GOLDEN,
      id: "3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90",
      updated_at: "2025-03-04T05:06:07Z",
    };
    const limits = (create: string) => ({ create, read: null, update: null, delete: null });

    it.each([
      ["a name", PRIOR, { name: "golden-db" }],
      ["a description", PRIOR, { description: "other" }],
      ["a time limit", { ...PRIOR, timeouts: limits("1h") }, { timeouts: limits("2h") }],
    ] as const)(
      "plans nothing while its volume is unknown, and says that %s changes later",
      (_what, prior, change) => {
        const config = { ...GOLDEN, ...change, volume_id: UNKNOWN };
        const { planned, requiresReplace, diagnostics } = plan(imageResource, config, prior);
        expect(planned).toEqual(prior);
        expect(requiresReplace).toEqual([]);
        expect(texts(diagnostics)).toContain(
          `The change of ${Object.keys(change)[0]} is left to the next apply:`,
        );
      },
    );

    it.each([
      ["timeouts", PRIOR, { timeouts: limits("2h") }],
      ["timeouts", { ...PRIOR, timeouts: limits("2h") }, { timeouts: null }],
      ["description", { ...PRIOR, description: null }, { description: "Web servers" }],
    ] as const)("plans %s that Terraform does not let it postpone, with a warning", (what, prior, change) => {
      const config = { ...GOLDEN, ...change, volume_id: UNKNOWN };
      const { planned, diagnostics } = plan(imageResource, config, prior);
      expect(planned).toMatchObject({ ...change, volume_id: ROOT_VOLUME });
      expect(texts(diagnostics)).toContain(
        `This plan changes ${what} although volume_id is only known after`,
      );
    });

    it("is silent while its volume is unknown and nothing else changes", () => {
      const { planned, diagnostics } = plan(imageResource, { ...GOLDEN, volume_id: UNKNOWN }, PRIOR);
      expect(planned).toEqual(PRIOR);
      expect(diagnostics).toEqual([]);
    });

    it("treats IDs that differ only in case as the same volume", () => {
      const volume = "abcdefab-0000-4000-8000-00000000000a";
      const prior = { ...PRIOR, volume_id: volume.toUpperCase() };
      const output = plan(imageResource, { ...GOLDEN, volume_id: volume }, prior);
      expect(output).toEqual({ planned: prior, requiresReplace: [], diagnostics: [] });
    });

    it("refuses a data volume before it requests an image", async () => {
      const cloud = await startCloud();
      const { state, diagnostics } = await cloud.apply(imageResource, { ...GOLDEN, volume_id: DATA_VOLUME });
      expect(state).toBeNull();
      expect(texts(diagnostics)).toContain("is not a root volume");
      expect(requestsOf(cloud)).toEqual(["GET /volumes/ID"]);
    });
  });

  describe("updating an image", () => {
    it("faults 18, 19: returns the planned timeouts, alone or beside another change", async () => {
      const cloud = await startCloud();
      const state = await created(cloud);
      cloud.requests();
      const timeouts = { create: "2h", read: null, update: "5m", delete: null };
      const first = await cloud.apply(imageResource, { ...GOLDEN, timeouts }, state);
      expect(first.state).toEqual({ ...state, timeouts });
      expect(cloud.requests()).toEqual([]);

      const changed = { ...GOLDEN, name: "golden-web-2", timeouts: { ...timeouts, create: "3h" } };
      const second = await cloud.apply(imageResource, changed, first.state);
      expect(second.state).toMatchObject(changed);
      expect(requestsOf(cloud)).toEqual(["PUT /images/ID"]);
    });

    it("fault 20: shows what the API returns after the change, and fault 21: sends and keeps only what changed", async () => {
      const cloud = await startCloud();
      const state = await created(cloud);
      cloud.emulator.advance(60_000);
      const { state: updated } = await cloud.apply(imageResource, { ...GOLDEN, description: "other" }, state);
      const put = cloud.emulator.journal().find(({ method }) => method === "PUT");
      expect(put?.body).toEqual({ image: { description: "other" } });
      expect(updated?.updated_at).toBe(cloud.emulator.image(String(state.id))?.updated_at);
      expect(updated?.updated_at).not.toBe(state.updated_at);
      expect(updated).toMatchObject({ project_id: state.project_id, image_member_status: null });
    });

    it("keeps the state when the change is refused", async () => {
      const cloud = await startCloud();
      const state = await created(cloud);
      cloud.emulator.addRule({ match: { method: "PUT" }, fault: { kind: "conflict", message: "Not now." } });
      const answer = await cloud.apply(imageResource, { ...GOLDEN, name: "golden-web-2" }, state);
      expect(answer.state).toEqual(state);
      expect(texts(answer.diagnostics)).toContain("Not now.");
    });
  });

  describe("deleting an image", () => {
    it("fault 26: continues through gateway errors and a conflict that passes, and counts pending_delete as deleted", async () => {
      const cloud = await startCloud({ deleteMode: "pending_delete", deleteDelayMs: 600_000 });
      const state = await created(cloud);
      cloud.emulator.addRule({
        match: { method: "DELETE" },
        fault: { kind: "status", status: 503, body: "html" },
        times: 1,
      });
      cloud.emulator.addRule({ match: { method: "DELETE" }, fault: { kind: "conflict" }, times: 1 });
      const { state: left, diagnostics } = await cloud.destroy(imageResource, state);
      expect(texts(diagnostics)).toBe("");
      expect(left).toBeNull();
      expect(cloud.emulator.image(String(state.id))?.status).toBe("pending_delete");
    });

    it("fault 26: counts deleted as deleted, and an image that no longer exists, too", async () => {
      const cloud = await startCloud({ deleteMode: "deleted", deleteDelayMs: 600_000 });
      const state = await created(cloud);
      expect((await cloud.destroy(imageResource, state)).state).toBeNull();
      expect((await cloud.destroy(imageResource, state)).diagnostics).toEqual([]);
    });

    it("treats a 404 after a request whose response was lost as its success, though the image is new", async () => {
      const cloud = await startCloud();
      const state = await created(cloud);
      cloud.requests();
      cloud.emulator.addRule({ match: { method: "DELETE" }, fault: { kind: "reset-after" }, times: 1 });
      const { state: left, diagnostics } = await cloud.destroy(imageResource, state);
      expect(texts(diagnostics)).toBe("");
      expect(left).toBeNull();
      expect(requestsOf(cloud)).toEqual([
        "DELETE /images/ID",
        "DELETE /images/ID",
        "GET /images/ID",
        "GET /images",
      ]);
    });

    it("ignores that 404 while the image can be read or listed", async () => {
      const cloud = await startCloud();
      const state = await created(cloud);
      cloud.emulator.addRule({
        match: { method: "DELETE" },
        fault: { kind: "close-after-read", applied: false },
        times: 1,
      });
      cloud.emulator.addRule({
        match: ONE_IMAGE,
        fault: { kind: "status", status: 404, body: "bcs" },
        times: 2,
      });
      expect((await cloud.destroy(imageResource, state)).diagnostics).toEqual([]);
      expect(cloud.emulator.leftovers()).toEqual([]);
    });

    it("ends at its time limit with the image still in the state", async () => {
      const cloud = await startCloud();
      const state = await created(cloud, {
        ...GOLDEN,
        timeouts: { create: null, read: null, update: null, delete: "400ms" },
      });
      cloud.emulator.addRule({
        match: { ...ONE_IMAGE, method: "GET" },
        fault: { kind: "status", status: 503 },
      });
      const { state: left, diagnostics } = await cloud.destroy(imageResource, state);
      expect(left).toEqual(state);
      expect(texts(diagnostics)).toContain("timeouts.delete");
    });
  });

  describe("an image that is not found although it was just created", () => {
    /** An image that no single request finds for a while from now on, as after a create whose wait was interrupted. */
    async function createdButInvisible(cloud: TestCloud): Promise<ObjectValue> {
      const state = await created(cloud);
      cloud.emulator.addRule({
        match: ONE_IMAGE,
        fault: { kind: "status", status: 404, body: "bcs" },
        times: 2,
      });
      return state;
    }

    it("stays in the state when it is refreshed", async () => {
      const cloud = await startCloud();
      const state = await createdButInvisible(cloud);
      expect((await cloud.refresh(imageResource, state)).state).toEqual(state);
    });

    it("is still deleted", async () => {
      const cloud = await startCloud();
      const state = await createdButInvisible(cloud);
      expect((await cloud.destroy(imageResource, state)).diagnostics).toEqual([]);
      expect(cloud.emulator.leftovers()).toEqual([]);
    });

    it("is named when the time for further reads is over, or the user interrupts, and stays in the state", async () => {
      const cloud = await startCloud();
      const state = await created(cloud);
      cloud.emulator.addRule({ match: ONE_IMAGE, fault: { kind: "status", status: 404, body: "bcs" } });
      const timeouts = { create: null, read: "300ms", update: null, delete: null };
      const late = await cloud.refresh(imageResource, { ...state, timeouts });
      expect(late.state).toMatchObject({ id: state.id });
      expect(texts(late.diagnostics)).toContain(
        `Could not read image ${state.id}: the time allowed by timeouts.read`,
      );
      const reading = cloud.refresh(imageResource, state);
      cloud.interrupt();
      expect(texts((await reading).diagnostics)).toContain("Unable to Read Image");
    });

    it("is deleted again at growing intervals when only its deletion does not find it", async () => {
      const cloud = await startCloud();
      const state = await created(cloud);
      const notFound = { kind: "status", status: 404, body: "bcs" } as const;
      cloud.emulator.addRule({ match: { method: "DELETE" }, fault: notFound });
      cloud.requests();
      const timeouts = { create: null, read: null, update: null, delete: "1s" };
      const { state: left, diagnostics } = await cloud.destroy(imageResource, { ...state, timeouts });
      expect(left).toMatchObject({ id: state.id });
      expect(texts(diagnostics)).toContain("timeouts.delete");
      expect(requestsOf(cloud).length).toBeLessThan(50);
    });

    it("counts as deleted at once when it is older", async () => {
      const cloud = await startCloud();
      const state = await created(cloud);
      cloud.emulator.advance(10 * 60_000);
      await cloud.refresh(imageResource, state);
      cloud.emulator.changeImage(String(state.id), { status: "(deleted)" });
      cloud.requests();
      expect((await cloud.refresh(imageResource, state)).state).toBeNull();
      expect(requestsOf(cloud)).toEqual(["GET /images/ID"]);
    });
  });

  describe("refreshing an image", () => {
    it("fault 16: returns the prior state when the API cannot be reached", async () => {
      const cloud = await startCloud();
      const state = await created(cloud);
      cloud.emulator.addRule({ match: ONE_IMAGE, fault: { kind: "status", status: 403 } });
      const { state: kept, diagnostics } = await cloud.refresh(imageResource, state);
      expect(kept).toEqual(state);
      expect(texts(diagnostics)).toContain("Unable to Read Image");
    });

    it("refuses a response with another image", async () => {
      const cloud = await startCloud();
      const state = await created(cloud);
      cloud.emulator.addRule({ match: ONE_IMAGE, fault: { kind: "malformed", variant: "id-other" } });
      const { state: kept, diagnostics } = await cloud.refresh(imageResource, state);
      expect(kept).toEqual(state);
      expect(texts(diagnostics)).toContain("another image");
    });
  });
});
