/** Replacing a shorter value would riddle ordinary text with holes. */
const MIN_REDACTED_LENGTH = 4;

/** The values that no error and no log line may carry. */
export interface Secrets {
  /** Remembers a value and passes it on to whoever masks values outside the client. */
  add(value: string): void;
  /** The text with every remembered value replaced: a server may echo what it was sent. */
  redact(text: string): string;
}

/** An empty set of secrets; `onSecret` hears of each new one. */
export function createSecrets(onSecret?: (value: string) => void): Secrets {
  const values = new Set<string>();
  return {
    add: (value) => {
      if (values.has(value)) return;
      values.add(value);
      onSecret?.(value);
    },
    redact: (text) => {
      let redacted = text;
      for (const value of values) {
        if (value.length >= MIN_REDACTED_LENGTH) redacted = redacted.replaceAll(value, "***");
      }
      return redacted;
    },
  };
}
