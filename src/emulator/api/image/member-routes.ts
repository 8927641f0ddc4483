import { formatTime } from "../../state/clock.ts";
import type { World } from "../../state/world.ts";
import { type ApiResponse, apiError } from "../errors.ts";
import { listResponse, type Row, readPage } from "../listing.ts";
import { findImage, invalid, requireWriter } from "../lookup.ts";
import type { ApiRequest, Caller, Route } from "../request.ts";
import type { ImageMember, ImageRecord } from "./model.ts";

const MEMBERS = "/api/v1/images/{image_id}/members";
const MEMBER = `${MEMBERS}/{member_id}`;
const PROJECT_ID = /^[0-9a-f]{32}$/;

/** Sharing an image with other projects. */
export const memberRoutes: readonly Route[] = [
  { method: "GET", pattern: MEMBERS, handle: listMembers },
  { method: "POST", pattern: MEMBER, handle: addMember },
  { method: "DELETE", pattern: MEMBER, handle: removeMember },
];

function listMembers(
  world: World,
  request: ApiRequest,
  [id = ""]: readonly string[],
  caller: Caller,
): ApiResponse {
  const record = findImage(world, id, caller.project);
  const own = record.owner === caller.project;
  if (!own && record.public) throw apiError(403, "Image.Forbidden", "A public image has no members.");
  const { settings } = world;
  const now = world.clock.now();
  const rows: Row[] = record.members
    .filter((member) => now >= member.visibleMs)
    .filter((member) => !member.removed || settings.memberRemoved === "show")
    // Whom an image is shared with is the owner's business; a member sees itself.
    .filter((member) => own || member.id === caller.project)
    .map((member) => ({
      id: member.id,
      created_at: formatTime(member.createdMs, settings.timeFormat),
      updated_at: formatTime(member.updatedMs, settings.timeFormat),
      image_id: record.id,
      status: member.status,
      is_shared: !member.removed,
    }));
  const { limit, offset } = readPage(request.query, settings);
  return listResponse("members", rows.slice(offset, offset + limit), rows.length, { limit, offset });
}

function addMember(
  world: World,
  _request: ApiRequest,
  [id = "", given = ""]: readonly string[],
  caller: Caller,
): ApiResponse {
  const { record, memberId, member: known } = findShare(world, id, given, caller);
  const { settings } = world;
  if (memberId === record.owner)
    throw apiError(400, "Image.InvalidMember", "An image cannot be shared with its owner.");
  if (settings.unknownProjects === "reject" && !world.projects.has(memberId)) {
    throw apiError(404, "Project.NotFound", "Project could not be found.");
  }
  if (known !== undefined) {
    if (settings.memberRepeat === "reject") {
      throw apiError(409, "ImageMember.Duplicate", "The image is shared with this project already.");
    }
    return memberResponse(world, record, known);
  }
  const now = world.clock.now();
  const member: ImageMember = {
    id: memberId,
    createdMs: now,
    updatedMs: now,
    visibleMs: now + settings.memberDelayMs,
    status: settings.memberAccept,
    removed: false,
  };
  record.members = [...record.members.filter((other) => other.id !== memberId), member];
  record.changedMs = now;
  return memberResponse(world, record, member);
}

function removeMember(
  world: World,
  _request: ApiRequest,
  [id = "", given = ""]: readonly string[],
  caller: Caller,
): ApiResponse {
  const { record, member } = findShare(world, id, given, caller);
  if (member === undefined)
    throw apiError(404, "ImageMember.NotFound", "The image is not shared with this project.");
  member.removed = true;
  member.updatedMs = world.clock.now();
  record.changedMs = member.updatedMs;
  const { memberRemoveStatus } = world.settings;
  return memberRemoveStatus === 204 ? { status: 204 } : { status: memberRemoveStatus, body: {} };
}

/** The image to share with a project, to be changed, and the share that exists. Throws an ApiError. */
function findShare(world: World, id: string, given: string, caller: Caller) {
  requireWriter(world);
  const found = findImage(world, id, caller.project);
  if (found.owner !== caller.project)
    throw apiError(403, "Image.Forbidden", "Only the image's owner may share it.");
  const memberId = given.toLowerCase();
  if (!PROJECT_ID.test(memberId)) {
    throw invalid(
      world,
      ["path", "member_id"],
      "Project.InvalidId",
      "A project ID has 32 hexadecimal digits.",
    );
  }
  const record = world.images.edit(id) ?? found;
  const member = record.members.find((candidate) => candidate.id === memberId && !candidate.removed);
  return { record, memberId, member };
}

function memberResponse(world: World, record: ImageRecord, member: ImageMember): ApiResponse {
  const { memberAddStatus, timeFormat } = world.settings;
  return {
    status: memberAddStatus,
    body: {
      member: {
        image_id: record.id,
        status: member.status,
        created_at: formatTime(member.createdMs, timeFormat),
        updated_at: formatTime(member.updatedMs, timeFormat),
        id: member.id,
      },
    },
  };
}
