import { randomUUID } from "node:crypto";
import { createLogger } from "../framework/log.ts";
import type { ServiceContext } from "../plugin/grpc-service.ts";
import { createLateProviderService } from "../protocol/late-service.ts";
import { PREBUILT_RESPONSES } from "./prebuilt-responses.ts";

/** The gRPC services of this provider: tfplugin6 for KakaoCloud, whose handlers are loaded when they are first needed. */
export function createServices(context: ServiceContext) {
  const logger = createLogger(context.log, context.redactor, "provider");
  const service = createLateProviderService({
    prebuilt: PREBUILT_RESPONSES,
    onServed: (rpc, durationMs) =>
      logger.debug("RPC served", {
        tf_rpc: rpc,
        tf_req_id: randomUUID(),
        tf_req_duration_ms: Math.round(durationMs),
      }),
    async load() {
      const { createHandlers } = await import("./handlers.ts");
      return createHandlers(context, logger);
    },
  });
  return [service];
}
