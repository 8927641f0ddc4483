/**
 * The controls over HTTP, as JSON under `/_emu/`. Bodies need Content-Type: application/json. Errors are
 * `{ "error": "…" }` with 400, 403 (Host or Origin of another site), 404, 405, 413 or 415.
 *
 * | request | does |
 * |---|---|
 * | GET /_emu/ | the status page |
 * | GET /_emu/state | what the status page shows: clock, images, rules, metrics, the last requests |
 * | GET /_emu/health | `{ "ok": true }` |
 * | GET /_emu/journal?route=&since= | recorded requests; `since` is a seq |
 * | DELETE /_emu/journal | deletes them and the metrics |
 * | GET /_emu/metrics | metrics per route, with the most requests at the same time |
 * | GET, POST, DELETE /_emu/rules | reads, adds (one object or a list), deletes fault rules |
 * | GET, DELETE /_emu/rules/{id} | one rule with its counts |
 * | GET /_emu/clock | `{ "now": "…", "now_ms": n }` |
 * | POST /_emu/clock | `{ "advance_ms": n }` |
 * | GET, PATCH /_emu/settings | reads, changes settings |
 * | GET, POST /_emu/images | reads images; adds one |
 * | GET, PATCH /_emu/images/{id} | reads one; changes its name, description or status, or the status of members |
 * | POST /_emu/volumes, instances, projects | adds one |
 * | PUT /_emu/credentials | a list of `{ id, secret, name?, project? }`; an empty one accepts any pair |
 * | POST /_emu/tokens/revoke | revokes all tokens, or `{ "token": "…" }` |
 * | GET /_emu/leftovers?known=id,id | images that were created through the API and still exist, but those in `known` |
 * | POST /_emu/outage | `{ "from_ms": n, "until_ms": n }` from now: 503 for every API request in that time |
 * | POST /_emu/refuse | `{ "ms": n }`: refuses connections for this long |
 * | POST /_emu/reset | everything as at the start |
 */
import type { ServerResponse } from "node:http";
import * as v from "valibot";
import { NOUN_NAMES } from "../api/nouns.ts";
import { credential } from "../api/project/model.ts";
import { ruleSpec } from "../faults/rule.ts";
import { clockMs, delayMs, listOf, objectOf, readInput, text, textThat } from "../input.ts";
import { type Controls, imageChange } from "./controls.ts";

/** A control request: its body parsed, its path parameter and query. */
interface ControlRequest {
  readonly body: unknown;
  readonly id: string;
  readonly query: Readonly<Record<string, string>>;
  readonly response: ServerResponse;
}

/** Returns the response's JSON; undefined for 404. Throws InputError. */
type ControlHandler = (request: ControlRequest) => unknown;

/** The most images and requests that the page shows. */
const STATE_IMAGES = 500;
const STATE_REQUESTS = 30;

const BODY = "The body";
const journalFilter = objectOf({
  route: v.exactOptional(text()),
  since: v.exactOptional(textThat((seq) => /^\d{1,15}$/.test(seq), "a whole number")),
});
const leftoversFilter = objectOf({ known: v.exactOptional(text()) });
const clockChange = objectOf({ advance_ms: clockMs() });
const revocation = objectOf({ token: v.exactOptional(text()) });
const outage = objectOf({ from_ms: v.exactOptional(clockMs()), until_ms: clockMs() });
const refusal = objectOf({ ms: delayMs() });
const settings = v.record(v.string(), v.unknown(), "a JSON object");

/** The control routes by method and path below `/_emu/`. `refuse` stops listening for a while. */
export function controlRoutes(
  controls: Controls,
  refuse: (milliseconds: number) => Promise<void>,
): Readonly<Record<string, ControlHandler>> {
  const done = { ok: true };
  const seeds = NOUN_NAMES.map((name): [string, ControlHandler] => [
    `POST ${name}`,
    ({ body }) => controls.seed(name, body),
  ]);
  return {
    ...Object.fromEntries(seeds),
    "GET health": () => done,
    "GET state": () => readState(controls),
    "GET journal": ({ query }) => {
      const { since, ...filter } = readInput(journalFilter, query, "The query");
      return { entries: controls.journal({ ...filter, since: Number(since ?? 0) }) };
    },
    "DELETE journal": () => {
      controls.clearJournal();
      return done;
    },
    "GET metrics": () => controls.metrics(),
    "GET rules": () => ({ rules: controls.rules() }),
    "POST rules": ({ body }) => ({
      rules: Array.isArray(body)
        ? controls.addRules(body)
        : [controls.addRule(readInput(ruleSpec, body, BODY))],
    }),
    "DELETE rules": () => {
      controls.clearRules();
      return done;
    },
    "GET rules/{id}": ({ id }) => controls.rule(id),
    "DELETE rules/{id}": ({ id }) => (controls.removeRule(id) ? done : undefined),
    "GET clock": () => readClock(controls),
    "POST clock": ({ body }) => {
      controls.advance(readInput(clockChange, body, BODY).advance_ms);
      return readClock(controls);
    },
    "GET settings": () => controls.settings(),
    "PATCH settings": ({ body }) => {
      controls.changeSettings(readInput(settings, body, BODY));
      return controls.settings();
    },
    "GET images": () => ({ images: controls.images() }),
    "GET images/{id}": ({ id }) => controls.image(id),
    "PATCH images/{id}": ({ id, body }) => controls.changeImage(id, readInput(imageChange, body, BODY)),
    "PUT credentials": ({ body }) => {
      controls.setCredentials(readInput(listOf(credential), body, BODY));
      return done;
    },
    "POST tokens/revoke": ({ body }) => {
      controls.revokeTokens(readInput(revocation, body, BODY).token);
      return done;
    },
    "GET leftovers": ({ query }) => {
      const { known = "" } = readInput(leftoversFilter, query, "The query");
      return { images: controls.leftovers(known.split(",")) };
    },
    "POST outage": ({ body }) => {
      const { from_ms = 0, until_ms } = readInput(outage, body, BODY);
      controls.planOutage(from_ms, until_ms);
      return done;
    },
    "POST refuse": ({ body, response }) => {
      const { ms } = readInput(refusal, body, BODY);
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
