import { describe, expect, it } from "vitest";
import {
  credentials,
  field,
  login,
  PROJECT,
  problem,
  requestToken,
  send,
  start,
  startStill,
  TEAM_1,
  withToken,
} from "../support.ts";

const TOKENS = "/identity/v3/auth/tokens";

describe("the identity service", () => {
  it("issues a token for any non-empty pair", async () => {
    const emulator = await start();
    const reply = await requestToken(emulator);
    expect(reply.status).toBe(201);
    expect(reply.headers.get("x-subject-token")).toMatch(/^gAAAA[\w-]{200,}$/);
    expect(field(field(reply.json, "token"), "project").id).toBe(PROJECT);
  });

  it("issues a token for a credential's name and its user's id", async () => {
    const emulator = await start();
    const offered = { name: "tf", secret: "s", user: { id: "u" } };
    const body = {
      auth: { identity: { methods: ["application_credential"], application_credential: offered } },
    };
    expect((await requestToken(emulator, body)).status).toBe(201);
  });

  it("refuses an empty secret as Keystone does, with a number as code", async () => {
    const emulator = await start();
    const reply = await requestToken(emulator, credentials("someone", ""));
    expect(reply.status).toBe(401);
    expect(field(reply.json, "error")).toMatchObject({ code: 401, title: "Unauthorized" });
  });

  it("refuses a body without methods with 400", async () => {
    const emulator = await start();
    expect((await requestToken(emulator, { auth: {} })).status).toBe(400);
  });

  it("accepts only the given credentials once there are some, each in its project", async () => {
    const emulator = await start({}, { credentials: [{ id: "team", secret: "right", project: TEAM_1 }] });
    expect((await requestToken(emulator, credentials("team", "wrong"))).status).toBe(401);
    expect((await requestToken(emulator, credentials("other", "right"))).status).toBe(401);
    const reply = await requestToken(emulator, credentials("team", "right"));
    expect(field(field(reply.json, "token"), "project")).toMatchObject({ id: TEAM_1, name: "team-1" });
    emulator.setCredentials([]);
    expect((await requestToken(emulator)).status).toBe(201);
  });

  it("setting project names the project of a token", async () => {
    const emulator = await start({ project: TEAM_1 });
    expect(field(field((await requestToken(emulator)).json, "token"), "project").id).toBe(TEAM_1);
  });

  it("setting tokenTtlMs sets expires_at, and the token is refused from then on", async () => {
    const api = await startStill({ tokenTtlMs: 60_000 });
    const { token } = (await requestToken(api.emulator)).json as { token: { expires_at: string } };
    expect(token.expires_at).toBe("2025-03-04T05:07:07.000000Z");
    api.emulator.advance(59_999);
    expect((await api.get("/api/v1/images")).status).toBe(200);
    api.emulator.advance(1);
    expect(problem(await api.get("/api/v1/images"))).toBe("401 Auth.Unauthorized");
  });

  it("setting expiresSkewMs changes only expires_at in the response", async () => {
    const api = await startStill({ tokenTtlMs: 60_000, expiresSkewMs: -120_000 });
    const { token } = (await requestToken(api.emulator)).json as { token: { expires_at: string } };
    expect(token.expires_at).toBe("2025-03-04T05:05:07.000000Z");
    expect((await api.get("/api/v1/images")).status).toBe(200);
  });

  it("setting tokenMaxUses ends a token after so many calls", async () => {
    const api = await startStill({ tokenMaxUses: 2 });
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await api.get("/api/v1/images")).status);
    expect(statuses).toEqual([200, 200, 401]);
  });

  it.each([
    ["bcs", /"code":"Auth.Unauthorized"/],
    ["keystone-int", /"code":401/],
    ["fastapi-422", /"detail":\[/],
    ["html", /^<html>/],
    ["text", /^The token/],
    ["empty", /^$/],
  ] as const)("setting unauthorizedBody %s shapes the body of 401", async (unauthorizedBody, body) => {
    const emulator = await start({ unauthorizedBody });
    const reply = await withToken(emulator, "unknown").get("/api/v1/images");
    expect(reply.status).toBe(401);
    expect(reply.text).toMatch(body);
  });

  it("validates a token: 200 for a known one, 404 for an unknown one, 401 without one", async () => {
    const api = await startStill();
    const validate = (subject: string, headers = {}) =>
      api.call("GET", TOKENS, undefined, { "X-Subject-Token": subject, ...headers });
    const known = await validate(api.token);
    expect(known.status).toBe(200);
    expect(field(field(known.json, "token"), "project").id).toBe(PROJECT);
    expect((await validate("unknown")).status).toBe(404);
    expect((await send(api.emulator.url + TOKENS)).status).toBe(401);
  });

  it("revokes one token, or all", async () => {
    const first = await startStill();
    const second = await login(first.emulator);
    first.emulator.revokeTokens(first.token);
    expect((await first.get("/api/v1/images")).status).toBe(401);
    expect((await second.get("/api/v1/images")).status).toBe(200);
    first.emulator.revokeTokens();
    expect((await second.get("/api/v1/images")).status).toBe(401);
  });

  it("setting role names the caller's role, and a reader may not write", async () => {
    const api = await startStill({ role: "reader" });
    const reply = await api.call("POST", "/api/v1/volumes/00000000-0000-4000-8000-000000000001/image", {
      image: { name: "x" },
    });
    expect(problem(reply)).toBe("403 Auth.Forbidden");
    const { token } = (await requestToken(api.emulator)).json as { token: { roles: { name: string }[] } };
    expect(token.roles[0]?.name).toBe("reader");
  });
});

