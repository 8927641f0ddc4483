import { unreadableError } from "./answer-error.ts";
import type { Call } from "./call.ts";
import type { Clock } from "./clock.ts";
import { isKakaoCloudError, type KakaoCloudError } from "./errors.ts";
import type { Answer, Exchange, TokenSource } from "./exchange.ts";
import { object } from "./json.ts";
import type { Secrets } from "./secrets.ts";
import { createSingleFlight } from "./single-flight.ts";

/** A token is renewed this long before it expires, or after half of a life that is not twice as long. */
const RENEW_AHEAD_MS = 5 * 60_000;
/** Assumed when IAM does not say when the token expires, or says something impossible; a 401 corrects it. */
const ASSUMED_LIFETIME_MS = 60 * 60_000;

interface Token {
  readonly value: string;
  /** Epoch milliseconds by this machine's clock. */
  readonly renewAt: number;
  readonly expiresAt: number;
}

/** What is needed to issue tokens. */
export interface TokenOptions {
  readonly exchange: Exchange;
  /** IAM's base URL without a trailing slash. */
  readonly iamUrl: string;
  readonly credentials: { readonly id: string; readonly secret: string };
  readonly clock: Clock;
  readonly secrets: Secrets;
}

/**
 * Tokens for an application credential (Keystone v3), issued when first needed. One issue at a time serves everyone who
 * waits; a token about to expire is renewed in the background while it still serves. Rejected credentials stay rejected.
 */
export function createTokenSource(options: TokenOptions): TokenSource {
  const { clock, secrets } = options;
  let current: Token | undefined;
  let rejection: KakaoCloudError | undefined;
  const issue = createSingleFlight(
    async (call) => {
      try {
        current = await issueToken(options, call);
        secrets.add(current.value);
        return current.value;
      } catch (error) {
        if (isKakaoCloudError(error, "credentials_rejected")) rejection = error;
        throw error;
      }
    },
    clock,
    { operation: "IssueToken", phase: "token", endpoint: `the iam service at ${options.iamUrl}` },
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
  };
}

async function issueToken(
  { exchange, iamUrl, credentials, clock }: TokenOptions,
  call: Call,
): Promise<Token> {
  const askedAt = clock.now();
  const answer = await exchange(
    {
      operation: "IssueToken",
      phase: "token",
      service: "iam",
      baseUrl: iamUrl,
      method: "POST",
      path: "/identity/v3/auth/tokens",
      search: "",
      body: {
        auth: {
          identity: {
            methods: ["application_credential"],
            application_credential: { id: credentials.id, secret: credentials.secret },
          },
        },
      },
      once: false,
    },
    call,
  );
  const value = answer.headers["x-subject-token"];
  if (value === undefined || value === "") {
    throw unreadableError(answer.facts, answer.status, "it has no X-Subject-Token header");
  }
  const lifetimeMs = lifetimeOf(answer) ?? ASSUMED_LIFETIME_MS;
  return {
    value,
    renewAt: askedAt + Math.max(lifetimeMs - RENEW_AHEAD_MS, lifetimeMs / 2),
    expiresAt: askedAt + lifetimeMs,
  };
}

/**
 * How long the token lives, by the server's clock alone: from its issue (or the answer's Date) to its expiry. Comparing the
 * expiry with this machine's clock would go wrong by the difference of the two.
 */
function lifetimeOf({ headers, body }: Answer): number | undefined {
  let token: Readonly<Record<string, unknown>>;
  try {
    token = object(object(JSON.parse(body)).token);
  } catch {
    return undefined;
  }
  const expiresAt = instant(token.expires_at);
  const issuedAt = instant(token.issued_at) ?? instant(headers.date);
  if (expiresAt === undefined || issuedAt === undefined || expiresAt <= issuedAt) return undefined;
  return expiresAt - issuedAt;
}

function instant(value: unknown): number | undefined {
  if (typeof value !== "string") return undefined;
  const zoned = /T[\d:.]+$/.test(value) ? `${value}Z` : value;
  const instant = Date.parse(zoned);
  return Number.isNaN(instant) ? undefined : instant;
}
