import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { JournalEntry } from "../../src/emulator/control/journal.ts";
import type { Emulator } from "../../src/emulator/emulator.ts";
import type { Fault } from "../../src/emulator/faults/rule.ts";
import { DETACHED_ROOT_VOLUME, ROOT_VOLUME } from "../../src/emulator/state/defaults.ts";
import { createCore } from "../harness/core.ts";
import { ProviderErrors, TerraformError } from "../harness/core-errors.ts";
import type { Core, Plan, ProviderSchemas, ResourceInstance } from "../harness/core-types.ts";
import { errorsOf, formatDiagnostic } from "../harness/diagnostics.ts";
import type { Diagnostic } from "../harness/messages.ts";
import type { ProviderCaller } from "../harness/provider-client.ts";
import { stateJson } from "../harness/state-json.ts";
import type { ObjectValue } from "../harness/value.ts";
import type { Schedule, Step, Wave } from "./orphans-schedule.ts";

const TYPE = "kakaocloud_image";
/** Another image than any that the emulator makes. */
const NO_IMAGE = "ffffffff-ffff-4fff-8fff-ffffffffffff";
/** Until what a client has given up is carried out, and until the last connection is gone. */
const SETTLE_MS = 90;
/** How much later than the response to the operation that sent it a request may arrive. */
const ARRIVAL_GRACE_MS = 25;
/** Turns of the event loop in which what has arrived is read. */
const LOOP_TURNS = 3;
/** How long the cloud may take to finish, or to notice that nobody waits; all that it does on purpose takes less. */
const FINISH_MS = 500;

/** Where schedules run. */
export interface Place {
  /** A cloud per kind of clock. */
  readonly clouds: readonly Emulator[];
  readonly caller: ProviderCaller;
  readonly schemas: ProviderSchemas;
  /** Where redirects point to: a host that must never get a request. */
  readonly elsewhere: string;
}

/** What a schedule showed. */
export interface Findings {
  /** What is wrong, in sentences; empty when all is well. */
  readonly wrong: readonly string[];
  /** How long each operation under way took from the interrupt to its response. */
  readonly stopMs: readonly number[];
  /** How many create requests the cloud carried out. */
  readonly made: number;
  /** How many images were named only in an error, because their create got no response. */
  readonly onlyNamed: number;
}

/** A schedule under way. */
export interface Run {
  readonly done: Promise<Findings>;
  /** What has happened so far, a line for each request and each end of a step. */
  trace(): readonly string[];
}

/** Begins to run a schedule, and to hold the outcome to what must never happen. */
export function startSchedule(schedule: Schedule, place: Place): Run {
  const cloud = place.clouds[schedule.clock] ?? place.clouds[0];
  if (cloud === undefined) throw new Error("there is no cloud");
  const run = createRun(schedule, cloud, place);
  return { done: follow(schedule, run), trace: run.trace };
}

async function follow(schedule: Schedule, run: ReturnType<typeof createRun>): Promise<Findings> {
  await run.configure();
  for (const wave of schedule.waves) await run.wave(wave);
  await sleep(SETTLE_MS);
  run.checkAccounted("after the last operation");
  run.checkRequests();
  await run.destroyAll();
  run.checkAccounted("after everything was destroyed");
  run.checkForeign();
  return run.findings();
}

