import { describe, expect, it } from "vitest";
import {
  column,
  DATA_VOLUME,
  DETACHED_ROOT,
  FOREIGN_VOLUME,
  field,
  NOWHERE,
  PROJECT,
  PUBLIC_IMAGE,
  problem,
  ROOT_VOLUME,
  startStill,
} from "../support.ts";

const create = (volume: string) => `/api/v1/volumes/${volume}/image`;
const one = (id: string) => `/api/v1/images/${id}`;

describe("creating an image", () => {
  it("returns 202 with a queued image of the volume, its size still unknown", async () => {
    const api = await startStill();
    const reply = await api.call("POST", create(ROOT_VOLUME), {
      image: { name: "golden-01", description: "-" },
    });
    expect(reply.status).toBe(202);
    expect(field(reply.json, "image")).toMatchObject({
      name: "golden-01",
      description: "-",
      status: "queued",
      size: null,
      virtual_size: null,
      min_disk: 20,
      owner: PROJECT,
      visibility: "private",
      created_at: "2025-03-04T05:06:07Z",
    });
    expect(api.emulator.leftovers().map((image) => image.volume_id)).toEqual([ROOT_VOLUME]);
  });

  it("refuses unknown volumes, other projects' volumes and volumes without a system", async () => {
    const api = await startStill();
    const attempt = async (volume: string) =>
      problem(await api.call("POST", create(volume), { image: { name: "x" } }));
    expect(await attempt(NOWHERE)).toBe("404 Volume.NotFound");
    expect(await attempt(FOREIGN_VOLUME)).toBe("403 Volume.Forbidden");
    expect(await attempt(DATA_VOLUME)).toBe("400 Volume.NotBootable");
    expect(api.emulator.leftovers()).toEqual([]);
  });

  it("refuses a volume whose status doesn't allow it with 409", async () => {
    const api = await startStill({}, { volumes: [{ id: NOWHERE, is_root: true, status: "extending" }] });
    expect(problem(await api.call("POST", create(NOWHERE), { image: { name: "x" } }))).toBe(
      "409 Volume.InvalidStatus",
    );
  });

  it.each([
    ["no JSON object", "text", "400 Request.InvalidBody"],
    ["no name", { image: {} }, "400 Image.InvalidName"],
    ["an empty name", { image: { name: "" } }, "400 Image.InvalidName"],
    ["a name of 251 characters", { image: { name: "n".repeat(251) } }, "400 Image.InvalidName"],
    [
      "a description that isn't a text",
      { image: { name: "n", description: 1 } },
      "400 Image.InvalidDescription",
    ],
  ])("refuses a body with %s", async (_what, body, answer) => {
    const api = await startStill();
    expect(problem(await api.call("POST", create(ROOT_VOLUME), body))).toBe(answer);
  });

  it("setting nameRule: strict requires the official provider's alphabet, none accepts anything", async () => {
    const api = await startStill({ nameRule: "strict", volumeBusy: false });
    const attempt = async (name: string) =>
      (await api.call("POST", create(ROOT_VOLUME), { image: { name } })).status;
    for (const name of [
      "abc",
      "has space",
      "two--dashes",
      "mixed-_two",
      "-first",
      "last_",
      "n".repeat(251),
    ]) {
      expect(await attempt(name), name).toBe(400);
    }
    for (const name of ["abcd", "a-b_c-9", "n".repeat(250)]) expect(await attempt(name), name).toBe(202);
    api.emulator.changeSettings({ nameRule: "none" });
    expect(await attempt("")).toBe(202);
  });

  it("setting descriptionLimit counts characters, not bytes", async () => {
    const api = await startStill({ descriptionLimit: 3, volumeBusy: false });
    const attempt = async (description: string) =>
      (await api.call("POST", create(ROOT_VOLUME), { image: { name: "n", description } })).status;
    expect(await attempt("한국어")).toBe(202);
    expect(await attempt("four")).toBe(400);
    api.emulator.changeSettings({ descriptionLimit: 0 });
    expect(await attempt("d".repeat(1000))).toBe(202);
  });

  it("setting validation returns 422 in FastAPI form instead of 400", async () => {
    const api = await startStill({ validation: "fastapi-422" });
    const reply = await api.call("POST", create(ROOT_VOLUME), { image: { name: "" } });
    expect(reply.status).toBe(422);
    expect(reply.json.detail).toMatchObject([{ loc: ["body", "image", "name"] }]);
  });

  it("setting duplicateNames rejects a second image of the same name, also by renaming", async () => {
    const api = await startStill({ duplicateNames: "reject", volumeBusy: false });
    const first = await api.makeImage("twin");
    expect(problem(await api.call("POST", create(ROOT_VOLUME), { image: { name: "twin" } }))).toBe(
      "409 Image.DuplicateName",
    );
    const other = await api.makeImage("other");
    expect((await api.call("PUT", one(other), { image: { name: "twin" } })).status).toBe(409);
    await api.call("DELETE", one(first));
    expect((await api.call("PUT", one(other), { image: { name: "twin" } })).status).toBe(200);
  });

  it("setting volumeBusy: the volume is uploading and refuses others until its image is active", async () => {
    const api = await startStill();
    const volume = async () => field((await api.get(`/api/v1/volumes/${ROOT_VOLUME}`)).json, "volume");
    await api.makeImage("first");
    expect(await volume()).toMatchObject({ status: "uploading", previous_status: "in_use" });
    const second = await api.call("POST", create(ROOT_VOLUME), { image: { name: "second" } });
    expect(problem(second)).toBe("409 Volume.InvalidStatus");
    expect((await api.call("POST", create(DETACHED_ROOT), { image: { name: "elsewhere" } })).status).toBe(
      202,
    );
    api.emulator.advance(1000);
    expect(await volume()).toMatchObject({ status: "in_use", previous_status: null });
    expect((await api.call("POST", create(ROOT_VOLUME), { image: { name: "second" } })).status).toBe(202);
    api.emulator.changeSettings({ volumeBusy: false });
    expect((await api.call("POST", create(ROOT_VOLUME), { image: { name: "third" } })).status).toBe(202);
    expect(await volume()).toMatchObject({ status: "in_use" });
  });

  it("setting createStatus sets the status of the response", async () => {
    const api = await startStill({ createStatus: 200 });
    const reply = await api.call("POST", create(ROOT_VOLUME), { image: { name: "n" } });
    expect(reply.status).toBe(200);
    expect(field(reply.json, "image").disk_format).toBe("qcow2");
  });
});

