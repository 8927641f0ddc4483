/** Why an operation has to stop. */
export type StopReason = "stopped" | "cancelled" | "deadline";

/** The reason on an aborted signal: the user interrupted, Terraform cancelled the call, or the time was up. */
export class OperationStopped extends Error {
  readonly reason: StopReason;

  constructor(reason: StopReason) {
    super(
      {
        stopped: "the operation was interrupted",
        cancelled: "Terraform cancelled the operation",
        deadline: "the operation's time limit was reached",
      }[reason],
    );
    this.name = "OperationStopped";
    this.reason = reason;
  }
}
