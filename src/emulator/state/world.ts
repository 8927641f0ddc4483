import type { TokenRecord } from "../api/identity/token.ts";
import type { InstanceRecord } from "../api/instance/model.ts";
import type { Credential, Project } from "../api/project/model.ts";
import type { VolumeRecord } from "../api/volume/model.ts";
import type { Settings } from "../settings.ts";
import { type Clock, createClock } from "./clock.ts";
import { createImageStore, type ImageStore, type ImageStoreDump } from "./image-store.ts";
import { createPreload } from "./preload.ts";
import { createRandom, type Random } from "./random.ts";

/** The purposes that draw random values, each with its own stream. */
export interface Streams {
  readonly ids: Random;
  readonly tokens: Random;
  readonly requests: Random;
  readonly durations: Random;
  readonly latency: Random;
  readonly faults: Random;
  readonly shuffles: Random;
}

/** Everything behind the API at one time. Handlers read and change it synchronously, so each request is atomic. */
export interface World {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly random: Streams;
  readonly images: ImageStore;
  readonly volumes: Map<string, VolumeRecord>;
  readonly instances: Map<string, InstanceRecord>;
  readonly projects: Map<string, Project>;
  readonly tokens: Map<string, TokenRecord>;
  /** Accepted credentials; empty: any pair. */
  readonly credentials: Credential[];
}

/** A world as plain JSON. */
export interface WorldDump {
  readonly settings: Settings;
  readonly nowMs: number;
  readonly random: Readonly<Record<string, number>>;
  readonly images: ImageStoreDump;
  readonly volumes: readonly VolumeRecord[];
  readonly instances: readonly InstanceRecord[];
  readonly projects: readonly Project[];
  readonly tokens: readonly TokenRecord[];
  readonly credentials: readonly Credential[];
}

/** A world without anything in it, its clock at the start. */
export function createEmptyWorld(settings: Settings): World {
  const stream = (purpose: string) => createRandom(settings.seed, purpose);
  return {
    settings,
    clock: createClock(settings.clock, settings.baseTime === "" ? undefined : Date.parse(settings.baseTime)),
    random: {
      ids: stream("ids"),
      tokens: stream("tokens"),
      requests: stream("requests"),
      durations: stream("durations"),
      latency: stream("latency"),
      faults: stream("faults"),
      shuffles: stream("shuffles"),
    },
    images: createImageStore(createPreload(settings)),
    volumes: new Map(),
    instances: new Map(),
    projects: new Map(),
    tokens: new Map(),
    credentials: [],
  };
}

/** Writes a world down; the result shares nothing with it. */
export function dumpWorld(world: World): WorldDump {
  return structuredClone({
    settings: world.settings,
    nowMs: world.clock.now(),
    random: Object.fromEntries(Object.entries(world.random).map(([name, stream]) => [name, stream.state()])),
    images: world.images.dump(),
    volumes: [...world.volumes.values()],
    instances: [...world.instances.values()],
    projects: [...world.projects.values()],
    tokens: [...world.tokens.values()],
    credentials: world.credentials,
  });
}

/** Builds the world that was written down; a real clock goes on from the moment of the dump. */
export function restoreWorld(written: WorldDump): World {
  const dump = structuredClone(written);
  const world = createEmptyWorld(dump.settings);
  world.clock.set(dump.nowMs);
  for (const [name, stream] of Object.entries(world.random)) stream.restore(dump.random[name] ?? 0);
  world.images.restore(dump.images);
  for (const volume of dump.volumes) world.volumes.set(volume.id, volume);
  for (const instance of dump.instances) world.instances.set(instance.id, instance);
  for (const project of dump.projects) world.projects.set(project.id, project);
  for (const token of dump.tokens) world.tokens.set(token.value, token);
  world.credentials.push(...dump.credentials);
  return world;
}
