import { expect, it } from "vitest";
import { createConsole } from "../../../src/importer/console.ts";

function useConsole(isTTY: boolean, env: NodeJS.ProcessEnv = {}, columns = 20) {
  const written: string[] = [];
  const stream = { isTTY, columns, write: (text: string) => written.push(text) };
  const console = createConsole("program", stream, env, (text) => text.replaceAll("hidden", "***"));
  return { console, written: () => written.splice(0).join("") };
}

it("has colours and progress on a terminal, and clears the progress before each message", () => {
  const { console, written } = useConsole(true);
  console.progress("reading the images ...");
  expect(written()).toBe("\r\u001b[Kreading the images ");
  console.fail("it broke");
  expect(written()).toBe("\r\u001b[Kprogram: \u001b[31merror:\u001b[0m it broke\n");
  console.warn("hidden");
  expect(written()).toBe("program: \u001b[33mwarning:\u001b[0m ***\n");
  console.clear();
  expect(written()).toBe("");
});

it.each([{ NO_COLOR: "1" }, { TERM: "dumb" }])("has no colours with %j", (env) => {
  const { console, written } = useConsole(true, env);
  console.warn("careful");
  expect(written()).toBe("program: warning: careful\n");
});

it("has colours with an empty NO_COLOR, which says nothing", () => {
  const { console, written } = useConsole(true, { NO_COLOR: "" });
  console.warn("careful");
  expect(written()).toContain("\u001b[33m");
});

it("has neither without a terminal", () => {
  const { console, written } = useConsole(false);
  console.progress("reading ...");
  console.warn("careful");
  console.clear();
  expect(written()).toBe("program: warning: careful\n");
});

it("shows progress whole on a terminal that does not know how wide it is", () => {
  const { console, written } = useConsole(true, {}, 0);
  console.progress("reading the images ...");
  expect(written()).toBe("\r\u001b[Kreading the images ...");
});