describe("reading an image", () => {
  it("finds own and public images, and nothing else", async () => {
    const foreign = { id: NOWHERE, owner: "0b1c2d3e4f5061728394a5b6c7d8e9f0" };
    const api = await startStill({}, { images: [foreign] });
    const id = await api.makeImage("mine");
    expect(await api.image(id)).toMatchObject({ id, project_id: PROJECT, image_member_status: null });
    expect(await api.image(PUBLIC_IMAGE)).toMatchObject({ visibility: "public", status: "active" });
    expect(problem(await api.get(one(NOWHERE)))).toBe("404 Image.NotFound");
    expect(problem(await api.get(one("no-id")))).toBe("404 Image.NotFound");
  });

  it.each([
    ["seconds", "2025-03-04T05:06:07Z"],
    ["millis", "2025-03-04T05:06:07.000Z"],
    ["micros", "2025-03-04T05:06:07.000000Z"],
    ["kst", "2025-03-04T14:06:07+09:00"],
    ["naive", "2025-03-04T05:06:07"],
  ] as const)("setting timeFormat %s writes %s", async (timeFormat, text) => {
    const api = await startStill({ timeFormat });
    expect((await api.image(await api.makeImage("n"))).created_at).toBe(text);
  });
});

describe("changing an image", () => {
  it("changes only what is sent, and moves updated_at", async () => {
    const api = await startStill();
    const id = await api.makeImage("before");
    api.emulator.advance(60_000);
    const reply = await api.call("PUT", one(id), { image: { description: "new" } });
    expect(reply.status).toBe(200);
    expect(field(reply.json, "image")).toMatchObject({
      name: "before",
      description: "new",
      updated_at: "2025-03-04T05:07:07Z",
    });
    await api.call("PUT", one(id), { image: { name: "after" } });
    expect(await api.image(id)).toMatchObject({ name: "after", description: "new" });
  });

  it("refuses public images with 403 and unknown ones with 404", async () => {
    const api = await startStill();
    expect(problem(await api.call("PUT", one(PUBLIC_IMAGE), { image: { name: "n" } }))).toBe(
      "403 Image.Forbidden",
    );
    expect(problem(await api.call("PUT", one(NOWHERE), { image: { name: "n" } }))).toBe("404 Image.NotFound");
    expect(problem(await api.call("DELETE", one(PUBLIC_IMAGE)))).toBe("403 Image.Forbidden");
    expect(problem(await api.call("DELETE", one(NOWHERE)))).toBe("404 Image.NotFound");
  });

  it("setting emptyUpdate: an update of nothing is 400, or accepted", async () => {
    const api = await startStill();
    const id = await api.makeImage("n");
    expect(problem(await api.call("PUT", one(id), { image: {} }))).toBe("400 Request.Empty");
    api.emulator.changeSettings({ emptyUpdate: "accept" });
    expect((await api.call("PUT", one(id), { image: {} })).status).toBe(200);
  });

  it.each([
    ["store", ""],
    ["dash", "-"],
    ["null", null],
  ] as const)(
    "setting emptyDescription %s makes an empty description %j",
    async (emptyDescription, stored) => {
      const api = await startStill({ emptyDescription });
      const id = await api.makeImage("n");
      await api.call("PUT", one(id), { image: { description: "" } });
      expect((await api.image(id)).description).toBe(stored);
    },
  );

  it("setting updateStatus sets the status", async () => {
    const api = await startStill({ updateStatus: 202 });
    const id = await api.makeImage("n");
    expect((await api.call("PUT", one(id), { image: { name: "m" } })).status).toBe(202);
  });
});

describe("deleting an image", () => {
  it("is immediate, with 204 and no body", async () => {
    const api = await startStill();
    const id = await api.makeImage("n");
    const reply = await api.call("DELETE", one(id));
    expect([reply.status, reply.text]).toEqual([204, ""]);
    expect((await api.get(one(id))).status).toBe(404);
    expect((await api.call("DELETE", one(id))).status).toBe(404);
    expect(column(await api.get("/api/v1/images"), "id")).not.toContain(id);
  });

  it.each(["pending_delete", "deleted"] as const)(
    "setting deleteMode %s shows that status for deleteDelayMs",
    async (deleteMode) => {
      const api = await startStill({ deleteMode, deleteDelayMs: 5_000 });
      const id = await api.makeImage("n");
      await api.call("DELETE", one(id));
      api.emulator.advance(4_999);
      expect((await api.image(id)).status).toBe(deleteMode);
      api.emulator.advance(1);
      expect((await api.get(one(id))).status).toBe(404);
    },
  );

  it("setting deleteStatus sets the status", async () => {
    const api = await startStill({ deleteStatus: 202 });
    const id = await api.makeImage("n");
    expect(await api.call("DELETE", one(id))).toMatchObject({ status: 202, json: {} });
  });
});