describe("what clients must send", () => {
  it("setting enforceContentType refuses a token request without application/json with 415", async () => {
    const emulator = await start({ enforceContentType: true });
    const reply = await send(emulator.url + TOKENS, { method: "POST", body: JSON.stringify(credentials()) });
    expect(reply.status).toBe(415);
    expect((await requestToken(emulator)).status).toBe(201);
  });

  it("setting enforceContentType requires it only when there is a body", async () => {
    const api = await startStill({ enforceContentType: true });
    const put = { "Content-Type": "text/plain" };
    expect((await api.call("PUT", "/api/v1/images/x", { image: {} }, put)).status).toBe(415);
    expect((await api.get("/api/v1/images")).status).toBe(200);
  });

  it("setting enforceApiVersion refuses requests without X-Api-Version", async () => {
    const emulator = await start();
    const api = await login(emulator);
    emulator.changeSettings({ enforceApiVersion: true });
    expect(problem(await api.get("/api/v1/images"))).toBe("400 Request.MissingApiVersion");
    expect((await api.call("GET", "/api/v1/images", undefined, { "X-Api-Version": "1.3.0" })).status).toBe(
      200,
    );
  });

  it("setting enforceUserAgent refuses requests without one", async () => {
    const emulator = await start();
    const api = await login(emulator);
    emulator.changeSettings({ enforceUserAgent: true });
    expect(problem(await api.call("GET", "/api/v1/images", undefined, { "User-Agent": "" }))).toBe(
      "400 Request.MissingUserAgent",
    );
    expect((await api.get("/api/v1/images")).status).toBe(200);
  });

  it("returns 401 without a token, 404 for unknown paths, 405 for wrong methods", async () => {
    const api = await startStill();
    expect((await send(`${api.emulator.url}/api/v1/images`)).status).toBe(401);
    expect(problem(await api.get("/api/v1/nothing"))).toBe("404 NotFound");
    expect(problem(await api.get("//api/v1/images"))).toBe("404 NotFound");
    const wrong = await api.call("PATCH", "/api/v1/images");
    expect(problem(wrong)).toBe("405 MethodNotAllowed");
    expect(wrong.headers.get("allow")).toBe("GET");
    expect((await api.get("/api/v1/images/%zz")).status).toBe(400);
  });

  it("returns 413 for a body that is too large", async () => {
    const api = await startStill();
    const reply = await api.call("PUT", "/api/v1/images/x", { image: { name: "x".repeat(1_100_000) } });
    expect(reply.status).toBe(413);
  });
});

describe("the configuration service", () => {
  it("returns one base URL for every service, without a trailing slash", async () => {
    const api = await startStill();
    const { data } = (await api.get("/api/v1/client-endpoints/resolve")).json as {
      data: { service_endpoints: object };
    };
    expect(Object.keys(data.service_endpoints)).toHaveLength(10);
    expect(new Set(Object.values(data.service_endpoints))).toEqual(new Set([api.emulator.url]));
  });

  it("setting advertisedUrl replaces that URL", async () => {
    const api = await startStill({ advertisedUrl: "http://emulator:8080" });
    const reply = await api.get("/api/v1/client-endpoints/resolve");
    expect(reply.text).toContain('"image":"http://emulator:8080"');
  });

  it("returns the availability zones", async () => {
    const api = await startStill();
    expect((await api.get("/api/v1/az-policies/resolve")).text).toContain('"bcs":["kr-central-2-a"');
  });
});
