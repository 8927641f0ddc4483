import type { Logger } from "../base/log.ts";
import type { Redactor } from "../base/redaction.ts";
import type { ServiceContext } from "../plugin/grpc-service.ts";
import { createProviderHandlers } from "../protocol/provider-handlers.ts";
import { createProviderServer } from "../protocol/provider-server.ts";
import { createKakaoCloudProvider } from "../provider/provider.ts";

/** The third phase: the handlers of tfplugin6 for KakaoCloud, by RPC. Loaded by services.ts when they are first needed. */
export function createHandlers({ version, mode }: ServiceContext, log: Logger, redactor: Redactor) {
  const provider = createKakaoCloudProvider(version, process.env, mode === "debug" ? "anyone" : "terraform");
  return createProviderHandlers(createProviderServer(provider, log, redactor));
}
