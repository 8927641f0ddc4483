import type { TokenRecord } from "../api/identity/token.ts";
import type { InstanceRecord } from "../api/instance/model.ts";
import type { Credential, Project } from "../api/project/model.ts";
import type { VolumeRecord } from "../api/volume/model.ts";
import type { Settings } from "../settings.ts";
import { type Clock, createClock } from "./clock.ts";
import { createImageStore, type ImageStore } from "./image-store.ts";
import { createRandom, type Random } from "./random.ts";

/** The purposes that draw random values, each with its own stream. */
export interface Streams {
  readonly ids: Random;
  readonly tokens: Random;
  readonly requests: Random;
  readonly durations: Random;
  readonly latency: Random;
  readonly faults: Random;
  readonly failures: Random;
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
      failures: stream("failures"),
      shuffles: stream("shuffles"),
    },
    images: createImageStore(),
    volumes: new Map(),
    instances: new Map(),
    projects: new Map(),
    tokens: new Map(),
    credentials: [],
  };
}
