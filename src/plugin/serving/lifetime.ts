import type { Socket } from "node:net";
import type { LogSink } from "../log.ts";

const PARENT_CHECK_INTERVAL_MS = 1_000;
/** A killed parent's connection closes a moment before the system gives its children to another parent. */
const PARENT_CHECK_AFTER_CLOSE_MS = 50;
/** Terraform keeps one connection and reopens it after about a second if it breaks. */
const RECONNECT_MS = 5_000;
/** Terraform itself gives up on a plugin to which it cannot connect after a minute. */
const FIRST_CONNECTION_MS = 120_000;

/** Sees the connections of the process come and go. */
export interface Lifetime {
  connected(socket: Socket): void;
}

/**
 * Ends the process when nobody is left to answer to: Terraform was killed, and so never sent a Shutdown. It shows in a new
 * parent process, or in a missing connection.
 */
export function endWithTerraform(log: LogSink, exit: () => void): Lifetime {
  const parent = process.ppid;
  let connections = 0;

  const exitBecause = (reason: string): void => {
    log({ level: "warn", message: "Terraform is gone: exiting", module: "plugin", fields: { reason } });
    exit();
  };
  const checkParent = (): void => {
    if (process.ppid !== parent) exitBecause("the parent process has ended");
  };
  setInterval(checkParent, PARENT_CHECK_INTERVAL_MS).unref();

  let lonely: NodeJS.Timeout;
  const waitForConnection = (milliseconds: number): void => {
    lonely = setTimeout(() => exitBecause("there is no connection"), milliseconds);
  };
  waitForConnection(FIRST_CONNECTION_MS);

  return {
    connected: (socket) => {
      clearTimeout(lonely);
      connections++;
      socket.once("close", () => {
        connections--;
        setTimeout(checkParent, PARENT_CHECK_AFTER_CLOSE_MS).unref();
        if (connections === 0) waitForConnection(RECONNECT_MS);
      });
    },
  };
}
