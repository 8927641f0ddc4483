import type { Logger } from "../base/log.ts";
import type { ServiceContext } from "../plugin/grpc-service.ts";
import { createProviderHandlers } from "../protocol/provider-handlers.ts";
import { createProviderServer } from "../protocol/provider-server.ts";
import { createKakaoCloudProvider } from "../provider/provider.ts";
import { readTimeScale } from "./time-scale.ts";

/** The third phase: the handlers of tfplugin6 for KakaoCloud, by RPC. Loaded by services.ts when they are first needed. */
export function createHandlers({ version, mode, redactor }: ServiceContext, log: Logger) {
  const provider = createKakaoCloudProvider(version, process.env, {
    configuredBy: mode === "debug" ? "anyone" : "terraform",
    timeScale: readTimeScale(process.env),
  });
  return createProviderHandlers(createProviderServer(provider, log, redactor));
}
