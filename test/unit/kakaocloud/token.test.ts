import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createRedactor } from "../../../src/base/redaction.ts";
import {
  answer,
  answerImage,
  answerText,
  createClient,
  createFakeClock,
  type FakeCloud,
  failureOf,
  hangUp,
  IMAGE_ID,
  SECRET,
  sendToken,
  stall,
  startFakeCloud,
} from "./fake-cloud.ts";

const IMAGE = answerImage;
const KEYSTONE_401 = { error: { code: 401, message: "Authentication required.", title: "Unauthorized" } };
const HOUR_MS = 60 * 60_000;

describe("the token", () => {
  let cloud: FakeCloud;
  beforeEach(async () => {
    cloud = await startFakeCloud();
    cloud.handle(IMAGE);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await cloud.close();
  });

  /** Refuses every token but the given one. */
  const acceptOnly = (token: string, refusal = answer(401, KEYSTONE_401)) =>
    cloud.handle((request, response) =>
      (request.headers["x-auth-token"] === token ? IMAGE : refusal)(request, response),
    );

  it("is requested with the application credential, and only when something needs it", async () => {
    const client = createClient(cloud);
    expect(cloud.seen).toHaveLength(0);
    await client.connect();
    expect(JSON.parse(cloud.tokenRequests()[0]?.body ?? "")).toEqual({
      auth: {
        identity: {
          methods: ["application_credential"],
          application_credential: { id: "credential-id", secret: SECRET },
        },
      },
    });
  });

  it("is registered with the redactor, together with the credential's secret", async () => {
    const secrets: string[] = [];
    const redactor = createRedactor();
    const addSecret = (value: string) => {
      secrets.push(value);
      return redactor.addSecret(value);
    };
    await createClient(cloud, { redactor: { ...redactor, addSecret } }).connect();
    expect(secrets).toEqual([SECRET, "credential-id", "gAAAA-token-1"]);
  });

  it("serves all concurrent requests", async () => {
    const client = createClient(cloud);
    await Promise.all(Array.from({ length: 10 }, () => client.images.get(IMAGE_ID)));
    expect(cloud.tokenRequests()).toHaveLength(1);
  });

  it("fault 47: ten 401s at once issue one token", async () => {
    acceptOnly("gAAAA-token-2");
    const client = createClient(cloud);
    await client.connect();
    await Promise.all(Array.from({ length: 10 }, () => client.images.get(IMAGE_ID)));
    expect(cloud.tokenRequests()).toHaveLength(2);
    expect(cloud.requests()).toHaveLength(20);
  });

  it("fault 47: a late 401 for an old token does not discard the new one", async () => {
    let refuseLate: (() => void) | undefined;
    const lateArrived = new Promise<void>((arrived) => {
      cloud.handle((request, response) => {
        const old = request.headers["x-auth-token"] === "gAAAA-token-1";
        if (old && request.path.endsWith("late")) {
          refuseLate = () => answer(401, {})(request, response);
          arrived();
        } else {
          (old ? answer(401, {}) : IMAGE)(request, response);
        }
      });
    });
    const client = createClient(cloud);
    const late = client.images.get("late");
    await lateArrived;
    await client.images.get(IMAGE_ID);
    refuseLate?.();
    await late;
    expect(cloud.requests().at(-1)?.headers["x-auth-token"]).toBe("gAAAA-token-2");
    expect(cloud.tokenRequests()).toHaveLength(2);
  });

  it.each([
    ["IAM's JSON", answer(401, KEYSTONE_401)],
    ["HTML", answerText(401, "<html>Unauthorized</html>")],
    ["nothing", answerText(401, "")],
  ])("fault 49: is renewed on a 401 with %s", async (_name, refusal) => {
    acceptOnly("gAAAA-token-2", refusal);
    await createClient(cloud).images.get(IMAGE_ID);
    expect(cloud.tokenRequests()).toHaveLength(2);
  });

  it("is renewed once per request", async () => {
    cloud.handle(answer(401, KEYSTONE_401));
    const error = await failureOf(createClient(cloud).images.get(IMAGE_ID));
    expect(error).toMatchObject({
      code: "unauthorized",
      status: 401,
      apiMessage: "Authentication required.",
    });
    expect(cloud.requests()).toHaveLength(2);
    expect(cloud.tokenRequests()).toHaveLength(2);
  });

  it("fault 49: is not renewed on a 403", async () => {
    cloud.handle(answer(403, { error: { code: "Forbidden", message: "unauthorized 401 token expired" } }));
    const error = await failureOf(createClient(cloud).images.get(IMAGE_ID));
    expect(error.code).toBe("forbidden");
    expect(cloud.requests()).toHaveLength(1);
    expect(cloud.tokenRequests()).toHaveLength(1);
  });

  it("fault 46: goes with each request on its own", async () => {
    acceptOnly("gAAAA-token-2");
    const client = createClient(cloud);
    await Promise.all(Array.from({ length: 30 }, (_, index) => client.images.get(`image-${index}`)));
    const lastTokens = new Map(cloud.requests().map(({ path, headers }) => [path, headers["x-auth-token"]]));
    expect(new Set(lastTokens.values())).toEqual(new Set(["gAAAA-token-2"]));
  });

  it("fault 48: is renewed in the background before it expires, while it is still used", async () => {
    const clock = createFakeClock();
    const client = createClient(cloud, { tuning: { clock } });
    await client.images.get(IMAGE_ID);
    let finishRenewal: (() => void) | undefined;
    const renewalAsked = new Promise<void>((asked) => {
      cloud.handleTokens((_request, response) => {
        finishRenewal = () => sendToken(response, "gAAAA-renewed");
        asked();
      });
    });
    clock.advance(12 * HOUR_MS - 4 * 60_000);
    await Promise.all([client.images.get(IMAGE_ID), renewalAsked]);
    await client.images.get(IMAGE_ID);
    expect(cloud.requests().map(({ headers }) => headers["x-auth-token"])).toEqual(
      Array(3).fill("gAAAA-token-1"),
    );
    finishRenewal?.();
    await expect
      .poll(async () => {
        await client.images.get(IMAGE_ID);
        return cloud.requests().at(-1)?.headers["x-auth-token"];
      })
      .toBe("gAAAA-renewed");
    expect(cloud.tokenRequests()).toHaveLength(2);
  });

  it("is not renewed while more than five minutes are left", async () => {
    const clock = createFakeClock();
    const client = createClient(cloud, { tuning: { clock } });
    await client.images.get(IMAGE_ID);
    clock.advance(12 * HOUR_MS - 6 * 60_000);
    await client.images.get(IMAGE_ID);
    await client.images.get(IMAGE_ID);
    expect(cloud.tokenRequests()).toHaveLength(1);
  });

  it("is not used after it expired", async () => {
    const clock = createFakeClock();
    const client = createClient(cloud, { tuning: { clock } });
    await client.images.get(IMAGE_ID);
    clock.advance(12 * HOUR_MS);
    await client.images.get(IMAGE_ID);
    expect(cloud.requests().at(-1)?.headers["x-auth-token"]).toBe("gAAAA-token-2");
  });

  it.each([
    ["issued_at", { issued_at: "2031-01-01T00:00:00.000000Z", expires_at: "2031-01-01T12:00:00.000000Z" }],
    ["the Date header", { expires_at: new Date(Date.now() + 12 * HOUR_MS).toISOString() }],
    ["a time without zone", { issued_at: "2025-03-04T05:00:00Z", expires_at: "2025-03-04T17:00:00.000000" }],
  ])("expires by the server's clock, however wrong this machine's is: %s", async (_name, times) => {
    vi.stubEnv("TZ", "Asia/Seoul");
    cloud.handleTokens((_request, response) => sendToken(response, "gAAAA", times));
    const clock = createFakeClock();
    clock.advance(-1_000 * 24 * HOUR_MS);
    const client = createClient(cloud, { tuning: { clock } });
    await client.images.get(IMAGE_ID);
    clock.advance(11 * HOUR_MS);
    await client.images.get(IMAGE_ID);
    expect(cloud.tokenRequests()).toHaveLength(1);
    clock.advance(HOUR_MS + 1_000);
    await client.images.get(IMAGE_ID);
    expect(cloud.tokenRequests()).toHaveLength(2);
  });

  it.each([
    ["missing", {}],
    ["unreadable", { expires_at: "soon" }],
    ["before its issue", { issued_at: "2025-03-04T05:00:00Z", expires_at: "2025-03-04T04:00:00Z" }],
  ])("is used even if its expiry is %s", async (_name, times) => {
    cloud.handleTokens((_request, response) => sendToken(response, "gAAAA", times));
    const client = createClient(cloud);
    await client.images.get(IMAGE_ID);
    await client.images.get(IMAGE_ID);
    expect(cloud.tokenRequests()).toHaveLength(1);
  });

  it.each([
    ["429", answer(429, {}, { "Retry-After": "3" })],
    ["503", answer(503, {})],
    ["a dropped connection", hangUp],
  ])("fault 50: is requested again after %s", async (_name, trouble) => {
    let asked = 0;
    cloud.handleTokens((request, response) => {
      asked += 1;
      if (asked < 3) trouble(request, response);
      else sendToken(response, "gAAAA");
    });
    await createClient(cloud).connect();
    expect(asked).toBe(3);
  });

  it("fault 17: wrong credentials fail at once, without a retry, and name the attributes to check", async () => {
    cloud.handleTokens(answer(401, KEYSTONE_401));
    const client = createClient(cloud);
    const error = await failureOf(client.connect());
    expect(error).toMatchObject({
      code: "credentials_rejected",
      phase: "token",
      operation: "IssueToken",
      status: 401,
      apiMessage: "Authentication required.",
    });
    for (const name of [
      "application_credential_id",
      "application_credential_secret",
      "KAKAOCLOUD_APPLICATION_CREDENTIAL_ID",
      "KAKAOCLOUD_APPLICATION_CREDENTIAL_SECRET",
    ]) {
      expect(error.message).toContain(name);
    }
    expect((await failureOf(client.images.get(IMAGE_ID))).code).toBe("credentials_rejected");
    expect(cloud.seen).toHaveLength(1);
  });

  it("must be in the response", async () => {
    cloud.handleTokens(answer(201, { token: {} }));
    const error = await failureOf(createClient(cloud).connect());
    expect(error).toMatchObject({ code: "malformed_response", phase: "token" });
    expect(error.message).toContain("X-Subject-Token");
  });

  it("is still awaited by the others when one of them is aborted", async () => {
    const first = new AbortController();
    cloud.handleTokens((_request, response) => {
      first.abort();
      setTimeout(() => sendToken(response, "gAAAA"), 20);
    });
    const client = createClient(cloud);
    const aborted = failureOf(client.images.get(IMAGE_ID, { signal: first.signal }));
    const other = client.images.get(IMAGE_ID);
    expect((await aborted).code).toBe("aborted");
    expect((await other).id).toBe(IMAGE_ID);
    expect(cloud.tokenRequests()).toHaveLength(1);
  });

  it("is refused with IAM's own reason when waiting for it would take too long", async () => {
    cloud.handleTokens(answer(429, {}, { "Retry-After": "300" }));
    const clock = createFakeClock();
    const client = createClient(cloud, { tuning: { clock } });
    const error = await failureOf(client.connect({ deadline: clock.now() + 60_000 }));
    expect(error).toMatchObject({ code: "rate_limited", phase: "token", retryAfterMs: 300_000 });
    expect(clock.waits).toEqual([]);
  });

  it("is awaited by a call with more time than the one that first requested it", async () => {
    let asked = 0;
    cloud.handleTokens((request, response) => {
      asked += 1;
      if (asked === 1) answer(429, {}, { "Retry-After": "300" })(request, response);
      else sendToken(response, "gAAAA");
    });
    const clock = createFakeClock();
    const client = createClient(cloud, { tuning: { clock } });
    const hurried = failureOf(client.images.get(IMAGE_ID, { deadline: clock.now() + 60_000 }));
    const patient = client.images.get(IMAGE_ID, { deadline: clock.now() + 3_600_000 });
    expect((await hurried).code).toBe("rate_limited");
    expect((await patient).id).toBe(IMAGE_ID);
  });

  it("is not awaited once nobody needs it, and requested again by the next", async () => {
    const controller = new AbortController();
    const closed = new Promise<void>((resolve) => {
      cloud.handleTokens((_request, response) => {
        response.on("close", resolve);
        controller.abort();
      });
    });
    const client = createClient(cloud);
    const error = await failureOf(client.connect({ signal: controller.signal }));
    expect(error).toMatchObject({ code: "aborted", phase: "token" });
    await closed;
    cloud.handleTokens((_request, response) => sendToken(response, "gAAAA"));
    await client.connect();
  });

  it("fault 52: is not awaited forever when IAM never responds", async () => {
    cloud.handleTokens(stall);
    const error = await failureOf(createClient(cloud, { tuning: { limits: { attemptMs: 150 } } }).connect());
    expect(error).toMatchObject({ code: "timeout", phase: "token", transient: true });
    expect(cloud.tokenRequests()).toHaveLength(3);
  });
});
