import { formatTime } from "../../state/clock.ts";
import type { World } from "../../state/world.ts";
import { type ApiResponse, keystoneError } from "../errors.ts";
import { DOMAIN, USER } from "../project/model.ts";
import { type ApiRequest, isObject, parseJson, type Route } from "../request.ts";
import { isTokenValid, type TokenRecord, tokenText } from "./token.ts";

const UNAUTHORIZED = "The request you have made requires authentication.";
const PATTERN = "/identity/v3/auth/tokens";

/** The identity service (Keystone v3): issuing and validating tokens of application credentials. */
export const identityRoutes: readonly Route[] = [
  { method: "POST", pattern: PATTERN, open: true, handle: issueToken },
  { method: "GET", pattern: PATTERN, open: true, handle: validateToken },
];

/** The caller's token, if it is accepted now. Counts one use. */
export function useToken(world: World, value: string | undefined): TokenRecord | undefined {
  const token = value === undefined ? undefined : world.tokens.get(value);
  if (token === undefined || !isTokenValid(token, world.clock.now(), world.settings.tokenMaxUses))
    return undefined;
  token.uses++;
  return token;
}

function issueToken(world: World, request: ApiRequest): ApiResponse {
  if (
    world.settings.enforceContentType &&
    !/^application\/json\b/i.test(request.headers["content-type"] ?? "")
  ) {
    throw keystoneError(415, "Content-Type must be application/json.");
  }
  const credential = findCredential(world, request.text);
  const now = world.clock.now();
  const token: TokenRecord = {
    value: tokenText(world.random.tokens),
    credential: credential.id,
    credentialName: credential.name ?? "terraform",
    project: credential.project ?? world.settings.project,
    auditId: world.random.tokens.hex(22),
    issuedMs: now,
    expiresMs: now + world.settings.tokenTtlMs,
    uses: 0,
    revoked: false,
  };
  world.tokens.set(token.value, token);
  return { status: 201, body: viewToken(world, token), headers: { "X-Subject-Token": token.value } };
}

function findCredential(world: World, text: string): { id: string; name?: string; project?: string } {
  const body = parseJson(text);
  const auth = isObject(body) && isObject(body.auth) ? body.auth : {};
  const identity = isObject(auth.identity) ? auth.identity : undefined;
  if (!Array.isArray(identity?.methods))
    throw keystoneError(400, "The body must hold auth.identity.methods.");
  const offered = identity.application_credential;
  if (!identity.methods.includes("application_credential") || !isObject(offered)) {
    throw keystoneError(401, UNAUTHORIZED);
  }
  const { id, name, secret } = offered;
  const key = typeof id === "string" ? id : typeof name === "string" && isObject(offered.user) ? name : "";
  if (key === "" || typeof secret !== "string" || secret === "") throw keystoneError(401, UNAUTHORIZED);
  if (world.credentials.length === 0) return { id: key };
  const known = world.credentials.find(
    (credential) =>
      (credential.id === id || (id === undefined && credential.name === name)) &&
      credential.secret === secret,
  );
  if (known === undefined) throw keystoneError(401, UNAUTHORIZED);
  return known;
}

function validateToken(world: World, request: ApiRequest): ApiResponse {
  const bearer = request.headers["x-auth-token"];
  if (typeof bearer !== "string" || useToken(world, bearer) === undefined)
    throw keystoneError(401, UNAUTHORIZED);
  const subject = request.headers["x-subject-token"];
  const token = typeof subject === "string" ? world.tokens.get(subject) : undefined;
  // The bearer may have been used up by this very call; its subject is still a token that exists.
  if (token === undefined || token.revoked || world.clock.now() >= token.expiresMs) {
    throw keystoneError(404, "Could not find token.");
  }
  return { status: 200, body: viewToken(world, token), headers: { "X-Subject-Token": token.value } };
}

function viewToken(world: World, token: TokenRecord): unknown {
  const project = world.projects.get(token.project);
  return {
    token: {
      methods: ["application_credential"],
      user: { ...USER, domain: DOMAIN, password_expires_at: null },
      audit_ids: [token.auditId],
      expires_at: formatTime(token.expiresMs + world.settings.expiresSkewMs, "micros"),
      issued_at: formatTime(token.issuedMs, "micros"),
      project: { id: token.project, name: project?.name ?? token.project, domain: DOMAIN },
      is_domain: false,
      roles: [{ id: "11aa22bb33cc44dd55ee66ff77008899", name: world.settings.role }],
      catalog: [],
      application_credential: { id: token.credential, name: token.credentialName, restricted: true },
    },
  };
}
