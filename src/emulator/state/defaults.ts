import { seedImage } from "../api/image/seed.ts";
import { seedInstance } from "../api/instance/seed.ts";
import { LINUX, WINDOWS } from "../api/os-info.ts";
import { PROVIDER_PROJECT } from "../api/project/model.ts";
import { seedProject } from "../api/project/seed.ts";
import { seedVolume } from "../api/volume/seed.ts";
import type { World } from "./world.ts";

/** The projects besides the caller's own that images can be shared with. */
export const OTHER_PROJECTS = [
  "0b1c2d3e4f5061728394a5b6c7d8e9f0",
  "1c2d3e4f5061728394a5b6c7d8e9f00b",
  "2d3e4f5061728394a5b6c7d8e9f00b1c",
  "3e4f5061728394a5b6c7d8e9f00b1c2d",
] as const;

/** The volume that images can be created from: root, bootable, attached to the first instance. */
export const ROOT_VOLUME = "00000000-0000-4000-8000-000000000001";
/** A data volume of the same instance: neither root nor bootable. */
export const DATA_VOLUME = "00000000-0000-4000-8000-000000000002";
/** A root volume whose instance was deleted. */
export const DETACHED_ROOT_VOLUME = "00000000-0000-4000-8000-000000000003";
/** A root volume of another project. */
export const FOREIGN_VOLUME = "00000000-0000-4000-8000-000000000004";
/** The instance that is there from the start. */
export const INSTANCE = "00000000-0000-4000-8000-000000000101";

const CREATED = "2025-03-01T00:00:00Z";

/** What every emulator has at its start, whatever its seed. */
export function seedDefaults(world: World): void {
  seedProject(world, { id: world.settings.project, name: "dev-project" });
  seedProject(world, { id: PROVIDER_PROJECT, name: "kakaocloud" });
  for (const [i, id] of OTHER_PROJECTS.entries()) seedProject(world, { id, name: `team-${i + 1}` });

  seedInstance(world, { id: INSTANCE, name: "web-01", created_at: CREATED });
  const attached = { instance_id: INSTANCE, created_at: CREATED };
  seedVolume(world, { id: ROOT_VOLUME, name: "web-01-root", is_root: true, ...attached });
  seedVolume(world, { id: DATA_VOLUME, name: "web-01-data", size: 100, ...attached });
  seedVolume(world, {
    id: DETACHED_ROOT_VOLUME,
    name: "old-root",
    is_root: true,
    size: 30,
    created_at: CREATED,
  });
  seedVolume(world, {
    id: FOREIGN_VOLUME,
    name: "foreign-root",
    is_root: true,
    project_id: OTHER_PROJECTS[0],
    created_at: CREATED,
  });

  const basic = {
    owner: PROVIDER_PROJECT,
    visibility: "public",
    created_at: "2025-01-10T00:00:00Z",
    min_disk: 10,
  } as const;
  seedImage(world, { ...basic, id: imageId(1), name: "Ubuntu 22.04" });
  seedImage(world, {
    ...basic,
    id: imageId(2),
    name: "Rocky Linux 9",
    os_info: { ...LINUX, distro: "rocky", admin_user: "rocky" },
  });
  seedImage(world, {
    ...basic,
    id: imageId(3),
    name: "Windows Server 2022",
    min_disk: 50,
    os_info: WINDOWS,
  });
  seedImage(world, { ...basic, id: imageId(4), name: "Ubuntu 22.04 - NVIDIA", instance_type: "gpu" });
  seedImage(world, { ...basic, id: imageId(5), name: "Ubuntu 22.04 - Bare Metal", instance_type: "bm" });
}

function imageId(number: number): string {
  return `00000000-0000-4000-8000-0000000002${String(number).padStart(2, "0")}`;
}
