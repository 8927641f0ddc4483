import { linkSignals } from "../../base/signals.ts";
import { schemaType } from "../../framework/schema.ts";
import { decodeObject } from "../dynamic-value.ts";
import type { ConfigureProviderRequest, ConfigureProviderResponse } from "../generated/tfplugin6.ts";
import type { UnaryRpc } from "../unary-rpc.ts";

/** Creates the client for everything that follows. At plan the configuration may hold unknown values. */
export const configureProvider: UnaryRpc<ConfigureProviderRequest, ConfigureProviderResponse> = {
  async handle(request, { server, log, cancelled, report }) {
    const config = decodeObject(schemaType(server.provider.schema), request.config) ?? {};
    const link = linkSignals(server.stopSignal(), cancelled);
    try {
      const client = await server.provider.configure(config, {
        terraformVersion: request.terraformVersion,
        log,
        redactor: server.redactor,
        signal: link.signal,
        report: (diagnostic) => report([diagnostic]),
      });
      server.setClient(client);
      return {};
    } finally {
      link.dispose();
    }
  },
};
