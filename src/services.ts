import { createLogger, type LogSink } from "./framework/log.ts";
import { createRedactor } from "./framework/redaction.ts";
import { createProviderServer } from "./protocol/provider-server.ts";
import { createProviderService } from "./protocol/provider-service.ts";
import { createKakaoCloudProvider } from "./provider/provider.ts";

/** What the plugin process offers to the services it runs. */
export interface ServiceContext {
  readonly log: LogSink;
  readonly version: string;
}

/** The gRPC services of this provider: tfplugin6, spoken for KakaoCloud. */
export function createServices({ log, version }: ServiceContext) {
  const redactor = createRedactor();
  const provider = createKakaoCloudProvider(version, process.env);
  const server = createProviderServer(provider, createLogger(log, redactor, "provider"), redactor);
  return [createProviderService(server)];
}
