import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { handleApi, routeName } from "../api/dispatch.ts";
import { errorResponse } from "../api/errors.ts";
import { type ApiRequest, isObject, parseJson } from "../api/request.ts";
import type { Engine } from "../control/controls.ts";
import type { JournalEntry } from "../control/journal.ts";
import type { LoadFault } from "../faults/load.ts";
import { type FaultPlan, planFault } from "../faults/plan.ts";
import { readBody } from "./body.ts";
import { deliver, encodeResponse, type RawResponse } from "./delivery.ts";
import type { Listener } from "./listener.ts";

const IMAGE_PATH = /^\/api\/v1\/images\/([^/]+)/;

/**
 * One API request from its head to the last byte of its response: journal, fault rules, the API itself, delivery.
 * Everything between the complete request and its response is synchronous, so requests take effect one at a time.
 */
export async function exchangeApi(
  engine: Engine,
  listener: Listener,
  request: IncomingMessage,
  response: ServerResponse,
  connection: number,
): Promise<void> {
  const { method = "", headers } = request;
  const { path, query } = splitTarget(request.url ?? "/");
  const world = engine.world();
  world.clock.advance(world.settings.tickMs);
  const requestId = `req-${world.random.requests.uuid()}`;
  const entry = engine.journal.begin({
    connection,
    method,
    path,
    route: routeName(method, path),
    query: Object.fromEntries(query),
    headers,
    atMs: world.clock.now(),
    requestId,
  });
  let wasDelivered = false;
  response.once("close", () => {
    entry.aborted = !wasDelivered && !response.writableFinished;
    engine.journal.finish(entry);
  });

  const text = await readBody(request);
  if (text === undefined && request.errored) return;
  engine.journal.recordBody(entry, text ?? "");
  const baseUrl = world.settings.advertisedUrl || listener.urlFor(headers.host);
  const plan = planRequest(engine, entry, text ?? "");
  await sleepAtLeast(latency(engine) + (plan.delayMs ?? 0), listener.signal);

  const { lifecycle } = plan;
  const apiRequest = {
    method,
    path,
    query,
    headers,
    text: text ?? "",
    baseUrl,
    ...(lifecycle && { lifecycle }),
  };
  const wire = text === undefined ? tooLarge() : respond(engine, entry, plan, apiRequest);
  const cut = plan.cut;
  if (cut?.at !== "start" && !response.destroyed) entry.status = wire.status;
  // What the emulator itself aborts is not recorded as the client's abort.
  wasDelivered = cut !== undefined && cut.how !== "stall";
  await deliver(response, withCommonHeaders(wire, requestId, engine.world().clock.now()), {
    bytesPerSecond: plan.bytesPerSecond ?? engine.world().settings.bytesPerSecond,
    cut,
    chunked: plan.chunked ?? false,
    signal: listener.signal,
  });
  if (plan.refuseMs !== undefined) await listener.refuse(plan.refuseMs);
}

function respond(engine: Engine, entry: JournalEntry, plan: FaultPlan, request: ApiRequest): RawResponse {
  if (plan.revoke !== undefined) {
    if (plan.revoke === "all") engine.controls.revokeTokens();
    else if (entry.token !== null) engine.controls.revokeTokens(entry.token);
  }
  const result = plan.applied ? handleApi(engine.world(), request) : undefined;
  if (result !== undefined && result.status < 300) engine.journal.markApplied(entry);
  const wire = encodeResponse(plan.response ?? result ?? errorResponse(500, "empty"));
  return plan.edit === undefined ? wire : plan.edit(wire);
}

function planRequest(engine: Engine, entry: JournalEntry, body: string): FaultPlan {
  const world = engine.world();
  const sinceStartMs = engine.sinceStartMs();
  const before = engine.load.beforeRules(world, sinceStartMs);
  if (before !== undefined) return applyLoad(entry, before);
  const rule = engine.rules.choose({
    method: entry.method,
    path: entry.path,
    route: entry.route,
    token: entry.token,
    body,
    imageName: imageName(engine, entry.path, body),
    sinceStartMs,
    random: world.random.faults,
  });
  if (rule !== undefined) {
    entry.rule = rule.id;
    return planFault(rule, world.clock.now(), world.random.faults);
  }
  const after = engine.load.afterRules(world);
  return after === undefined ? { applied: true } : applyLoad(entry, after);
}

function applyLoad(entry: JournalEntry, { name, plan }: LoadFault): FaultPlan {
  entry.rule = name;
  return plan;
}

/** The name of the image that the path names, else the name in the body of a request that creates one. */
function imageName(engine: Engine, path: string, body: string): string | undefined {
  const id = IMAGE_PATH.exec(path)?.[1];
  if (id !== undefined) return engine.world().images.get(id)?.name;
  const parsed = body === "" ? undefined : parseJson(body);
  const image = isObject(parsed) ? parsed.image : undefined;
  return isObject(image) && typeof image.name === "string" ? image.name : undefined;
}

function latency(engine: Engine): number {
  const { settings, random } = engine.world();
  return (
    settings.latencyMs +
    (settings.latencyJitterMs === 0 ? 0 : random.latency.int(0, settings.latencyJitterMs))
  );
}

async function sleepAtLeast(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (milliseconds > 0) await sleep(milliseconds, undefined, { signal });
}

function withCommonHeaders(wire: RawResponse, requestId: string, nowMs: number): RawResponse {
  return {
    ...wire,
    headers: { Date: new Date(nowMs).toUTCString(), "X-Request-Id": requestId, ...wire.headers },
  };
}

function tooLarge(): RawResponse {
  return encodeResponse(errorResponse(413, "bcs", "The body is too large."));
}

/** The target is split by hand: a URL parser would read `//api` as a host. */
function splitTarget(target: string): { path: string; query: URLSearchParams } {
  const mark = target.indexOf("?");
  if (mark < 0) return { path: target, query: new URLSearchParams() };
  return { path: target.slice(0, mark), query: new URLSearchParams(target.slice(mark + 1)) };
}
