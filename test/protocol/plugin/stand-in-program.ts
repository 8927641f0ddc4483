// A second phase with a service whose behaviour a test can choose, in place of the real one: see stand-in.ts.

import type { LogSink } from "../../../src/base/log.ts";
import type { GrpcService } from "../../../src/plugin/grpc-service.ts";
import { servePlugin } from "../../../src/plugin/serving/serve-plugin.ts";
import type { StartedPlugin } from "../../../src/plugin/started-plugin.ts";
import { createServiceDefinition } from "../../../src/protobuf/service-definition.ts";
import { providerService, type ReadResourceRequest } from "../../../src/protocol/generated/tfplugin6.ts";

type Answer = (error: null, response: object) => void;

const SLOW_MS = 1_500;
const CROWD = 20;

function behave(type: string, log: LogSink): void {
  switch (type) {
    case "throws":
      setTimeout(() => {
        throw new Error("the sky\nis falling");
      });
      return;
    case "throws text":
      setTimeout(() => {
        throw "no error at all";
      });
      return;
    case "rejects":
      void Promise.reject(new TypeError("nobody caught this"));
      return;
    case "prints":
      console.log("printed with %s", "console.log", { answer: 42 });
      console.info("info");
      console.debug("debug");
      console.warn("warn");
      console.error(new Error("printed error"));
      return;
    case "warns":
      process.emitWarning("something is old", "DeprecationWarning", "DEP9999");
      process.emitWarning("something is young", "ExperimentalWarning");
      return;
    case "logs":
      log({
        level: "info",
        message: `two\nlines of ${"x".repeat(200_000)}`,
        fields: { big: 1n, list: [1, "2"] },
      });
      log({
        level: "info",
        message: "fields",
        fields: { "@message": 5, "@level": 0, "@timestamp": null, "@x": {} },
      });
  }
}

async function createServices({ log }: { readonly log: LogSink }): Promise<readonly GrpcService[]> {
  const crowd: (() => void)[] = [];
  return [
    {
      definition: createServiceDefinition(providerService),
      implementation: {
        /** Does what the type name says, and answers with the state that it got. */
        ReadResource: ({ request }: { request: ReadResourceRequest }, answer: Answer) => {
          behave(request.typeName, log);
          const respond = () => answer(null, { newState: request.currentState, private: request.private });
          if (request.typeName === "slow") setTimeout(respond, SLOW_MS);
          else if (request.typeName === "gather") {
            // Nobody is answered before all have called.
            crowd.push(respond);
            if (crowd.length === CROWD) for (const next of crowd) next();
          } else respond();
        },
      },
    },
  ];
}

export function serve(plugin: StartedPlugin): void {
  servePlugin(plugin, createServices);
}
