import { expect, test } from "vitest";
import { OTHER_PROJECTS } from "../../../src/emulator/state/defaults.ts";
import { hasErrors } from "../../../src/framework/diagnostics.ts";
import type { ObjectValue } from "../../../src/framework/value.ts";
import { imageMemberResource as resource } from "../../../src/provider/image-member/resource.ts";
import { sharedIds } from "../../../src/provider/image-member/state.ts";
import { elements, startCloud, type TestCloud, texts } from "./support.ts";

const [TEAM_1, TEAM_2, TEAM_3, TEAM_4] = OTHER_PROJECTS;
const IMAGE = "3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90";
const UNKNOWN_PROJECT = "ffffffffffffffffffffffffffffffff";
/** Enough for a 404 that is given the benefit of the doubt. */
const GRACE = 15_000;

const sharing = (...ids: readonly string[]): ObjectValue => ({ id: IMAGE, shared_member_ids: ids });

/** Starts a cloud with one image, shared with the given projects outside of Terraform. */
async function startShared(
  members: readonly string[] = [],
  settings: Parameters<typeof startCloud>[0] = {},
): Promise<TestCloud> {
  const cloud = await startCloud(settings);
  cloud.emulator.seedImage({ id: IMAGE, name: "golden", members: members.map((id) => ({ id })) });
  return cloud;
}

/** Applies and expects success. */
async function apply(cloud: TestCloud, config: ObjectValue, prior: ObjectValue | null = null) {
  const { state, diagnostics } = await cloud.apply(resource, config, prior);
  expect(texts(diagnostics)).toBe("");
  if (state === null) throw new Error("there is no state");
  return state;
}

const sharedWith = ({ emulator }: TestCloud) =>
  (emulator.image(IMAGE)?.members ?? []).map(({ id }) => id).sort();

const requestsOf = (cloud: TestCloud, method: string) =>
  cloud.requests().filter((line) => line.startsWith(method));

/** From now on the API refuses to do this for a project. */
const refuse = (cloud: TestCloud, method: string, project: string, status = 403) =>
  cloud.emulator.addRule({
    match: { method, path: `/members/${project}$` },
    fault: { kind: "status", status, message: "Not today." },
  });

test("an image is shared with the configured projects, and the members are listed", async () => {
  const cloud = await startShared();
  const state = await apply(cloud, sharing(TEAM_3, TEAM_1));
  expect(state).toMatchObject({ id: IMAGE, shared_member_ids: [TEAM_3, TEAM_1], timeouts: null });
  expect(
    elements(state, "members")
      .map(({ id }) => id)
      .toSorted(),
  ).toEqual([TEAM_1, TEAM_3]);
  expect(sharedWith(cloud)).toEqual([TEAM_1, TEAM_3]);
});

test("projects are added side by side", async () => {
  const cloud = await startShared([], { latencyMs: 50 });
  await apply(cloud, sharing(...OTHER_PROJECTS));
  const { routes } = cloud.emulator.metrics();
  expect(routes["POST /api/v1/images/{image_id}/members/{member_id}"]?.maxConcurrent).toBe(4);
});

test("an empty set shares with nobody and requests nothing but the members", async () => {
  const cloud = await startShared();
  expect(await apply(cloud, sharing())).toMatchObject({ shared_member_ids: [], members: [] });
  expect(cloud.requests()).toEqual([`GET /images/${IMAGE}/members`]);
});

test("fault 31: while a share is not visible yet, the members are polled a few times, not in a busy loop", async () => {
  const cloud = await startShared([], { memberDelayMs: 1_000 });
  const state = await apply(cloud, sharing(TEAM_1));
  expect(elements(state, "members")).toHaveLength(1);
  const polls = requestsOf(cloud, "GET").length;
  expect(polls).toBeGreaterThanOrEqual(3);
  expect(polls).toBeLessThanOrEqual(8);
});

