import type { IncomingMessage, ServerResponse } from "node:http";
import { InputError } from "../input.ts";
import { readBody } from "../server/body.ts";
import { controlRoutes } from "./control-routes.ts";
import type { Controls } from "./controls.ts";
import { forbiddenReason, isJson } from "./request-guard.ts";
import { STATUS_PAGE, STATUS_PAGE_POLICY } from "./status-page/page.ts";

/** A response with an error that is not about the input of a handler. */
class ControlError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Responds to requests under `/_emu/`. `host` is the name it listens on; `refuse` stops listening for a while. */
export function createControlApi(
  controls: Controls,
  host: string,
  refuse: (milliseconds: number) => Promise<void>,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const routes = controlRoutes(controls, refuse);

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const forbidden = forbiddenReason(request.headers, [
      host,
      ...controls.settings().allowedHosts.split(","),
    ]);
    if (forbidden !== undefined) throw new ControlError(403, forbidden);
    const url = new URL(request.url ?? "/", "http://emulator");
    const path = url.pathname.replace(/^\/_emu\/?/, "").replace(/\/$/, "");
    if (path === "" && request.method === "GET") {
      response.setHeader("Content-Security-Policy", STATUS_PAGE_POLICY);
      return send(response, 200, STATUS_PAGE, "text/html; charset=utf-8");
    }
    const [noun = "", id] = path.split(/\/(.*)/, 2);
    const pattern = id === undefined || path === "tokens/revoke" ? path : `${noun}/{id}`;
    const handler = routes[`${request.method} ${pattern}`];
    if (handler === undefined) {
      const known = Object.keys(routes).some((route) => route.endsWith(` ${pattern}`));
      throw new ControlError(known ? 405 : 404, `There is no control ${request.method} /_emu/${path}.`);
    }
    const body = await readJson(request);
    const query = Object.fromEntries(url.searchParams);
    const result = handler({ body, response, id: decoded(id ?? ""), query });
    if (result === undefined) throw new ControlError(404, `There is no ${noun} ${id}.`);
    sendJson(response, 200, result);
  };

  return async (request, response) => {
    try {
      await respond(request, response);
    } catch (error) {
      if (error instanceof InputError) sendJson(response, 400, { error: error.message });
      else if (error instanceof ControlError) sendJson(response, error.status, { error: error.message });
      else throw error;
    }
  };
}

/** The body's JSON; an empty object when there is no body. Throws InputError or ControlError. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const body = await readBody(request);
  if (body === undefined) throw new ControlError(413, "The body is too large.");
  if (body === "") return {};
  if (!isJson(request.headers["content-type"])) {
    throw new ControlError(415, "A request with a body needs the header Content-Type: application/json.");
  }
  try {
    return JSON.parse(body);
  } catch {
    throw new InputError("The body is not JSON.");
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new InputError("The path is not percent-encoded UTF-8.");
  }
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
