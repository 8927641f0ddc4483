import { writeFully } from "../write-fully.ts";

const CRASH_EXIT_CODE = 2;

/**
 * Makes an error that nobody caught look like a Go provider's crash: Terraform recognises a line that starts with "panic: ",
 * collects the lines that follow, and shows them to the user when the command fails.
 */
export function reportCrashes(): void {
  const report = (error: unknown): void => {
    const [message, stack] =
      error instanceof Error
        ? [error.message, error.stack ?? ""]
        : [String(error), "(thrown without a stack)"];
    writeFully(2, `panic: ${message.split("\n", 1)[0]}\n\n${stack}\n`);
    process.exit(CRASH_EXIT_CODE);
  };
  process.on("uncaughtException", report);
  // Node makes an uncaught exception of it by itself, Bun does not.
  process.on("unhandledRejection", report);
}