test("fault 32: a share added elsewhere in the meantime delays nothing", async () => {
  const cloud = await startShared([TEAM_4, TEAM_3]);
  const state = await apply(cloud, sharing(TEAM_1));
  expect(state.shared_member_ids).toEqual([TEAM_1]);
  expect(
    elements(state, "members")
      .map(({ id }) => id)
      .toSorted(),
  ).toEqual([TEAM_1, TEAM_3, TEAM_4]);
});

test("fault 33: ids in upper case are the projects that they name", async () => {
  const cloud = await startShared();
  const state = await apply(cloud, sharing(TEAM_1.toUpperCase()));
  expect(state.shared_member_ids).toEqual([TEAM_1.toUpperCase()]);
  expect(sharedWith(cloud)).toEqual([TEAM_1]);
  const { state: refreshed } = await cloud.refresh(resource, state);
  expect(refreshed).toEqual(state);
});

test("fault 33: ids that the API writes in upper case are the same projects", () => {
  const member = { image_id: IMAGE, is_shared: true, status: null, created_at: null, updated_at: null };
  expect(sharedIds([{ id: TEAM_1.toUpperCase(), ...member }])).toEqual(new Set([TEAM_1]));
});

test("fault 33: a member whose share was removed does not count as shared, though it is listed", async () => {
  const cloud = await startShared([], { memberRemoved: "show" });
  const first = await apply(cloud, sharing(TEAM_1, TEAM_2));
  const second = await apply(cloud, sharing(TEAM_2), first);
  const { state: refreshed } = await cloud.refresh(resource, {
    ...second,
    shared_member_ids: [TEAM_1, TEAM_2],
  });
  expect(refreshed?.shared_member_ids).toEqual([TEAM_2]);
  await apply(cloud, sharing(TEAM_1, TEAM_2), second);
  expect(sharedWith(cloud)).toEqual([TEAM_1, TEAM_2]);
});

test("fault 34: an interrupt ends the wait at once, and what is shared is in the state", async () => {
  const cloud = await startShared([], { memberDelayMs: 600_000 });
  const applying = cloud.apply(resource, sharing(TEAM_1));
  await expect.poll(() => cloud.logged.join("\n")).toContain("visible for 0 of 1 projects");
  cloud.interrupt();
  const { state, diagnostics } = await applying;
  expect(texts(diagnostics)).toMatch(
    /Could not share image .*: the operation was interrupted after .* \(last seen: visible for 0 of 1 projects\)/,
  );
  expect(state?.shared_member_ids).toEqual([TEAM_1]);
});

test("a share that does not become visible in time names the limit and what was seen", async () => {
  const cloud = await startShared([], { memberDelayMs: 600_000 });
  const config = {
    ...sharing(TEAM_1),
    timeouts: { create: "400ms", read: null, update: null, delete: null },
  };
  const { state, diagnostics } = await cloud.apply(resource, config);
  expect(texts(diagnostics)).toMatch(
    /the time allowed by timeouts\.create ran out .*visible for 0 of 1 projects/,
  );
  expect(texts(diagnostics)).toContain('timeouts = { create = "1h" }');
  expect(state?.shared_member_ids).toEqual([TEAM_1]);
});

test("fault 35: a project that is not shared with any more does not keep destroy from the others", async () => {
  const cloud = await startShared();
  const state = await apply(cloud, sharing(TEAM_1, TEAM_2, TEAM_3));
  cloud.emulator.addRule({
    match: { method: "DELETE", path: TEAM_1 },
    fault: { kind: "status", status: 404 },
  });
  const output = await cloud.destroy(resource, state);
  expect(texts(output.diagnostics)).toBe("");
  expect(output.state).toBeNull();
  expect(sharedWith(cloud)).toEqual([TEAM_1]);
});

