import { type ApiResponse, errorResponse } from "../api/errors.ts";
import type { Interruption, RawResponse } from "../server/delivery.ts";
import type { Lifecycle } from "../state/image-timeline.ts";
import type { Random } from "../state/random.ts";
import { malform } from "./malformed.ts";
import type { Fault, Rule } from "./rule.ts";

/** What a fault means for one request, as steps of the exchange. */
export interface FaultPlan {
  /** Milliseconds to wait before anything else happens. */
  readonly delayMs?: number;
  /** Whether the API carries the request out. */
  readonly carriedOut: boolean;
  /** What the image being made will go through. */
  readonly lifecycle?: Lifecycle;
  readonly revoke?: "all" | "this";
  /** Sent instead of the API's response. */
  readonly response?: ApiResponse;
  readonly edit?: (wire: RawResponse) => RawResponse;
  readonly bytesPerSecond?: number;
  readonly cut?: Interruption;
  /** Afterwards, connections are refused for so many milliseconds. */
  readonly refuseMs?: number;
}

/** Says what a rule does to a request. `nowMs` is the emulator's clock, for Retry-After as a date. */
export function planFault(rule: Rule, nowMs: number, random: Random): FaultPlan {
  const plan = planKind(rule.fault, nowMs, random);
  return { ...plan, delayMs: (plan.delayMs ?? 0) + (rule.delayMs ?? 0) };
}

function planKind(fault: Fault, nowMs: number, random: Random): FaultPlan {
  switch (fault.kind) {
    case "latency":
      return {
        carriedOut: true,
        delayMs: fault.maxMs === undefined ? fault.ms : random.int(fault.ms, fault.maxMs),
      };
    case "slow-body":
      return { carriedOut: true, bytesPerSecond: fault.bytesPerSecond };
    case "status": {
      const response = errorResponse(fault.status, fault.body ?? "bcs", fault.message, fault.code);
      return { carriedOut: fault.applied ?? false, response: withRetryAfter(response, fault, nowMs) };
    }
    case "rate-limit": {
      const response = errorResponse(429, fault.body ?? "bcs");
      return { carriedOut: false, response: withRetryAfter(response, fault, nowMs) };
    }
    case "conflict": {
      const message = fault.message ?? "The resource is busy.";
      return { carriedOut: false, response: errorResponse(409, "bcs", message, fault.code ?? "Conflict") };
    }
    case "reset-before":
      return { carriedOut: false, cut: { how: "reset", at: "start" } };
    case "reset-after":
      return { carriedOut: true, cut: { how: "reset", at: "start" } };
    case "reset-mid-body":
      return { carriedOut: true, cut: { how: "reset", at: "middle" } };
    case "close-after-read":
      return { carriedOut: fault.applied ?? false, cut: { how: "close", at: "start" } };
    case "stall":
      return {
        carriedOut: fault.applied ?? fault.afterHeaders ?? false,
        cut: { how: "stall", at: fault.afterHeaders ? "headers" : "start" },
      };
    case "truncated":
      return { carriedOut: true, cut: { how: "close", at: "middle" } };
    case "malformed":
      return { carriedOut: true, edit: (wire) => malform(wire, fault.variant) };
    case "redirect":
      return {
        carriedOut: false,
        response: { status: fault.status ?? 302, headers: { Location: fault.location } },
      };
    case "refuse":
      return { carriedOut: false, cut: { how: "reset", at: "start" }, refuseMs: fault.ms };
    case "revoke-tokens":
      return { carriedOut: true, revoke: fault.scope ?? "all" };
    case "lifecycle": {
      const { kind, ...lifecycle } = fault;
      return { carriedOut: true, lifecycle };
    }
  }
}

function withRetryAfter(
  response: ApiResponse,
  wait: { retryAfter?: number; retryAfterDate?: number },
  nowMs: number,
): ApiResponse {
  const value =
    wait.retryAfter !== undefined
      ? String(wait.retryAfter)
      : wait.retryAfterDate !== undefined
        ? new Date(nowMs + wait.retryAfterDate * 1000).toUTCString()
        : undefined;
  return value === undefined ? response : { ...response, headers: { "Retry-After": value } };
}
