import type { Logger } from "./log.ts";

/** A logger, as far as a layer below Terraform needs one. Never given a secret or a token. */
export interface CallLog extends Pick<Logger, "log"> {
  /** The same logger, for lines of another module. */
  with(...words: Parameters<Logger["with"]>): CallLog;
}

/** What bounds one operation, and where it logs: every function that sends requests takes it last. */
export interface CallOptions {
  /** Aborting it ends every request and every wait of the operation. */
  readonly signal?: AbortSignal | undefined;
  /** Epoch milliseconds at which the whole operation, retries included, must have ended. */
  readonly deadline?: number | undefined;
  /** Takes the operation's log lines instead of the client's own log. */
  readonly log?: CallLog | undefined;
}
