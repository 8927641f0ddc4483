/**
 * The controls over HTTP, as JSON under `/_emu/`. Errors are `{ "error": "…" }` with 400, 404 or 405.
 *
 * | request | does |
 * |---|---|
 * | GET /_emu/ | a page for people that shows images moving through their states |
 * | GET /_emu/state | what that page shows: clock, images, rules, numbers, the last requests |
 * | GET /_emu/health | `{ "ok": true }` |
 * | GET /_emu/journal?route=&since= | recorded requests; `since` is a seq |
 * | DELETE /_emu/journal | forgets them and the numbers |
 * | GET /_emu/metrics | numbers per route, with the most requests at the same time |
 * | GET, POST, DELETE /_emu/rules | reads, adds (one object or a list), clears fault rules |
 * | GET, DELETE /_emu/rules/{id} | one rule with its counts |
 * | GET /_emu/clock | `{ "now": "…", "now_ms": n }` |
 * | POST /_emu/clock | `{ "advance_ms": n }` |
 * | GET, PATCH /_emu/settings | reads, changes settings |
 * | GET, POST /_emu/images | images that exist; puts one in place |
 * | GET, PATCH /_emu/images/{id} | one; changes name, description, status, or the status of members |
 * | POST /_emu/volumes, instances, projects | puts one in place |
 * | PUT /_emu/credentials | a list of `{ id, secret, name?, project? }`; an empty one accepts any pair |
 * | POST /_emu/tokens/revoke | all, or `{ "token": "…" }` |
 * | GET /_emu/leftovers?known=id,id | images made through the API that exist and aren't known |
 * | POST /_emu/refuse | `{ "ms": n }`: refuses connections for so long |
 * | POST /_emu/reset | back to the start |
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Credential } from "../api/project/model.ts";
import { isObject, parseJson } from "../api/request.ts";
import type { RuleSpec } from "../faults/rule.ts";
import { readBody } from "../server/exchange.ts";
import { SettingError } from "../settings.ts";
import type { ImageSeed, InstanceSeed, ProjectSeed, VolumeSeed } from "../state/seeds.ts";
import type { Controls, ImageChange } from "./controls.ts";
import { STATUS_PAGE, STATUS_PAGE_POLICY } from "./status-page/page.ts";

/** A control request: its body parsed, its path parameters and query. */
interface ControlRequest {
  readonly body: unknown;
  readonly id: string;
  readonly query: URLSearchParams;
  readonly response: ServerResponse;
}

type ControlHandler = (request: ControlRequest) => unknown;

/** The most images and requests that the page shows. */
const STATE_IMAGES = 500;
const STATE_REQUESTS = 30;

/** Answers requests under `/_emu/`. `refuse` makes the listener go deaf. */
export function createControlApi(
  controls: Controls,
  refuse: (milliseconds: number) => Promise<void>,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const routes = controlRoutes(controls, refuse);
  return async (request, response) => {
    const url = new URL(request.url ?? "/", "http://emulator");
    const path = url.pathname.replace(/^\/_emu\/?/, "").replace(/\/$/, "");
    if (path === "" && request.method === "GET") {
      response.setHeader("Content-Security-Policy", STATUS_PAGE_POLICY);
      return send(response, 200, STATUS_PAGE, "text/html; charset=utf-8");
    }
    const text = (await readBody(request)) ?? "";
    const body = text === "" ? {} : parseJson(text);
    const [noun = "", id] = path.split(/\/(.*)/, 2);
    const pattern = id === undefined || path === "tokens/revoke" ? path : `${noun}/{id}`;
    const handler = routes[`${request.method} ${pattern}`];
    if (handler === undefined) {
      const known = Object.keys(routes).some((route) => route.endsWith(` ${pattern}`));
      return sendJson(response, known ? 405 : 404, { error: `No control ${request.method} /_emu/${path}.` });
    }
    try {
      if (body === undefined) throw new SettingError("The body is not JSON.");
      const result = handler({ body, response, id: decoded(id ?? ""), query: url.searchParams });
      if (result === undefined) return sendJson(response, 404, { error: `There is no ${noun} ${id}.` });
      sendJson(response, 200, result);
    } catch (error) {
      if (!(error instanceof SettingError)) throw error;
      sendJson(response, 400, { error: error.message });
    }
  };
}

