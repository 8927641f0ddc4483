import { type Answer, errorAnswer, Refusal, refusal } from "./errors.ts";
import type { ApiRequest, Route } from "./request.ts";
import { configRoutes } from "./routes/config.ts";
import { identityRoutes, useToken } from "./routes/identity.ts";
import { imageRoutes } from "./routes/images.ts";
import { instanceRoutes } from "./routes/instances.ts";
import { memberRoutes } from "./routes/members.ts";
import { volumeRoutes } from "./routes/volumes.ts";
import type { World } from "./world.ts";

const ROUTES: readonly Route[] = [
  ...identityRoutes,
  ...configRoutes,
  ...imageRoutes,
  ...memberRoutes,
  ...volumeRoutes,
  ...instanceRoutes,
];

const MATCHERS = ROUTES.map((route) => ({
  route,
  matcher: new RegExp(`^${route.pattern.replaceAll(/\{\w+\}/g, "([^/]+)")}$`),
}));

/** The route's name in the journal, such as `GET /api/v1/images/{image_id}`; the bare path when no route knows it. */
export function routeName(method: string, path: string): string {
  const known = MATCHERS.find(({ matcher }) => matcher.test(path));
  return `${method} ${known?.route.pattern ?? path}`;
}

/** Answers an API request: checks headers and token, then runs the route. Never throws for what a client may send. */
export function answerApi(world: World, request: ApiRequest): Answer {
  try {
    return dispatch(world, request);
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

function dispatch(world: World, request: ApiRequest): Answer {
  const here = MATCHERS.filter(({ matcher }) => matcher.test(request.path));
  const found = here.find(({ route }) => route.method === request.method);
  if (found === undefined) {
    if (here.length === 0) throw refusal(404, "NotFound", "There is nothing at this path.");
    const allow = here.map(({ route }) => route.method).join(", ");
    throw new Refusal({
      ...errorAnswer(405, "bcs", "The method is not allowed here.", "MethodNotAllowed"),
      headers: { Allow: allow },
    });
  }
  checkHeaders(world, request);
  const params = decodeParams(found.matcher.exec(request.path) ?? []);
  if (found.route.open) return found.route.handle(world, request, params, { project: "" });
  const header = request.headers["x-auth-token"];
  const token = useToken(world, typeof header === "string" ? header : undefined);
  if (token === undefined) {
    const message = "The token is missing, unknown, expired or revoked.";
    throw new Refusal(errorAnswer(401, world.knobs.unauthorizedBody, message, "Auth.Unauthorized"));
  }
  return found.route.handle(world, request, params, { project: token.project });
}

function checkHeaders({ knobs }: World, { headers, text }: ApiRequest): void {
  if (
    knobs.enforceContentType &&
    text !== "" &&
    !/^application\/json\b/i.test(headers["content-type"] ?? "")
  ) {
    throw refusal(415, "Request.InvalidContentType", "Content-Type must be application/json.");
  }
  if (knobs.enforceApiVersion && headers["x-api-version"] === undefined) {
    throw refusal(400, "Request.MissingApiVersion", "X-Api-Version is missing.");
  }
  if (knobs.enforceUserAgent && !headers["user-agent"]) {
    throw refusal(400, "Request.MissingUserAgent", "User-Agent is missing.");
  }
}

function decodeParams([, ...params]: readonly string[]): string[] {
  try {
    return params.map(decodeURIComponent);
  } catch {
    throw refusal(400, "Request.InvalidPath", "The path is not valid percent-encoding.");
  }
}
