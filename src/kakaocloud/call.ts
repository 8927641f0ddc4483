/** One log line: a level, a sentence, and plain fields. Never given a secret or a token. */
export type Log = (
  level: "trace" | "debug" | "info" | "warn" | "error",
  message: string,
  fields: Readonly<Record<string, string | number | boolean | null>>,
) => void;

/** What bounds one operation: every method of the client takes it last. */
export interface Call {
  /** Aborting it ends every request and every wait of the operation. */
  readonly signal?: AbortSignal | undefined;
  /** Epoch milliseconds at which the whole operation, retries included, has to be over. */
  readonly deadline?: number | undefined;
  /** Takes the operation's log lines instead of the client's own log. */
  readonly log?: Log | undefined;
}