function controlRoutes(
  controls: Controls,
  refuse: (milliseconds: number) => Promise<void>,
): Readonly<Record<string, ControlHandler>> {
  const done = { ok: true };
  return {
    "GET health": () => done,
    "GET state": () => readState(controls),
    "GET journal": ({ query }) => {
      const route = query.get("route");
      return {
        entries: controls.journal({
          since: Number(query.get("since") ?? 0),
          ...(route !== null && { route }),
        }),
      };
    },
    "DELETE journal": () => {
      controls.clearJournal();
      return done;
    },
    "GET metrics": () => controls.metrics(),
    "GET rules": () => ({ rules: controls.rules() }),
    "POST rules": ({ body }) => {
      const specs: unknown[] = Array.isArray(body) ? body : [body];
      return { rules: specs.map((spec) => controls.addRule(spec as RuleSpec)) };
    },
    "DELETE rules": () => {
      controls.clearRules();
      return done;
    },
    "GET rules/{id}": ({ id }) => controls.rule(id),
    "DELETE rules/{id}": ({ id }) => (controls.removeRule(id) ? done : undefined),
    "GET clock": () => readClock(controls),
    "POST clock": ({ body }) => {
      controls.advance(numberField(body, "advance_ms"));
      return readClock(controls);
    },
    "GET settings": () => controls.settings(),
    "PATCH settings": ({ body }) => {
      controls.changeSettings(objectBody(body));
      return controls.settings();
    },
    "GET images": () => ({ images: controls.images() }),
    "POST images": ({ body }) => controls.seedImage(objectBody(body) as ImageSeed),
    "GET images/{id}": ({ id }) => controls.image(id),
    "PATCH images/{id}": ({ id, body }) => controls.changeImage(id, objectBody(body) as ImageChange),
    "POST volumes": ({ body }) => controls.seedVolume(objectBody(body) as VolumeSeed),
    "POST instances": ({ body }) => controls.seedInstance(objectBody(body) as InstanceSeed),
    "POST projects": ({ body }) => {
      const { id, name } = objectBody(body);
      if (typeof id !== "string") throw new SettingError("A project needs an id.");
      const seed: ProjectSeed = { id, ...(typeof name === "string" && { name }) };
      return controls.seedProject(seed);
    },
    "PUT credentials": ({ body }) => {
      const right =
        Array.isArray(body) && body.every((item) => isObject(item) && typeof item.id === "string");
      if (!right) throw new SettingError("The body must be a list of { id, secret }.");
      controls.setCredentials(body as Credential[]);
      return done;
    },
    "POST tokens/revoke": ({ body }) => {
      const { token } = objectBody(body);
      controls.revokeTokens(typeof token === "string" ? token : undefined);
      return done;
    },
    "GET leftovers": ({ query }) => ({ images: controls.leftovers((query.get("known") ?? "").split(",")) }),
    "POST refuse": ({ body, response }) => {
      const ms = numberField(body, "ms");
      response.setHeader("Connection", "close");
      response.once("close", () => void refuse(ms));
      return { refusing_ms: ms };
    },
    "POST reset": () => {
      controls.reset();
      return done;
    },
  };
}

function readState(controls: Controls): unknown {
  const images = controls.images().sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
  return {
    ...readClock(controls),
    images: images.slice(0, STATE_IMAGES),
    total: images.length,
    rules: controls.rules(),
    metrics: controls.metrics(),
    requests: controls
      .journal()
      .slice(-STATE_REQUESTS)
      .reverse()
      .map(({ seq, method, path, status, rule, atMs }) => ({
        seq,
        method,
        path,
        status,
        rule,
        at: clockText(atMs),
      })),
  };
}

function readClock(controls: Controls) {
  return { now: clockText(controls.now()), now_ms: controls.now() };
}

function clockText(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new SettingError("The path is not percent-encoded UTF-8.");
  }
}

function objectBody(body: unknown): Readonly<Record<string, unknown>> {
  if (!isObject(body)) throw new SettingError("The body must be a JSON object.");
  return body;
}

function numberField(body: unknown, key: string): number {
  const value = isObject(body) ? body[key] : undefined;
  if (typeof value !== "number" || !(value >= 0))
    throw new SettingError(`${key} must be a number, zero or more.`);
  return value;
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  send(response, status, JSON.stringify(body), "application/json");
}

function send(response: ServerResponse, status: number, body: string, contentType: string): void {
  response.writeHead(status, {
    "Content-Type": contentType,
    "Content-Length": Buffer.byteLength(body),
    "Cache-Control": "no-store",
  });
  response.end(body);
}