test("fault 35: destroy removes what it can, reports the rest, and keeps the rest in the state", async () => {
  const cloud = await startShared();
  const state = await apply(cloud, sharing(TEAM_1, TEAM_2, TEAM_3));
  refuse(cloud, "DELETE", TEAM_2);
  const output = await cloud.destroy(resource, state);
  expect(output.state).toEqual({ ...state, shared_member_ids: [TEAM_2] });
  expect(sharedWith(cloud)).toEqual([TEAM_2]);
  expect(texts(output.diagnostics)).toMatch(
    new RegExp(
      `^Unable to Unshare Image\nCould not unshare image ${IMAGE} from project ${TEAM_2}: .*Not today`,
    ),
  );
  cloud.emulator.clearRules();
  expect((await cloud.destroy(resource, output.state ?? {})).state).toBeNull();
  expect(sharedWith(cloud)).toEqual([]);
});

test("destroy leaves projects alone that the image was shared with elsewhere", async () => {
  const cloud = await startShared([TEAM_4]);
  const state = await apply(cloud, sharing(TEAM_1));
  expect((await cloud.destroy(resource, state)).state).toBeNull();
  expect(sharedWith(cloud)).toEqual([TEAM_4]);
});

test("destroy succeeds when the image itself no longer exists", async () => {
  const cloud = await startShared();
  const state = await apply(cloud, sharing(TEAM_1, TEAM_2));
  cloud.emulator.changeImage(IMAGE, { status: "(deleted)" });
  const output = await cloud.destroy(resource, state);
  expect(output).toMatchObject({ state: null, diagnostics: [] });
});

test("fault 37: projects that the image is already shared with are adopted, and not requested again", async () => {
  const cloud = await startShared([TEAM_1, TEAM_4]);
  const state = await apply(cloud, sharing(TEAM_1, TEAM_2));
  expect(state.shared_member_ids).toEqual([TEAM_1, TEAM_2]);
  expect(requestsOf(cloud, "POST")).toEqual([`POST /images/${IMAGE}/members/${TEAM_2}`]);
});

test("fault 37: after a create that failed in part the state holds what it shared, and the next one succeeds", async () => {
  const cloud = await startShared([TEAM_3]);
  refuse(cloud, "POST", TEAM_2);
  const failed = await cloud.apply(resource, sharing(TEAM_1, TEAM_2, TEAM_3));
  expect(hasErrors(failed.diagnostics)).toBe(true);
  expect(failed.state).toEqual({ ...sharing(TEAM_1), members: null, timeouts: null });

  cloud.emulator.clearRules();
  // Terraform marks a failed create as tainted: it destroys the object and creates another.
  expect((await cloud.destroy(resource, failed.state ?? {})).state).toBeNull();
  expect(sharedWith(cloud)).toEqual([TEAM_3]);
  const state = await apply(cloud, sharing(TEAM_1, TEAM_2, TEAM_3));
  expect(elements(state, "members")).toHaveLength(3);
});

test("a create that could share with nobody leaves no state", async () => {
  const cloud = await startShared();
  refuse(cloud, "POST", TEAM_1);
  const { state, diagnostics } = await cloud.apply(resource, sharing(TEAM_1));
  expect(state).toBeNull();
  expect(diagnostics).toMatchObject([{ path: [{ attribute: "shared_member_ids" }] }]);
});

test("a share whose response was lost is kept in the state, so that it can be removed", async () => {
  const cloud = await startShared([], { latencyMs: 0 });
  cloud.emulator.addRule({
    match: { method: "POST", path: "/members/" },
    fault: { kind: "stall", applied: true },
  });
  const config = {
    ...sharing(TEAM_1),
    timeouts: { create: "500ms", read: null, update: null, delete: null },
  };
  const { state } = await cloud.apply(resource, config);
  expect(sharedWith(cloud)).toEqual([TEAM_1]);
  expect(state?.shared_member_ids).toEqual([TEAM_1]);
});

test("projects that are refused for one reason are in one error, others in another", async () => {
  const cloud = await startShared();
  refuse(cloud, "POST", TEAM_1);
  refuse(cloud, "POST", TEAM_2);
  refuse(cloud, "POST", TEAM_3, 400);
  const { state, diagnostics } = await cloud.apply(resource, sharing(...OTHER_PROJECTS));
  expect(diagnostics).toHaveLength(2);
  expect(texts(diagnostics)).toContain(`with projects ${TEAM_1}, ${TEAM_2}:`);
  expect(texts(diagnostics)).toContain(`with project ${TEAM_3}:`);
  expect(state?.shared_member_ids).toEqual([TEAM_4]);
});

