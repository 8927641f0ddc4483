import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type Api,
  credentials,
  INSTANCE,
  login,
  ROOT_VOLUME,
  requestToken,
  start,
  startStill,
  TEAM_1,
  withToken,
} from "../support.ts";

/** Where a value has keys: every path with the JSON type it leads to; lists by their first element. */
function shapeOf(value: unknown, path = "$"): string[] {
  if (Array.isArray(value))
    return [`${path}: list`, ...(value.length > 0 ? shapeOf(value[0], `${path}[]`) : [])];
  if (typeof value !== "object" || value === null)
    return [`${path}: ${value === null ? "null" : typeof value}`];
  return [
    `${path}: object`,
    ...Object.entries(value).flatMap(([key, inner]) => shapeOf(inner, `${path}.${key}`)),
  ];
}

/** Only the paths: payloads differ in which nullable values happen to be null. */
function pathsOf(value: unknown): string[] {
  return [...new Set(shapeOf(value).map((line) => line.split(":")[0] ?? ""))].sort();
}

function payload(name: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, "payloads", `${name}.json`), "utf8"));
}

async function sharedImage(api: Api): Promise<string> {
  const id = await api.makeImage("n");
  await api.call("POST", `/api/v1/images/${id}/members/${TEAM_1}`);
  return id;
}

describe("responses have the shape of the API's", () => {
  it.each([
    ["client_endpoints", async (api: Api) => api.get("/api/v1/client-endpoints/resolve")],
    ["az_policy", async (api: Api) => api.get("/api/v1/az-policies/resolve")],
    [
      "image_create",
      async (api: Api) => api.call("POST", `/api/v1/volumes/${ROOT_VOLUME}/image`, { image: { name: "n" } }),
    ],
    ["image_get", async (api: Api) => api.get(`/api/v1/images/${await api.makeImage("n")}`)],
    ["image_list", async (api: Api) => api.get("/api/v1/images")],
    [
      "image_update",
      async (api: Api) =>
        api.call("PUT", `/api/v1/images/${await api.makeImage("n")}`, { image: { name: "m" } }),
    ],
    [
      "member_add",
      async (api: Api) => api.call("POST", `/api/v1/images/${await api.makeImage("n")}/members/${TEAM_1}`),
    ],
    ["members_list", async (api: Api) => api.get(`/api/v1/images/${await sharedImage(api)}/members`)],
    ["volume_get", async (api: Api) => api.get(`/api/v1/volumes/${ROOT_VOLUME}`)],
    ["volume_list", async (api: Api) => api.get("/api/v1/volumes?is_root=true&attach_status=attached")],
    ["instance_get", async (api: Api) => api.get(`/api/v1/instances/${INSTANCE}`)],
    ["instance_list", async (api: Api) => api.get("/api/v1/instances")],
    ["error", async (api: Api) => api.get("/api/v1/images/x")],
    ["token", async (api: Api) => requestToken(api.emulator)],
    ["error_keystone", async (api: Api) => requestToken(api.emulator, credentials("x", ""))],
    ["error_422", async (api: Api) => api.get("/api/v1/images?limit=0")],
  ])("%s", async (name, ask) => {
    const reply = await ask(await startStill());
    expect(pathsOf(reply.json)).toEqual(pathsOf(payload(name)));
    expect(reply.headers.get("content-type")).toBe("application/json");
  });

  it("an active image also has the types of the payload", async () => {
    const api = await startStill();
    const id = await api.makeImage("n");
    await api.call("PUT", `/api/v1/images/${id}`, { image: { description: "-" } });
    api.emulator.advance(5_000);
    expect(shapeOf((await api.get(`/api/v1/images/${id}`)).json)).toEqual(shapeOf(payload("image_get")));
  });

  it("codes of errors are numbers at the identity service and strings elsewhere", async () => {
    const emulator = await start();
    const api = await login(emulator);
    expect((await requestToken(emulator, credentials("x", ""))).json).toHaveProperty("error.code", 401);
    expect((await withToken(api.emulator, "x").get("/api/v1/images")).json).toHaveProperty(
      "error.code",
      "Auth.Unauthorized",
    );
  });
});
