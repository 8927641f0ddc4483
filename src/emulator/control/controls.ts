import * as v from "valibot";
import { type ImageRecord, type ImageView, viewImage } from "../api/image/model.ts";
import { NOUN_NAMES, NOUNS, type NounName, type SeedOf } from "../api/nouns.ts";
import type { Credential } from "../api/project/model.ts";
import { createLoadSettings, type LoadSettings } from "../faults/load.ts";
import type { Rule, RuleSpec } from "../faults/rule.ts";
import { createRules, type Rules } from "../faults/rules.ts";
import { InputError, listOf, objectOf, text } from "../input.ts";
import type { EmulatorOptions } from "../options.ts";
import { profileSettings } from "../profiles.ts";
import { defaultSettings, isStartSetting, readSettings, type Settings } from "../settings.ts";
import { seedDefaults } from "../state/defaults.ts";
import { changeTimeline, DELETED, type Phase, phaseAt } from "../state/image-timeline.ts";
import { preloadImages } from "../state/preload.ts";
import { createEmptyWorld, type World } from "../state/world.ts";
import { createJournal, type Journal, type JournalEntry, type Metrics } from "./journal.ts";

/** An image as the controls show it: the API's fields, and what the API hides. */
export type ControlledImage = ImageView & {
  readonly origin: ImageRecord["origin"];
  readonly volume_id: string | null;
  readonly members: readonly { readonly id: string; readonly status: string }[];
  readonly timeline: readonly Phase[];
};

/** What the control API can change of an image. */
export const imageChange = objectOf({
  name: v.exactOptional(text()),
  description: v.exactOptional(v.nullable(text())),
  /** From now on; later statuses are dropped. `(deleted)` deletes it. */
  status: v.exactOptional(v.nullable(text())),
  /** Status of members, as if they had accepted or rejected. */
  members: v.exactOptional(listOf(objectOf({ id: text(1), status: text() }))),
});
/** What the control API can change of an image. */
export type ImageChange = Readonly<v.InferOutput<typeof imageChange>>;

/** The control API of the emulator: called directly in a test, and over HTTP under `/_emu/`. */
export interface Controls {
  /** Recorded requests, oldest first. */
  journal(filter?: { readonly route?: string; readonly since?: number }): JournalEntry[];
  metrics(): Metrics;
  clearJournal(): void;

  /** Adds a fault rule, or replaces the one with its id. Throws InputError. */
  addRule(spec: RuleSpec): Rule;
  /** Adds all of these rules, or none. Throws InputError. */
  addRules(specs: readonly unknown[]): Rule[];
  rules(): Rule[];
  rule(id: string): Rule | undefined;
  removeRule(id: string): boolean;
  clearRules(): void;

  /** The emulator's clock, in milliseconds since the Unix epoch. */
  now(): number;
  /** Moves the clock forward. */
  advance(milliseconds: number): void;

  settings(): Readonly<Settings>;
  /** Changes settings. Throws InputError, also for those that only count at the start (seed, clock, preload). */
  changeSettings(settings: Readonly<Record<string, unknown>>): void;

  /** Plans an outage between two moments, in milliseconds from now by the emulator's clock. */
  planOutage(fromMs: number, untilMs: number): void;

  /** Adds an object, or replaces the one with its ID. Throws InputError. */
  seed(noun: NounName, seed: unknown): ControlledImage | { readonly id: string };
  seedImage(seed: SeedOf<"images">): ControlledImage;
  seedVolume(seed: SeedOf<"volumes">): { readonly id: string };
  seedInstance(seed: SeedOf<"instances">): { readonly id: string };
  seedProject(seed: SeedOf<"projects">): { readonly id: string };
  /** From now on only these credentials are accepted; any pair when empty. */
  setCredentials(credentials: readonly Credential[]): void;
  /** Revokes every token, or one. */
  revokeTokens(value?: string): void;

  /** All images that exist now and were not preloaded. */
  images(): ControlledImage[];
  image(id: string): ControlledImage | undefined;
  changeImage(id: string, change: ImageChange): ControlledImage | undefined;
  /** Images that were created through the API, exist, and are not among the ids known: orphans. */
  leftovers(known?: readonly string[]): ControlledImage[];

  /** Back to the start: same seed, same things, no rules, empty journal. Settings and rules of the start come back. */
  reset(): void;
}

/** The controls, and what the exchange needs besides. */
export interface Engine {
  readonly controls: Controls;
  readonly rules: Rules;
  readonly load: LoadSettings;
  readonly journal: Journal;
  world(): World;
  /** Milliseconds since the start, by the emulator's clock. */
  sinceStartMs(): number;
}

