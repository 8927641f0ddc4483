import type { Socket } from "node:net";
import type { GrpcService, ServiceContext } from "../grpc-service.ts";
import { createLog } from "../log.ts";
import type { StartedPlugin } from "../started-plugin.ts";
import { createCallsInFlight } from "./calls-in-flight.ts";
import { redirectConsole } from "./console.ts";
import { createController } from "./controller.ts";
import { createGrpcServer } from "./grpc-server.ts";
import { createHealth } from "./health.ts";
import { createLifetime } from "./lifetime.ts";
import { handleSignals } from "./signals.ts";
import { createBroker, createStdio } from "./silent-streams.ts";
import { createTlsGate } from "./tls-gate.ts";

/** The second phase: answers the connections of a process that is announced and listens. */
export function servePlugin(
  { version, mode, parentPid, server, identity, codeCache }: StartedPlugin,
  createServices: (context: ServiceContext) => readonly GrpcService[],
): void {
  const log = createLog(process.env, mode === "debug" ? "trace" : "warn");
  const calls = createCallsInFlight();
  const exit = (): void => process.exit(0);
  // In debug mode the developer decides, by a signal.
  const lifetime = mode === "plugin" ? createLifetime(parentPid, log, exit) : undefined;
  handleSignals({ mode, busy: calls.any, log, exit });
  redirectConsole(log);

  const grpc = createGrpcServer([
    ...createServices({ log, version }).map(calls.count),
    createController(() => lifetime?.farewell()),
    createStdio(),
    createBroker(),
    createHealth(),
  ]);
  const serve = identity === undefined ? grpc : createTlsGate(identity, log, grpc);
  server.on("connection", (socket: Socket) => {
    lifetime?.connected(socket);
    serve(socket);
  });
  log({
    level: "debug",
    message: "Serving",
    module: "plugin",
    fields: { version, mode, node: process.version, tls: identity !== undefined, code_cache: codeCache },
  });
}
