import type { CallOptions } from "../../base/call.ts";
import type { Clock } from "../../base/clock.ts";
import { LIMITS } from "../../base/limits.ts";
import type { Redactor } from "../../base/redaction.ts";
import type { HttpClient } from "../../http/client.ts";
import type { HttpResponse, TokenSource } from "../../http/request.ts";
import { createSingleFlight } from "../../http/single-flight.ts";
import type { ApiRequest } from "../api-request.ts";
import { flightErrors, isKakaoCloudError, type KakaoCloudError } from "../errors.ts";
import { object, parseJson } from "../json.ts";
import type { RequestErrors } from "../response-error.ts";
import type { Credentials } from "./credentials.ts";

/** A token is renewed this long before it expires, or after half of a life that is not twice as long. */
const RENEW_AHEAD_MS = 5 * 60_000;
/** Assumed when IAM returns no expiry, or an impossible one; a 401 corrects it. */
const ASSUMED_LIFETIME_MS = 60 * 60_000;

interface Token {
  readonly value: string;
  /** Id of the project that the credential belongs to; null when IAM does not return it. */
  readonly projectId: string | null;
  /** Epoch milliseconds by this machine's clock. */
  readonly renewAt: number;
  readonly expiresAt: number;
}

/** What is needed to issue tokens. */
export interface TokenOptions {
  readonly http: HttpClient<ApiRequest>;
  /** IAM's base URL without a trailing slash. */
  readonly iamUrl: string;
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly errors: RequestErrors;
  /** Is given each token, and forgets those that are no longer used. */
  readonly redactor: Redactor;
}

/** Tokens that can be forgotten. */
export interface Tokens extends TokenSource {
  /** Id of the project that the credential belongs to; null before the first token and when IAM does not return it. */
  projectId(): string | null;
  /** Has the redactor forget the tokens: call it when nothing is logged any more. */
  forget(): void;
}

/** How many tokens stay masked: requests with an older one may still be in flight. */
const REMEMBERED_TOKENS = 2;

/**
 * Tokens for an application credential (Keystone v3), issued when first needed. One request at a time serves every call that
 * waits. A token about to expire is renewed in the background while it still serves. Rejected credentials stay rejected.
 */
export function createTokenSource(options: TokenOptions): Tokens {
  const { clock, redactor } = options;
  /** How to forget each token that is masked, the oldest first. */
  const masked: (() => void)[] = [];
  let current: Token | undefined;
  let projectId: string | null = null;
  let rejection: KakaoCloudError | undefined;
  const issue = createSingleFlight(
    async (call) => {
      try {
        const token = await issueToken(options, call);
        current = token;
        projectId ??= token.projectId;
        masked.push(redactor.addSecret(token.value));
        if (masked.length > REMEMBERED_TOKENS) masked.shift()?.();
        return token.value;
      } catch (error) {
        if (isKakaoCloudError(error, "credentials_rejected")) rejection = error;
        throw error;
      }
    },
    clock,
    flightErrors("IssueToken", "token", `the iam service at ${options.iamUrl}`),
  );
  return {
    get: async (call) => {
      const now = clock.now();
      if (current !== undefined && now < current.expiresAt) {
        // A renewal that fails costs nothing yet; the next call tries again, and in the end waits for it.
        if (now >= current.renewAt && rejection === undefined) issue(call).catch(() => {});
        return current.value;
      }
      if (rejection !== undefined) throw rejection;
      return issue(call);
    },
    invalidate: (token) => {
      if (current?.value === token) current = undefined;
    },
    projectId: () => projectId,
    forget: () => {
      for (const forget of masked.splice(0)) forget();
    },
  };
}

async function issueToken(
  { http, iamUrl, credentials, clock, errors }: TokenOptions,
  call: CallOptions,
): Promise<Token> {
  const sentAt = clock.now();
  const request: ApiRequest = {
    operation: "IssueToken",
    phase: "token",
    service: "iam",
    method: "POST",
    url: new URL(`${iamUrl}/identity/v3/auth/tokens`),
    body: {
      auth: {
        identity: {
          methods: ["application_credential"],
          application_credential: { id: credentials.id, secret: credentials.secret },
        },
      },
    },
    once: false,
  };
  const response = await http.send(request, call);
  const value = response.headers["x-subject-token"];
  if (value === undefined || value === "") {
    throw errors.unreadable(request, response, "it has no X-Subject-Token header");
  }
  if (value.length > LIMITS.tokenCharacters) {
    throw errors.unreadable(request, response, "its X-Subject-Token header is too long");
  }
  const lifetimeMs = lifetimeOf(response) ?? ASSUMED_LIFETIME_MS;
  return {
    value,
    projectId: projectOf(response),
    renewAt: sentAt + Math.max(lifetimeMs - RENEW_AHEAD_MS, lifetimeMs / 2),
    expiresAt: sentAt + lifetimeMs,
  };
}

function projectOf({ body }: HttpResponse): string | null {
  try {
    const { id } = object(object(object(parseJson(body)).token).project);
    return typeof id === "string" && id !== "" && id.length <= LIMITS.idCharacters ? id : null;
  } catch {
    return null;
  }
}

/**
 * How long the token lives, by the server's clock alone: from its issue (or the response's Date) to its expiry. Comparing the
 * expiry with this machine's clock would go wrong by the difference of the two.
 */
function lifetimeOf({ headers, body }: HttpResponse): number | undefined {
  let token: Readonly<Record<string, unknown>>;
  try {
    token = object(object(parseJson(body)).token);
  } catch {
    return undefined;
  }
  const expiresAt = instant(token.expires_at);
  const issuedAt = instant(token.issued_at) ?? instant(headers.date);
  if (expiresAt === undefined || issuedAt === undefined || expiresAt <= issuedAt) return undefined;
  return expiresAt - issuedAt;
}

function instant(value: unknown): number | undefined {
  if (typeof value !== "string" || value.length > LIMITS.timeCharacters) return undefined;
  const zoned = /T[\d:.]+$/.test(value) ? `${value}Z` : value;
  const instant = Date.parse(zoned);
  return Number.isNaN(instant) ? undefined : instant;
}
