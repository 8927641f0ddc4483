import type { Socket } from "node:net";
import type { LogSink } from "../../base/log.ts";

const PARENT_CHECK_INTERVAL_MS = 1_000;
/** A killed parent's connection closes a moment before the system gives its children to another parent. */
const PARENT_CHECK_AFTER_CLOSE_MS = 50;
/** Terraform keeps one connection and reopens it after about a second if it breaks. */
const RECONNECT_MS = 5_000;
/** Terraform itself gives up on a plugin to which it cannot connect after a minute. */
const FIRST_CONNECTION_MS = 120_000;
/** Time for an answer to get out when the client does not hang up on it. */
const LAST_ANSWER_MS = 50;

/** Decides when the process has served its purpose. */
export interface Lifetime {
  /** To be told of every connection. */
  connected(socket: Socket): void;
  /**
   * Terraform has said goodbye, and the answer is on its way. It hangs up when it has it, and that is the moment to leave:
   * earlier, the answer could be lost; later, Terraform would wait for us.
   */
  farewell(): void;
}

/**
 * Ends the process after the farewell, and also when nobody is left to answer to: Terraform was killed, and so never said
 * goodbye. That shows in a new parent process, or in a missing connection.
 */
export function createLifetime(parentPid: number, log: LogSink, exit: () => void): Lifetime {
  let connections = 0;
  let leaving = false;

  const exitBecause = (reason: string): void => {
    log({ level: "warn", message: "Terraform is gone: exiting", module: "plugin", fields: { reason } });
    exit();
  };
  const checkParent = (): void => {
    if (process.ppid !== parentPid) exitBecause("the parent process has ended");
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
        if (leaving) exit();
        setTimeout(checkParent, PARENT_CHECK_AFTER_CLOSE_MS).unref();
        if (connections === 0) waitForConnection(RECONNECT_MS);
      });
    },
    farewell: () => {
      leaving = true;
      setTimeout(exit, LAST_ANSWER_MS);
    },
  };
}
