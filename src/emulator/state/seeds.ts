import { type ImageRecord, LINUX } from "../api/image/model.ts";
import type { InstanceRecord } from "../api/instance/model.ts";
import { type Project, USER } from "../api/project/model.ts";
import type { VolumeRecord } from "../api/volume/model.ts";
import { SettingError } from "../settings.ts";
import type { World } from "./world.ts";

/** What callers may say about an image they put in place; everything else gets an ordinary value. */
export type ImageSeed = Partial<
  Pick<
    ImageRecord,
    | "id"
    | "name"
    | "description"
    | "owner"
    | "disk_format"
    | "container_format"
    | "min_disk"
    | "min_ram"
    | "size"
    | "virtual_size"
    | "instance_type"
    | "os_info"
  >
> & {
  readonly visibility?: "private" | "public";
  /** The status it has and keeps; `active` unless told. */
  readonly status?: string | null;
  /** Projects it is shared with. */
  readonly members?: readonly { readonly id: string; readonly status?: string }[];
  readonly created_at?: string;
};

/** What callers may say about a volume. */
export type VolumeSeed = Partial<Omit<VolumeRecord, "createdMs" | "updatedMs" | "imageIds" | "user_id">> & {
  readonly created_at?: string;
};

/** What callers may say about an instance; volumes join it by their `instance_id`. */
export type InstanceSeed = Partial<Omit<InstanceRecord, "createdMs" | "updatedMs" | "user_id">> & {
  readonly created_at?: string;
};

/** What callers may say about a project. */
export type ProjectSeed = { readonly id: string; readonly name?: string };

const GIB = 2 ** 30;
const PROJECT_ID = /^[0-9a-f]{32}$/;

const IMAGE_FIELDS = [
  ...["id", "name", "description", "owner", "disk_format", "container_format", "min_disk", "min_ram", "size"],
  ...["virtual_size", "instance_type", "os_info", "visibility", "status", "members", "created_at"],
];
const VOLUME_FIELDS = [
  ...[
    "id",
    "size",
    "status",
    "name",
    "description",
    "is_bootable",
    "mount_point",
    "metadata",
    "is_encrypted",
    "is_root",
  ],
  ...[
    "type",
    "project_id",
    "availability_zone",
    "encryption_key_id",
    "instance_id",
    "instance_type",
    "image_metadata",
  ],
  ...["os_info", "is_delete_on_termination", "created_at"],
];
const INSTANCE_FIELDS = [
  ...[
    "id",
    "name",
    "description",
    "hostname",
    "flavor",
    "addresses",
    "image",
    "vm_state",
    "task_state",
    "power_state",
  ],
  ...[
    "status",
    "project_id",
    "key_name",
    "availability_zone",
    "instance_type",
    "is_hyper_threading",
    "is_hadoop",
  ],
  ...["is_k8se", "security_groups", "created_at"],
];

/** Throws SettingError when an object from outside has other fields than these. */
export function checkFields(what: string, given: object, known: readonly string[]): void {
  const unknown = Object.keys(given).find((field) => !known.includes(field));
  if (unknown !== undefined) throw new SettingError(`${what} has no ${unknown}; it has ${known.join(", ")}.`);
}

/** Puts an image in place. Seeding an id again replaces the image. */
export function seedImage(world: World, seed: ImageSeed): ImageRecord {
  checkFields("An image", seed, IMAGE_FIELDS);
  const { visibility, status, members, created_at, ...given } = seed;
  const createdMs = readTime(created_at, world);
  const minDisk = given.min_disk ?? 20;
  const record: ImageRecord = {
    id: world.random.ids.uuid(),
    origin: "seeded",
    name: "seeded-image",
    description: null,
    owner: world.settings.project,
    disk_format: "qcow2",
    container_format: "bare",
    min_disk: minDisk,
    min_ram: 0,
    size: 684_523_520,
    virtual_size: minDisk * GIB,
    instance_type: "vm",
    os_info: LINUX,
    ...given,
    public: visibility === "public",
    sourceVolume: null,
    createdMs,
    changedMs: createdMs,
    timeline: [{ status: status === undefined ? "active" : status, atMs: createdMs }],
    members: (members ?? []).map((member) => ({
      id: member.id,
      createdMs,
      updatedMs: createdMs,
      visibleMs: createdMs,
      status: member.status ?? "pending",
      removed: false,
    })),
    visibleMs: 0,
    unsteadyUntilMs: 0,
    unsteadyReads: 0,
  };
  world.images.add(record);
  return record;
}

