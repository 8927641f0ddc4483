import { servePlugin } from "./plugin/serving/serve-plugin.ts";
import type { StartedPlugin } from "./plugin/started-plugin.ts";
import { createServices } from "./services.ts";

/** The second phase's front door, called once by the first: see main.ts. */
export function serve(plugin: StartedPlugin): void {
  servePlugin(plugin, createServices);
}
