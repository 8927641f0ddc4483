import { describe, expect, it } from "vitest";
import { type Api, column, field, PROJECT, rows, startStill, TEAM_1 } from "../support.ts";

const WINDOWS = {
  type: "WINDOWS",
  distro: "windows",
  architecture: "x86_64",
  admin_user: "Administrator",
  is_hidden: false,
};
const IMAGES = [
  { name: "web-1", created_at: "2025-02-01T10:00:00Z", size: 10, min_disk: 20, disk_format: "raw" },
  { name: "web-10", created_at: "2025-02-02T10:00:00Z", size: 20, min_disk: 30, status: "deactivated" },
  { name: "gpu-1", created_at: "2025-02-03T10:00:00Z", size: 30, instance_type: "gpu", os_info: WINDOWS },
  { name: "bm-1", created_at: "2025-02-04T10:00:00Z", size: 40, instance_type: "bm" },
  {
    name: "lent",
    created_at: "2025-02-05T10:00:00Z",
    owner: TEAM_1,
    members: [{ id: PROJECT, status: "accepted" }],
  },
  { name: "offered", owner: TEAM_1, members: [{ id: PROJECT }] },
  { name: "foreign", owner: TEAM_1 },
];
const PUBLIC = [
  "Ubuntu 22.04",
  "Rocky Linux 9",
  "Windows Server 2022",
  "Ubuntu 22.04 - NVIDIA",
  "Ubuntu 22.04 - Bare Metal",
];

const startList = (settings = {}) => startStill(settings, { images: IMAGES });
const names = async (api: Api, query: string) => column(await api.get(`/api/v1/images?${query}`), "name");

describe("the image list", () => {
  it("holds own, public, and accepted shared images, newest first", async () => {
    const api = await startList();
    const reply = await api.get("/api/v1/images");
    const all = column(reply, "name");
    expect(all.slice(0, 5)).toEqual(["lent", "bm-1", "gpu-1", "web-10", "web-1"]);
    expect(new Set(all.slice(5))).toEqual(new Set(PUBLIC));
    expect(reply.json.pagination).toEqual({ total: 10, offset: 0, limit: 20 });
  });

  it.each([
    ["image_type=my", ["bm-1", "gpu-1", "web-10", "web-1"]],
    ["image_type=my&instance_type=vm", ["gpu-1", "web-10", "web-1"]],
    ["image_type=my&instance_type=bm", ["bm-1"]],
    ["name=web-1", ["web-1"]],
    ["size=20", ["web-10"]],
    ["min_disk=30", ["web-10"]],
    ["disk_format=raw", ["web-1"]],
    ["status=deactivated", ["web-10"]],
    ["os_type=windows&image_type=my", ["gpu-1"]],
    ["visibility=shared", ["lent"]],
    ["image_member_status=accepted", ["lent"]],
    ["created_at=2025-02-03", ["gpu-1"]],
    ["created_at=T10:00&image_type=my", ["bm-1", "gpu-1", "web-10", "web-1"]],
    ["updated_at=2025-02-04T10:00:00Z", ["bm-1"]],
    ["name=", ["lent", "bm-1"]],
  ])("filters by %s", async (query, expected) => {
    const api = await startList();
    const found = await names(api, query);
    expect(query.endsWith("=") ? found.slice(0, 2) : found).toEqual(expected);
  });

  it("filters by image_type basic and by id", async () => {
    const api = await startList();
    expect(new Set(await names(api, "image_type=basic"))).toEqual(new Set(PUBLIC));
    const id = rows(await api.get("/api/v1/images?name=lent"))[0]?.id;
    expect(await names(api, `id=${id}`)).toEqual(["lent"]);
  });

  it("setting nameFilter contains finds parts of names", async () => {
    const api = await startList({ nameFilter: "contains" });
    expect(await names(api, "name=web-1")).toEqual(["web-10", "web-1"]);
  });

  it("setting timeFilter equal requires the whole text", async () => {
    const api = await startList({ timeFilter: "equal" });
    expect(await names(api, "created_at=2025-02-03")).toEqual([]);
    expect(await names(api, "created_at=2025-02-03T10:00:00Z")).toEqual(["gpu-1"]);
  });

  it("sorts by several keys, each in its direction", async () => {
    const api = await startList();
    const query = "image_type=my&sort_keys=instance_type,name&sort_dirs=asc,desc";
    expect(await names(api, query)).toEqual(["bm-1", "gpu-1", "web-10", "web-1"]);
    expect(await names(api, "image_type=my&sort_keys=size&sort_dirs=asc")).toEqual([
      "web-1",
      "web-10",
      "gpu-1",
      "bm-1",
    ]);
  });

  it("breaks ties by id, so that pages never overlap", async () => {
    const api = await startList();
    const ids: unknown[] = [];
    for (let offset = 0; offset < 10; offset += 3) {
      const query = `limit=3&offset=${offset}&sort_keys=container_format`;
      ids.push(...column(await api.get(`/api/v1/images?${query}`), "id"));
    }
    expect(ids).toHaveLength(10);
    expect(ids).toEqual([...new Set(ids)].sort());
  });

  it("returns an empty list and the total for an offset past the end", async () => {
    const api = await startList();
    const reply = await api.get("/api/v1/images?offset=100");
    expect(reply.json).toEqual({ images: [], pagination: { total: 10, offset: 100, limit: 20 } });
  });

  it("settings limitDefault and limitMax bound the page", async () => {
    const api = await startList({ limitDefault: 3, limitMax: 4 });
    expect(rows(await api.get("/api/v1/images"))).toHaveLength(3);
    const clamped = await api.get("/api/v1/images?limit=1000");
    expect(rows(clamped)).toHaveLength(4);
    expect(field(clamped.json, "pagination").limit).toBe(4);
  });

  it("setting limitMode reject returns 422 for larger limits", async () => {
    const api = await startList({ limitMax: 4, limitMode: "reject" });
    expect((await api.get("/api/v1/images?limit=5")).status).toBe(422);
    expect((await api.get("/api/v1/images?limit=4")).status).toBe(200);
  });

  it.each([
    "limit=0",
    "limit=x",
    "offset=-1",
    "size=big",
    "instance_type=gpu",
    "image_type=other",
    "sort_keys=secret",
    "sort_dirs=up",
  ])("returns 422 in FastAPI form for %s", async (query) => {
    const api = await startList();
    const reply = await api.get(`/api/v1/images?${query}`);
    expect(reply.status).toBe(422);
    expect(reply.json.detail).toMatchObject([{ loc: ["query", query.split("=")[0]] }]);
  });

  it("setting unknownQuery: unknown parameters are ignored, or refused with 422", async () => {
    const api = await startList();
    expect((await api.get("/api/v1/images?color=red")).status).toBe(200);
    api.emulator.changeSettings({ unknownQuery: "reject" });
    expect((await api.get("/api/v1/images?color=red")).status).toBe(422);
  });
});
