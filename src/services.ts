import { randomUUID } from "node:crypto";
import { ENCODED_SCHEMA } from "./encoded-schema.ts";
import { createLogger, type LogSink } from "./framework/log.ts";
import { createRedactor } from "./framework/redaction.ts";
import { createLateProviderService } from "./protocol/late-service.ts";

/** What the plugin process offers to the services it runs. */
export interface ServiceContext {
  readonly log: LogSink;
  readonly version: string;
}

/** The gRPC services of this provider: tfplugin6, spoken for KakaoCloud, loaded when it is first needed. */
export function createServices({ log, version }: ServiceContext) {
  const redactor = createRedactor();
  const logger = createLogger(log, redactor, "provider");
  const service = createLateProviderService({
    encodedSchema: ENCODED_SCHEMA === "" ? undefined : Buffer.from(ENCODED_SCHEMA, "base64"),
    onAnswered: (rpc, durationMs) =>
      logger.debug("RPC served", {
        tf_rpc: rpc,
        tf_req_id: randomUUID(),
        tf_req_duration_ms: Math.round(durationMs),
      }),
    async load() {
      const { createHandlers } = await import("./handlers.ts");
      return createHandlers(version, logger, redactor);
    },
  });
  return [service];
}
