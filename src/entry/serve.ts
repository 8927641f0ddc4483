import { servePlugin } from "../plugin/serving/serve-plugin.ts";
import type { StartedPlugin } from "../plugin/started-plugin.ts";

/** The second phase's front door, called once by the first: see main.ts. */
export function serve(plugin: StartedPlugin): void {
  servePlugin(plugin, async (context) => (await import("./services.ts")).createServices(context));
}
