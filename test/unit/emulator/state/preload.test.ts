import { describe, expect, it } from "vitest";
import { type Api, field, PROJECT, rows, startStill, TEAM_1 } from "../support.ts";

/** Every image of a list, page by page. */
async function listAll(api: Api, query = "", limit = 1000) {
  const found = [];
  for (let total = 1; found.length < total; ) {
    const reply = await api.get(`/api/v1/images?limit=${limit}&offset=${found.length}${query}`);
    total = Number(field(reply.json, "pagination").total);
    found.push(...rows(reply));
  }
  return found;
}

describe("preloaded images", () => {
  it("setting preloadImages: 100 000 are listed in pages, each once, in order", {
    timeout: 60_000,
  }, async () => {
    const api = await startStill({ preloadImages: 100_000 });
    const all = await listAll(api);
    expect(all).toHaveLength(100_005);
    expect(new Set(all.map(({ id }) => id)).size).toBe(100_005);
    const created = all.map((image) => String(image.created_at));
    expect(created).toEqual([...created].sort().reverse());
  });

  it("are named and dated by their index, and found by id, name and filter", async () => {
    const api = await startStill({ preloadImages: 5_000 });
    const [image] = rows(await api.get("/api/v1/images?name=img-004321"));
    expect(image?.created_at).toBe("2024-01-01T01:12:01Z");
    expect(await api.image(String(image?.id))).toEqual(image);
    const raw = await listAll(api, "&disk_format=raw&image_type=my");
    expect(raw.length).toBeGreaterThan(500);
    expect(new Set(raw.map((row) => `${row.disk_format} ${row.owner}`))).toEqual(new Set([`raw ${PROJECT}`]));
  });

  it("can be changed, shared and deleted like any other", async () => {
    const api = await startStill({ preloadImages: 300 });
    const [first, second] = rows(await api.get("/api/v1/images?name=img-000200")).concat(
      rows(await api.get("/api/v1/images?name=img-000100")),
    );
    const one = `/api/v1/images/${first?.id}`;
    await api.call("PUT", one, { image: { name: "renamed" } });
    await api.call("POST", `${one}/members/${TEAM_1}`);
    await api.call("DELETE", `/api/v1/images/${second?.id}`);
    expect(await api.image(String(first?.id))).toMatchObject({ name: "renamed", visibility: "shared" });
    expect((await api.get(`/api/v1/images/${second?.id}`)).status).toBe(404);
    const names = (await listAll(api, "", 7)).map(({ name }) => name);
    expect(names).toHaveLength(304);
    expect(names).toContain("renamed");
    expect(names).not.toContain("img-000200");
    expect(names).not.toContain("img-000100");
    // Where the renamed one stands among the others still follows from its creation time.
    expect(names.indexOf("renamed")).toBe(names.indexOf("img-000201") + 1);
  });

  it("sort by any attribute together with the others", async () => {
    const api = await startStill({ preloadImages: 200 });
    await api.makeImage("img-000100-copy");
    const names = (await listAll(api, "&sort_keys=name&sort_dirs=asc", 50)).map(({ name }) => String(name));
    expect(names).toEqual([...names].sort());
    expect(names.indexOf("img-000100-copy")).toBe(names.indexOf("img-000100") + 1);
  });

  it("are not leftovers, and the status page does not show them", async () => {
    const api = await startStill({ preloadImages: 50 });
    expect(api.emulator.leftovers()).toEqual([]);
    expect(api.emulator.images()).toHaveLength(5);
  });
});
