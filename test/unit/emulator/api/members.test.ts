import { describe, expect, it } from "vitest";
import {
  type Api,
  column,
  login,
  NOWHERE,
  PROJECT,
  PUBLIC_IMAGE,
  problem,
  rows,
  startStill,
  TEAM_1,
  TEAM_2,
} from "../support.ts";

const members = (id: string, project = "") => `/api/v1/images/${id}/members${project && `/${project}`}`;
const share = (api: Api, id: string, project: string) => api.call("POST", members(id, project));
const unshare = (api: Api, id: string, project: string) => api.call("DELETE", members(id, project));
const STRANGER = "ffffffffffffffffffffffffffffffff";

describe("sharing an image", () => {
  it("makes the image shared, and private again with the last removal", async () => {
    const api = await startStill();
    const id = await api.makeImage("n");
    const added = await share(api, id, TEAM_1);
    expect(added.status).toBe(200);
    expect(added.json.member).toMatchObject({ id: TEAM_1, image_id: id, status: "pending" });
    expect(await api.image(id)).toMatchObject({ is_shared: true, visibility: "shared" });
    await share(api, id, TEAM_2);
    const list = await api.get(members(id));
    expect(rows(list, "members")).toMatchObject([
      { id: TEAM_1, image_id: id, is_shared: true, status: "pending" },
      { id: TEAM_2, image_id: id, is_shared: true, status: "pending" },
    ]);
    expect(list.json.pagination).toEqual({ total: 2, offset: 0, limit: 20 });
    expect((await unshare(api, id, TEAM_1)).status).toBe(204);
    expect(await api.image(id)).toMatchObject({ is_shared: true });
    await unshare(api, id, TEAM_2);
    expect(await api.image(id)).toMatchObject({ is_shared: false, visibility: "private" });
    expect(problem(await unshare(api, id, TEAM_2))).toBe("404 ImageMember.NotFound");
  });

  it("takes project ids in any case", async () => {
    const api = await startStill();
    const id = await api.makeImage("n");
    await share(api, id, TEAM_1.toUpperCase());
    expect(column(await api.get(members(id)), "id", "members")).toEqual([TEAM_1]);
  });

  it("pages the member list", async () => {
    const api = await startStill();
    const id = await api.makeImage("n");
    await share(api, id, TEAM_1);
    await share(api, id, TEAM_2);
    const reply = await api.get(`${members(id)}?limit=1&offset=1`);
    expect(column(reply, "id", "members")).toEqual([TEAM_2]);
    expect(reply.json.pagination).toEqual({ total: 2, offset: 1, limit: 1 });
  });

  it("refuses the owner, malformed ids, and images that are not one's own", async () => {
    const api = await startStill();
    const id = await api.makeImage("n");
    expect(problem(await share(api, id, PROJECT))).toBe("400 Image.InvalidMember");
    expect(problem(await share(api, id, "short"))).toBe("400 Project.InvalidId");
    expect(problem(await share(api, NOWHERE, TEAM_1))).toBe("404 Image.NotFound");
    expect(problem(await share(api, PUBLIC_IMAGE, TEAM_1))).toBe("403 Image.Forbidden");
    expect(problem(await api.get(members(PUBLIC_IMAGE)))).toBe("403 Image.Forbidden");
  });

  it("setting unknownProjects: 404 for a project nobody knows, or accepted", async () => {
    const api = await startStill();
    const id = await api.makeImage("n");
    expect(problem(await share(api, id, STRANGER))).toBe("404 Project.NotFound");
    api.emulator.changeSettings({ unknownProjects: "accept" });
    expect((await share(api, id, STRANGER)).status).toBe(200);
  });

  it("setting memberRepeat: 409 for a second share, or accepted", async () => {
    const api = await startStill();
    const id = await api.makeImage("n");
    await share(api, id, TEAM_1);
    expect(problem(await share(api, id, TEAM_1))).toBe("409 ImageMember.Duplicate");
    api.emulator.changeSettings({ memberRepeat: "accept" });
    expect((await share(api, id, TEAM_1)).status).toBe(200);
    expect(rows(await api.get(members(id)), "members")).toHaveLength(1);
  });

  it("setting memberDelayMs hides a new share from the list for this long", async () => {
    const api = await startStill({ memberDelayMs: 2_000 });
    const id = await api.makeImage("n");
    await share(api, id, TEAM_1);
    expect(rows(await api.get(members(id)), "members")).toEqual([]);
    api.emulator.advance(2_000);
    expect(rows(await api.get(members(id)), "members")).toHaveLength(1);
  });

  it("setting memberRemoved show keeps removed shares with is_shared false", async () => {
    const api = await startStill({ memberRemoved: "show" });
    const id = await api.makeImage("n");
    await share(api, id, TEAM_1);
    await unshare(api, id, TEAM_1);
    expect(rows(await api.get(members(id)), "members")).toMatchObject([{ id: TEAM_1, is_shared: false }]);
    expect((await share(api, id, TEAM_1)).status).toBe(200);
    expect(rows(await api.get(members(id)), "members")).toMatchObject([{ id: TEAM_1, is_shared: true }]);
  });

  it("setting memberAccept accepted lets the other project see the image at once", async () => {
    const credentials = [
      { id: "owner", secret: "s" },
      { id: "guest", secret: "s", project: TEAM_1 },
    ];
    const emulator = (await startStill({ memberAccept: "accepted" }, { credentials })).emulator;
    const owner = await login(emulator, "owner", "s");
    const guest = await login(emulator, "guest", "s");
    const id = await owner.makeImage("n");
    expect((await guest.get(`/api/v1/images/${id}`)).status).toBe(404);
    await share(owner, id, TEAM_1);
    await share(owner, id, TEAM_2);
    expect(await guest.image(id)).toMatchObject({
      image_member_status: "accepted",
      owner: PROJECT,
      project_id: TEAM_1,
    });
    expect(column(await guest.get(members(id)), "id", "members")).toEqual([TEAM_1]);
    expect(problem(await share(guest, id, TEAM_2))).toBe("403 Image.Forbidden");
    expect(problem(await guest.call("DELETE", `/api/v1/images/${id}`))).toBe("403 Image.Forbidden");
  });

  it("lets a control accept a share for the other project", async () => {
    const api = await startStill();
    const id = await api.makeImage("n");
    await share(api, id, TEAM_1);
    api.emulator.changeImage(id, { members: [{ id: TEAM_1, status: "rejected" }] });
    expect(column(await api.get(members(id)), "status", "members")).toEqual(["rejected"]);
  });

  it("settings memberAddStatus and memberRemoveStatus set the statuses", async () => {
    const api = await startStill({ memberAddStatus: 201, memberRemoveStatus: 200 });
    const id = await api.makeImage("n");
    expect((await share(api, id, TEAM_1)).status).toBe(201);
    expect((await unshare(api, id, TEAM_1)).status).toBe(200);
  });
});
