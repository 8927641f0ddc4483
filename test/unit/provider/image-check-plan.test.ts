import { expect, it } from "vitest";
import { DATA_VOLUME, ROOT_VOLUME } from "../../../src/emulator/state/defaults.ts";
import { UNKNOWN } from "../../../src/framework/value.ts";
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

it("images of one volume share one request, and a plan that creates nothing sends none", async () => {
  const cloud = await startCloud();
  const names = ["golden-a", "golden-b", "golden-c"];
  await Promise.all(names.map((name) => cloud.checkPlan(image, { ...GOLDEN, name })));
  await cloud.checkPlan(image, { ...GOLDEN, volume_id: ROOT_VOLUME.toUpperCase() });
  expect(cloud.requests()).toEqual([`GET /volumes/${ROOT_VOLUME}`]);

  const { state } = await cloud.apply(image, GOLDEN);
  cloud.requests();
  expect(await cloud.checkPlan(image, { ...GOLDEN, name: "golden-b" }, state)).toEqual([]);
  expect(await cloud.checkPlan(image, { ...GOLDEN, volume_id: UNKNOWN })).toEqual([]);
  expect(cloud.requests()).toEqual([]);
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
