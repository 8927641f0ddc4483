// What Terraform starts of a release: one executable, which has the runtime (Bun) and the whole program in it, compiled. The phases are
// those of main.ts; a later one is a part of the same file that is not looked at before.
import { runProgram } from "./program.ts";

runProgram({
  provider: async () => ({ ...(await import("./serve.ts")), codeCache: "built in" }),
  importer: () => import("./import.ts"),
});
