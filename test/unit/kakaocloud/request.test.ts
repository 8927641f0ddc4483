import { getEventListeners } from "node:events";
import type { ServerResponse } from "node:http";
import { inspect } from "node:util";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import {
  answer,
  answerImage,
  answerText,
  apiError,
  createClient,
  createFakeClock,
  type FakeCloud,
  failureOf,
  hangUp,
  IMAGE_ID,
  imageJson,
  logTo,
  SECRET,
  stall,
  startFakeCloud,
} from "./fake-cloud.ts";

const IMAGE = answerImage;
const BUSY = answer(503, apiError("Busy", "Try again."));

describe("an authenticated request", () => {
  let cloud: FakeCloud;
  beforeEach(async () => {
    cloud = await startFakeCloud();
    cloud.handle(IMAGE);
  });
  afterEach(() => cloud.close());

  it("carries the token, the API version, the user agent and a JSON content type", async () => {
    await createClient(cloud).images.get(IMAGE_ID);
    expect(cloud.requests()[0]).toMatchObject({
      method: "GET",
      url: `/api/v1/images/${IMAGE_ID}`,
      headers: {
        "x-auth-token": "gAAAA-token-1",
        "x-api-version": "1.3.0",
        "user-agent": "terraform-provider-kakaocloud/test",
        "content-type": "application/json",
        accept: "application/json",
      },
    });
    expect(cloud.tokenRequests()[0]?.headers).toMatchObject({
      "content-type": "application/json",
      "x-api-version": "1.3.0",
      "user-agent": "terraform-provider-kakaocloud/test",
    });
  });

  it("keeps its connection for the next one", async () => {
    const { images } = createClient(cloud);
    await images.get(IMAGE_ID);
    await images.get(IMAGE_ID);
    const [first, second] = cloud.requests();
    expect(second?.port).toBe(first?.port);
  });

  it("percent-encodes ids, so that an id cannot address something else", async () => {
    await createClient(cloud).images.get("x y/z?a=b#c");
    expect(cloud.requests()[0]?.url).toBe("/api/v1/images/x%20y%2Fz%3Fa%3Db%23c");
  });

  it.each(["", ".", ".."])(
    'refuses the id "%s", which no encoding keeps from addressing something else',
    async (id) => {
      const error = await failureOf(createClient(cloud).images.delete(id));
      expect(error).toMatchObject({ code: "invalid_request", operation: "DeleteImage", sent: false });
      expect(cloud.seen).toHaveLength(0);
    },
  );

  it("logs one line per attempt, without any secret", async () => {
    cloud.script(
      answer(503, {}, { "X-Request-Id": "req-1" }),
      answer(200, { images: [imageJson()], pagination: {} }),
    );
    const lines: object[] = [];
    const log = logTo((level, message, fields) => lines.push({ level, message, ...fields }));
    await createClient(cloud, { log }).images.list({ name: "a b" });
    expect(lines).toHaveLength(cloud.seen.length);
    expect(lines[1]).toMatchObject({
      level: "warn",
      operation: "ListImages",
      method: "GET",
      path: "/api/v1/images",
      query: "name=a%20b&sort_keys=created_at&sort_dirs=desc&limit=1000&offset=0",
      status: 503,
      attempt: 1,
      request_id: "req-1",
      duration_ms: expect.any(Number),
      retry_in_ms: expect.any(Number),
      error: "unavailable",
    });
    expect(lines[2]).toMatchObject({ level: "debug", status: 200, attempt: 2 });
    expect(JSON.stringify(lines)).not.toMatch(new RegExp(`${SECRET}|gAAAA`));
  });

  it("logs a refusal below the level of a warning", async () => {
    cloud.handle(answer(404, apiError("Image.NotFound", "Gone.")));
    const lines: string[] = [];
    const log = logTo((level, _message, fields) => lines.push(`${level} ${fields?.error}`));
    await failureOf(createClient(cloud).images.get(IMAGE_ID, { log }));
    expect(lines).toEqual(["debug undefined", "debug not_found"]);
  });

  it("gives the call's own log precedence over the client's", async () => {
    const lines: string[] = [];
    const client = createClient(cloud, { log: logTo(() => lines.push("client")) });
    await client.images.get(IMAGE_ID, { log: logTo(() => lines.push("call")) });
    expect(lines).toEqual(["call", "call"]);
  });

  it("fault 53: says operation, status, message, code and request id of the service", async () => {
    cloud.handle(answer(409, apiError("Image.InUse", "Image is in use."), { "X-Request-Id": "req-7" }));
    const error = await failureOf(createClient(cloud).images.delete(IMAGE_ID));
    expect(error).toMatchObject({
      code: "conflict",
      operation: "DeleteImage",
      phase: "request",
      method: "DELETE",
      path: `/api/v1/images/${IMAGE_ID}`,
      status: 409,
      apiCode: "Image.InUse",
      apiMessage: "Image is in use.",
      requestId: "req-7",
      sent: true,
      transient: false,
    });
    expect(error.message).toBe(
      `DeleteImage failed: the image service at ${cloud.url} returned 409 Conflict: Image is in use. (Image.InUse). Request ID: req-7.`,
    );
  });

  it("fault 53: has the details of a 422", async () => {
    const detail = [{ loc: ["body", "image", "name"], msg: "too long", type: "value_error" }];
    cloud.handle(answer(422, { detail }));
    const error = await failureOf(createClient(cloud).images.update(IMAGE_ID, { name: "x" }));
    expect(error).toMatchObject({ code: "invalid_request", apiMessage: "body.image.name: too long" });
  });

  it("fault 53: shows the text of an HTML page, shortened", async () => {
    const page = `<html><head><style>p{}</style></head><body><h1>502 Bad  Gateway</h1><p>${"x".repeat(5000)}</p></body></html>`;
    cloud.handle(answerText(502, page, { "Content-Type": "text/html" }));
    const error = await failureOf(createClient(cloud).images.get(IMAGE_ID));
    expect(error).toMatchObject({ code: "unavailable", status: 502 });
    expect(error.apiMessage).toMatch(/^502 Bad Gateway x+…$/);
    expect(error.apiMessage?.length).toBeLessThan(400);
  });

  it.each([
    ["code and message", answer(400, apiError("a\u001b[1m", "no \u001b]0;x\u0007\n\u009b31m such"))],
    ["a text", answerText(400, "no \u001b]0;x\u0007\n\u009b31m such")],
  ])("shows no terminal control sequences of %s", async (_what, handler) => {
    cloud.handle(handler);
    const error = await failureOf(createClient(cloud).images.get(IMAGE_ID));
    expect(error.apiMessage).toBe("no \ufffd]0;x\ufffd \ufffd31m such");
    expect(`${error.message}${error.apiCode}`).not.toMatch(/\p{Cc}/u);
  });

  it("never shows a token or the secret, even when the server echoes them", async () => {
    cloud.handle((request, response) => {
      const token = String(request.headers["x-auth-token"]);
      answer(400, apiError(token, `bad ${token} and ${SECRET}`))(request, response);
    });
    const error = await failureOf(createClient(cloud).images.get(IMAGE_ID));
    expect(error.apiMessage).toBe("bad *** and ***");
    expect(inspect(error, { depth: null, showHidden: true })).not.toMatch(new RegExp(`${SECRET}|gAAAA`));
  });

  it.each(["message", "code", "error", "Image.NotFound"])(
    'reads a body as it is although the secret is the word "%s"',
    async (secret) => {
      cloud.handle(answer(404, apiError("Image.NotFound", "No such image.")));
      const client = createClient(cloud, { credentials: { id: "credential-id", secret } });
      expect((await failureOf(client.images.get(IMAGE_ID))).code).toBe("not_found");
    },
  );

  it.each([
    ["a reason phrase", (response: ServerResponse) => response.writeHead(400, `no\u009b2J ${SECRET}`)],
    [
      "a request id",
      (response: ServerResponse) => response.writeHead(400, { "X-Request-Id": `x\u009b2J${SECRET}` }),
    ],
    [
      "a redirect",
      (response: ServerResponse) => response.writeHead(302, { Location: `https://${SECRET}.example/` }),
    ],
  ])("shows no terminal control sequences of %s, and no secret", async (_what, write) => {
    cloud.handle((_request, response) => {
      write(response);
      response.end();
    });
    const error = await failureOf(createClient(cloud).images.get(IMAGE_ID));
    expect(error.message).not.toMatch(/\p{Cc}/u);
    expect(error.message).toContain("***");
    expect(error.message).not.toContain(SECRET);
  });

  it("has no token or secret anywhere in the error for a broken connection", async () => {
    cloud.handle(hangUp);
    const error = await failureOf(createClient(cloud).images.get(IMAGE_ID));
    expect(inspect(error, { depth: null, showHidden: true })).not.toMatch(new RegExp(`${SECRET}|gAAAA`));
  });

  describe("what may be repeated is repeated", () => {
    it.each([
      ["500", answer(500, {})],
      ["502 with HTML", answerText(502, "<html>Bad Gateway</html>")],
      ["503", BUSY],
      ["504", answer(504, {})],
      ["408", answer(408, {})],
      ["429", answer(429, {})],
      ["a dropped connection", hangUp],
    ])("faults 5 and 51: after %s", async (_name, trouble) => {
      cloud.script(trouble, trouble, IMAGE);
      const image = await createClient(cloud).images.get(IMAGE_ID);
      expect(image.id).toBe(IMAGE_ID);
      expect(cloud.requests()).toHaveLength(3);
    });

    it.each([
      ["a truncated response", "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{"],
      ["no response at all", ""],
    ])("after %s", async (_name, bytes) => {
      cloud.script((_request, response) => {
        response.socket?.end(bytes);
      }, IMAGE);
      await createClient(cloud).images.get(IMAGE_ID);
      expect(cloud.requests()).toHaveLength(2);
    });

    it("for PUT and DELETE and adding a member, too", async () => {
      cloud.script(BUSY, IMAGE, BUSY, answerText(204, ""), BUSY, answer(200, {}));
      const { images, members } = createClient(cloud);
      await images.update(IMAGE_ID, { name: "renamed" });
      await images.delete(IMAGE_ID);
      await members.add(IMAGE_ID, "0b1c2d3e4f5061728394a5b6c7d8e9f0");
      expect(cloud.requests().map((request) => request.method)).toEqual([
        "PUT",
        "PUT",
        "DELETE",
        "DELETE",
        "POST",
        "POST",
      ]);
    });

    it("after an attempt without a response in time", async () => {
      cloud.script(stall, IMAGE);
      const clock = createFakeClock();
      await createClient(cloud, { tuning: { clock, limits: { attemptMs: 150 } } }).images.get(IMAGE_ID);
      expect(cloud.requests()).toHaveLength(2);
    });

    it("but not forever", async () => {
      cloud.handle(BUSY);
      const error = await failureOf(createClient(cloud).images.get(IMAGE_ID));
      expect(error).toMatchObject({ code: "unavailable", transient: true, apiMessage: "Try again." });
      expect(cloud.requests()).toHaveLength(8);
    });

    it.each([400, 403, 404, 409, 422, 501])("but not after %d", async (status) => {
      cloud.handle(answer(status, apiError("No", "No.")));
      await failureOf(createClient(cloud).images.get(IMAGE_ID));
      expect(cloud.requests()).toHaveLength(1);
    });
  });

  it("waits longer each time, with jitter", async () => {
    cloud.handle(BUSY);
    const clock = createFakeClock();
    await failureOf(createClient(cloud, { tuning: { clock, random: () => 1 } }).images.get(IMAGE_ID));
    expect(clock.waits).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000]);
  });

  it("fault 50: waits as long as Retry-After says, in seconds", async () => {
    cloud.script(answer(429, {}, { "Retry-After": "7" }), IMAGE);
    const clock = createFakeClock();
    await createClient(cloud, { tuning: { clock, random: () => 0 } }).images.get(IMAGE_ID);
    expect(clock.waits[0]).toBe(7_000);
  });

  it("fault 50: waits as long as Retry-After says, as a date by the server's clock", async () => {
    const headers = { Date: "Tue, 04 Mar 2025 05:00:00 GMT", "Retry-After": "Tue, 04 Mar 2025 05:00:09 GMT" };
    cloud.script(answer(429, {}, headers), IMAGE);
    const clock = createFakeClock();
    await createClient(cloud, { tuning: { clock, random: () => 0 } }).images.get(IMAGE_ID);
    expect(clock.waits[0]).toBe(9_000);
  });

  it("gives up at once when Retry-After is past the deadline", async () => {
    cloud.handle(answer(429, {}, { "Retry-After": "600" }));
    const clock = createFakeClock();
    const call = { deadline: clock.now() + 60_000 };
    const error = await failureOf(createClient(cloud, { tuning: { clock } }).images.get(IMAGE_ID, call));
    expect(error).toMatchObject({ code: "rate_limited", status: 429, retryAfterMs: 600_000 });
    expect(clock.waits).toEqual([]);
  });

  it("ends with the last failure when the next attempt would come after the deadline", async () => {
    cloud.handle(BUSY);
    const clock = createFakeClock();
    const call = { deadline: clock.now() + 3_000 };
    const error = await failureOf(createClient(cloud, { tuning: { clock } }).images.get(IMAGE_ID, call));
    expect(error).toMatchObject({ code: "unavailable", status: 503 });
    expect(clock.now()).toBeLessThan(call.deadline);
  });

  it("delays other requests to a service that sent Retry-After", async () => {
    cloud.script(answer(429, {}, { "Retry-After": "5" }), IMAGE);
    const clock = createFakeClock();
    const { images, volumes } = createClient(cloud, { tuning: { clock } });
    await failureOf(images.get(IMAGE_ID, { deadline: clock.now() + 1_000 }));
    await failureOf(volumes.get(IMAGE_ID));
    expect(clock.waits).toEqual([]);
    await images.get(IMAGE_ID);
    expect(clock.waits).toEqual([5_000]);
  });

  it("ends with its own last failure when its time runs out behind another's pause", async () => {
    let fail: (() => void) | undefined;
    cloud.handle((request, response) => {
      if (request.path.endsWith("paused")) {
        answer(429, {}, { "Retry-After": "60" })(request, response);
        response.on("close", () => setTimeout(() => fail?.(), 20));
      } else {
        fail = () => BUSY(request, response);
      }
    });
    const { images } = createClient(cloud, { tuning: { clock: systemClock, random: () => 0 } });
    const failing = failureOf(images.get("failing", { deadline: Date.now() + 1_500 }));
    await expect.poll(() => fail).toBeDefined();
    await failureOf(images.get("paused", { deadline: Date.now() + 1_500 }));
    expect(await failing).toMatchObject({ code: "unavailable", status: 503 });
    expect(cloud.requests()).toHaveLength(2);
  });

  it("fault 52: does not outlive its deadline when the server never responds", async () => {
    cloud.handle(stall);
    const client = createClient(cloud, { tuning: { clock: systemClock } });
    await client.connect();
    const error = await failureOf(client.images.get(IMAGE_ID, { deadline: Date.now() + 300 }));
    expect(error).toMatchObject({ code: "timeout", sent: true, operation: "GetImage" });
    expect(error.message).toContain("the time allowed for the operation ran out");
  });

  it("sends nothing after its deadline", async () => {
    const over = { deadline: Date.now() - 1_000 };
    const error = await failureOf(createClient(cloud).images.get(IMAGE_ID, over));
    expect(error.code).toBe("timeout");
    expect(cloud.seen).toHaveLength(0);
  });

  it("sends nothing for a call that is aborted already", async () => {
    const error = await failureOf(createClient(cloud).images.get(IMAGE_ID, { signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ code: "aborted", sent: false });
    expect(cloud.seen).toHaveLength(0);
  });

  it("ends its connection when the call is aborted", async () => {
    const controller = new AbortController();
    const closed = new Promise<void>((resolve) => {
      cloud.handle((_request, response) => {
        response.on("close", resolve);
        controller.abort();
      });
    });
    const error = await failureOf(createClient(cloud).images.get(IMAGE_ID, { signal: controller.signal }));
    expect(error).toMatchObject({ code: "aborted", sent: true });
    await closed;
    expect(cloud.requests()).toHaveLength(1);
  });

  it("stops waiting when the call is aborted between two attempts", async () => {
    const controller = new AbortController();
    cloud.handle(answer(503, {}, { "Retry-After": "300" }));
    const log = logTo((level) => {
      if (level === "warn") setImmediate(() => controller.abort());
    });
    const client = createClient(cloud, { tuning: { clock: systemClock }, log });
    const error = await failureOf(client.images.get(IMAGE_ID, { signal: controller.signal }));
    expect(error.code).toBe("aborted");
    expect(cloud.requests()).toHaveLength(1);
  });

  it("leaves no listener on the call's signal", async () => {
    const { signal } = new AbortController();
    cloud.script(BUSY, IMAGE);
    await createClient(cloud).images.get(IMAGE_ID, { signal });
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  it("may have the same signal as any number of others without a warning", async () => {
    const warnings: Error[] = [];
    const hear = (warning: Error) => warnings.push(warning);
    process.on("warning", hear);
    const { signal } = new AbortController();
    const { images } = createClient(cloud);
    await Promise.all(Array.from({ length: 30 }, () => images.get(IMAGE_ID, { signal })));
    await new Promise(setImmediate);
    process.off("warning", hear);
    expect(warnings).toEqual([]);
  });

  it("fault 54: follows no redirect, and the token reaches no other host", async () => {
    const other = await startFakeCloud();
    try {
      cloud.handle(answerText(302, "", { Location: `${other.url}/elsewhere` }));
      const error = await failureOf(createClient(cloud).images.get(IMAGE_ID));
      expect(error).toMatchObject({ code: "redirected", status: 302 });
      expect(error.message).toContain(new URL(other.url).host);
      expect(other.seen).toHaveLength(0);
      expect(cloud.requests()).toHaveLength(1);
    } finally {
      await other.close();
    }
  });

  it.each([
    ["an HTML page", answerText(404, "<html>Not Found</html>", { "Content-Type": "text/html" })],
    ["an empty body", answerText(404, "")],
    ["another framework's JSON", answer(404, { detail: "Not Found" })],
    [
      "IAM's JSON",
      answer(404, { error: { code: 404, message: "The resource could not be found.", title: "Not Found" } }),
    ],
  ])("fault 15: a 404 with %s does not mean that the object does not exist", async (_name, handler) => {
    cloud.handle(handler);
    const error = await failureOf(createClient(cloud).images.get(IMAGE_ID));
    expect(error).toMatchObject({ code: "malformed_response", status: 404 });
    expect(error.message).toContain("endpoint_overrides");
  });

  it("a 404 in the service's own form means that the object does not exist", async () => {
    cloud.handle(answer(404, apiError("Image.NotFound", "Image could not be found.")));
    const error = await failureOf(createClient(cloud).images.get(IMAGE_ID));
    expect(error).toMatchObject({ code: "not_found", apiCode: "Image.NotFound" });
  });

  it.each([
    ["nothing", answerText(200, ""), "it is empty"],
    ["null", answer(200, null), "the response should be an object but is null"],
    ["a null image", answer(200, { image: null }), "image should be an object but is null"],
    ["a web page", answerText(200, "<html>login</html>"), "it is not JSON"],
    ["JSON cut short", answerText(200, '{"image":{'), "it is not JSON"],
    [
      "an image without an id",
      answer(200, { image: imageJson({ id: undefined }) }),
      "image.id should be a non-empty string but is missing",
    ],
    [
      "a fractional size",
      answer(200, { image: imageJson({ size: 1.5 }) }),
      "image.size should be an integer",
    ],
    [
      "a text for a number",
      answer(200, { image: imageJson({ min_disk: "20" }) }),
      "image.min_disk should be an integer but is another string",
    ],
    [
      "an invalid time",
      answer(200, { image: imageJson({ created_at: "2025-02-30T00:00:00Z" }) }),
      "image.created_at should be a time",
    ],
  ])("fault 4: %s instead of an image is an error that says so", async (_name, handler, problem) => {
    cloud.handle(handler);
    const error = await failureOf(createClient(cloud).images.get(IMAGE_ID));
    expect(error).toMatchObject({ code: "malformed_response", operation: "GetImage", status: 200 });
    expect(error.message).toContain(problem);
  });

  it("reads a compressed response, whatever content type it has", async () => {
    cloud.handle((_request, response) => {
      response.writeHead(200, { "Content-Type": "text/plain", "Content-Encoding": "gzip" });
      response.end(gzipSync(JSON.stringify({ image: imageJson() })));
    });
    expect((await createClient(cloud).images.get(IMAGE_ID)).name).toBe("golden-web-01");
  });

  it("stops reading an endless response", async () => {
    cloud.handle((_request, response) => {
      const chunk = Buffer.alloc(1024 * 1024, "x");
      const pour = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", pour);
      pour();
    });
    const error = await failureOf(createClient(cloud).images.get(IMAGE_ID));
    expect(error).toMatchObject({ code: "malformed_response" });
    expect(cloud.requests()).toHaveLength(1);
  });

  it("stops reading a small response that unpacks to a huge one", async () => {
    const bomb = gzipSync(Buffer.alloc(256 * 1024 * 1024));
    cloud.handle((_request, response) => {
      response.writeHead(200, { "Content-Type": "application/json", "Content-Encoding": "gzip" });
      response.end(bomb);
    });
    const error = await failureOf(createClient(cloud).images.get(IMAGE_ID));
    expect(error).toMatchObject({ code: "malformed_response" });
    expect(error.message).toContain("exceeded");
  });

  it("reports a server without HTTP as such, not as slow", async () => {
    cloud.handle((_request, response) => {
      response.socket?.end("SSH-2.0-OpenSSH_9.6\r\n");
    });
    const error = await failureOf(createClient(cloud).images.get(IMAGE_ID));
    expect(error.code).toBe("malformed_response");
  });
});
