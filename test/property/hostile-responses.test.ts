import type { ServerResponse } from "node:http";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { isKakaoCloudError } from "../../src/kakaocloud/errors.ts";
import { releaseLater } from "../harness/cleanup.ts";
import {
  createClient,
  type FakeCloud,
  IMAGE_ID,
  SECRET,
  sendToken,
  startFakeCloud,
  VOLUME_ID,
} from "../unit/kakaocloud/fake-cloud.ts";
import { runs } from "./codec-runs.ts";

/** What a server may send as the body of any response: bytes, JSON of every kind, and what makes a reader slow or deep. */
const bodies = fc.oneof(
  fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)),
  fc.string({ unit: "binary", maxLength: 500 }),
  fc.json(),
  fc.jsonValue().map((value) => JSON.stringify({ error: value, detail: value, image: value, images: value })),
  fc.record({ code: fc.jsonValue(), message: fc.jsonValue() }).map((error) => JSON.stringify({ error })),
  fc
    .array(fc.record({ loc: fc.jsonValue(), msg: fc.jsonValue() }))
    .map((detail) => JSON.stringify({ detail })),
  fc
    .record({
      images: fc.array(fc.record({ id: fc.string() })),
      pagination: fc.record({ total: fc.maxSafeInteger(), limit: fc.integer() }),
    })
    .map((body) => JSON.stringify(body)),
  fc
    .tuple(
      fc.constantFrom("<html>", "<!doctype", '{"detail":[{"loc":', "", '"'),
      fc.constantFrom("<", "<script ", "<style>", "[", '{"a":', " ", "\\", "%", "&", `${SECRET} `),
      fc.integer({ min: 0, max: 300_000 }),
    )
    .map(([start, piece, length]) => `${start}${piece.repeat(Math.ceil(length / piece.length))}`),
);
const statuses = fc.oneof(
  fc.constantFrom(200, 202, 204, 303, 400, 401, 404, 409, 422, 429, 500, 501, 502, 503),
  fc.integer({ min: 200, max: 599 }),
);

let cloud: FakeCloud;
beforeAll(async () => {
  cloud = await startFakeCloud();
  releaseLater(() => cloud.close());
});

/** Operations of every kind: one object, a list, a create that is sent once, a change, a deletion. */
const operations = {
  get: () => createClient(cloud).images.get(IMAGE_ID),
  list: () => createClient(cloud).images.list(),
  create: () => createClient(cloud).images.create(VOLUME_ID, { name: "golden" }),
  update: () => createClient(cloud).images.update(IMAGE_ID, { name: "golden" }),
  delete: () => createClient(cloud).images.delete(IMAGE_ID),
  token: () => createClient(cloud).connect(),
};

it("any body of any response leads to a result, or to a short error of the client's own without secrets", async () => {
  await fc.assert(
    fc.asyncProperty(
      statuses,
      bodies,
      fc.constantFrom(...(Object.keys(operations) as (keyof typeof operations)[])),
      async (status, body, operation) => {
        const respond = (_request: unknown, response: ServerResponse) => {
          response.writeHead(status, { "Content-Type": "application/json" });
          response.end(body);
        };
        cloud.handle(respond);
        cloud.handleTokens(
          operation === "token" ? respond : (_request, response) => sendToken(response, "gAAAA-a-token"),
        );
        const error: unknown = await operations[operation]().then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        if (error === undefined) return;
        expect(isKakaoCloudError(error), String(error)).toBe(true);
        const { message, code } = error as Error & { code: string };
        expect(message.length).toBeLessThan(2_000);
        expect(message).not.toMatch(/\p{Cc}/u);
        expect(message).not.toContain(SECRET);
        if (operation === "create" && status >= 500) expect(code).toBe("ambiguous_write");
      },
    ),
    runs(300),
  );
});
