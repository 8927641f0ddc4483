import { createServer } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  answer,
  answerText,
  apiError,
  createClient,
  type FakeCloud,
  failureOf,
  hangUp,
  IMAGE_ID,
  imageJson,
  listen,
  logTo,
  stall,
  startFakeCloud,
  VOLUME_ID,
} from "./fake-cloud.ts";

const CREATED = answer(202, { image: imageJson({ status: "queued", size: null }) });
const INPUT = { name: "golden-web-01", description: "-" };

describe("creating an image", () => {
  let cloud: FakeCloud;
  beforeEach(async () => {
    cloud = await startFakeCloud();
    cloud.handle(CREATED);
  });
  afterEach(() => cloud.close());

  it("posts name and description to the volume", async () => {
    const image = await createClient(cloud).images.create(VOLUME_ID, INPUT);
    expect(image).toMatchObject({ id: IMAGE_ID, status: "queued", size: null });
    const [request] = cloud.requests();
    expect(request).toMatchObject({ method: "POST", path: `/api/v1/volumes/${VOLUME_ID}/image` });
    expect(JSON.parse(request?.body ?? "")).toEqual({ image: INPUT });
  });

  it("leaves an absent description out", async () => {
    await createClient(cloud).images.create(VOLUME_ID, { name: "golden" });
    expect(JSON.parse(cloud.requests()[0]?.body ?? "")).toEqual({ image: { name: "golden" } });
  });

  it("fault 10: needs nothing of the response but the ID", async () => {
    cloud.handle(answer(202, { image: { id: IMAGE_ID, size: "many", created_at: "soon", os_info: 7 } }));
    const image = await createClient(cloud).images.create(VOLUME_ID, INPUT);
    expect(image).toMatchObject({ id: IMAGE_ID, size: null, created_at: null, os_info: null, name: null });
  });

  it.each([
    ["the connection breaks after the request was read", hangUp],
    ["a gateway gives up", answerText(504, "<html>Gateway Time-out</html>")],
    ["a gateway breaks down", answerText(502, "")],
    ["the server fails", answer(500, apiError("Internal", "Oops."))],
    ["the server is unavailable", answer(503, apiError("Busy", "Busy."))],
    ["the server is unavailable and says for how long", answer(503, {}, { "Retry-After": "1" })],
    ["the server ran out of patience", answer(408, {})],
    ["the response has no ID", answer(202, { image: imageJson({ id: null }) })],
    ["the response is empty", answerText(202, "")],
    ["the response is a web page", answerText(200, "<html></html>")],
    ["the response is a redirect", answerText(303, "", { Location: "/api/v1/images" })],
  ])("fault 8 and 9: is not repeated but reported as ambiguous when %s", async (_name, handler) => {
    cloud.handle(handler);
    const error = await failureOf(createClient(cloud).images.create(VOLUME_ID, INPUT));
    expect(error).toMatchObject({ code: "ambiguous_write", operation: "CreateImage", sent: true });
    expect(error.message).toContain("may still have taken effect");
    expect(cloud.requests()).toHaveLength(1);
  });

  it("fault 8: is not repeated when the volume's ID resembles a status", async () => {
    cloud.handle(hangUp);
    await failureOf(createClient(cloud).images.create("00000401-0000-4000-8000-000000000401", INPUT));
    expect(cloud.requests()).toHaveLength(1);
    expect(cloud.tokenRequests()).toHaveLength(1);
  });

  it("is reported as ambiguous when no response arrives in time", async () => {
    cloud.handle(stall);
    const client = createClient(cloud, { tuning: { limits: { onceAttemptMs: 150 } } });
    const error = await failureOf(client.images.create(VOLUME_ID, INPUT));
    expect(error.code).toBe("ambiguous_write");
    expect(cloud.requests()).toHaveLength(1);
  });

  it.each([
    ["429", answer(429, {}, { "Retry-After": "1" })],
    ["401", answer(401, {})],
  ])("is repeated after %s, which means that the server did nothing", async (_name, rejection) => {
    cloud.script(rejection, CREATED);
    const image = await createClient(cloud).images.create(VOLUME_ID, INPUT);
    expect(image.id).toBe(IMAGE_ID);
    expect(cloud.requests()).toHaveLength(2);
  });

  it("is repeated while the server refuses the connection, because nothing was sent", async () => {
    const reserved = createServer();
    const port = await listen(reserved);
    await new Promise((resolve) => reserved.close(resolve));
    const url = `http://127.0.0.1:${port}`;
    const client = createClient(cloud, { endpointOverrides: { iam: cloud.url, volume: url } });
    const lines: unknown[] = [];
    const error = await failureOf(
      client.images.create(VOLUME_ID, INPUT, {
        log: logTo((_level, _message, fields) => lines.push(fields?.status)),
      }),
    );
    expect(error).toMatchObject({ code: "connection", sent: false, transient: true });
    expect(error.message).toContain("ECONNREFUSED");
    expect(lines).toEqual([201, null, null, null, null, null, null]);
  });

  it.each([
    [400, "invalid_request"],
    [403, "forbidden"],
    [404, "not_found"],
    [409, "conflict"],
    [422, "invalid_request"],
  ])("is refused with a plain error for %d", async (status, code) => {
    cloud.handle(answer(status, apiError("Refused", "No.")));
    const error = await failureOf(createClient(cloud).images.create(VOLUME_ID, INPUT));
    expect(error.code).toBe(code);
    expect(cloud.requests()).toHaveLength(1);
  });

  it("fault 54: does not accept a redirect as the new image", async () => {
    cloud.handle(answerText(307, "", { Location: "/api/v1/images" }));
    const error = await failureOf(createClient(cloud).images.create(VOLUME_ID, INPUT));
    expect(error.code).toBe("redirected");
    expect(cloud.requests()).toHaveLength(1);
  });

  it("uses a connection of its own, which cannot have been closed unnoticed", async () => {
    const { images, volumes } = createClient(cloud);
    await failureOf(volumes.get(VOLUME_ID));
    await images.create(VOLUME_ID, INPUT);
    const [read, create] = cloud.requests();
    expect(create?.port).not.toBe(read?.port);
  });

  it("still receives the ID when it is aborted after the request was sent", async () => {
    const controller = new AbortController();
    cloud.handle(async (request, response) => {
      controller.abort();
      await new Promise((resolve) => setTimeout(resolve, 20));
      CREATED(request, response);
    });
    const image = await createClient(cloud).images.create(VOLUME_ID, INPUT, { signal: controller.signal });
    expect(image.id).toBe(IMAGE_ID);
  });

  it("is reported as ambiguous when it is aborted and no response arrives within the grace period", async () => {
    const controller = new AbortController();
    cloud.handle(() => controller.abort());
    const client = createClient(cloud, { tuning: { limits: { onceGraceMs: 50 } } });
    const error = await failureOf(client.images.create(VOLUME_ID, INPUT, { signal: controller.signal }));
    expect(error).toMatchObject({ code: "ambiguous_write", sent: true });
    expect(error.message).toContain("it was interrupted");
    expect(cloud.requests()).toHaveLength(1);
  });

  it("sends nothing when it is already aborted", async () => {
    const client = createClient(cloud);
    const error = await failureOf(client.images.create(VOLUME_ID, INPUT, { signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ code: "aborted", sent: false });
    expect(cloud.seen).toHaveLength(0);
  });
});
