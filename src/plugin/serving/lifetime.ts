import type { Socket } from "node:net";
import type { LogSink } from "../../base/log.ts";

const PARENT_CHECK_INTERVAL_MS = 1_000;
/** A killed parent's connection closes a moment before the system gives its children to another parent. */
const PARENT_CHECK_AFTER_CLOSE_MS = 50;
/** Terraform keeps one connection and reopens it after about a second if it breaks. */
const RECONNECT_MS = 5_000;
/** Terraform itself gives up on a plugin to which it cannot connect after a minute. */
const FIRST_CONNECTION_MS = 120_000;
/** Time for the last response to get out, on a busy machine too. Terraform closes the connection much earlier. */
const LAST_RESPONSE_MS = 500;

/** Decides when the process has served its purpose. */
export interface Lifetime {
  /** To be called with every connection. */
  connected(socket: Socket): void;
  /**
   * Ends the process after the response to Shutdown. Terraform closes the connection when it has it, and that is the moment to exit:
   * earlier, the response could be lost; later, Terraform would wait.
   */
  shutDown(): void;
}

/**
 * Ends the process after Shutdown, and also when Terraform was killed and never calls it. That shows in a new parent process, or in
 * a missing connection.
 */
export function createLifetime(parentPid: number, log: LogSink, exit: () => void): Lifetime {
  let connections = 0;
  let shuttingDown = false;

  const exitBecause = (reason: string): void => {
    log({
      level: "warn",
      message: "Terraform has exited; exiting too",
      module: "plugin",
      fields: { reason },
    });
    exit();
  };
  const checkParent = (): void => {
    if (process.ppid !== parentPid) exitBecause("the parent process has ended");
  };
  setInterval(checkParent, PARENT_CHECK_INTERVAL_MS).unref();

  let noConnection: NodeJS.Timeout;
  const waitForConnection = (milliseconds: number): void => {
    noConnection = setTimeout(() => exitBecause("there is no connection"), milliseconds);
  };
  waitForConnection(FIRST_CONNECTION_MS);

  return {
    connected: (socket) => {
      clearTimeout(noConnection);
      connections++;
      socket.once("close", () => {
        connections--;
        if (shuttingDown) exit();
        setTimeout(checkParent, PARENT_CHECK_AFTER_CLOSE_MS).unref();
        if (connections === 0) waitForConnection(RECONNECT_MS);
      });
    },
    shutDown: () => {
      shuttingDown = true;
      setTimeout(exit, LAST_RESPONSE_MS);
    },
  };
}
