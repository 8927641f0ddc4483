import { systemClock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import { after, linkSignals } from "../base/signals.ts";
import type { Diagnostic } from "./diagnostics.ts";
import { OperationStopped } from "./operation-stopped.ts";
import type { PrivateState } from "./private-state.ts";
import type { TimeLimit } from "./timeouts.ts";

/** What every operation is given beside its values. */
export interface Call<Client> {
  /** What the provider's configure returned. */
  readonly client: Client;
  /** Aborted with an {@link OperationStopped} when the operation has to end: interrupt, cancelled call or deadline. */
  readonly signal: AbortSignal;
  /** When the operation must be over, in epoch milliseconds. It covers everything, retries and waits included. */
  readonly deadline: number;
  /** When the operation began, in epoch milliseconds. */
  readonly startedAt: number;
  /** The time limit behind the deadline, for messages. */
  readonly limit: TimeLimit;
  readonly log: Logger;
  /** Adds a diagnostic to the response, for example a warning; errors are thrown instead. */
  report(diagnostic: Diagnostic): void;
}

/** A call during a plan. It has no time limit of the user's: the caller sets one. */
export type PlanCall<Client> = Pick<Call<Client>, "client" | "signal" | "log">;

/** A call that works on a resource, whose private data may be read and changed. */
export interface ResourceCall<Client> extends Call<Client> {
  readonly private: PrivateState;
}

/** A call that creates, changes or deletes an object. */
export interface WriteCall<Client, Saved> extends ResourceCall<Client> {
  /**
   * Saves what has been created or changed, at once. If anything after that fails, is interrupted or runs out of
   * time, the response to Terraform carries the last saved state beside the error. What is left out is as planned, or where
   * the plan does not know it as before, or null.
   */
  save(state: Saved): void;
  /**
   * As {@link save}, for a plan that was only applied in part, such as some elements of a set: what is given is
   * saved as it is, also where the plan says otherwise.
   */
  saveAsIs(state: Saved): void;
  /**
   * Runs an action once the response has been handed over to Terraform. Never, when Terraform ended or cancelled the call before.
   */
  onDelivered(action: () => void): void;
}

/** Where the signals of a call come from. */
export interface CallScope {
  readonly signal: AbortSignal;
  readonly startedAt: number;
  readonly deadline: number;
  /** Ends the scope's timer and listeners; the signal never fires afterwards. */
  dispose(): void;
}

/** Joins the outer signals with a deadline. A limit of zero or less ends at once. */
export function createCallScope(outer: readonly AbortSignal[], timeoutMs: number): CallScope {
  const startedAt = systemClock.now();
  const link = linkSignals(...outer);
  const cancelTimer = after(timeoutMs, () => link.abort(new OperationStopped("deadline")));
  return {
    signal: link.signal,
    startedAt,
    deadline: startedAt + timeoutMs,
    dispose() {
      cancelTimer();
      link.dispose();
    },
  };
}
