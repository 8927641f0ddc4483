import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { answer, createClient, type FakeCloud, startFakeCloud } from "../unit/kakaocloud/fake-cloud.ts";

// A list read page by page is the set of what is there, whatever pages the server makes of it.

let cloud: FakeCloud;
beforeAll(async () => {
  cloud = await startFakeCloud();
});
afterAll(() => cloud.close());

const paging = fc.record({
  count: fc.integer({ min: 0, max: 60 }),
  cap: fc.integer({ min: 1, max: 20 }),
  tells: fc.constantFrom("total and limit", "total", "limit", "nothing"),
  /** So many images are created while the list is read: everything moves back by as many places. */
  created: fc.integer({ min: 0, max: 3 }),
});

it("lists every image exactly once", async () => {
  const client = createClient(cloud);
  await fc.assert(
    fc.asyncProperty(paging, async ({ count, cap, tells, created }) => {
      const before = Array.from({ length: count }, (_, index) => ({ id: `old-${index}` }));
      const after = [...Array.from({ length: created }, (_, index) => ({ id: `new-${index}` })), ...before];
      let requests = 0;
      cloud.handle((request, response) => {
        const all = requests === 0 ? before : after;
        requests += 1;
        const offset = Number(request.query.get("offset"));
        const limit = Math.min(cap, Number(request.query.get("limit")));
        const pagination = {
          ...(tells.includes("total") && { total: all.length }),
          ...(tells.includes("limit") && { limit }),
        };
        answer(200, { images: all.slice(offset, offset + limit), pagination })(request, response);
      });
      const found: string[] = [];
      for await (const page of client.images.pages()) {
        expect(page.length).toBeLessThanOrEqual(cap);
        found.push(...page.map(({ id }) => id));
      }
      expect(new Set(found).size).toBe(found.length);
      expect(found).toEqual(expect.arrayContaining(before.map(({ id }) => id)));
      expect(found.every((id) => after.some((entry) => entry.id === id))).toBe(true);
    }),
    { numRuns: 60 },
  );
});

it("requests no more pages once the reader has enough", async () => {
  let requests = 0;
  cloud.handle((request, response) => {
    requests += 1;
    const offset = Number(request.query.get("offset"));
    const images = Array.from({ length: 10 }, (_, index) => ({ id: `image-${offset + index}` }));
    answer(200, { images, pagination: { total: 1000, limit: 10 } })(request, response);
  });
  for await (const page of createClient(cloud).images.pages()) if (page.length > 0) break;
  expect(requests).toBe(1);
});