function createRun(schedule: Schedule, cloud: Emulator, { caller, schemas, elsewhere }: Place) {
  const wrong: string[] = [];
  const trace: string[] = [];
  const stopMs: number[] = [];
  /** Texts of all errors and warnings. */
  const told: string[] = [];
  const states = new Map<number, ResourceInstance>();
  /** Images of others: whether they are like ours, and whether we took one over by import. */
  const foreign = new Map<string, { readonly alike: boolean; readonly imported: boolean }>();
  const creates = new Map<string, number>();
  let stoppedAt: number | undefined;
  let onlyNamed = 0;
  const startedAt = performance.now();
  const stamp = () => `${Math.round(performance.now() - startedAt)} ms`;

  cloud.reset();
  cloud.changeSettings({ ...schedule.settings, journalLimit: 2_000 });
  const rules = schedule.rules.map((rule, index) => ({
    ...rule,
    id: `rule ${index}`,
    fault: pointedTo(rule.fault, elsewhere),
  }));

  const timed: ProviderCaller = {
    async call(rpc, request) {
      const begunAt = performance.now();
      try {
        return await caller.call(rpc, request);
      } finally {
        if (stoppedAt !== undefined && begunAt < stoppedAt) stopMs.push(performance.now() - stoppedAt);
      }
    },
  };
  const core: Core = createCore(timed, { schemas });
  const nameOf = (slot: number, renamed = false) =>
    `golden-${schedule.sameName ? 0 : slot}${renamed ? "-new" : ""}`;
  const volumeOf = (slot: number) => (slot % 2 === 1 ? DETACHED_ROOT_VOLUME : ROOT_VOLUME);
  const descriptionOf = (described: boolean) => (described ? "another" : "ours");

  const tell = (diagnostics: readonly Diagnostic[]) => {
    for (const diagnostic of diagnostics) {
      told.push(`${diagnostic.summary}\n${diagnostic.detail}`);
      if (diagnostic.summary.includes("Unexpected") || diagnostic.summary.includes("Illegal")) {
        wrong.push(`a bug was reported: ${formatDiagnostic(diagnostic)}`);
      }
    }
  };
  /** What Terraform would print of a step that failed; breaking one of its rules is always wrong. */
  const caught = (error: unknown) => {
    if (error instanceof ProviderErrors) return tell(error.diagnostics);
    if (error instanceof TerraformError && error.summary === "Cannot import non-existent remote object")
      return;
    wrong.push(`Terraform complains: ${error instanceof Error ? error.message : String(error)}`);
  };

  const config: ObjectValue = {
    application_credential_id: "someone",
    application_credential_secret: "something",
    // The other addresses are learnt from the config service.
    endpoint_overrides: { iam: cloud.url, config: cloud.url },
  };

  async function configure(): Promise<void> {
    if (schedule.faultyStart) {
      addRules();
      try {
        await core.configure(config);
        return;
      } catch (error) {
        caught(error);
      }
      cloud.clearRules();
    }
    await core.configure(config);
    addRules();
  }

  function addRules(): void {
    for (const rule of rules) cloud.addRule(rule);
  }

  async function wave({ steps, stopAfterMs, foreign: other }: Wave): Promise<void> {
    stoppedAt = undefined;
    const timers = [
      other !== null &&
        setTimeout(() => {
          const { id } = cloud.seedImage({
            name: nameOf(other.slot),
            description: other.alike ? descriptionOf(false) : "theirs",
          });
          foreign.set(id, { alike: other.alike, imported: false });
          trace.push(`${stamp()}: somebody else makes ${id} named ${nameOf(other.slot)}`);
        }, other.afterMs),
      stopAfterMs !== null &&
        setTimeout(() => {
          stoppedAt = performance.now();
          trace.push(`${stamp()}: the user interrupts`);
          void caller.call("StopProvider", {});
        }, stopAfterMs),
    ];
    // While an image like it is being created, another one can be mistaken for it just before it is imported.
    const making = steps.some(({ kind }) => kind === "apply");
    await Promise.all(steps.map((step) => take(step, making)));
    for (const timer of timers) if (timer) clearTimeout(timer);
    stoppedAt = undefined;
    await checkSilence();
  }

  /** Once every operation has ended, nothing is requested any more, and nothing waits. */
  async function checkSilence(): Promise<void> {
    // The emulator runs in this process: what was sent before the last response may still wait to be read here.
    await sleep(ARRIVAL_GRACE_MS);
    for (let turn = 0; turn < LOOP_TURNS; turn += 1) await nextTurn();
    const answeredAt = performance.now();
    await sleep(2 * ARRIVAL_GRACE_MS);
    const underWay = () => cloud.journal().filter(({ durationMs }) => durationMs === null);
    // One that was given up came from an operation that has ended; the emulator may notice that later.
    const late = () =>
      cloud
        .journal()
        .filter(({ arrivedMs, aborted }) => arrivedMs >= answeredAt + ARRIVAL_GRACE_MS && !aborted);
    const isOpen = () => underWay().length > 0 || late().length > 0;
    while (isOpen() && performance.now() < answeredAt + FINISH_MS) await sleep(10);
    for (const { method, path } of underWay()) wrong.push(`a request outlives everything: ${method} ${path}`);
    for (const { method, path } of late()) {
      wrong.push(`a request arrived after everything had ended: ${method} ${path}`);
    }
  }

  async function take(step: Step, making: boolean): Promise<void> {
    const { slot, kind } = step;
    try {
      if (kind === "apply") await apply(step);
      else if (kind === "destroy") await destroy(slot);
      else if (kind === "refresh") await refresh(slot);
      else await importForeign(slot, making);
    } catch (error) {
      caught(error);
    }
    trace.push(`${stamp()}: ${kind} of ${slot} ended with ${summaryOf(states.get(slot))}`);
  }

  async function apply({ slot, renamed, described, timeoutMs }: Step & { kind: "apply" }): Promise<void> {
    const limit = `${timeoutMs}ms`;
    const config = {
      name: nameOf(slot, renamed && states.has(slot)),
      description: descriptionOf(described && states.has(slot)),
      volume_id: volumeOf(slot),
      timeouts: { create: limit, read: limit, update: limit, delete: limit },
    };
    const plan = await core.plan({ typeName: TYPE, config, state: states.get(slot) ?? null });
    note(slot, plan.prior);
    if (plan.action === "create" || plan.action === "replace") {
      creates.set(config.name, (creates.get(config.name) ?? 0) + 1);
    }
    await carryOut(slot, plan);
  }

  async function destroy(slot: number): Promise<void> {
    const plan = await core.plan({ typeName: TYPE, config: null, state: states.get(slot) ?? null });
    note(slot, plan.prior);
    await carryOut(slot, plan);
  }

  async function carryOut(slot: number, plan: Plan): Promise<void> {
    const { state, diagnostics, error } = await core.apply(plan);
    note(slot, state);
    tell(diagnostics);
    if (error !== null) caught(error);
    for (const text of errorsOf(diagnostics)) trace.push(`${stamp()}: ${text.detail.split("\n")[0]}`);
  }

  async function refresh(slot: number): Promise<void> {
    const state = states.get(slot);
    if (state !== undefined) note(slot, await core.refresh(state));
  }

  async function importForeign(slot: number, making: boolean): Promise<void> {
    const known = [...states.values()].map(({ value }) => value.id);
    const [id] =
      [...foreign].find(
        ([other, { imported, alike }]) => !imported && !known.includes(other) && !(alike && making),
      ) ?? [];
    if (id === undefined || states.has(slot)) return;
    foreign.set(id, { alike: true, imported: true });
    note(slot, await core.import(TYPE, id));
  }

  function note(slot: number, state: ResourceInstance | null): void {
    if (state === null) states.delete(slot);
    else states.set(slot, state);
    if (state?.value.id === NO_IMAGE || state?.value.id === null || state?.value.id === "") {
      wrong.push(`the state names an image that never was: ${JSON.stringify(state.value.id)}`);
    }
  }

  /** An image that nobody would ever find again is the one thing that must not be. */
  function checkAccounted(when: string): void {
    const known = [...states.values()].map(({ value }) => String(value.id));
    // Each tells of one create, and so of one image that may be. Whatever else names an image has it in the state as well.
    const doubtful = told.filter((text) => text.includes("may or may not have been created"));
    onlyNamed = 0;
    for (const image of cloud.leftovers(known)) {
      // What only waits for its end to be noticed is gone.
      if (/^(deleted|pending_delete|\(deleted\))$/.test(image.status ?? "")) continue;
      onlyNamed += 1;
      const byId = doubtful.findIndex((text) => text.includes(image.id));
      const byName = doubtful.findIndex(
        (text) => text.includes(`image named "${image.name}"`) && text.includes("terraform import"),
      );
      const [explained] = doubtful.splice(byId < 0 ? byName : byId, byId < 0 && byName < 0 ? 0 : 1);
      if (explained === undefined) {
        wrong.push(`${when}, image ${image.id} (${image.name}) is in no state and in no error`);
      }
    }
    for (const { value } of states.values()) {
      const image = cloud.image(String(value.id));
      if (image?.volume_id && value.volume_id !== image.volume_id) {
        wrong.push(`${when}, a state says that ${image.id} was created from ${String(value.volume_id)}`);
      }
    }
    const twice = known.filter((id, index) => known.indexOf(id) !== index);
    for (const id of twice) wrong.push(`two resources have the same image ${id}`);
  }

  /** A create is requested once, unless the cloud said clearly that it did nothing. */
  function checkRequests(): void {
    const requests = new Map<string, number>();
    for (const entry of cloud.journal({ route: "POST /api/v1/volumes/{volume_id}/image" })) {
      if (!mayHaveTakenEffect(entry)) continue;
      const name = (entry.body as { image?: { name?: string } } | null)?.image?.name ?? "";
      requests.set(name, (requests.get(name) ?? 0) + 1);
    }
    for (const [name, count] of requests) {
      const allowed = creates.get(name) ?? 0;
      if (count > allowed) {
        wrong.push(`${count} requests may have created ${name}, for ${allowed} creates`);
      }
    }
  }

  function mayHaveTakenEffect({ status, applied }: JournalEntry): boolean {
    if (applied) return true;
    return status === null || status < 300 || status === 408 || status >= 500;
  }

  /** What is not ours is still there. */
  function checkForeign(): void {
    for (const [id, { alike, imported }] of foreign) {
      // One that is like ours in everything, created just when ours was requested, cannot be distinguished from ours.
      if (imported || alike) continue;
      const image = cloud.image(id);
      if (image === undefined) wrong.push(`image ${id} of somebody else was deleted`);
      else if (image.description !== "theirs") wrong.push(`image ${id} of somebody else was changed`);
    }
  }

  /** With the trouble over, what the states know is enough to clean up. */
  async function destroyAll(): Promise<void> {
    cloud.clearRules();
    cloud.changeSettings({ visibleAfterMs: 0, flipFlopMs: 0, tokenMaxUses: 0 });
    // As in the user's next run: credentials that were refused once are not tried again in the same one.
    await core.configure(config);
    await Promise.all(
      [...states].map(async ([slot, state]) => {
        try {
          states.set(slot, withoutTimeouts(state, schemas));
          await destroy(slot);
        } catch (error) {
          caught(error);
        }
      }),
    );
    for (const [slot, { value }] of states) {
      // An image whose status the emulator holds in limbo can still be deleted; one that somebody else protects cannot.
      wrong.push(`image ${String(value.id)} of ${slot} could not be destroyed: ${told.at(-1) ?? ""}`);
    }
  }

  return {
    configure,
    wave,
    destroyAll,
    checkAccounted,
    checkRequests,
    checkForeign,
    trace: () => [...cloud.journal().map(requestLine), "", ...trace],
    findings: (): Findings => ({
      wrong,
      stopMs,
      made: cloud.journal().filter(({ method, applied, path }) => isCreate(method, path) && applied).length,
      onlyNamed,
    }),
  };
}

function isCreate(method: string, path: string): boolean {
  return method === "POST" && path.endsWith("/image");
}

function pointedTo(fault: Fault, location: string): Fault {
  return fault.kind === "redirect" ? { ...fault, location } : fault;
}

function withoutTimeouts(state: ResourceInstance, { resources }: ProviderSchemas): ResourceInstance {
  const schema = resources.get(TYPE);
  if (schema === undefined) throw new Error(`there is no ${TYPE}`);
  const value = { ...state.value, timeouts: null };
  return { ...state, value, json: stateJson(schema.block.type, value) };
}

function requestLine({ method, path, status, rule, applied, aborted, query, seq }: JournalEntry): string {
  const facts = [rule, applied && method !== "GET" && "carried out", aborted && "given up"].filter(Boolean);
  return `${seq}. ${method} ${path} ${new URLSearchParams(query)} -> ${status} ${facts.join(", ")}`;
}

function summaryOf(state: ResourceInstance | undefined): string {
  if (state === undefined) return "nothing";
  return `${String(state.value.id)} (${String(state.value.status)}${state.tainted ? ", tainted" : ""})`;
}
