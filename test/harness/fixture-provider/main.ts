// A provider for tests, with the same parts as the real one and with its own process: bundled by ../bundle.ts.

import { createLogger } from "../../../src/framework/log.ts";
import { servePlugin } from "../../../src/plugin/serving/serve-plugin.ts";
import { reportCrashes } from "../../../src/plugin/startup/crash.ts";
import { startPlugin } from "../../../src/plugin/startup/start-plugin.ts";
import { createServiceDefinition } from "../../../src/protobuf/service-definition.ts";
import { providerService } from "../../../src/protocol/generated/tfplugin6.ts";
import { createProviderHandlers } from "../../../src/protocol/provider-handlers.ts";
import { createProviderServer } from "../../../src/protocol/provider-server.ts";
import { createFixtureProvider } from "./provider.ts";

const version = "0.0.1";

async function main(): Promise<void> {
  const parentPid = process.ppid;
  reportCrashes();
  const plugin = await startPlugin({ args: process.argv.slice(2), env: process.env, version });
  if (plugin === undefined) return;
  const { mode, listener, identity } = plugin;
  servePlugin({ version, mode, identity, parentPid, server: listener.server }, async ({ log, redactor }) => {
    const provider = createFixtureProvider(process.env);
    return [
      {
        definition: createServiceDefinition(providerService),
        implementation: createProviderHandlers(
          createProviderServer(provider, createLogger(log, redactor, "provider"), redactor),
        ),
      },
    ];
  });
}

void main();
