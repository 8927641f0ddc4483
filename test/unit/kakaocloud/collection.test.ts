import { afterEach, beforeEach, expect, it } from "vitest";
import { answer, createClient, type FakeCloud, failureOf, IMAGE_ID, startFakeCloud } from "./fake-cloud.ts";

const OTHER = "99999999-9999-4999-8999-999999999999";

let cloud: FakeCloud;
beforeEach(async () => {
  cloud = await startFakeCloud();
});
afterEach(() => cloud.close());

it.each(["image", "instance", "volume"] as const)(
  "refuses another %s than the requested one",
  async (key) => {
    cloud.handle(answer(200, { [key]: { id: OTHER } }));
    const failure = await failureOf(createClient(cloud)[`${key}s`].get(IMAGE_ID));
    expect(failure).toMatchObject({ code: "malformed_response" });
    expect(failure.message).toContain(`should be ${key} ${IMAGE_ID} but is another ${key} (${OTHER})`);
  },
);

it.each(["image", "instance", "volume"] as const)("requests one %s and the newest first", async (key) => {
  cloud.script(
    answer(200, { [key]: { id: IMAGE_ID.toUpperCase() } }),
    answer(200, { [`${key}s`]: [], pagination: { total: 0, offset: 0, limit: 1000 } }),
  );
  const collection = createClient(cloud)[`${key}s`];
  expect(await collection.get(IMAGE_ID)).toMatchObject({ id: IMAGE_ID.toUpperCase() });
  expect(await collection.list({ name: "web" })).toEqual([]);
  const [one, all] = cloud.requests();
  expect(one?.path).toBe(`/api/v1/${key}s/${IMAGE_ID}`);
  expect(all?.path).toBe(`/api/v1/${key}s`);
  expect(Object.fromEntries(all?.query ?? [])).toMatchObject({
    name: "web",
    sort_keys: "created_at",
    sort_dirs: "desc",
  });
});
