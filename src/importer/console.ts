/** Standard error, as the program prints to people on it. */
export interface Console {
  /** Prints a line that stays. */
  say(text: string): void;
  warn(text: string): void;
  fail(text: string): void;
  /** Shows, on a terminal only, a line that the next one replaces. */
  progress(text: string): void;
  /** Clears the last line of progress. */
  clear(): void;
}

/** Where a console writes. */
export interface ConsoleStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const YELLOW = 33;
const RED = 31;
const CLEAR_LINE = "\r\u001b[K";
const NARROW = 80;

/**
 * A console that shows progress on terminals only, and colours on those whose user wants them (NO_COLOR, TERM).
 * `redact` masks secrets in everything that is said, and replaces control sequences of terminals.
 */
export function createConsole(
  program: string,
  stream: ConsoleStream,
  env: NodeJS.ProcessEnv,
  redact: (text: string) => string,
): Console {
  const isTerminal = stream.isTTY === true && env.TERM !== "dumb";
  const isColourful = isTerminal && !env.NO_COLOR;
  let hasProgress = false;
  const paint = (text: string, colour: number): string =>
    isColourful ? `\u001b[${colour}m${text}\u001b[0m` : text;
  const clear = (): void => {
    if (hasProgress) stream.write(CLEAR_LINE);
    hasProgress = false;
  };
  const write = (text: string): void => {
    clear();
    stream.write(`${text}\n`);
  };
  return {
    say: (text) => write(redact(text)),
    warn: (text) => write(`${program}: ${paint("warning:", YELLOW)} ${redact(text)}`),
    fail: (text) => write(`${program}: ${paint("error:", RED)} ${redact(text)}`),
    progress(text) {
      if (!isTerminal) return;
      // A line that wraps could not be cleared.
      stream.write(`${CLEAR_LINE}${redact(text).slice(0, (stream.columns || NARROW) - 1)}`);
      hasProgress = true;
    },
    clear,
  };
}
