import { expect, test } from "vitest";
import { INSTANCE, ROOT_VOLUME } from "../../../src/emulator/state/defaults.ts";
import { imagesDataSource } from "../../../src/provider/image/list-data-source.ts";
import { instancesDataSource } from "../../../src/provider/instance/list-data-source.ts";
import { volumesDataSource } from "../../../src/provider/volume/list-data-source.ts";
import { elements, startCloud, type TestCloud, texts } from "./support.ts";

const filter = (pairs: Readonly<Record<string, string | null>>) => ({
  filter: Object.entries(pairs).map(([name, value]) => ({ name, value })),
});

const LISTS = { images: imagesDataSource, volumes: volumesDataSource, instances: instancesDataSource };

/** One attribute of every element that meets the filter. */
async function column(
  cloud: TestCloud,
  list: keyof typeof LISTS,
  pairs: Readonly<Record<string, string | null>>,
  attribute = "name",
) {
  const { state, diagnostics } = await cloud.lookUp(LISTS[list], filter(pairs));
  expect(texts(diagnostics)).toBe("");
  return elements(state, list).map((element) => element[attribute]);
}

test("fault 43: a list without matches is an empty list", async () => {
  const cloud = await startCloud();
  for (const list of ["images", "volumes", "instances"] as const) {
    const { state } = await cloud.lookUp(LISTS[list], filter({ name: "no-such-name" }));
    expect(state?.[list]).toEqual([]);
  }
});

test("fault 43: a missing list in the response is an empty list, too", async () => {
  const cloud = await startCloud();
  cloud.emulator.addRule({
    match: { path: "/(images|volumes|instances)$" },
    fault: { kind: "malformed", variant: "object-null" },
  });
  for (const list of ["images", "volumes", "instances"] as const) {
    const { state, diagnostics } = await cloud.lookUp(LISTS[list], {});
    expect(texts(diagnostics)).toBe("");
    expect(state?.[list]).toEqual([]);
  }
});

test("fault 44: every image is listed, also when the server returns small pages", async () => {
  const cloud = await startCloud({ preloadImages: 1234, limitMax: 100 });
  const names = await column(cloud, "images", { image_type: null });
  expect(names).toHaveLength(1239);
  expect(new Set(names)).toHaveLength(1239);
});

test("images are listed in the order of the API, newest first by request", async () => {
  const cloud = await startCloud();
  const at = (created_at: string, id: string) => cloud.emulator.seedImage({ id, name: "twin", created_at });
  at("2025-05-01T00:00:00Z", "bbbbbbbb-0000-4000-8000-000000000000");
  at("2025-06-01T00:00:00Z", "cccccccc-0000-4000-8000-000000000000");
  at("2025-05-01T00:00:00Z", "aaaaaaaa-0000-4000-8000-000000000000");
  const ids = await column(cloud, "images", { name: "twin" }, "id");
  expect(ids.map((id) => String(id).slice(0, 4))).toEqual(["cccc", "aaaa", "bbbb"]);
});

test("a name filter means the whole name, also where the server finds parts of names", async () => {
  const cloud = await startCloud({ nameFilter: "contains" });
  for (const name of ["golden-web", "golden-web-old"]) {
    cloud.emulator.seedImage({ name });
    cloud.emulator.seedVolume({ name });
  }
  expect(await column(cloud, "images", { name: "golden-web" })).toEqual(["golden-web"]);
  expect(await column(cloud, "volumes", { name: "golden-web" })).toEqual(["golden-web"]);
});

test("a name filter of instances finds parts of names, as the API documents it", async () => {
  const cloud = await startCloud();
  cloud.emulator.seedInstance({ name: "web-02", created_at: "2025-04-01T00:00:00Z" });
  expect(await column(cloud, "instances", { name: "web-" })).toEqual(["web-02", "web-01"]);
});

test("an id filter finds the object in any case of letters", async () => {
  const cloud = await startCloud();
  const { id } = cloud.emulator.seedImage({ id: "abcdefab-0000-4000-8000-000000000000" });
  expect(await column(cloud, "images", { id }, "id")).toEqual([id]);
  expect(await column(cloud, "volumes", { id: ROOT_VOLUME }, "id")).toEqual([ROOT_VOLUME]);
});

test("filters go to the server in the spelling that it understands, those without a value do not", async () => {
  const cloud = await startCloud({ unknownQuery: "reject", limitMode: "reject" });
  const found = await column(cloud, "volumes", {
    is_root: "T",
    is_encrypted: "0",
    size: "+020",
    created_at: "2025-03-01",
    status: null,
  });
  expect(found).toEqual(["web-01-root"]);
  const { is_root, is_encrypted, size, created_at, status } = cloud.emulator.journal().at(-1)?.query ?? {};
  expect({ is_root, is_encrypted, size, created_at, status }).toEqual({
    is_root: "true",
    is_encrypted: "false",
    size: "20",
    created_at: "2025-03-01",
    status: undefined,
  });
});

test("images for GPU instances can be requested, though the server only lists them among those for virtual machines", async () => {
  const cloud = await startCloud();
  expect(await column(cloud, "images", { instance_type: "gpu" })).toEqual(["Ubuntu 22.04 - NVIDIA"]);
  expect(await column(cloud, "images", { instance_type: "VM" })).toContain("Ubuntu 22.04 - NVIDIA");
  expect(await column(cloud, "images", { instance_type: "bm" })).toEqual(["Ubuntu 22.04 - Bare Metal"]);
});

test("a filter that was unknown in the plan and is wrong is reported before any request", async () => {
  const cloud = await startCloud();
  const { state, diagnostics } = await cloud.lookUp(imagesDataSource, filter({ size: "big" }));
  expect(state).toBeNull();
  expect(texts(diagnostics)).toContain("Attribute filter[0].value must be a whole number");
  expect(cloud.requests()).toEqual([]);
});

test("a value the server refuses is reported in the server's words", async () => {
  const cloud = await startCloud();
  cloud.emulator.addRule({
    match: { path: "/images$" },
    fault: { kind: "status", status: 400, message: "No such status." },
  });
  const { diagnostics } = await cloud.lookUp(imagesDataSource, filter({ status: "odd" }));
  expect(texts(diagnostics)).toMatch(/^Unable to List Images\nCould not list the images: .*No such status\./);
});

test("configured attributes come back as they are configured", async () => {
  const cloud = await startCloud();
  const config = { ...filter({ name: "web-01", status: null }), timeouts: { read: "90s" } };
  const { state } = await cloud.lookUp(instancesDataSource, config);
  expect(state).toMatchObject(config);
  expect(elements(state, "instances").map(({ id }) => id)).toEqual([INSTANCE]);
});

test("a list that does not arrive in time names the limit", async () => {
  const cloud = await startCloud({ latencyMs: 2_000 });
  const { state, diagnostics } = await cloud.lookUp(imagesDataSource, { timeouts: { read: "200ms" } });
  expect(state).toBeNull();
  expect(texts(diagnostics)).toMatch(/Could not list the images: .*(timeouts\.read|time allowed)/);
});
