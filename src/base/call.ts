/** A logger, as far as a layer below Terraform needs one. Never given a secret or a token. */
export interface CallLog {
  log(
    level: "trace" | "debug" | "info" | "warn" | "error",
    message: string,
    fields?: Readonly<Record<string, unknown>>,
  ): void;
  /** The same logger, for lines of another module. */
  with(fields: Readonly<Record<string, unknown>>, module?: string): CallLog;
}

/** What bounds one operation, and where it logs: every function that sends requests takes it last. */
export interface CallOptions {
  /** Aborting it ends every request and every wait of the operation. */
  readonly signal?: AbortSignal | undefined;
  /** Epoch milliseconds at which the whole operation, retries included, has to be over. */
  readonly deadline?: number | undefined;
  /** Takes the operation's log lines instead of the client's own log. */
  readonly log?: CallLog | undefined;
}