test(
  "a project that does not exist is reported as such, and the others get their share",
  async () => {
    const cloud = await startShared();
    const { state, diagnostics } = await cloud.apply(resource, sharing(TEAM_1, UNKNOWN_PROJECT));
    expect(texts(diagnostics)).toContain(`with project ${UNKNOWN_PROJECT}:`);
    expect(texts(diagnostics)).toContain("Project could not be found");
    expect(texts(diagnostics)).toContain("Check shared_member_ids");
    expect(state?.shared_member_ids).toEqual([TEAM_1]);
  },
  GRACE,
);

test(
  "an image that does not exist is reported as such, on the attribute id",
  async () => {
    const cloud = await startCloud();
    const { state, diagnostics } = await cloud.apply(resource, sharing(TEAM_1));
    expect(state).toBeNull();
    expect(diagnostics).toMatchObject([{ path: [{ attribute: "id" }] }]);
    expect(texts(diagnostics)).toContain(`image ${IMAGE} does not exist`);
    expect(requestsOf(cloud, "POST")).toEqual([]);
  },
  GRACE,
);

test("an image that some servers do not know yet is shared all the same", async () => {
  const cloud = await startShared();
  for (const method of ["GET", "POST"]) {
    const match = { method, path: "/members" };
    cloud.emulator.addRule({ match, fault: { kind: "status", status: 404 }, times: 2 });
  }
  await apply(cloud, sharing(TEAM_1, TEAM_2));
  expect(sharedWith(cloud)).toEqual([TEAM_1, TEAM_2]);
});

test("fault 38: sharing what is shared and unsharing what is not succeed", async () => {
  const cloud = await startShared();
  const state = await apply(cloud, sharing(TEAM_1, TEAM_2));
  for (const [method, project, status] of [
    ["POST", TEAM_3, 409],
    ["DELETE", TEAM_1, 404],
  ] as const) {
    cloud.emulator.addRule({ match: { method, path: project }, fault: { kind: "status", status } });
  }
  // As if somebody had done the same just now, elsewhere.
  cloud.emulator.seedImage({ id: IMAGE, members: [{ id: TEAM_2 }] });
  const applying = cloud.apply(resource, sharing(TEAM_2, TEAM_3), state);
  await expect.poll(() => requestsOf(cloud, "POST")).toHaveLength(1);
  cloud.emulator.seedImage({ id: IMAGE, members: [{ id: TEAM_2 }, { id: TEAM_3 }] });
  const { diagnostics, state: after } = await applying;
  expect(texts(diagnostics)).toBe("");
  expect(after?.shared_member_ids).toEqual([TEAM_2, TEAM_3]);
});

test("an update adds the new ones, removes those no longer configured, and changes no others", async () => {
  const cloud = await startShared([TEAM_4]);
  const first = await apply(cloud, sharing(TEAM_1, TEAM_2));
  cloud.requests();
  const second = await apply(cloud, sharing(TEAM_2, TEAM_3), first);
  expect(sharedWith(cloud)).toEqual([TEAM_2, TEAM_3, TEAM_4]);
  expect(
    elements(second, "members")
      .map(({ id }) => id)
      .toSorted(),
  ).toEqual([TEAM_2, TEAM_3, TEAM_4]);
  const writes = cloud.requests().filter((line) => !line.startsWith("GET"));
  expect(writes.sort()).toEqual([
    `DELETE /images/${IMAGE}/members/${TEAM_1}`,
    `POST /images/${IMAGE}/members/${TEAM_3}`,
  ]);
});

