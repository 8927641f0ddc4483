// The provider under load and after an outage; see load-driver.ts. Arguments choose scenarios by a part of their name.
import { runDriver } from "./run-driver.mjs";

await runDriver("test/bench/load-driver.ts", process.argv.slice(2));
