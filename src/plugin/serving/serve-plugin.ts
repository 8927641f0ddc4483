import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createRedactedSink, createRedactor } from "../../base/redaction.ts";
import type { GrpcService, ServiceContext } from "../grpc-service.ts";
import { createLog } from "../log.ts";
import type { StartedPlugin } from "../started-plugin.ts";
import { reportCrashes } from "../startup/crash.ts";
import { socketParents } from "../startup/socket-names.ts";
import { createCallsInFlight } from "./calls-in-flight.ts";
import { redirectConsole } from "./console.ts";
import { createLifetime } from "./lifetime.ts";
import { warnOfRuntimeVariables } from "./runtime-variables.ts";
import { handleSignals } from "./signals.ts";
import { createTlsGate } from "./tls-gate.ts";

/** Later than the first calls, for which Terraform waits. */
const SWEEP_DELAY_MS = 100;

/** Serves the connections that it is given. */
type Serve = (connection: Duplex) => void;

/** The second phase: serves the connections of a process that is announced and listens. */
export function servePlugin(
  { version, mode, parentPid, server, identity }: StartedPlugin,
  loadServices: (context: ServiceContext) => Promise<readonly GrpcService[]>,
): void {
  const redactor = createRedactor();
  reportCrashes(redactor.redactText);
  const sink = createLog(process.env, mode === "debug" ? "trace" : "warn");
  const log = createRedactedSink(sink, redactor);
  const calls = createCallsInFlight();
  const exit = (): void => process.exit(0);
  // In debug mode the developer decides, by a signal.
  const lifetime = mode === "plugin" ? createLifetime(parentPid, log, exit) : undefined;
  handleSignals({ mode, busy: calls.any, log, exit });
  redirectConsole(log);
  warnOfRuntimeVariables(process.env, log);

  let loading: Promise<Serve> | undefined;
  const loadGrpc = async (): Promise<Serve> => {
    const [{ createGrpcServer }, { createPluginServices }, services] = await Promise.all([
      import("./grpc-server.ts"),
      import("./plugin-services.ts"),
      loadServices({ log: sink, redactor, version, mode }),
    ]);
    return createGrpcServer([
      ...services.map(calls.count),
      ...createPluginServices(() => lifetime?.shutDown()),
    ]);
  };
  const grpc = (): Promise<Serve> => {
    loading ??= loadGrpc();
    return loading;
  };
  const accept = async (connection: Duplex): Promise<void> => {
    const serve = await grpc();
    // A client that disconnects that early needs nothing.
    if (!connection.destroyed) serve(connection);
  };
  const receive = identity === undefined ? accept : createTlsGate(identity, log, accept);
  server.on("connection", (socket: Socket) => {
    lifetime?.connected(socket);
    receive(socket);
    afterGreeting(grpc);
  });
  setTimeout(sweep, SWEEP_DELAY_MS).unref();
  const { bun } = process.versions;
  // Bun also names the Node whose interfaces it has.
  const runtime = bun === undefined ? { node: process.version } : { bun };
  log({
    level: "debug",
    message: "Serving",
    module: "plugin",
    fields: { version, mode, ...runtime, tls: identity !== undefined },
  });
}

/** Removes what killed processes left behind. */
async function sweep(): Promise<void> {
  const { removeStaleSockets } = await import("./stale-sockets.ts");
  for (const parent of socketParents(process.env)) await removeStaleSockets(parent);
}

/**
 * Calls back when Terraform, which has been waiting to be accepted, has our part of the TLS handshake: what it sent first is read
 * in the next turn of the event loop. Both sides then work at the same time.
 */
function afterGreeting(callback: () => void): void {
  setImmediate(() => setImmediate(callback));
}
