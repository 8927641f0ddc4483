// Plan after plan through one provider process; see reattached-driver.ts. The argument is how many plans, 3,000 by default.
import { createHostExecutable, HOST_EXECUTABLE } from "../../scripts/release/host-executable.mjs";
import { runDriver } from "./run-driver.mjs";

await createHostExecutable();
await runDriver("test/bench/reattached-driver.ts", [HOST_EXECUTABLE, process.argv[2] ?? "3000"]);
