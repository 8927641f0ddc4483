import { formatTime, type TimeFormat } from "../../state/clock.ts";
import { hasBeenActive, type Phase, phaseAt } from "../../state/image-timeline.ts";
import { LINUX, type OsInfo } from "../os-info.ts";

/** One project that an image is (or was) shared with. */
export interface ImageMember {
  readonly id: string;
  readonly createdMs: number;
  updatedMs: number;
  /** When the member list begins to show it. */
  visibleMs: number;
  status: string;
  removed: boolean;
}

/** An image as the emulator keeps it. Snake case fields are those of the API; the others are what the API derives. */
export interface ImageRecord {
  readonly id: string;
  readonly origin: "created" | "seeded" | "preloaded";
  name: string;
  description: string | null;
  owner: string;
  public: boolean;
  disk_format: string;
  container_format: string;
  min_disk: number;
  min_ram: number;
  /** Bytes; the API shows them once the image has been active. */
  size: number;
  virtual_size: number;
  instance_type: string | null;
  os_info: OsInfo | null;
  sourceVolume: string | null;
  readonly createdMs: number;
  changedMs: number;
  timeline: Phase[];
  members: ImageMember[];
  /** When single requests begin to find it. */
  visibleMs: number;
  /** Until when single requests find it only sometimes. */
  unsteadyUntilMs: number;
  /** How often it was requested while unsteady. */
  unsteadyReads: number;
}

/** The default values of an image. */
export const ORDINARY_IMAGE = {
  description: null,
  public: false,
  disk_format: "qcow2",
  container_format: "bare",
  min_ram: 0,
  instance_type: "vm",
  os_info: LINUX,
  sourceVolume: null,
  visibleMs: 0,
  unsteadyUntilMs: 0,
  unsteadyReads: 0,
} as const satisfies Partial<ImageRecord>;

/** The image object of get and list responses. */
export interface ImageView {
  readonly id: string;
  readonly name: string;
  readonly size: number | null;
  readonly status: string | null;
  readonly owner: string;
  readonly visibility: string;
  readonly description: string | null;
  readonly is_shared: boolean;
  readonly disk_format: string;
  readonly container_format: string;
  readonly min_disk: number;
  readonly min_ram: number;
  readonly virtual_size: number | null;
  readonly instance_type: string | null;
  readonly image_member_status: string | null;
  readonly project_id: string;
  readonly os_info: OsInfo | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** The active shares. */
export function currentMembers(record: ImageRecord): ImageMember[] {
  return record.members.filter((member) => !member.removed);
}

/** Whether a project sees the image: its own, a public one, or one shared with it and accepted. */
export function isVisibleTo(record: ImageRecord, project: string): boolean {
  if (record.owner === project || record.public) return true;
  return record.members.some(
    (member) => !member.removed && member.id === project && member.status === "accepted",
  );
}

/** The image as a project sees it at a moment. */
export function viewImage(
  record: ImageRecord,
  nowMs: number,
  project: string,
  format: TimeFormat,
): ImageView {
  const phase = phaseAt(record.timeline, nowMs);
  const sized = hasBeenActive(record.timeline, nowMs);
  const members = currentMembers(record);
  const shared = members.length > 0;
  const membership = record.owner === project ? undefined : members.find((member) => member.id === project);
  return {
    id: record.id,
    name: record.name,
    size: sized ? record.size : null,
    status: phase.status,
    owner: record.owner,
    visibility: record.public ? "public" : shared ? "shared" : "private",
    description: record.description,
    is_shared: shared,
    disk_format: record.disk_format,
    container_format: record.container_format,
    min_disk: record.min_disk,
    min_ram: record.min_ram,
    virtual_size: sized ? record.virtual_size : null,
    instance_type: record.instance_type,
    image_member_status: membership?.status ?? null,
    project_id: project,
    os_info: record.os_info,
    created_at: formatTime(record.createdMs, format),
    updated_at: formatTime(Math.max(record.changedMs, phase.atMs), format),
  };
}
