import { expect, it } from "vitest";
import type { LogSink } from "../../../src/base/log.ts";
import { createRedactor } from "../../../src/base/redaction.ts";
import { createLogger } from "../../../src/framework/log.ts";

it("a line that the sink does not write is not even put together", () => {
  const lines: string[] = [];
  const sink: LogSink = Object.assign(
    ({ message }: { readonly message: string }) => {
      lines.push(message);
    },
    { isEnabled: (level: string) => level === "warn" },
  );
  const log = createLogger(sink, createRedactor(), "test");
  const costly = {
    get value(): string {
      throw new Error("this must not be read");
    },
  };
  log.debug("quiet", { costly });
  log.warn("loud");
  expect(lines).toEqual(["loud"]);
});
