import { type ApiResponse, errorResponse } from "../api/errors.ts";
import type { World } from "../state/world.ts";
import type { FaultPlan } from "./plan.ts";
import { type Buckets, createBuckets } from "./token-bucket.ts";

/** What the settings about load do to a request, with the name that the journal records as its rule. */
export interface LoadFault {
  readonly name: string;
  readonly plan: FaultPlan;
}

/** The settings that are about load rather than about single requests. */
export interface LoadSettings {
  /** An outage or the rate limit: counts every request, before any rule. */
  beforeRules(world: World, sinceStartMs: number): LoadFault | undefined;
  /** The failure rate: only counts requests that no rule is about. */
  afterRules(world: World): LoadFault | undefined;
  /** Fills the bucket, for a clock that starts again. */
  reset(): void;
}

const fault = (name: string, response: ApiResponse): LoadFault => ({
  name,
  plan: { applied: false, response },
});

/** Creates the state of the rate limit; its bucket is full at first. */
export function createLoadSettings(): LoadSettings {
  let limit = { perSecond: 0, burst: 0 };
  let buckets: Buckets = createBuckets(0, 0);

  const isWithinLimit = ({ settings }: World, sinceStartMs: number): boolean => {
    const { rateLimitPerSecond: perSecond, rateLimitBurst: burst } = settings;
    if (perSecond === 0) return true;
    if (limit.perSecond !== perSecond || limit.burst !== burst) {
      limit = { perSecond, burst };
      buckets = createBuckets(burst, perSecond);
    }
    return buckets.take("", sinceStartMs);
  };

  return {
    beforeRules: (world, sinceStartMs) => {
      const { outageFromMs, outageUntilMs, rateLimitRetryAfter } = world.settings;
      if (sinceStartMs >= outageFromMs && sinceStartMs < outageUntilMs) {
        return fault("(outage)", errorResponse(503, "bcs"));
      }
      if (isWithinLimit(world, sinceStartMs)) return undefined;
      const response = errorResponse(429, "bcs");
      if (rateLimitRetryAfter === 0) return fault("(rate limit)", response);
      return fault("(rate limit)", { ...response, headers: { "Retry-After": String(rateLimitRetryAfter) } });
    },
    afterRules: ({ settings, random }) => {
      const { failureRate, failureStatus } = settings;
      if (failureRate === 0 || random.failures.next() >= failureRate) return undefined;
      return fault("(failure rate)", errorResponse(failureStatus, "bcs"));
    },
    reset: () => {
      limit = { perSecond: 0, burst: 0 };
    },
  };
}
