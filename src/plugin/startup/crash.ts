import { cleanText } from "../../base/clean.ts";
import { writeFully } from "../write-fully.ts";

const CRASH_EXIT_CODE = 2;

/**
 * Prints an uncaught error like a Go provider's crash: Terraform recognises a line that starts with "panic: ",
 * collects the lines that follow, and shows them to the user when the command fails.
 *
 * @param redactText makes texts fit to be shown, once there are secrets to mask; a second call replaces the first
 */
export function reportCrashes(redactText: (text: string) => string = cleanText): void {
  const report = (error: unknown): void => {
    const [message, stack] =
      error instanceof Error
        ? [error.message, error.stack ?? ""]
        : [String(error), "(thrown without a stack)"];
    writeFully(2, `panic: ${redactText(message).split("\n", 1)[0]}\n\n${redactText(stack)}\n`);
    process.exit(CRASH_EXIT_CODE);
  };
  // Node turns an unhandled rejection into an uncaught exception, Bun does not.
  for (const event of ["uncaughtException", "unhandledRejection"]) {
    process.removeAllListeners(event).on(event, report);
  }
}