test("an update that fails in part leaves the existing shares in the state", async () => {
  const cloud = await startShared();
  const first = await apply(cloud, sharing(TEAM_1, TEAM_2));
  refuse(cloud, "DELETE", TEAM_1);
  refuse(cloud, "POST", TEAM_4);
  const { state, diagnostics } = await cloud.apply(resource, sharing(TEAM_3, TEAM_4), first);
  expect(diagnostics.map(({ summary }) => summary).sort()).toEqual([
    "Unable to Share Image",
    "Unable to Unshare Image",
  ]);
  expect([...((state?.shared_member_ids ?? []) as string[])].sort()).toEqual([TEAM_1, TEAM_3]);
  expect(sharedWith(cloud)).toEqual([TEAM_1, TEAM_3]);
});

test("fault 39: a refresh without a response ends at timeouts.read", async () => {
  const cloud = await startShared();
  const state = await apply(cloud, sharing(TEAM_1));
  cloud.emulator.addRule({ match: { method: "GET", path: "/members" }, fault: { kind: "stall" } });
  const limited = { ...state, timeouts: { create: null, read: "300ms", update: null, delete: null } };
  const output = await cloud.refresh(resource, limited);
  expect(output.state).toEqual(limited);
  expect(texts(output.diagnostics)).toMatch(
    /Could not read the shares of image .*: (the time allowed by timeouts\.read ran out|the time allowed for)/,
  );
});

test("fault 40: a response that is not a list of members is an error, and the state stays", async () => {
  const cloud = await startShared();
  const state = await apply(cloud, sharing(TEAM_1));
  cloud.emulator.addRule({
    match: { method: "GET", path: "/members" },
    fault: { kind: "malformed", variant: "is-shared-text" },
  });
  const output = await cloud.refresh(resource, state);
  expect(output.state).toEqual(state);
  expect(texts(output.diagnostics)).toContain("members[0].is_shared should be true or false");
});

test("fault 41: a change of timeouts alone succeeds without a request", async () => {
  const cloud = await startShared();
  const state = await apply(cloud, sharing(TEAM_1));
  cloud.requests();
  const timeouts = { create: null, read: "5m", update: null, delete: null };
  const after = await apply(cloud, { ...sharing(TEAM_1), timeouts }, state);
  expect(after).toEqual({ ...state, timeouts });
  expect(cloud.requests()).toEqual([]);
});

test("a refresh drops shares that were removed elsewhere and adopts none that were added elsewhere", async () => {
  const cloud = await startShared();
  const state = await apply(cloud, sharing(TEAM_1, TEAM_2));
  cloud.emulator.seedImage({ id: IMAGE, members: [{ id: TEAM_2 }, { id: TEAM_4 }] });
  const { state: refreshed } = await cloud.refresh(resource, state);
  expect(refreshed?.shared_member_ids).toEqual([TEAM_2]);
  expect(
    elements(refreshed, "members")
      .map(({ id }) => id)
      .toSorted(),
  ).toEqual([TEAM_2, TEAM_4]);
});

test("a refresh of an image that no longer exists removes it from the state, a page of HTML does not", async () => {
  const cloud = await startShared();
  const state = await apply(cloud, sharing(TEAM_1));
  const rule = cloud.emulator.addRule({ fault: { kind: "status", status: 404, body: "html" } });
  const misled = await cloud.refresh(resource, state);
  expect(misled.state).toEqual(state);
  expect(hasErrors(misled.diagnostics)).toBe(true);
  cloud.emulator.removeRule(rule.id);
  cloud.emulator.changeImage(IMAGE, { status: "(deleted)" });
  expect(await cloud.refresh(resource, state)).toMatchObject({ state: null, diagnostics: [] });
});

test("an import by the image's ID adopts every share", async () => {
  const cloud = await startShared([TEAM_2, TEAM_1]);
  const imported = resource.import?.(IMAGE.toUpperCase()) ?? {};
  const { state } = await cloud.refresh(resource, imported as ObjectValue);
  expect(state).toMatchObject({ id: IMAGE, shared_member_ids: [TEAM_1, TEAM_2], timeouts: null });
  expect(() => resource.import?.("golden")).toThrow(/Invalid Import ID.*UUID.*"golden"/);
});
