// A second phase with a service whose behaviour a test can choose, in place of the real one: see stand-in.ts.

import type { GrpcService, ServiceContext } from "../../../src/plugin/grpc-service.ts";
import { servePlugin } from "../../../src/plugin/serving/serve-plugin.ts";
import type { StartedPlugin } from "../../../src/plugin/started-plugin.ts";
import { createServiceDefinition } from "../../../src/protobuf/service-definition.ts";
import { providerService, type ReadResourceRequest } from "../../../src/protocol/generated/tfplugin6.ts";

type Answer = (error: null, response: object) => void;

/** Registered as a secret of the process by the behaviours that name one. */
const SECRET = "correct-horse-battery-staple";
const SLOW_MS = 1_500;
const CROWD = 20;

function behave(type: string, { log, redactor }: ServiceContext): void {
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
    case "throws a secret":
      redactor.addSecret(SECRET);
      setTimeout(() => {
        throw new Error(`the token is ${SECRET}\u001b[31m`);
      });
      return;
    case "rejects":
      void Promise.reject(new TypeError("nobody caught this"));
      return;
    case "prints a secret":
      redactor.addSecret(SECRET);
      console.error(`the token is ${SECRET}`);
      process.emitWarning(`the token is ${SECRET}`);
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

async function createServices(context: ServiceContext): Promise<readonly GrpcService[]> {
  const crowd: (() => void)[] = [];
  return [
    {
      definition: createServiceDefinition(providerService),
      implementation: {
        /** Does what the type name says, and returns the state that it got. */
        ReadResource: ({ request }: { request: ReadResourceRequest }, answer: Answer) => {
          behave(request.typeName, context);
          const respond = () => answer(null, { newState: request.currentState, private: request.private });
          if (request.typeName === "slow") setTimeout(respond, SLOW_MS);
          else if (request.typeName === "gather") {
            // No response is sent before all have called.
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
