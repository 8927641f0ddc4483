import { expect, it } from "vitest";
import type { ControlledImage } from "../../../src/emulator/control/controls.ts";
import { ROOT_VOLUME } from "../../../src/emulator/state/defaults.ts";
import { UNKNOWN } from "../../../src/framework/value.ts";
import { imageResource as image } from "../../../src/provider/image/resource.ts";
import { startCloud, type TestCloud, texts } from "./support.ts";

const GOLDEN = { name: "golden-web", description: "built", volume_id: ROOT_VOLUME };
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

/** A cloud with a volume of an hour ago, and an image as a killed run leaves it behind, but for what is given. */
async function withImage(given: object = {}): Promise<{ cloud: TestCloud; left: ControlledImage }> {
  const cloud = await startCloud();
  cloud.emulator.seedVolume({ id: ROOT_VOLUME, is_root: true, size: 20, created_at: ago(HOUR_MS) });
  const { name, description } = GOLDEN;
  const seed = { name, description, created_at: ago(MINUTE_MS), virtual_size: 20 * 1024 ** 3, ...given };
  const left = cloud.emulator.seedImage(seed as never);
  cloud.requests();
  return { cloud, left };
}

it("an equal image that no state is known to have is a warning that says how to import it", async () => {
  const { cloud, left } = await withImage();
  const found = await cloud.checkPlan(image, GOLDEN);
  expect(found).toMatchObject([{ severity: "warning", summary: 'Unmanaged Image "golden-web" Found' }]);
  expect(texts(found)).toContain(`terraform import kakaocloud_image.<name> ${left.id}/${ROOT_VOLUME}`);
  expect(cloud.requests()).toEqual([`GET /volumes/${ROOT_VOLUME}`, "GET /images"]);
});

it.each<[string, object, object]>([
  ["has another name", { name: "golden-db" }, {}],
  ["has another description", { description: "by hand" }, {}],
  ["is older than its volume could make it", { created_at: ago(2 * HOUR_MS) }, {}],
  ["is of another size", { virtual_size: 40 * 1024 ** 3 }, {}],
  ["is being deleted", { status: "pending_delete" }, {}],
  ["has a name that is not known yet", {}, { name: UNKNOWN }],
  ["has a description that is not known yet", {}, { description: UNKNOWN }],
])("there is no warning where the image %s", async (_what, given, planned) => {
  const { cloud } = await withImage(given);
  expect(await cloud.checkPlan(image, { ...GOLDEN, ...planned })).toEqual([]);
});

it.each([11, 13])(
  "an image of %i hours ago is meant, or kept on purpose, when its volume is old",
  async (hours) => {
    const { cloud } = await withImage({ created_at: ago(hours * HOUR_MS) });
    cloud.emulator.seedVolume({ id: ROOT_VOLUME, created_at: ago(100 * HOUR_MS) });
    expect(await cloud.checkPlan(image, GOLDEN)).toHaveLength(hours < 12 ? 1 : 0);
  },
);

it("no description, none in the configuration and the API's dash are the same", async () => {
  const { cloud } = await withImage({ description: "-" });
  expect(await cloud.checkPlan(image, { ...GOLDEN, description: null })).toHaveLength(1);
});

it("an image that a plan or a refresh has from the state is none", async () => {
  const { cloud, left } = await withImage();
  const prior = { ...GOLDEN, id: left.id };
  // A replacement is planned twice: with the image that it replaces, and without.
  await cloud.checkPlan(image, GOLDEN, prior);
  expect(await cloud.checkPlan(image, GOLDEN)).toEqual([]);

  const other = await withImage();
  await other.cloud.refresh(image, { ...GOLDEN, id: other.left.id });
  expect(await other.cloud.checkPlan(image, GOLDEN)).toEqual([]);
});

it("a state that is read side by side with the plan is waited for", async () => {
  const { cloud, left } = await withImage();
  const planned = cloud.checkPlan(image, GOLDEN);
  await expect.poll(() => cloud.emulator.journal().some(({ path }) => path.endsWith("/images"))).toBe(true);
  await cloud.refresh(image, { ...GOLDEN, id: left.id });
  expect(await planned).toEqual([]);
});

it("twenty images of one name share the list, and none that this process creates is named", async () => {
  const cloud = await startCloud({ volumeBusy: false });
  const plans = Array.from({ length: 20 }, () => cloud.checkPlan(image, GOLDEN));
  expect((await Promise.all(plans)).flat()).toEqual([]);
  await cloud.apply(image, GOLDEN);
  expect(await cloud.checkPlan(image, GOLDEN)).toEqual([]);
  expect(cloud.requests().filter((request) => request === "GET /images")).toHaveLength(1);
});

it("a list that fails costs nothing but the warning", async () => {
  const { cloud } = await withImage();
  cloud.emulator.addRule({ match: { path: "/images$" }, fault: { kind: "status", status: 403 } });
  expect(await cloud.checkPlan(image, GOLDEN)).toEqual([]);
  expect(cloud.logged.join("\n")).toContain("the images could not be listed at plan");
});

it("an interrupt ends the list", async () => {
  const { cloud } = await withImage();
  cloud.emulator.addRule({ match: { path: "/images$" }, fault: { kind: "stall" } });
  const planned = cloud.checkPlan(image, GOLDEN);
  await expect.poll(() => cloud.emulator.journal().some(({ path }) => path.endsWith("/images"))).toBe(true);
  cloud.interrupt();
  expect(await planned).toEqual([]);
});