/** Sets everything up but the listener. Throws InputError for options that can't work. */
export function createEngine(options: EmulatorOptions): Engine {
  const startSettings: Settings = {
    ...defaultSettings(),
    ...profileSettings(options.profile),
    ...readSettings(options.settings ?? {}),
  };
  const rules = createRules();
  const load = createLoadSettings();
  const journal = createJournal(() => world.settings.journalLimit);
  let world = createEmptyWorld({ ...startSettings });
  let startMs = world.clock.now();

  const fill = () => {
    seedDefaults(world);
    preloadImages(world);
    for (const name of NOUN_NAMES) {
      for (const seed of options[name] ?? []) NOUNS[name].seed(world, seed);
    }
    world.credentials.push(...(options.credentials ?? []));
    for (const rule of options.rules ?? []) rules.add(rule);
  };
  fill();

  const show = (record: ImageRecord): ControlledImage => ({
    ...viewImage(record, world.clock.now(), record.owner, world.settings.timeFormat),
    origin: record.origin,
    volume_id: record.sourceVolume,
    members: record.members.filter(({ removed }) => !removed).map(({ id, status }) => ({ id, status })),
    timeline: [...record.timeline],
  });
  const exists = (record: ImageRecord) => phaseAt(record.timeline, world.clock.now()).status !== DELETED;
  const images = () =>
    [...world.images.all()].filter((record) => record.origin !== "preloaded" && exists(record)).map(show);

  const seedImage = (seed: unknown) => show(NOUNS.images.seed(world, seed));

  const controls: Controls = {
    journal: (filter) => journal.entries(filter),
    metrics: () => journal.metrics(),
    clearJournal: () => journal.clear(),
    addRule: (spec) => rules.add(spec),
    addRules: (specs) => rules.addAll(specs),
    rules: () => rules.list(),
    rule: (id) => rules.get(id),
    removeRule: (id) => rules.remove(id),
    clearRules: () => rules.clear(),
    now: () => world.clock.now(),
    advance: (milliseconds) => world.clock.advance(milliseconds),
    settings: () => ({ ...world.settings }),
    changeSettings: (settings) => {
      const changed = readSettings(settings);
      const startOnly = Object.keys(changed).find(isStartSetting);
      if (startOnly !== undefined) throw new InputError(`${startOnly} can only be set at the start.`);
      Object.assign(world.settings, changed);
    },
    planOutage: (fromMs, untilMs) => {
      const sinceStartMs = world.clock.now() - startMs;
      Object.assign(world.settings, {
        outageFromMs: sinceStartMs + fromMs,
        outageUntilMs: sinceStartMs + untilMs,
      });
    },
    seed: (noun, seed) => (noun === "images" ? seedImage(seed) : { id: NOUNS[noun].seed(world, seed).id }),
    seedImage,
    seedVolume: (seed) => ({ id: NOUNS.volumes.seed(world, seed).id }),
    seedInstance: (seed) => ({ id: NOUNS.instances.seed(world, seed).id }),
    seedProject: (seed) => ({ id: NOUNS.projects.seed(world, seed).id }),
    setCredentials: (credentials) => {
      world.credentials.splice(0, world.credentials.length, ...credentials);
    },
    revokeTokens: (value) => {
      for (const token of world.tokens.values()) {
        if (value === undefined || token.value === value) token.revoked = true;
      }
    },
    images,
    image: (id) => {
      const record = world.images.get(id);
      return record !== undefined && exists(record) ? show(record) : undefined;
    },
    changeImage: (id, change) => {
      const record = world.images.edit(id);
      if (record === undefined || !exists(record)) return undefined;
      applyChange(record, change, world.clock.now());
      return show(record);
    },
    leftovers: (known = []) =>
      images().filter(({ id, origin }) => origin === "created" && !known.includes(id)),
    reset: () => {
      rules.clear();
      load.reset();
      journal.clear();
      world = createEmptyWorld({ ...startSettings });
      startMs = world.clock.now();
      fill();
    },
  };
  return {
    controls,
    rules,
    load,
    journal,
    world: () => world,
    sinceStartMs: () => world.clock.now() - startMs,
  };
}

function applyChange(record: ImageRecord, change: ImageChange, nowMs: number): void {
  const { name, description, status, members = [] } = change;
  const found = members.map(({ id, status: wanted }) => {
    const member = record.members.find((candidate) => candidate.id === id && !candidate.removed);
    if (member === undefined) throw new InputError(`The image is not shared with ${id}.`);
    return { member, wanted };
  });
  if (name !== undefined) record.name = name;
  if (description !== undefined) record.description = description;
  if (status !== undefined)
    record.timeline = changeTimeline(record.timeline, nowMs, [{ status, atMs: nowMs }]);
  for (const { member, wanted } of found) {
    member.status = wanted;
    member.updatedMs = nowMs;
  }
  record.changedMs = nowMs;
}
