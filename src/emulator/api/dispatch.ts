import type { World } from "../state/world.ts";
import { configRoutes } from "./config/routes.ts";
import { ApiError, type ApiResponse, apiError, errorResponse } from "./errors.ts";
import { identityRoutes, useToken } from "./identity/routes.ts";
import { NOUNS } from "./nouns.ts";
import type { ApiRequest, Route } from "./request.ts";

const ROUTES: readonly Route[] = [
  ...identityRoutes,
  ...configRoutes,
  ...Object.values(NOUNS).flatMap(({ routes }) => routes),
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

/** Handles an API request: checks headers and token, then runs the route. Never throws for what a client may send. */
export function handleApi(world: World, request: ApiRequest): ApiResponse {
  try {
    return dispatch(world, request);
  } catch (error) {
    if (error instanceof ApiError) return error.response;
    throw error;
  }
}

function dispatch(world: World, request: ApiRequest): ApiResponse {
  const here = MATCHERS.filter(({ matcher }) => matcher.test(request.path));
  const found = here.find(({ route }) => route.method === request.method);
  if (found === undefined) {
    if (here.length === 0) throw apiError(404, "NotFound", "There is nothing at this path.");
    const allow = here.map(({ route }) => route.method).join(", ");
    throw new ApiError({
      ...errorResponse(405, "bcs", "The method is not allowed here.", "MethodNotAllowed"),
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
    throw new ApiError(errorResponse(401, world.settings.unauthorizedBody, message, "Auth.Unauthorized"));
  }
  return found.route.handle(world, request, params, { project: token.project });
}

function checkHeaders({ settings }: World, { headers, text }: ApiRequest): void {
  if (
    settings.enforceContentType &&
    text !== "" &&
    !/^application\/json\b/i.test(headers["content-type"] ?? "")
  ) {
    throw apiError(415, "Request.InvalidContentType", "Content-Type must be application/json.");
  }
  if (settings.enforceApiVersion && headers["x-api-version"] === undefined) {
    throw apiError(400, "Request.MissingApiVersion", "X-Api-Version is missing.");
  }
  if (settings.enforceUserAgent && !headers["user-agent"]) {
    throw apiError(400, "Request.MissingUserAgent", "User-Agent is missing.");
  }
}

function decodeParams([, ...params]: readonly string[]): string[] {
  try {
    return params.map(decodeURIComponent);
  } catch {
    throw apiError(400, "Request.InvalidPath", "The path is not valid percent-encoding.");
  }
}
