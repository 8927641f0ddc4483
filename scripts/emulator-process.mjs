/**
 * Where an emulator that runs in a process of its own listens.
 *
 * @param {import("node:child_process").ChildProcess} child with its standard output as a pipe
 * @returns {Promise<string>} its URL; rejects when the process ends before
 */
export function emulatorUrl(child) {
  return new Promise((resolve, reject) => {
    let output = "";
    child.stdout?.on("data", (chunk) => {
      output += chunk;
      const match = /listening on (http:\S+)/.exec(output);
      if (match) resolve(match[1]);
    });
    child.once("exit", () => reject(new Error("the emulator did not start; is 127.0.0.1 usable?")));
  });
}
