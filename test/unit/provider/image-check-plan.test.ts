import { describe, expect, it } from "vitest";
import { DATA_VOLUME, ROOT_VOLUME } from "../../../src/emulator/state/defaults.ts";
import { UNKNOWN } from "../../../src/framework/value.ts";
import { BATCH_READS_FROM } from "../../../src/provider/defaults.ts";
import { imageResource as image } from "../../../src/provider/image/resource.ts";
import { plan, startCloud, texts } from "./support.ts";

const GOLDEN = { name: "golden-web", description: "built", volume_id: ROOT_VOLUME };
const NO_VOLUME = "11111111-1111-4111-8111-111111111111";

it("a volume that does not exist is an error of the plan", async () => {
  const cloud = await startCloud();
  const found = await cloud.checkPlan(image, { ...GOLDEN, volume_id: NO_VOLUME });
  expect(found).toMatchObject([{ severity: "error", path: [{ attribute: "volume_id" }] }]);
  expect(texts(found)).toContain(
    `Could not create image "golden-web" from volume ${NO_VOLUME}: volume ${NO_VOLUME} does not exist.`,
  );
});

it("a volume that is no root volume is an error of the plan", async () => {
  const cloud = await startCloud();
  const found = await cloud.checkPlan(image, { ...GOLDEN, volume_id: DATA_VOLUME });
  expect(found).toMatchObject([{ severity: "error", path: [{ attribute: "volume_id" }] }]);
  expect(texts(found)).toContain("is not a root volume but a data volume");
});

it("images of one volume share its request and the list, and a plan that creates nothing sends none", async () => {
  const cloud = await startCloud();
  const names = ["golden-a", "golden-b", "golden-c"];
  await Promise.all(names.map((name) => cloud.checkPlan(image, { ...GOLDEN, name })));
  await cloud.checkPlan(image, { ...GOLDEN, volume_id: ROOT_VOLUME.toUpperCase() });
  // And the one list of images that may have been left behind.
  expect(cloud.requests()).toEqual([`GET /volumes/${ROOT_VOLUME}`, "GET /images"]);

  const { state } = await cloud.apply(image, GOLDEN);
  cloud.requests();
  expect(await cloud.checkPlan(image, { ...GOLDEN, name: "golden-b" }, state)).toEqual([]);
  expect(await cloud.checkPlan(image, { ...GOLDEN, volume_id: UNKNOWN })).toEqual([]);
  expect(cloud.requests()).toEqual([]);
});

it("the create that follows a plan needs no request of its own for the volume, and the next create does", async () => {
  const cloud = await startCloud();
  await cloud.checkPlan(image, GOLDEN);
  await cloud.apply(image, { ...GOLDEN, volume_id: ROOT_VOLUME.toUpperCase() });
  const isForVolume = (request: string) => request.startsWith("GET /volumes");
  expect(cloud.requests().filter(isForVolume)).toEqual([`GET /volumes/${ROOT_VOLUME}`]);
  await cloud.apply(image, { ...GOLDEN, name: "golden-b" });
  expect(cloud.requests().filter(isForVolume)).toEqual([`GET /volumes/${ROOT_VOLUME}`]);
});

it("a create does not rely on what was read before the last request for an image of its volume", async () => {
  let release = () => {};
  const isHeld = new Promise<void>((resolve) => {
    release = resolve;
  });
  let reads = 0;
  const cloud = await startCloud(
    { queuedMs: 50, savingMs: 150 },
    {
      // The response to the first read arrives late.
      change: (client) => ({
        ...client,
        volumes: {
          ...client.volumes,
          async get(...parameters) {
            reads += 1;
            const isFirst = reads === 1;
            const volume = await client.volumes.get(...parameters);
            if (isFirst) await isHeld;
            return volume;
          },
        },
      }),
    },
  );
  const planned = cloud.checkPlan(image, { ...GOLDEN, name: "golden-b" });
  const first = cloud.apply(image, GOLDEN);
  await expect.poll(() => cloud.emulator.leftovers()).toHaveLength(1);
  release();
  expect(await planned).toEqual([]);
  const second = await cloud.apply(image, { ...GOLDEN, name: "golden-b" });
  expect([(await first).state?.status, second.state?.status]).toEqual(["active", "active"]);
  expect(cloud.emulator.journal().filter(({ status }) => status === 409)).toEqual([]);
});

describe("images of many volumes that are planned side by side", () => {
  async function startWithVolumes(count: number) {
    const cloud = await startCloud();
    const ids = Array.from({ length: count }, (_, index) => {
      const id = `22222222-2222-4222-8222-${String(index).padStart(12, "0")}`;
      cloud.emulator.seedVolume({ id, is_root: index % 10 !== 9 });
      return id;
    });
    const planAll = (volumes: readonly string[]) =>
      Promise.all(volumes.map((volume_id) => cloud.checkPlan(image, { ...GOLDEN, volume_id })));
    return { cloud, ids, planAll };
  }

  it("share one list, and each is still checked", async () => {
    const { cloud, ids, planAll } = await startWithVolumes(40);
    const found = (await planAll([...ids, NO_VOLUME])).map((diagnostics) => texts(diagnostics));
    expect(found.filter((text) => text.includes("is not a root volume but a data volume"))).toHaveLength(4);
    expect(found.at(-1)).toContain(`volume ${NO_VOLUME} does not exist.`);
    expect(found.filter((text) => text === "")).toHaveLength(36);
    const requests = cloud.requests().filter((request) => request !== "GET /images");
    expect(requests.filter((request) => request === "GET /volumes")).toHaveLength(1);
    expect(requests).toHaveLength(BATCH_READS_FROM + 2);
  });

  it("are each read alone when the volumes cannot be listed", async () => {
    const { cloud, ids, planAll } = await startWithVolumes(20);
    cloud.emulator.addRule({ match: { path: "/volumes$" }, fault: { kind: "status", status: 403 } });
    expect((await planAll(ids)).flat()).toHaveLength(2);
    expect(cloud.requests().filter((request) => request.startsWith("GET /volumes/"))).toHaveLength(20);
  });
});

it.each([
  ["a refusal", { kind: "status", status: 403 } as const],
  ["a 404 of some other server", { kind: "status", status: 404, body: "html" } as const],
])("%s is left to the apply", async (_what, fault) => {
  const cloud = await startCloud();
  cloud.emulator.addRule({ match: { method: "GET", path: "/volumes/" }, fault });
  expect(await cloud.checkPlan(image, GOLDEN)).toEqual([]);
});

it.each([
  ["taken out of the configuration", ROOT_VOLUME, null],
  ["added to an imported image", null, ROOT_VOLUME],
])("a volume_id that is %s is one change in place that sends no request", async (_what, before, after) => {
  const cloud = await startCloud();
  const { state } = await cloud.apply(image, GOLDEN);
  cloud.requests();
  const prior = { ...state, volume_id: before };
  const config = { ...GOLDEN, volume_id: after };
  const { planned, requiresReplace } = plan(image, config, prior);
  expect(planned).toEqual({ ...prior, volume_id: after });
  expect(requiresReplace).toEqual([]);
  const { state: applied, diagnostics } = await cloud.apply(image, config, prior);
  expect(diagnostics).toEqual([]);
  expect(applied).toEqual({ ...prior, volume_id: after });
  expect(cloud.requests()).toEqual([]);
});
