import { expect, test } from "vitest";
import { isUnknown, type ObjectValue, UNKNOWN } from "../../../src/framework/value.ts";
import { imageMemberResource as resource } from "../../../src/provider/image-member/resource.ts";
import { plan, validate } from "./support.ts";

const IMAGE = "3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90";
const OTHER_IMAGE = "5a0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e91";
const TEAM_1 = "0b1c2d3e4f5061728394a5b6c7d8e9f0";
const TEAM_2 = "1c2d3e4f5061728394a5b6c7d8e9f00b";

const member = (id: string) => ({
  id,
  image_id: IMAGE,
  status: "pending",
  is_shared: true,
  created_at: null,
  updated_at: null,
});
const prior: ObjectValue = {
  id: IMAGE,
  shared_member_ids: [TEAM_1, TEAM_2],
  members: [member(TEAM_1), member(TEAM_2)],
  timeouts: null,
};

test("an unchanged configuration plans nothing, in whatever order and case the ids are written", () => {
  for (const ids of [
    [TEAM_2, TEAM_1],
    [TEAM_1.toUpperCase(), TEAM_2],
  ]) {
    const { planned } = plan(resource, { id: IMAGE.toUpperCase(), shared_member_ids: ids }, prior);
    expect(planned?.id).toBe(IMAGE);
    expect([...((planned?.shared_member_ids ?? []) as string[])].sort()).toEqual([TEAM_1, TEAM_2]);
    expect(planned?.members).toEqual(prior.members);
  }
});

test("fault 36: another image replaces the resource, so that the old one is no longer shared", () => {
  const changed = plan(resource, { id: OTHER_IMAGE, shared_member_ids: [TEAM_1] }, prior);
  expect(changed.requiresReplace).toEqual([[{ attribute: "id" }]]);
  const unknown = plan(resource, { id: UNKNOWN, shared_member_ids: [TEAM_1, TEAM_2] }, prior);
  expect(unknown.requiresReplace).toEqual([[{ attribute: "id" }]]);
  expect(plan(resource, { id: IMAGE, shared_member_ids: [TEAM_1] }, prior).requiresReplace).toEqual([]);
});

test("members are known after apply when projects are added or removed, or are unknown themselves", () => {
  for (const shared_member_ids of [[TEAM_1], [], UNKNOWN, [TEAM_1, UNKNOWN]]) {
    const { planned } = plan(resource, { id: IMAGE, shared_member_ids }, prior);
    expect(planned?.shared_member_ids).toEqual(shared_member_ids);
    expect(isUnknown(planned?.members ?? null)).toBe(true);
  }
});

test("fault 41: a change of timeouts alone keeps the members known", () => {
  const timeouts = { create: "5m", read: null, update: null, delete: null };
  const config = { id: IMAGE, shared_member_ids: [TEAM_1, TEAM_2], timeouts };
  expect(plan(resource, config, prior).planned).toEqual({ ...prior, timeouts });
});

test("IDs of projects are 32 hexadecimal digits in any case; unknown ones are accepted", () => {
  const check = (...shared_member_ids: readonly (string | null | typeof UNKNOWN)[]) =>
    validate(resource, { id: IMAGE, shared_member_ids });
  expect(check()).toEqual([]);
  expect(check(TEAM_1, TEAM_2.toUpperCase(), UNKNOWN)).toEqual([]);
  expect(check(TEAM_1, "team-1")).toEqual([
    'shared_member_ids[*]: Attribute shared_member_ids[*] must be a project ID of 32 hexadecimal digits, got: "team-1".',
  ]);
  expect(check(null)).toEqual([
    "shared_member_ids[*]: Attribute shared_member_ids[*] must not be null, got: null.",
  ]);
});

test("the id is the id of an image, a UUID", () => {
  expect(validate(resource, { id: "golden", shared_member_ids: [] })).toEqual([
    'id: Attribute id must be a UUID such as 3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90, got: "golden".',
  ]);
});