/** Puts a volume in place, or changes the one with this id. */
export function seedVolume(world: World, seed: VolumeSeed): VolumeRecord {
  checkFields("A volume", seed, VOLUME_FIELDS);
  const { created_at, ...given } = seed;
  const before = given.id === undefined ? undefined : world.volumes.get(given.id);
  const createdMs = created_at === undefined && before ? before.createdMs : readTime(created_at, world);
  const root = given.is_root ?? false;
  const record: VolumeRecord = {
    ...(before ?? {
      id: world.random.ids.uuid(),
      size: 20,
      status: given.instance_id ? "in_use" : "available",
      name: root ? "seeded-root" : "seeded-volume",
      description: null,
      is_bootable: root,
      mount_point: given.instance_id ? (root ? "/dev/vda" : "/dev/vdb") : null,
      metadata: {},
      is_encrypted: false,
      is_root: false,
      type: "SSD",
      project_id: world.settings.project,
      user_id: USER.id,
      availability_zone: "kr-central-2-a",
      encryption_key_id: null,
      instance_id: null,
      instance_type: "vm",
      image_metadata: root ? ubuntuMetadata(given.size ?? 20) : null,
      os_info: root ? LINUX : null,
      is_delete_on_termination: root,
      imageIds: [],
    }),
    ...given,
    createdMs,
    updatedMs: before ? world.clock.now() : createdMs,
  };
  world.volumes.set(record.id, record);
  return record;
}

/** Puts an instance in place, or changes the one with this id. */
export function seedInstance(world: World, seed: InstanceSeed): InstanceRecord {
  checkFields("An instance", seed, INSTANCE_FIELDS);
  const { created_at, ...given } = seed;
  const before = given.id === undefined ? undefined : world.instances.get(given.id);
  const createdMs = created_at === undefined && before ? before.createdMs : readTime(created_at, world);
  const name = given.name ?? "seeded-instance";
  const record: InstanceRecord = {
    ...(before ?? {
      id: world.random.ids.uuid(),
      name,
      description: null,
      hostname: name,
      flavor: {
        id: "e0f1a2b3-c4d5-4e6f-8091-a2b3c4d5e6f7",
        name: "m2a.large",
        group: "m2a",
        vcpus: 2,
        memory_mb: 8192,
      },
      addresses: [
        {
          private_ip: "10.0.0.11",
          public_ip: null,
          network_interface_id: "d2c3b4a5-9687-4768-9a4b-3c2d1e0f9a8b",
        },
      ],
      image: INSTANCE_IMAGE,
      vm_state: "active",
      task_state: null,
      power_state: "RUNNING",
      status: "active",
      user_id: USER.id,
      project_id: world.settings.project,
      key_name: "ops-key",
      availability_zone: "kr-central-2-a",
      instance_type: "vm",
      is_hyper_threading: true,
      is_hadoop: false,
      is_k8se: false,
      security_groups: [{ id: "a9b8c7d6-e5f4-4302-9188-776655443322", name: "default" }],
    }),
    ...given,
    createdMs,
    updatedMs: before ? world.clock.now() : createdMs,
  };
  world.instances.set(record.id, record);
  return record;
}

/** Makes a project known, so that images can be shared with it. Throws SettingError for an id that isn't 32 hex digits. */
export function seedProject(world: World, seed: ProjectSeed): Project {
  const id = seed.id.toLowerCase();
  if (!PROJECT_ID.test(id))
    throw new SettingError(`A project id is 32 hexadecimal digits, not ${JSON.stringify(seed.id)}.`);
  const project = { id, name: seed.name ?? `project-${id.slice(0, 6)}` };
  world.projects.set(id, project);
  return project;
}

function ubuntuMetadata(size: number) {
  return {
    container_format: "bare",
    disk_format: "qcow2",
    image_id: "00000000-0000-4000-8000-000000000201",
    image_name: "Ubuntu 22.04",
    min_disk: String(Math.min(10, size)),
    os_type: "linux",
    min_ram: "0",
    size: "684523520",
  };
}

const INSTANCE_IMAGE = {
  id: "00000000-0000-4000-8000-000000000201",
  name: "Ubuntu 22.04",
  description: null,
  owner: "f0e1d2c3b4a5968778695a4b3c2d1e0f",
  is_windows: false,
  size: 684_523_520,
  status: "active",
  image_type: "basic",
  disk_format: "qcow2",
  instance_type: "vm",
  member_status: null,
  min_disk: 10,
  min_memory: 0,
  os_admin: "ubuntu",
  os_distro: "ubuntu",
  os_type: "linux",
  os_architecture: "x86_64",
  created_at: "2025-01-10T00:00:00Z",
  updated_at: "2025-01-10T00:00:00Z",
};

function readTime(text: string | undefined, world: World): number {
  if (text === undefined) return world.clock.now();
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) throw new SettingError(`${JSON.stringify(text)} is not an RFC 3339 time.`);
  return milliseconds;
}
