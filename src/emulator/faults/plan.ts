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
  /** Whether the API applies the request. */
  readonly applied: boolean;
  /** The statuses of the image that is being created. */
  readonly lifecycle?: Lifecycle;
  readonly revoke?: "all" | "this";
  /** Sent instead of the API's response. */
  readonly response?: ApiResponse;
  readonly edit?: (wire: RawResponse) => RawResponse;
  readonly bytesPerSecond?: number;
  readonly cut?: Interruption;
  /** Whether the body is sent in chunks, without a Content-Length. */
  readonly chunked?: boolean;
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
        applied: true,
        delayMs: fault.maxMs === undefined ? fault.ms : random.int(fault.ms, fault.maxMs),
      };
    case "slow-body":
      return { applied: true, bytesPerSecond: fault.bytesPerSecond };
    case "status": {
      const response = errorResponse(fault.status, fault.body ?? "bcs", fault.message, fault.code);
      return {
        applied: fault.applied ?? false,
        response: withRetryAfter(response, fault, nowMs),
        ...(fault.frozen && { cut: { how: "stall", at: "middle" } }),
      };
    }
    case "rate-limit": {
      const response = errorResponse(429, fault.body ?? "bcs");
      return { applied: false, response: withRetryAfter(response, fault, nowMs) };
    }
    case "conflict": {
      const message = fault.message ?? "The resource is busy.";
      return { applied: false, response: errorResponse(409, "bcs", message, fault.code ?? "Conflict") };
    }
    case "reset-before":
      return { applied: false, cut: { how: "reset", at: "start" } };
    case "reset-after":
      return { applied: true, cut: { how: "reset", at: "start" } };
    case "reset-mid-body":
      return { applied: true, cut: { how: "reset", at: "middle" } };
    case "close-after-read":
      return { applied: fault.applied ?? false, cut: { how: "close", at: "start" } };
    case "stall":
      return {
        applied: fault.applied ?? fault.afterHeaders ?? false,
        cut: { how: "stall", at: fault.afterHeaders ? "headers" : "start" },
      };
    case "stall-mid-body":
      return { applied: true, cut: { how: "stall", at: "middle" } };
    case "truncated":
      return { applied: true, chunked: fault.chunked ?? false, cut: { how: "close", at: "middle" } };
    case "malformed":
      return { applied: true, edit: (wire) => malform(wire, fault.variant) };
    case "redirect":
      return {
        applied: false,
        response: { status: fault.status ?? 302, headers: { Location: fault.location } },
      };
    case "refuse":
      return { applied: false, cut: { how: "reset", at: "start" }, refuseMs: fault.ms };
    case "revoke-tokens":
      return { applied: true, revoke: fault.scope ?? "all" };
    case "lifecycle": {
      const { kind, ...lifecycle } = fault;
      return { applied: true, lifecycle };
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
